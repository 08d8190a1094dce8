"""Many objects from a source into a repository, by several processes at once."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Container, Mapping, Sequence
from multiprocessing.connection import Connection, wait

from app.ostree.objects import FILE_KEY
from app.ostree.pull.cache_keeping import CacheKeeper
from app.ostree.pull.delivery import Busy, Work
from app.ostree.pull.downloads import Downloads, SharedWork
from app.ostree.pull.fetch import HttpSource, KeptSource, LocalSource
from app.ostree.pull.fetch_processes import (
    Answers,
    fetch_from_cache,
    fetch_from_directory,
    fetch_over_http,
)
from app.ostree.pull.near_objects import NearPlace
from app.ostree.pull.object_cache import CachePlace, is_filled
from app.ostree.repository import Repository
from app.ostree.tree_keys import KnownTrees
from app.ostree.workers import TICK, Worker, WorkerPool, processes
from app.progress import Cancel
from app.replacing import replace

_AHEAD = 256
"""Objects given to a process before it has answered for earlier ones: more than it can have in
flight, so that it never waits for its parent."""

_AHEAD_TOGETHER = 64
"""The same where others may wait for what a process was given."""

_FEWEST = 8
"""The same at the end where nothing comes from far: a process with a large one left would keep all
waiting."""

_SHORT_TICK = 0.05
"""Seconds between looks at what others were to bring."""


class Transfer:
    """Brings objects into a repository. A context manager; start it early, processes take a while.

    Every object that has a name in the repository is a right one, whatever happens.
    """

    def __init__(
        self,
        source: HttpSource | LocalSource | KeptSource,
        repository: Repository,
        max_file: int | None,
        cache: CachePlace | None = None,
        downloads: Downloads | None = None,
        *,
        near: Sequence[NearPlace] = (),
        sums: bool = False,
        known: Container[bytes] = (),
        came: KnownTrees | None = None,
    ) -> None:
        """``cache``: what is there is not asked for, and what comes is kept there. ``downloads``:
        others fetch the same at the same time. ``near``: who may have it as well, and is asked
        before the source. ``sums``: `Arrived.stored` is wanted. ``known``: of which trees nobody
        needs to be told what they refer to. ``came``: with the bytes of trees that came before,
        which are only written.
        """
        self._trees = known
        came = came if came is not None else KnownTrees()
        self._came: Mapping[bytes, bytes] = came.coming
        self._below = came.below
        self._to_write: deque[bytes] = deque()
        """What is wanted of those."""
        self._written_by: Counter[Worker] = Counter()
        """What each process was given of it and has not answered for."""
        self.beside = 0
        """Bytes that others than the source and the cache had."""
        self._told_until = 0.0
        self._downloads = downloads
        self._ahead = _AHEAD if downloads is None else _AHEAD_TOGETHER
        self._far = isinstance(source, HttpSource)
        # Others need them.
        sums = sums or downloads is not None
        self._keeper = CacheKeeper(cache) if cache is not None else None
        if cache is not None and downloads is None:
            cache = replace(cache, blank=not is_filled(cache.directory))
        if isinstance(source, KeptSource):
            self._pool = WorkerPool(
                fetch_from_cache, repository.root, max_file, cache, tuple(near), sums
            )
        elif isinstance(source, HttpSource):
            network = source.network
            share = replace(
                network,
                connections=-(-network.connections // processes()),
                streams=-(-network.streams // processes()),
            )
            self._pool = WorkerPool(
                fetch_over_http,
                repository.root,
                max_file,
                source.content,
                share,
                cache,
                tuple(near),
                sums,
            )
        else:
            self._pool = WorkerPool(
                fetch_from_directory, repository.root, max_file, source.root, tuple(near), sums
            )

    def __enter__(self) -> Transfer:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and not self._pool.outstanding:
            self._pool.done()
        else:
            self._pool.close()
        if self._keeper is not None:
            self._keeper.close()

    def begin(self, work: Work, cancel: Cancel) -> None:
        """Let the processes begin, before `run`; there may be more to fetch by then. Raises what
        ``cancel`` raises."""
        cancel.check()
        if cancel.paused:
            return
        self._to_write += work.take(self._came)
        for worker in self._pool.workers:
            if self._downloads is None:
                # These first: they are waited for.
                self._give(worker, work)
            self._write(worker)

    def run(self, work: Work, cancel: Cancel) -> None:
        """Fetch everything that ``work`` names, until it names no more and nothing is under way.

        Raises `UpstreamError` for what upstream does wrong, `DriveError` for what the drive does,
        and what ``cancel`` raises.
        """
        if not cancel.paused:
            self._to_write += work.take(self._came)
        if self._downloads is None:
            self._run(work, cancel, lambda: False)
            return
        shared = SharedWork(work, self._downloads)
        try:
            self._run(shared, cancel, lambda: shared.waiting)
        finally:
            shared.close()

    def _run(self, work: Work, cancel: Cancel, waiting: Callable[[], bool]) -> None:
        workers = {worker.connection: worker for worker in self._pool.workers}
        held = False
        while True:
            cancel.check()
            if cancel.paused != held:
                held = not held
                for worker in workers.values():
                    worker.send(held)
            if not held:
                for worker in workers.values():
                    self._give(worker, work)
                    self._write(worker)
                if not self._pool.outstanding and not waiting():
                    return
            for connection in wait(list(workers), _SHORT_TICK if waiting() else TICK):
                assert isinstance(connection, Connection)
                self._collect(workers[connection], work)
            # Also when nothing came, so that whoever watches sees that.
            work.received(0)

    def _give(self, worker: Worker, work: Work) -> None:
        """Keep a process busy."""
        ahead = self._ahead
        if not self._far:
            ahead = min(ahead, max(_FEWEST, work.left // (2 * len(self._pool.workers))))
        room = ahead - worker.outstanding + self._written_by[worker]
        if room < ahead // 4:
            return
        check: list[bytes] = []
        fetch: list[bytes] = []
        while len(check) + len(fetch) < room:
            if (key := work.to_check()) is not None:
                check.append(key)
            elif (key := work.to_fetch()) is None:
                break
            elif key in self._came:
                self._to_write.append(key)
            else:
                fetch.append(key + self._known(key))
        if check or fetch:
            worker.outstanding += len(check) + len(fetch)
            worker.send((check, fetch))

    def _write(self, worker: Worker) -> None:
        """Let a process write what came before: so much that it is not done before it gets more,
        and no more than it can answer for while nobody listens."""
        room = min(_AHEAD - self._written_by[worker], len(self._to_write))
        if room and self._written_by[worker] <= _AHEAD // 2:
            came = [self._to_write.popleft() for _ in range(room)]
            worker.outstanding += room
            self._written_by[worker] += room
            worker.send({key: self._came[key] for key in came})

    def _known(self, key: bytes) -> bytes:
        """How an object is stored, if somebody has checked it for another drive, or it is known
        what it refers to."""
        if self._downloads is None:
            return key[1:] if key[0] != FILE_KEY and key in self._trees else b""
        brought = self._downloads.brought(key)
        return brought.stored if brought is not None else b""

    def _collect(self, worker: Worker, work: Work) -> None:
        """Take a process's answers, or what a busy server told it."""
        answer = worker.receive()
        if isinstance(answer, Busy):
            self._pass_on(answer, work)
            return
        assert isinstance(answer, Answers)
        worker.outstanding -= len(answer.arrived) + len(answer.checked)
        work.received(answer.received)
        for key, size, children, stored in answer.arrived:
            came = key in self._came
            if came:
                self._written_by[worker] -= 1
            work.arrived(key, size, self._below.get(key, ()) if came else children, stored)
        for key, below in answer.checked:
            work.checked(key, below)
        self.beside += answer.beside
        if answer.taken:
            work.from_cache(answer.taken, answer.taken_bytes)
        if self._keeper is not None and answer.kept:
            self._keeper.added(answer.kept)
        if self._keeper is not None and answer.full:
            self._keeper.full()

    def _pass_on(self, busy: Busy, work: Work) -> None:
        """What one process was told by the server holds for the others."""
        for worker in self._pool.workers:
            worker.send(busy.until)
        if time.monotonic() >= self._told_until:
            work.busy(busy)
        self._told_until = max(self._told_until, busy.until)
