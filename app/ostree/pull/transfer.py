"""Many objects from a source into a repository, by several processes at once."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from pathlib import Path

from app.fs.files import drive_errors
from app.fs.root import Root
from app.message import Message
from app.ostree.objects import CorruptObject, ObjectName
from app.ostree.pull.delivery import Arrived, Busy, Work
from app.ostree.pull.fetch import HttpSource, LocalSource, Network
from app.ostree.pull.http_engine import HttpEngine
from app.ostree.pull.local_engine import copy_objects
from app.ostree.pull.object_writer import ObjectStore
from app.ostree.repository import Repository
from app.ostree.workers import PROCESSES, TICK, Worker, WorkerPool
from app.progress import Cancel

AHEAD = 256
"""Objects given to a process before it has answered for earlier ones: more than it can have in
flight, so that it never waits for its parent."""

_BATCH = 32
_BATCH_SECONDS = 0.02


class Transfer:
    """Brings objects into a repository. A context manager; start it early, processes take a while.

    Every object that has a name in the repository is a right one, whatever happens.
    """

    def __init__(
        self, source: HttpSource | LocalSource, repository: Repository, max_file: int | None
    ) -> None:
        self._told_until = 0.0
        if isinstance(source, HttpSource):
            network = source.network
            share = replace(
                network,
                connections=-(-network.connections // PROCESSES),
                streams=-(-network.streams // PROCESSES),
            )
            self._pool = WorkerPool(
                fetch_over_http, repository.root, max_file, source.content, share
            )
        else:
            self._pool = WorkerPool(fetch_from_directory, repository.root, max_file, source.root)

    def __enter__(self) -> Transfer:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()

    def run(self, work: Work, cancel: Cancel) -> None:
        """Fetch everything that ``work`` names, until it names no more and nothing is under way.

        Raises `UpstreamError` for what upstream does wrong, `DriveError` for what the drive does,
        and what ``cancel`` raises.
        """
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
                    _give(worker, work)
                if not self._pool.outstanding:
                    return
            for connection in wait(list(workers), TICK):
                assert isinstance(connection, Connection)
                busy = _collect(workers[connection], work)
                if busy is not None:
                    self._pass_on(busy, work)
            # Also when nothing came, so that whoever watches sees that.
            work.received(0)

    def _pass_on(self, busy: Busy, work: Work) -> None:
        """What one process was told by the server holds for the others."""
        for worker in self._pool.workers:
            worker.send(busy.until)
        if time.monotonic() >= self._told_until:
            work.busy(busy)
        self._told_until = max(self._told_until, busy.until)


def _give(worker: Worker, work: Work) -> None:
    """Keep a process busy."""
    room = AHEAD - worker.outstanding
    if room < AHEAD // 4:
        return
    check: list[bytes] = []
    fetch: list[bytes] = []
    while len(check) + len(fetch) < room:
        if (key := work.to_check()) is not None:
            check.append(key)
        elif (key := work.to_fetch()) is not None:
            fetch.append(key)
        else:
            break
    if check or fetch:
        worker.outstanding += len(check) + len(fetch)
        worker.send((check, fetch))


def _collect(worker: Worker, work: Work) -> Busy | None:
    """Take a process's answers, or what a busy server told it."""
    answer = worker.receive()
    if isinstance(answer, Busy):
        return answer
    arrived, checked, received = answer
    worker.outstanding -= len(arrived) + len(checked)
    work.received(received)
    for key, size, children in arrived:
        work.arrived(key, size, children)
    for key, children in checked:
        work.checked(key, children)
    return None


# What the processes do


def fetch_over_http(
    connection: Connection, repository: Root, max_file: int | None, url: str, network: Network
) -> None:
    """Of a worker: fetch what the parent names from a web server."""
    with (
        drive_errors(Message("writing the repository")),
        ObjectStore(repository, max_file) as store,
    ):
        HttpEngine(url, network, store, _Tasks(connection, store)).run()


def fetch_from_directory(
    connection: Connection, repository: Root, max_file: int | None, root: Path
) -> None:
    """Of a worker: copy what the parent names from a directory."""
    with (
        drive_errors(Message("writing the repository")),
        ObjectStore(repository, max_file) as store,
    ):
        copy_objects(root, store, _Tasks(connection, store))


class _Tasks:
    """What the parent says, and the answers, sent in batches. Keys are `ObjectName.key`.

    The parent sends what to check and what to fetch; or True to begin nothing for now, and False to
    go on; or a time before which a busy server is not to be asked for anything.
    """

    def __init__(self, connection: Connection, store: ObjectStore) -> None:
        self._connection = connection
        self._store = store
        self._check: deque[bytes] = deque()
        self._fetch: deque[bytes] = deque()
        self._held = False
        self.not_before = 0.0
        self._arrived: list[tuple[bytes, int, list[bytes]]] = []
        self._checked: list[tuple[bytes, list[bytes] | None]] = []
        self._received = 0
        self._sent = 0.0

    def fileno(self) -> int:
        return self._connection.fileno()

    def next(self) -> ObjectName | None:
        if self._held or not self._fetch:
            return None
        return ObjectName.from_key(self._fetch.popleft())

    def arrived(self, arrived: Arrived) -> None:
        children = [child.key for child in arrived.children]
        self._arrived.append((arrived.name.key, arrived.size, children))

    def busy(self, busy: Busy) -> None:
        self.not_before = max(self.not_before, busy.until)
        self._connection.send(busy)

    def exchange(self, received: int) -> None:
        self._received += received
        while self._connection.poll():
            match self._connection.recv():
                case bool(held):
                    self._held = held
                case float(until):
                    self.not_before = max(self.not_before, until)
                case (check, fetch):
                    self._check.extend(check)
                    self._fetch.extend(fetch)
        if self._check and not self._held:
            self._check_present(self._check.popleft())
        answers = len(self._arrived) + len(self._checked)
        if not (answers or self._received):
            return
        now = time.monotonic()
        if answers >= _BATCH or now - self._sent >= _BATCH_SECONDS:
            self._connection.send((self._arrived, self._checked, self._received))
            self._arrived, self._checked, self._received = [], [], 0
            self._sent = now

    @property
    def patience(self) -> float:
        if self._check and not self._held:
            return 0.0
        return _BATCH_SECONDS if self._arrived or self._checked or self._received else TICK

    def _check_present(self, key: bytes) -> None:
        """Read an object that is there."""
        try:
            children = [child.key for child in self._store.check(ObjectName.from_key(key))]
        except (CorruptObject, OSError):
            self._checked.append((key, None))
        else:
            self._checked.append((key, children))
