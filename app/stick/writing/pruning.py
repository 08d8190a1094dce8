"""Frees what nothing on a stick, and nobody else who uses its repository, needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from app.drive.safety.guard import DriveGuard
from app.drive.space import measure
from app.fs.files import drive_errors
from app.message import Message
from app.ostree.object_files import Listing
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.prune import Needed, Pruned, prunable, prune
from app.ostree.readers import find_reader
from app.ostree.repository import Repository
from app.ostree.tree_keys import KnownTrees, Narrowed
from app.progress import Cancel, Meter, Phase, Reporter
from app.stick.store.image_blobs import prune_images, scratch, unneeded_blobs
from app.stick.store.journal import drop_temporaries, temporaries
from app.stick.store.location import Location, find_stick, open_repository
from app.stick.store.named import named_commits
from app.stick.store.partial_languages import narrowed_trees
from app.stick.store.stick_state import StickState, read_stick
from app.stick.writing.meanwhile import in_use
from app.stick.writing.payload_pruning import drop, unneeded

if TYPE_CHECKING:
    # Pruning alone needs none of it, and it takes longer to import than many drives to prune.
    from app.stick.planning.plan import Plan


def prune_stick(
    location: Location,
    repository: Repository,
    report: Reporter,
    cancel: Cancel,
    unfinished: frozenset[str] = frozenset(),
    known: KnownTrees | None = None,
    narrowed: Narrowed | None = None,
    listing: Listing | None = None,
) -> Pruned:
    """Free it; the caller holds the lock alone. ``unfinished`` and ``narrowed`` as in `Needed`, the
    latter as the stick says without; ``known`` and ``listing`` as for `prune`.

    Raises OSError, and what ``cancel`` raises.
    """
    needed = _needed(location, repository, unfinished, narrowed)
    allocated = measure(location.root).allocated
    meter = Meter(report, Phase.PRUNE)
    pruned = prune(repository, needed, allocated, meter, cancel, known, listing)
    left = left_over(drop_temporaries(location), allocated)
    gone = unneeded(location, repository)
    drop(location, gone)
    payloads = left_over(gone.values(), allocated)
    images = _of_images(prune_images(location), allocated)
    return pruned.and_then(left).and_then(payloads).and_then(images)


def left_over(sizes: Iterable[int], allocated: Callable[[int], int]) -> Pruned:
    """Files of so many bytes that are no objects."""
    files = [allocated(size) for size in sizes]
    return Pruned(leftovers=len(files), leftover_bytes=sum(files))


def _needed(
    location: Location,
    repository: Repository,
    unfinished: frozenset[str] = frozenset(),
    narrowed: Narrowed | None = None,
) -> Needed:
    if narrowed is None:
        narrowed = narrowed_trees(read_stick(location, repository))
    return Needed(named_commits(location, repository), unfinished, narrowed)


def drop_replaced(
    location: Location, repository: Repository, commits: Iterable[str], listing: Listing
) -> Pruned:
    """Remove those of these incomplete ``commits`` that nobody names any more, with their marks;
    also from ``listing``.

    What is in them is freed when somebody prunes. Raises OSError.
    """
    gone = frozenset(commits)
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
    return Pruned(len(sizes), sum(map(allocated, sizes.values())), len(marked))


def _of_images(sizes: Iterable[int], allocated: Callable[[int], int]) -> Pruned:
    """What content of images, of these sizes, takes."""
    files = [allocated(size) for size in sizes]
    return Pruned(objects=len(files), bytes=sum(files))


def prune_after(
    location: Location,
    repository: Repository,
    listing: Listing,
    plan: Plan,
    stick: StickState,
    report: Reporter,
    cancel: Cancel,
) -> Pruned:
    """What a job for ``plan`` leaves over of the stick as it was; as `prune_stick`."""
    # What an interrupted job has left is still of use to it.
    marked = stick.partial.union(stick.by_choice)
    unfinished = marked - {commit for _, _, commit in plan.basis}
    return prune_stick(
        location, repository, report, cancel, unfinished, plan.trees, plan.narrowed, listing
    )


def prune_path(
    root: Path, destination: str | None, report: Reporter, cancel: Cancel, *, dry_run: bool
) -> Pruned:
    """Free what is not needed on the stick on a drive; with ``dry_run`` tell how much that is.

    Raises RepositoryInvalidError, RepositoryInUseError, DriveError, UsageError, and what ``cancel``
    raises.
    """
    location = find_stick(root, destination)
    repository = open_repository(location)
    with drive_errors(Message("writing the repository")), DriveGuard(root) as guard:
        if dry_run:
            with repository.locked(exclusive=False):
                needed = _needed(location, repository)
                allocated = measure(location.root).allocated
                objects = prunable(repository, needed, allocated)
                content = (size for _, size in (*unneeded_blobs(location), *scratch(location)))
                images = _of_images(content, allocated)
                payloads = left_over(unneeded(location, repository).values(), allocated)
                left = left_over(temporaries(location), allocated)
                return objects.and_then(left).and_then(payloads).and_then(images)
        with repository.locked(exclusive=True):
            reader = find_reader(repository.root)
            if reader is not None:
                raise in_use(reader)
            try:
                return prune_stick(location, repository, report, cancel)
            except OSError:
                guard.probe(repository.root)
                raise
