"""The kit's checksums of what a job has brought, put together by a process beside.

A job that checks nothing has only to wait for them. Why: decision D336.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection

from app.closing import Closing
from app.ostree.blame import split_keys
from app.ostree.objects import Commit, child_keys
from app.ostree.stored_sums import SumsTaken, outline_of, read_sums
from app.ostree.tree_keys import WHOLE, KnownTrees
from app.ostree.workers import Worker, spare_worker
from app.stick.kit.checksums import CHECKSUMS, FormerLists, checksum_path, rendered
from app.stick.store.location import Location


class ListsBeside(Closing):
    """Those of one job."""

    def __init__(self, worker: Worker) -> None:
        self._worker: Worker | None = worker

    @classmethod
    def begin(
        cls,
        location: Location,
        leaving: Sequence[str],
        coming: Mapping[str, bytes],
        trees: KnownTrees,
        *,
        left: int = 0,
    ) -> ListsBeside | None:
        """Of the commits ``coming`` (bytes by checksum) all of whose ``trees`` are known; None
        where no process is spare but ``left`` ones, or there is none of them. ``leaving``: those
        whose lists have most of it. Whoever begins them says `came`.
        """
        wholes = {sum_: trees.whole(child_keys(Commit.parse(coming[sum_]))) for sum_ in coming}
        joined = {sum_: b"".join(whole) for sum_, whole in wholes.items() if whole is not None}
        worker = spare_worker(left) if joined else None
        if worker is None:
            return None
        beside = cls(worker)
        try:
            worker.run(put_together, location, leaving, joined)
        except Exception:  # of whatever kind, from the process
            beside.close()
            return None
        return beside

    def came(self, taken: SumsTaken) -> None:
        """All is there; ``taken``: sums of it."""
        if self._worker is not None:
            # Whoever makes the others makes these as well then.
            with contextlib.suppress(Exception):
                self._worker.send(taken.of_files())

    def wait(self) -> None:
        """Until they are there; what went wrong whoever makes the others will see again."""
        worker = self._worker
        # What it did before may have left an answer.
        with contextlib.suppress(Exception):
            while worker is not None and worker.receive() is not None:
                pass
        self.close()

    def close(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end()


# What the process does


def put_together(
    connection: Connection,
    location: Location,
    leaving: Sequence[str],
    coming: Mapping[str, bytes],
) -> bool:
    """Write them once sums are sent: of commits that nobody names yet nobody looks for any.
    ``coming``: the keys (`ObjectName.key`) of all below each commit, joined."""
    former = FormerLists(location)
    before: dict[str, str] = {}
    for commit in leaving:
        before.update(former.of(commit))
    outlines = {sum_: outline_of(sum_, split_keys(coming[sum_]), before) for sum_ in coming}
    taken: SumsTaken = connection.recv()
    location.kit.make_directory(CHECKSUMS)
    objects = location.repository.below("objects")
    for commit, outline in outlines.items():
        data = rendered(read_sums(objects, commit, taken, before, WHOLE, outline))
        if data is not None:
            location.kit.replace(checksum_path(commit), data, durable=False)
    connection.send(None)
    return True
