"""Many objects from a source into a repository, by several processes at once."""

from __future__ import annotations

import contextlib
import select
import time
from collections import deque
from collections.abc import Callable, Container, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path

from msgspec import Struct, field

from app.errors import SatchelError
from app.fs.files import drive_errors
from app.fs.root import Root
from app.message import Message
from app.ostree.objects import FILE_KEY, KEY_SIZE, CorruptObject, ObjectName
from app.ostree.pull.cache_keeping import CacheKeeper
from app.ostree.pull.delivery import SPILL, Arrived, Busy, Work
from app.ostree.pull.downloads import Downloads, SharedWork
from app.ostree.pull.fetch import HttpSource, KeptSource, LocalSource, Network
from app.ostree.pull.http_engine import HttpEngine
from app.ostree.pull.local_engine import copy_objects, name_what_lacks, take_kept
from app.ostree.pull.near_objects import NearObjects, NearPlace
from app.ostree.pull.object_cache import CachePlace, is_filled
from app.ostree.pull.object_writer import ObjectStore
from app.ostree.repository import Repository
from app.ostree.tree_keys import Keys
from app.ostree.workers import TICK, Worker, WorkerPool, processes
from app.progress import Cancel
from app.replacing import replace

AHEAD = 256
"""Objects given to a process before it has answered for earlier ones: more than it can have in
flight, so that it never waits for its parent."""

_AHEAD_TOGETHER = 64
"""The same where others may wait for what a process was given."""

_FEWEST = 8
"""The same at the end where nothing comes from far: a process with a large one left would keep all
waiting."""

_SHORT_TICK = 0.05
"""Seconds between looks at what others were to bring."""

_PIECE = 64 * 1024
"""Bytes that take long enough to tell of."""

_BATCH = 32
_LARGE_BATCH = 4 * _BATCH
"""Of a process that finishes what it begins before the next."""

_BATCH_SECONDS = 0.02


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
    ) -> None:
        """``cache``: what is there is not asked for, and what comes is kept there. ``downloads``:
        others fetch the same at the same time. ``near``: who may have it as well, and is asked
        before the source. ``sums``: `Arrived.stored` is wanted. ``known``: of which trees nobody
        needs to be told what they refer to.
        """
        self._trees = known
        self.beside = 0
        """Bytes that others than the source and the cache had."""
        self._told_until = 0.0
        self._downloads = downloads
        self._ahead = AHEAD if downloads is None else _AHEAD_TOGETHER
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
        if self._downloads is None and not cancel.paused:
            for worker in self._pool.workers:
                self._give(worker, work)

    def run(self, work: Work, cancel: Cancel) -> None:
        """Fetch everything that ``work`` names, until it names no more and nothing is under way.

        Raises `UpstreamError` for what upstream does wrong, `DriveError` for what the drive does,
        and what ``cancel`` raises.
        """
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
        room = ahead - worker.outstanding
        if room < ahead // 4:
            return
        check: list[bytes] = []
        fetch: list[bytes] = []
        while len(check) + len(fetch) < room:
            if (key := work.to_check()) is not None:
                check.append(key)
            elif (key := work.to_fetch()) is not None:
                fetch.append(key + self._known(key))
            else:
                break
        if check or fetch:
            worker.outstanding += len(check) + len(fetch)
            worker.send((check, fetch))

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
        assert isinstance(answer, _Answers)
        worker.outstanding -= len(answer.arrived) + len(answer.checked)
        work.received(answer.received)
        for arrived in answer.arrived:
            work.arrived(*arrived)
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


# What the processes do


class _DoneError(Exception):
    """The parent has nothing more to do."""


@contextlib.contextmanager
def _storing(store: ObjectStore) -> Iterator[ObjectStore]:
    """Until the parent says that this was all."""
    with drive_errors(Message("writing the repository")), store, contextlib.suppress(_DoneError):
        yield store


def prepared(_connection: Connection) -> bool:
    """Nothing; but what a pull takes is imported."""
    return True


def fetch_over_http(
    connection: Connection,
    repository: Root,
    max_file: int | None,
    url: str,
    network: Network,
    cache: CachePlace | None,
    near: Sequence[NearPlace],
    sums: bool,
) -> bool:
    """Of a worker: fetch what the parent names from a web server, but for what is here."""
    with _storing(ObjectStore(repository, max_file, cache, sums=sums)) as store:
        HttpEngine(url, network, store, _Tasks(connection, store, near, _BATCH)).run()
    return True


def fetch_from_cache(
    connection: Connection,
    repository: Root,
    max_file: int | None,
    cache: CachePlace | None,
    near: Sequence[NearPlace],
    sums: bool,
) -> bool:
    """Of a worker: take what the parent names from the cache and from near."""
    with _storing(ObjectStore(repository, max_file, cache, sums=sums)) as store:
        name_what_lacks(_Tasks(connection, store, near, _LARGE_BATCH))
    return True


def fetch_from_directory(
    connection: Connection,
    repository: Root,
    max_file: int | None,
    root: Path,
    near: Sequence[NearPlace],
    sums: bool,
) -> bool:
    """Of a worker: copy what the parent names from a directory."""
    with _storing(ObjectStore(repository, max_file, sums=sums)) as store:
        copy_objects(root, store, _Tasks(connection, store, near, _LARGE_BATCH))
    return True


