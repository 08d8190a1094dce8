"""The end of a job: the kit's checksums, of what has been read back."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.ostree.repository import Repository
from app.ostree.stored_sums import SumsTaken, read_sums
from app.ostree.tree_keys import WHOLE, Narrowed
from app.replacing import replace
from app.stick.kit.checksums import AlikeLists, FormerLists, rendered, write_checksums
from app.stick.store.location import Location

if TYPE_CHECKING:
    from app.stick.checking.report import CheckReport
    from app.stick.planning.plan import Plan

_IN_TURN = threading.Lock()
"""To put them together takes some five times their room, and twenty drives come to it at once."""


def add_checksums(
    location: Location,
    repository: Repository,
    check: CheckReport | None,
    taken: SumsTaken | None,
    narrowed: Narrowed = WHOLE,
    former: FormerLists | None = None,
    *,
    anew: bool,
) -> CheckReport | None:
    """Write them; the check without the sums that it came with, which take room.

    Without a check they are those ``taken`` of what came, and those of the versions before of what
    these had as well, ``former``; else what is new is read for them. Of ``narrowed`` trees it is
    those of what counts. ``anew``: also of what has some. Raises OSError.
    """
    objects = repository.root.below("objects")

    def data_of(commit: str, before: Mapping[str, str]) -> bytes | None:
        if check is None or check.sums is None:
            outline = former.outlines.get(commit) if former is not None else None
            return rendered(read_sums(objects, commit, taken, before, narrowed, outline))
        # Nothing is read in turn: nobody waits for another's drive.
        with _IN_TURN:
            return None if check.paths.concern(commit) else rendered(check.sums.of(commit))

    write_checksums(location, repository.collection_refs(), data_of, former, anew=anew)
    return replace(check, sums=None) if check is not None else None


def former_lists(
    location: Location, plan: Plan | None, alike: AlikeLists | None = None
) -> FormerLists:
    """For `add_checksums` after ``plan``; none without. ``alike``: shared with other drives."""
    if plan is None:
        return FormerLists(location, alike=alike)
    after = {(item.collection, item.ref): item.commit for item in plan.items}
    leaving = [
        commit
        for collection, ref, commit in plan.basis
        if after.get((collection, ref), commit) != commit
    ]
    coming = {
        checksum: data
        for collection in plan.collections
        for checksum, data in collection.commits.items()
    }
    return FormerLists(location, leaving, {} if plan.narrowed else coming, plan.trees, alike)
