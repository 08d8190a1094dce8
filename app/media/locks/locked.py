"""From a lock to a plan: exactly what the lock names, for a drive as it is.

The job that carries it out is that of every plan. Nobody is asked what there is now: commits come
by their checksums, and are judged by the keys that this computer knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from app.drive.filesystem_advice import advise, warn_of_large_files
from app.errors import DriveError, SatchelError
from app.flatpak.extra_data import payloads_of
from app.flatpak.refs import is_locale
from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.upstream import Snapshot
from app.media.locks.bundles import planned_bundles
from app.media.locks.fetching import LockedCommits, Means
from app.media.locks.images import planned_images
from app.media.locks.lists import check_lists
from app.media.locks.lock import Lock, LockedRef, LockedSource, LockError
from app.media.locks.lock_file import lock_bytes
from app.media.locks.trusting import TrustedSource, trusted_source
from app.message import Message
from app.ostree.config import ARCHIVE_MODES
from app.ostree.names import METADATA_REF
from app.ostree.objects import Commit
from app.ostree.pull.kept_trees import KeptTrees, nothing_left
from app.progress import Cancel, Notice, Phase, PhaseStarted, Reporter, phases_once
from app.replacing import replace
from app.severity import Severity
from app.stick.environment import Environment
from app.stick.near import left_aside, look_near
from app.stick.planning.bundles import with_bundles
from app.stick.planning.estimate import check_room
from app.stick.planning.extra_data import notices_of_terms, terms_of, with_payloads
from app.stick.planning.image_room import with_room
from app.stick.planning.kept_here import KeptHere
from app.stick.planning.name_clashes import refuse_clashes
from app.stick.planning.options import Options
from app.stick.planning.plan import Action, CollectionPlan, Item, Plan, Removal
from app.stick.planning.readable import readable
from app.stick.planning.request import look_at
from app.stick.planning.room import Room
from app.stick.planning.sizes import Estimate
from app.stick.planning.target_state import TargetState, basis
from app.stick.store.partial_languages import Division, left_trees, narrowed_by

LABEL = "satchel"
"""What pages call drives that are to be the same everywhere."""

_MOST_NAMED = 5
_NOTHING_KEPT = "none"
"""Of the cache: nobody makes a directory of that name there."""
_SUPERSEDED = Message("The lock file does not name it.")


class LockedWork(Struct, frozen=True):
    """What a lock is to be made with.

    Attributes:
        lock: what it names.
        directory: where the lock file lies: paths in it count from there.
        options: whom to ask before upstream, with what key to sign, what is accepted.
        destination: as in `PlanRequest`.
    """

    lock: Lock
    directory: Path
    options: Options
    destination: str | None = None


def locked_plan(
    work: LockedWork,
    root: Path,
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: Cancel,
    *,
    of_several: bool = False,
) -> Plan:
    """The plan that brings the drive at ``root`` to what a lock names. Writes nothing to it.
    ``of_several``: what others get at the same time is handed on by way of the cache.

    Raises SatchelError: `LockError`, `DriveError` where the drive has something else,
    `LockedCommitGoneError`, `UnknownSourceError` and all that a plan raises.
    """
    options = options_of(work)
    drive = look_at(root, environment, work.destination, offline=options.offline)
    removed = _leaving(work.lock, drive)
    near = look_near(options.from_paths, options.from_installed, environment.flatpak)
    for notice in left_aside(near):
        report(notice)
    # What lies unpacked would be packed again, and not as its source has done it.
    places = tuple(place for place in near.places if place.mode in ARCHIVE_MODES)
    there = drive.present.keys if drive.present is not None else frozenset()
    left = left_trees(work.lock.carried) if work.lock.carried else nothing_left
    kept = None
    if options.offline:
        kept = KeptTrees(environment.cache, there, places, left)
    means = Means(environment, cancel, report, near.places, options.offline, kept)
    report(PhaseStarted(Phase.SUMMARY))
    with readable():
        planning = _Planning(work.lock, drive, options, means, known)
        plan = planning.plan(work.directory, removed)
    if kept is None and plan.as_published and not of_several:
        # What this computer has kept does not count, but what others beside have.
        kept = KeptTrees(environment.cache / _NOTHING_KEPT, there, places, left)
    counted = KeptHere(environment.cache, places, left, kept)
    estimate = counted.counted(plan.estimate, plan.items, there)
    plan = replace(plan, estimate=estimate)
    plan = replace(plan, near=places)
    check_room(plan.estimate)
    return plan


def locked_plans(
    work: LockedWork,
    roots: Sequence[Path],
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: Cancel,
) -> list[Plan | SatchelError]:
    """`locked_plan` for each of several drives, or what is wrong with the drive.

    Raises SatchelError for what is about none of them, and what ``cancel`` raises.
    """
    plans: list[Plan | SatchelError] = []
    report = phases_once(report)
    for root in roots:
        try:
            several = len(roots) > 1
            plan = locked_plan(work, root, environment, known, report, cancel, of_several=several)
            plans.append(plan)
        except DriveError as error:
            plans.append(error)
    return plans


def dated(plan: Plan, when: int) -> Plan:
    """The same, of which all that is written tells that time, and is called the same everywhere."""
    return replace(plan, made=when, label=LABEL)


def options_of(work: LockedWork) -> Options:
    """What the lock says comes before what was said now."""
    asked = work.lock.asked
    return replace(
        work.options,
        arch=asked.arches[0] if asked.arches else work.options.arch,
        gpus=asked.gpus,
        languages=(),
        carry=work.lock.carried,
        runtimes=asked.runtimes,
        related=asked.related,
        with_extra_data=asked.extra_data and not work.options.online,
        declined=work.lock.declined,
    )


def _leaving(lock: Lock, drive: TargetState) -> tuple[Removal, ...]:
    """What of the drive the lock does not name; raises DriveError unless a lock has put it there.

    What somebody has chosen is never taken off because a file does not know it.
    """
    named = {(origin, name) for origin, name, _ in lock.refs}
    others = [
        (origin, name, commit)
        for origin, names in sorted(drive.refs.items())
        for name, commit in sorted(names.items())
        if (origin, name) not in named and not (name == METADATA_REF and origin in lock.sources)
    ]
    images = {(image.registry, image.ref) for image in lock.images}
    left = [image for image in drive.images.carried if (image.remote, image.ref) not in images]
    strange = [*(name for _, name, _ in others), *(image.ref for image in left)]
    refs = {bundle.record.ref for bundle in lock.bundles}
    strange += [each.record.ref for each in drive.bundles if each.record.ref not in refs]
    record = drive.record
    if strange and (record is None or not record.lock):
        raise DriveError(
            Message(
                "The drive has what the lock file does not name: {refs}.",
                refs=tuple(strange[:_MOST_NAMED]),
            ),
            Message("Take an empty drive, or take it off first: satchel remove."),
        )
    refs_leaving = [
        Removal(origin, name, commit, _SUPERSEDED, named=True) for origin, name, commit in others
    ]
    images_leaving = [
        Removal(image.origin, image.ref, image.commit, _SUPERSEDED, named=True, image=True)
        for image in left
    ]
    return (*refs_leaving, *images_leaving)


class _Planning:
    """Of one lock for one drive."""

    def __init__(
        self, lock: Lock, drive: TargetState, options: Options, means: Means, known: Known
    ) -> None:
        self._lock = lock
        self._drive = drive
        self._options = options
        self._means = means
        self._known = known
        self._notices: list[Notice] = []
        self._in_part = any(ref.languages is not None for _, _, ref in lock.refs)
        self._parts: list[tuple[Division, tuple[str, ...] | None]] = []

    def plan(self, directory: Path, removed: tuple[Removal, ...]) -> Plan:
        lock, drive = self._lock, self._drive
        judges = self._means.environment.judges(self._known)
        remotes = (*self._known.remotes, *judges)
        collections = tuple(
            self._collection(origin, source, remotes)
            for origin, source in sorted(lock.sources.items())
        )
        bundles = planned_bundles(lock.bundles, directory, drive, self._known.remotes, self._means)
        images = planned_images(lock.images, drive.images, self._known, self._options, self._means)
        items = [item for collection in collections for item in collection.items]
        self._refuse_clashes(items)
        estimate = self._estimate(collections, items)
        estimate = with_bundles(estimate, bundles.planned, drive.space)
        estimate = with_room(estimate, images, drive.images)
        advice = advise(estimate.write, estimate.on_ext4, drive.space, drive.space.device)
        large = warn_of_large_files(estimate.claims, drive.space, drive.space.device)
        licences = {(origin, name): ref.licence for origin, name, ref in lock.refs}
        terms = terms_of(items, drive, lambda origin, ref: licences.get((origin, ref), ""))
        notices = [*self._notices, *bundles.notices, *filter(None, (large or advice.notice,))]
        changed = bool(removed) or any(item.action is Action.UPDATE for item in items)
        return Plan(
            location=drive.location,
            identity=drive.identity,
            options=self._options,
            collections=collections,
            estimate=estimate,
            advice=advice,
            basis=basis(drive.refs),
            left_out=lock.left_out,
            notices=(*notices, *notices_of_terms(terms)),
            unfinished=drive.unfinished,
            removed=removed,
            prune=changed,
            terms=terms,
            bundles=bundles.planned,
            removed_bundles=bundles.removed,
            trees=drive.trees,
            carried=lock.carried,
            narrowed=narrowed_by(self._parts),
            images=images,
            images_basis=drive.images.basis,
            made=lock.newest,
            label=LABEL,
            lock=sha256(lock_bytes(lock)).hexdigest(),
        )

    def _collection(
        self, origin: str, source: LockedSource, remotes: Sequence[Remote]
    ) -> CollectionPlan:
        trusted = trusted_source(
            origin,
            source,
            remotes,
            allow_unsigned=self._options.allow_unsigned,
        )
        self._refuse_other_place(origin, source)
        check_lists(origin, source, trusted)
        commits = LockedCommits(trusted.remote, self._means)
        old = self._drive.refs.get(origin, {})
        needed = {
            name: ref.commit
            for name, ref in source.refs.items()
            if self._action(old.get(name), ref) is not Action.KEEP
        }
        if source.metadata is not None:
            needed[METADATA_REF] = source.metadata.commit
        data = commits.get(needed)
        if self._in_part:
            # Also those that come whole: they may have the same trees.
            locales = ((name, ref) for name, ref in source.refs.items() if is_locale(name))
            self._parts += commits.parts({ref.commit: ref.languages for _, ref in locales})
        items = [
            self._item(origin, name, ref, old.get(name), data.get(ref.commit))
            for name, ref in sorted(source.refs.items())
        ]
        self._tell(trusted, source)
        return CollectionPlan(
            id=origin,
            remote=trusted.remote,
            snapshot=Snapshot(origin, source.made, source.snapshot, trusted.judgement),
            items=tuple(items),
            commits=data,
            metadata_commit=source.metadata.commit if source.metadata is not None else None,
            files=source.lists,
            arches=source.arches,
            detached=source.commits,
            address=trusted.pinned.remote.address,
            until=source.until,
            pinned=trusted.pinned,
        )

    def _refuse_other_place(self, origin: str, source: LockedSource) -> None:
        """A remote of that name that is somewhere else is another one."""
        places = self._drive.origins.get(origin, frozenset())
        if places and not any(same_place(place, source.url) for place in places):
            raise DriveError(
                Message(
                    "The drive has apps of another source that is called {name} as well.",
                    name=source.name,
                ),
                Message("Take an empty drive."),
            )

    def _tell(self, trusted: TrustedSource, source: LockedSource) -> None:
        now = int(self._means.environment.clock())
        if trusted.elsewhere is not None:
            url, known = trusted.elsewhere
            self._notices.append(
                Notice(
                    Severity.WARNING,
                    Message(
                        "The lock file names the address {url} for {remote}; this computer knows "
                        "it at {known}.",
                        url=url,
                        remote=trusted.remote.label,
                        known=known,
                    ),
                    Message(
                        "Computers that get the drive may look for updates there: take lock files "
                        "of people you know."
                    ),
                )
            )
        if source.until is not None and source.until < now:
            self._notices.append(
                Notice(
                    Severity.WARNING,
                    Message(
                        "The key or a signature of {remote} in the lock file has ended: computers "
                        "that get only this drive refuse it.",
                        remote=trusted.remote.label,
                    ),
                    Message("Lock it again: satchel lock --update."),
                )
            )

    def _action(self, old: str | None, ref: LockedRef) -> Action:
        if old is None:
            return Action.ADD
        there = old not in self._drive.partial and self._drive.commits.get(old)
        languages = self._drive.by_choice.get(old)
        same = (languages is None) == (ref.languages is None) and set(languages or ()) == set(
            ref.languages or ()
        )
        return Action.KEEP if old == ref.commit and there and same else Action.UPDATE

    def _item(
        self, origin: str, name: str, ref: LockedRef, old: str | None, data: bytes | None
    ) -> Item:
        commit = Commit.parse(data) if data is not None else self._drive.commits.get(ref.commit)
        if commit is not None and commit.timestamp != ref.timestamp:
            raise LockError(
                Message("The lock file does not say when {ref} was made.", ref=name),
                Message("Make it again: satchel lock --update."),
            )
        said = payloads_of(commit) if commit is not None else ()
        if not set(ref.extra_data) <= set(said):
            raise LockError(
                Message(
                    "The lock file names files of extra data that {ref} does not name.", ref=name
                ),
                Message("Make it again: satchel lock --update."),
            )
        return Item(
            collection=origin,
            ref=name,
            commit=ref.commit,
            old_commit=old,
            action=self._action(old, ref),
            chosen=ref.chosen,
            named=ref.chosen,
            # It comes as it was locked, or not at all.
            essential=True,
            reason=ref.reason,
            needed_by=ref.needed_by,
            timestamp=ref.timestamp,
            installed_size=ref.installed_size,
            download_size=ref.download_size,
            metadata=(commit.app_metadata or "") if commit is not None else "",
            name=ref.name,
            languages=ref.languages,
            payloads=() if self._options.online else ref.extra_data,
        )

    def _refuse_clashes(self, items: Iterable[Item]) -> None:
        refs = [(item.collection, item.ref) for item in items]
        refuse_clashes(self._drive.space, refs, folds_names=self._drive.folds_names)

    def _estimate(self, collections: Sequence[CollectionPlan], items: Sequence[Item]) -> Estimate:
        room = Room(self._drive)
        room.narrow(narrowed_by(self._parts))
        commits: Mapping[str, bytes] = {
            checksum: data for each in collections for checksum, data in each.commits.items()
        }
        files = [len(data) for each in collections for data in each.files.values()]
        near = [each for each in collections if each.remote.is_local]
        local = {name for each in near for name in (each.id, *each.commits)}
        return with_payloads(room.estimate(items, commits, files, local), items, self._drive)