class _Answers(Struct):
    """What a process has done since it said so last. Keys are `ObjectName.key`.

    Attributes:
        arrived: as in `Work.arrived`.
        checked: those that were there, and what they refer to; None if they are not right.
        received: bytes that came.
        taken, taken_bytes: of those that arrived, how many were on this computer.
        beside: of these bytes, what the cache did not have.
        kept: bytes that were added to the cache.
        full: there is no room for more in it.
    """

    arrived: list[tuple[bytes, int, Keys, bytes]] = field(default_factory=list)
    checked: list[tuple[bytes, Keys | None]] = field(default_factory=list)
    received: int = 0
    taken: int = 0
    taken_bytes: int = 0
    beside: int = 0
    kept: int = 0
    full: bool = False


class _Tasks:
    """What the parent says, and the answers, sent in batches. Keys are `ObjectName.key`.

    The parent sends what to check and what to fetch, with the SHA-256 of how it is stored after the
    key where that is known; or True to begin nothing for now, and False to
    go on; or a time before which a busy server is not to be asked for anything; or None for all.
    """

    def __init__(
        self, connection: Connection, store: ObjectStore, near: Sequence[NearPlace], batch: int
    ) -> None:
        self._batch = batch
        self._connection = connection
        # Its own poll() makes a new one each time, which takes longer than to read a small object.
        self._heard = select.poll()
        self._heard.register(connection.fileno(), select.POLLIN)
        self._store = store
        self._near = NearObjects(near)
        self._asks_here = store.cache is not None or bool(near)
        self._check: deque[bytes] = deque()
        self._given: deque[bytes] = deque()
        """To fetch, and not looked for on this computer yet."""
        self._fetch: deque[bytes] = deque()
        self._held = False
        self.not_before = 0.0
        self._answers = _Answers()
        self._kept = 0
        self._sent = 0.0

    def fileno(self) -> int:
        return self._connection.fileno()

    def next(self) -> ObjectName | None:
        if self._held or not self._fetch:
            return None
        return ObjectName.from_key(self._fetch.popleft()[:KEY_SIZE])

    def arrived(self, arrived: Arrived) -> None:
        self._answers.arrived.append(
            (arrived.name.key, arrived.size, arrived.children, arrived.stored)
        )

    def refused(self, _name: ObjectName, _error: SatchelError, /) -> bool:
        # A tree that lacks one of its objects is of no use.
        return False

    def busy(self, busy: Busy) -> None:
        self.not_before = max(self.not_before, busy.until)
        self._connection.send(busy)

    def exchange(self, received: int) -> None:
        self._hear(received)
        if not self._held:
            if self._given:
                self._take_kept()
            if self._check:
                self._check_present(self._check.popleft())
        self._answer()

    def _hear(self, received: int) -> None:
        """What the parent says."""
        self._answers.received += received
        while self._heard.poll(0):
            match self._connection.recv():
                case bool(held):
                    self._held = held
                case float(until):
                    self.not_before = max(self.not_before, until)
                case None:
                    raise _DoneError
                case (check, fetch):
                    self._check.extend(check)
                    (self._given if self._asks_here else self._fetch).extend(fetch)

    def _answer(self) -> None:
        """Tell the parent, if it is time."""
        answers = len(self._answers.arrived) + len(self._answers.checked)
        if not (answers or self._answers.received):
            return
        now = time.monotonic()
        # In small batches it tells while more is under way.
        done = self._batch > _BATCH and not (self._given or self._fetch or self._check)
        if done or answers >= self._batch or now - self._sent >= _BATCH_SECONDS:
            self._send()
            self._sent = now

    def _send(self) -> None:
        cache = self._store.cache
        if cache is not None:
            # Others may take it as soon as the parent knows.
            cache.publish()
            self._answers.kept, self._kept = cache.kept - self._kept, cache.kept
            self._answers.full, cache.full = cache.full, False
        self._connection.send(self._answers)
        self._answers = _Answers()

    @property
    def patience(self) -> float:
        if (self._check or self._given) and not self._held:
            return 0.0
        waiting = self._answers.arrived or self._answers.checked or self._answers.received
        return _BATCH_SECONDS if waiting else TICK

    def _take_kept(self) -> None:
        """For a moment take what is on this computer; upstream is asked for the rest."""
        until = time.monotonic() + _BATCH_SECONDS
        while self._given and not self._held and time.monotonic() < until:
            key = self._given.popleft()
            name, stored = ObjectName.from_key(key[:KEY_SIZE]), key[KEY_SIZE:]
            arrived = take_kept(self._store, name, self._tell, stored)
            if arrived is not None and arrived.size < SPILL:
                self._answers.received += arrived.size
            if arrived is None:
                arrived = self._near.take(name, self._store, self._tell, stored)
                self._answers.beside += arrived.size if arrived is not None else 0
            if arrived is None:
                self._fetch.append(key)
                continue
            answers = self._answers
            answers.arrived.append((key[:KEY_SIZE], arrived.size, arrived.children, arrived.stored))
            answers.taken += 1
            answers.taken_bytes += arrived.size
            self._answer()

    def _tell(self, received: int) -> None:
        """Of a large object so many bytes came: on a slow drive they take their time."""
        if received < _PIECE:
            # Most objects are small, and who calls looks at the clock after each of them.
            self._answers.received += received
            return
        self._hear(received)
        self._answer()

    def _check_present(self, key: bytes) -> None:
        """Read an object that is there."""
        children: Keys | None = None
        with contextlib.suppress(CorruptObject, OSError):
            children = self._store.check(ObjectName.from_key(key))
        self._answers.checked.append((key, children))
