"""Frees what nothing on a stick, and nobody else who uses its repository, needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from app.drive.safety.guard import DriveGuard
from app.drive.space import measure, require_writable
from app.fs.files import drive_errors
from app.message import Message
from app.ostree.names import METADATA_REF
from app.ostree.object_files import Listing
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.prune import Needed, Orphans, Pruned, find_orphans, prunable, prune
from app.ostree.readers import find_reader
from app.ostree.repository import Repository
from app.progress import Cancel, Meter, Phase, Reporter
from app.replacing import replace
from app.stick.store.forgotten_refs import forgotten_refs
from app.stick.store.image_blobs import prune_images, scratch, unnamed_blobs, unneeded_blobs
from app.stick.store.journal import drop_temporaries, temporaries
from app.stick.store.location import Location, find_stick, open_repository
from app.stick.store.named import NobodyKnowsError, held_by_others, named_commits
from app.stick.store.partial_languages import narrowed_trees
from app.stick.store.record import read_record, write_record
from app.stick.store.stick_state import StickState, read_stick
from app.stick.store.unnamed import unnamed_commits
from app.stick.writing.meanwhile import in_use
from app.stick.writing.payload_pruning import drop, unneeded

if TYPE_CHECKING:
    # Pruning alone needs none of it, and it takes longer to import than many drives to prune.
    from app.stick.planning.plan import Plan
    from app.stick.writing.meanwhile import Meanwhile


def prune_stick(
    location: Location,
    repository: Repository,
    report: Reporter,
    cancel: Cancel,
    *,
    forgotten: bool = False,
) -> Pruned:
    """Free it; the caller holds the lock alone. Raises OSError, and what ``cancel`` raises."""
    needed = _needed(location, repository, forgotten=forgotten)
    allocated = measure(location.root).allocated
    pruned = prune(repository, needed, allocated, Meter(report, Phase.PRUNE), cancel)
    others = _of_others(location, needed, repository, allocated, forgotten=forgotten)
    if forgotten:
        _forget(location)
    return pruned.and_then(others)


def _forget(location: Location) -> None:
    """What nothing named has gone: nobody need keep it any more. Raises OSError."""
    record = read_record(location)
    if record is not None and record.unnamed:
        write_record(location, replace(record, unnamed=()))


def _of_others(
    location: Location,
    needed: Needed,
    repository: Repository,
    allocated: Callable[[int], int],
    *,
    forgotten: bool = False,
) -> Pruned:
    """Free what is no object and not libostree's. Raises OSError."""
    left = left_over(drop_temporaries(location), allocated)
    gone = unneeded(location, repository, needed.commits)
    drop(location, gone)
    payloads = left_over(gone.values(), allocated)
    images = _of_images(prune_images(location, forgotten=forgotten), allocated)
    return left.and_then(payloads).and_then(images)


def left_over(sizes: Iterable[int], allocated: Callable[[int], int]) -> Pruned:
    """Files of so many bytes that are no objects."""
    files = [allocated(size) for size in sizes]
    return Pruned(leftovers=len(files), leftover_bytes=sum(files))


def _needed(location: Location, repository: Repository, *, forgotten: bool = False) -> Needed:
    """``forgotten``: what nothing names any more goes as well."""
    stick = read_stick(location, repository)
    # What has lost its name, or its file's content, gets it again with the next job or repair.
    coming = (commit for _, _, commit in forgotten_refs(stick))
    lost = (commit for names in stick.refs.values() for commit in names.values())
    named = named_commits(location, repository).union(coming, lost)
    unnamed = () if forgotten else unnamed_commits(stick, named)
    return Needed(named.union(unnamed), narrowed=narrowed_trees(stick))


def _of_images(sizes: Iterable[int], allocated: Callable[[int], int]) -> Pruned:
    """What content of images, of these sizes, takes."""
    files = [allocated(size) for size in sizes]
    return Pruned(objects=len(files), bytes=sum(files))


