"""What the processes of a transfer do: each fetches what its parent names, and tells what came."""

from __future__ import annotations

import contextlib
import select
import time
from collections import deque
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from msgspec import Struct, field

from app.errors import SatchelError
from app.fs.files import drive_errors
from app.fs.root import Root
from app.message import Message
from app.ostree.objects import KEY_SIZE, CorruptObject, ObjectName
from app.ostree.pull.delivery import SPILL, Arrived, Busy
from app.ostree.pull.fetch import Network
from app.ostree.pull.http_engine import HttpEngine
from app.ostree.pull.local_engine import copy_objects, name_what_lacks, take_kept
from app.ostree.pull.near_objects import NearObjects, NearPlace
from app.ostree.pull.object_cache import CachePlace
from app.ostree.pull.object_writer import ObjectStore
from app.ostree.tree_keys import Keys
from app.ostree.workers import TICK

_PIECE = 64 * 1024
"""Bytes that take long enough to tell of."""

_BATCH = 32
_LARGE_BATCH = 4 * _BATCH
"""Of a process that finishes what it begins before the next."""

_BATCH_SECONDS = 0.02


class Answers(Struct):
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


class _DoneError(Exception):
    """The parent has nothing more to do."""


@contextlib.contextmanager
def _storing(store: ObjectStore) -> Iterator[ObjectStore]:
    """Until the parent says that this was all."""
    with drive_errors(Message("writing the repository")), store, contextlib.suppress(_DoneError):
        yield store


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
        name_what_lacks(_Tasks(connection, store, near, _LARGE_BATCH, keep=False))
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


class _Tasks:
    """What the parent says, and the answers, sent in batches. Keys are `ObjectName.key`.

    The parent sends what to check and what to fetch, with the SHA-256 of how it is stored after the
    key where that is known; or objects that are right and only to be written; or True to begin
    nothing for now, and False to go on; or a time before which a busy server is not to be asked for
    anything; or None for all.
    """

    def __init__(
        self,
        connection: Connection,
        store: ObjectStore,
        near: Sequence[NearPlace],
        batch: int,
        *,
        keep: bool = True,
    ) -> None:
        """``keep``: what came before, in the cache as well."""
        self._batch = batch
        self._keep = keep
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
        self._came: deque[tuple[bytes, bytes]] = deque()
        """To write, and the bytes."""
        self._held = False
        self.not_before = 0.0
        self._answers = Answers()
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
            if self._came:
                self._write_some()
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
                case dict(came):
                    self._came.extend(came.items())
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
        waiting = self._given or self._fetch or self._check or self._came
        done = self._batch > _BATCH and not waiting
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
        self._answers = Answers()

    @property
    def patience(self) -> float:
        if (self._check or self._given or self._came) and not self._held:
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

    def _write_some(self) -> None:
        """For a moment write what came before."""
        cache, answers = self._store.cache, self._answers
        until = time.monotonic() + _BATCH_SECONDS
        while self._came and not self._held and time.monotonic() < until:
            key, data = self._came.popleft()
            name = ObjectName.from_key(key)
            kept = cache is not None and cache.has(name)
            if kept or self._near.has(key):
                answers.taken += 1
                answers.taken_bytes += len(data)
                answers.beside += 0 if kept else len(data)
            self._store.put(name, data, keep=self._keep and not kept)
            answers.received += len(data)
            answers.arrived.append((key, len(data), (), b""))

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
