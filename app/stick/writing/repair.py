"""Brings back objects that a check at the end of a job found damaged or missing."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence

from msgspec import Struct

from app.ostree.blame import Paths
from app.ostree.fsck import Damage
from app.ostree.objects import (
    MAX_METADATA_SIZE,
    CorruptObject,
    ObjectKind,
    ObjectName,
    check_metadata,
)
from app.ostree.place_in_tree import find_object
from app.ostree.pull.answers import DeniedError, NotFoundError, UnauthorizedError
from app.ostree.pull.delivery import ObjectNotDeliveredError, PullResult
from app.ostree.pull.fetch import HttpSource, KeptSource, LocalSource, Source
from app.ostree.pull.object_cache import CachePlace
from app.ostree.pull.pulling import pull
from app.ostree.repository import Repository
from app.ostree.tree_keys import WHOLE, Narrowed
from app.progress import Cancel, Meter
from app.stick.planning.plan import CollectionPlan
from app.stick.writing.outcome import Replaced

_Commit = tuple[str, bytes]
"""Checksum and content."""


class Repair(Struct, frozen=True):
    """What came again: whose, how many objects and their bytes; and what was removed for that."""

    commits: frozenset[str]
    objects: int
    bytes: int
    removed: frozenset[ObjectName]


def repair_objects(
    repository: Repository,
    source: HttpSource | LocalSource | KeptSource,
    damage: Iterable[Damage],
    paths: Paths,
    commits: Iterable[str],
    meter: Meter,
    cancel: Cancel,
    max_file: int | None,
    cache: CachePlace | None = None,
    narrowed: Narrowed = WHOLE,
    by_choice: Container[str] = (),
) -> Repair | None:
    """Fetch again what ``commits`` of this source need and is damaged; None if there is nothing.

    ``paths`` lead to the damage. Damaged objects are removed first; until theirs are back, the
    commits are marked partial: they stay so where upstream does not hand them out, and those of
    which some languages were left out ``by_choice``. ``max_file`` as for `pull`, ``cache`` and
    ``narrowed``. Raises `UpstreamError`, `DriveError`, and what ``cancel`` raises.
    """
    affected = sorted(filter(paths.concern, set(commits)))
    wanted: Sequence[_Commit] = [
        (checksum, data)
        for checksum in affected
        if (data := _fetch_commit(source, checksum)) is not None
    ]
    if not wanted:
        return None
    for checksum, _ in wanted:
        repository.mark_partial(checksum)
    needed = paths.below(affected)
    removed = frozenset(
        damaged.name
        for damaged in damage
        # What nothing is seen to need may be below a tree that is damaged as well.
        if damaged.reason is not None and (damaged.name in needed or not damaged.commits)
    )
    for name in removed:
        repository.remove_object(name)

    def bring(commits: Sequence[_Commit]) -> PullResult:
        return pull(
            repository,
            source,
            commits,
            meter,
            cancel,
            distrust=False,
            max_file=max_file,
            cache=cache,
            narrowed=narrowed,
        )

    done, wanted = _what_comes(repository, wanted, bring)
    repository.root.sync()
    for checksum, _ in wanted:
        if checksum not in by_choice:
            repository.unmark_partial(checksum)
    whole = frozenset(checksum for checksum, _ in wanted)
    return Repair(whole, done.objects, done.bytes, removed)


def _what_comes(
    repository: Repository,
    wanted: Sequence[_Commit],
    bring: Callable[[Sequence[_Commit]], PullResult],
) -> tuple[PullResult, Sequence[_Commit]]:
    """Those that are whole again. Raises ObjectNotDeliveredError for an object of all of them."""
    came = PullResult(0, 0)
    while wanted:
        try:
            return came + bring(wanted), wanted
        except ObjectNotDeliveredError as error:
            came += error.came
            key = error.key
            left = [commit for commit in wanted if find_object(repository, commit[0], key) is None]
            if len(left) == len(wanted):
                raise
            wanted = left
    return came, wanted


def _fetch_commit(source: Source, checksum: str) -> bytes | None:
    """The commit object; None if upstream does not hand out the right one."""
    name = ObjectName(checksum, ObjectKind.COMMIT)
    try:
        data = source.get(f"objects/{name.path}", MAX_METADATA_SIZE).data
        assert data is not None
        check_metadata(name, data)
    except (NotFoundError, DeniedError, UnauthorizedError, CorruptObject):
        return None
    return data


def summed(
    repairs: Sequence[tuple[CollectionPlan, Repair]], apps: int, images: Replaced
) -> Replaced:
    """All of them, and what came of ``images``; ``apps`` could not be installed before."""
    refs = (
        item.ref
        for collection, repair in repairs
        for item in collection.items
        if item.commit in repair.commits
    )
    return Replaced(
        objects=sum(repair.objects for _, repair in repairs) + images.objects,
        bytes=sum(repair.bytes for _, repair in repairs) + images.bytes,
        refs=(*refs, *images.refs),
        apps=apps,
    )
