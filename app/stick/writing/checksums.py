"""The end of a job: the kit's checksums, of what has been read back."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from app.closing import Closing
from app.ostree.repository import Repository
from app.ostree.stored_sums import SumsTaken, read_sums
from app.ostree.workers import processes
from app.replacing import replace
from app.stick.kit.checksums import (
    AlikeLists,
    FormerLists,
    is_checked,
    rendered,
    write_checksums,
)
from app.stick.store.location import Location
from app.stick.writing.lists_beside import ListsBeside

if TYPE_CHECKING:
    from app.stick.checking.report import CheckReport
    from app.stick.planning.plan import Plan

_IN_TURN = threading.Lock()
"""To put them together takes some five times their room, and twenty drives come to it at once."""


class Checksums(Closing):
    """Those of one job, after ``plan``.

    What can be known of them before the check is made meanwhile: by a process that nobody else has
    a use for, from now on or once all has come (`came`); else by `read` and `prepare`.
    """

    def __init__(
        self,
        location: Location,
        plan: Plan,
        taken: SumsTaken,
        alike: AlikeLists | None,
        *,
        anew: bool,
    ) -> None:
        """``taken``: what is known of what came; ``alike``: shared with other drives; ``anew``:
        also of what has some."""
        self._location = location
        self._taken = taken
        self._narrowed = plan.narrowed
        self._anew = anew
        leaving, coming = ((), {}) if anew else _exchanged(plan)
        about = location, leaving, coming, plan.trees
        self._begin = partial(ListsBeside.begin, *about) if alike is None and coming else None
        self._beside = self._begin(left=processes()) if self._begin is not None else None
        self._former = FormerLists(*about, alike)

    def came(self) -> None:
        """All is there: processes that brought it are spare now."""
        if self._beside is None and self._begin is not None:
            self._beside = self._begin()
        if self._beside is not None:
            self._beside.came(self._taken)

    def read(self) -> None:
        """Read those of commits that leave."""
        if self._beside is None:
            self._former.read()

    def prepare(self) -> None:
        """Begin those of commits that come, as far as they can be."""
        if self._beside is None:
            self._former.prepare()

    def wait(self) -> None:
        """Before anybody clears away what is being written."""
        if self._beside is not None:
            self._beside.wait()

    def close(self) -> None:
        if self._beside is not None:
            self._beside.close()

    def write(self, repository: Repository, check: CheckReport | None) -> CheckReport | None:
        """Write them; the check without the sums that it came with, which take room.

        Without a check they are those of what came, and those of the versions before of what these
        had as well; else what is new is read for them. Of narrowed trees it is those of what
        counts. Raises OSError.
        """
        objects = repository.root.below("objects")

        def data_of(commit: str, before: Mapping[str, str]) -> bytes | None:
            if check is None or check.sums is None:
                outline = self._former.outlines.get(commit)
                about = self._taken, before, self._narrowed, outline
                return rendered(read_sums(objects, commit, *about))
            # Nothing is read in turn: nobody waits for another's drive.
            with _IN_TURN:
                return None if check.paths.concern(commit) else rendered(check.sums.of(commit))

        self.wait()
        about = self._location, repository.collection_refs(), data_of, self._former
        write_checksums(*about, anew=self._anew)
        return replace(check, sums=None) if check is not None else None


def _exchanged(plan: Plan) -> tuple[tuple[str, ...], Mapping[str, bytes]]:
    """Commits that leave, and the bytes of those that come."""
    after = {(item.collection, item.ref): item.commit for item in plan.items}
    leaving = tuple(
        commit
        for collection, ref, commit in plan.basis
        if after.get((collection, ref), commit) != commit
    )
    if plan.narrowed:
        return leaving, {}
    coming = {
        item.commit: collection.commits[item.commit]
        for collection in plan.collections
        for item in collection.items
        if item.commit in collection.commits and is_checked(item.ref)
    }
    return leaving, coming