class Freeing:
    """What a job frees of the stick as it was, and how much that is.

    Attributes:
        freed: so far.
    """

    def __init__(
        self,
        location: Location,
        repository: Repository,
        stick: StickState,
        listing: Listing,
        report: Reporter,
    ) -> None:
        """``listing``: what the job has listed since it holds the lock; what goes leaves it."""
        self.freed = Pruned()
        self._location = location
        self._repository = repository
        self._stick = stick
        self._listing = listing
        self._report = report
        self._found: tuple[Needed, Orphans] | None = None
        before = {commit for names in stick.refs.values() for commit in names.values()}
        self._unnamed = frozenset(unnamed_commits(stick, frozenset(before)))
        self._blobs = unnamed_blobs(location)

    def unnamed(self, refs: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
        """What nothing has named so far, nor does once the stick has these: for the record, so that
        it stays. Raises OSError."""
        commits: Iterator[str] = iter(())
        if self._unnamed:
            named = frozenset(commit for names in refs.values() for commit in names.values())
            commits = filter(self._unnamed.__contains__, unnamed_commits(self._stick, named))
        return (*commits, *sorted(self._blobs))

    def went(self, pruned: Pruned) -> None:
        """Something else was freed."""
        self.freed = self.freed.and_then(pruned)

    def foresee(self, plan: Plan, refs: Mapping[str, Mapping[str, str]]) -> None:
        """As `look`, before anything is published: ``refs`` (origin → ref → commit) are the
        stick's afterwards. Raises OSError."""
        named = {commit for names in refs.values() for commit in names.values()}
        others = held_by_others(self._location, self._repository)
        self._find(plan, others.union(named))

    def look(self, plan: Plan) -> None:
        """Find what the next `prune` will remove, while what makes it unneeded is being flushed;
        what was foreseen counts if no more and no less is named now. Raises OSError."""
        self._find(plan, named_commits(self._location, self._repository))

    def _find(self, plan: Plan, named: frozenset[str]) -> None:
        needed = self._needed(plan, named)
        foreseen = self._found is not None and self._found[0] == needed
        # Of commits by choice something goes before.
        if plan.prune and not self._stick.by_choice and not foreseen:
            about = self._repository, needed, plan.trees, self._listing
            self._found = needed, find_orphans(*about)

    def free(
        self, plan: Plan, meanwhile: Meanwhile, cancel: Cancel, written: Callable[[], None]
    ) -> Pruned:
        """All that goes once what is new is on the medium, unless somebody has just chosen it; the
        caller flushes afterwards. ``written``: waits for those who still write beside the objects.
        Raises as `prune`."""
        described = frozenset(self._described(plan))
        if (plan.prune or self._stick.by_choice or described) and not meanwhile.keeps:
            try:
                self._drop_replaced(described)
                if plan.prune:
                    self.prune(plan, cancel, written, flushes=False)
            except NobodyKnowsError as error:
                meanwhile.left(error)
        return self.freed

    def prune(
        self,
        plan: Plan,
        cancel: Cancel,
        written: Callable[[], None] = lambda: None,
        *,
        flushes: bool = True,
    ) -> None:
        """What a job for ``plan`` leaves over; unless it ``flushes`` the caller does so afterwards.
        ``written`` as for `free`. Raises OSError, and what ``cancel`` raises."""
        location, repository = self._location, self._repository
        needed = self._needed(plan, named_commits(location, repository))
        found, self._found = self._found, None
        orphans = found[1] if found is not None and found[0] == needed else None
        allocated = measure(location.root).allocated
        meter = Meter(self._report, Phase.PRUNE)
        about = repository, needed, allocated, meter, cancel, plan.trees, self._listing
        self.went(prune(*about, found=orphans, flushes=flushes))
        self._listing.clear()  # What is written from now on may be replaced once more.
        written()  # It may be what nobody has named yet.
        self.went(_of_others(location, needed, repository, allocated))

    def _needed(self, plan: Plan, named: frozenset[str]) -> Needed:
        # What an interrupted job has left is still of use to it.
        marked = self._stick.partial.union(self._stick.by_choice)
        unfinished = marked - {commit for _, _, commit in plan.basis}
        return Needed(named | self._unnamed, unfinished, plan.narrowed)

    def _described(self, plan: Plan) -> Iterator[str]:
        """Commits that described a collection until now, and do not any more."""
        if plan.prune or plan.keeps:
            return
        there = self._repository.collection_refs()
        for collection, names in self._stick.refs.items():
            before = names.get(METADATA_REF)
            if before is not None and before != there.get(collection, {}).get(METADATA_REF):
                yield before

    def _drop_replaced(self, described: frozenset[str]) -> None:
        """Remove those incomplete commits of before that nobody names any more, with their marks;
        so also those that ``described`` a collection.

        What is in them is freed when somebody prunes. Raises OSError.
        """
        location, repository, listing = self._location, self._repository, self._listing
        gone = described.union(self._stick.by_choice)
        if gone:
            gone -= named_commits(location, repository)
        names = [
            ObjectName(checksum, kind)
            for checksum in sorted(gone)
            for kind in (ObjectKind.COMMIT, ObjectKind.COMMITMETA)
        ]
        sizes = repository.object_sizes(name.path for name in names)
        for name in names:
            repository.remove_object(name)
            listing.get(name.key[1], set()).discard(name.key)
        marked = gone & repository.partial_commits()
        for checksum in marked:
            repository.unmark_partial(checksum)
        allocated = measure(location.root).allocated
        self.went(Pruned(len(sizes), sum(map(allocated, sizes.values())), len(marked)))


def prune_path(
    root: Path,
    destination: str | None,
    report: Reporter,
    cancel: Cancel,
    *,
    dry_run: bool,
    forgotten: bool = False,
) -> Pruned:
    """Free what is not needed on the stick on a drive; with ``dry_run`` tell how much that is.
    ``forgotten``: also what nothing names any more, since the lists of before were lost.

    Raises RepositoryInvalidError, RepositoryInUseError, DriveError, UsageError, and what ``cancel``
    raises.
    """
    location = find_stick(root, destination)
    if not dry_run:
        require_writable(root, measure(root))
    repository = open_repository(location)
    with drive_errors(Message("writing the repository")), DriveGuard(root) as guard:
        if dry_run:
            with repository.locked(exclusive=False):
                needed = _needed(location, repository, forgotten=forgotten)
                allocated = measure(location.root).allocated
                objects = prunable(repository, needed, allocated)
                blobs = unneeded_blobs(location, forgotten=forgotten)
                content = (size for _, size in (*blobs, *scratch(location)))
                images = _of_images(content, allocated)
                payloads = left_over(
                    unneeded(location, repository, needed.commits).values(), allocated
                )
                left = left_over(temporaries(location), allocated)
                return objects.and_then(left).and_then(payloads).and_then(images)
        with repository.locked(exclusive=True):
            reader = find_reader(repository.root)
            if reader is not None:
                raise in_use(reader)
            try:
                return prune_stick(location, repository, report, cancel, forgotten=forgotten)
            except OSError:
                guard.probe(repository.root)
                raise
