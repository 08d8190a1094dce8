"""The objects of one upstream: each is asked for once, however many want it.

One thread has all requests under way at once, as a job's processes do. What somebody waits for
comes before what will be wanted soon, and that never takes all the connections. An object that is
wrong, missing or slow is nobody's trouble but of those who want that one.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future

from msgspec import Struct

from app.closing import Closing
from app.errors import DriveError, SatchelError
from app.fs.root import Root
from app.message import message_of
from app.ostree.objects import CorruptObject, ObjectName, check_metadata
from app.ostree.pull.answers import DeniedError, NotFoundError, UnauthorizedError
from app.ostree.pull.delivery import Arrived, Busy, ObjectRejectedError
from app.ostree.pull.fetch import HttpSource, LocalSource, Network
from app.ostree.pull.http_engine import HttpEngine
from app.ostree.pull.local_engine import copy_objects
from app.ostree.pull.object_writer import ObjectTooLargeError
from app.progress import Notice
from app.replacing import replace
from app.serve.supplying import Outcome, Supplied
from app.serve.upstream.keeping import Keeper
from app.serve.upstream.mirror_store import MirrorStore
from app.serve.upstream.trees import Trees
from app.severity import Severity

RETRIES = 2
"""Beside the first try: who waits has a deadline of their own, and tries again."""

CONNECT_SECONDS = 5
STALL_SECONDS = 10
_REFUSED_FOR = 10.0
"""Seconds until an object is asked for again that was missing or wrong."""

_MOST_REMEMBERED = 10_000
_SHARE = 3 / 4
"""The part of the connections that what nobody waits for may take."""

_LOOKED_AT = 256
"""Objects that are looked for here before the network has its turn again."""

_PATIENCE = 1.0


def impatient(network: Network) -> Network:
    """How upstream is asked while somebody waits."""
    return replace(
        network,
        retries=RETRIES,
        connect_timeout=min(network.connect_timeout, CONNECT_SECONDS),
        stall_timeout=min(network.stall_timeout, STALL_SECONDS),
    )


class Progress(Struct, frozen=True):
    """How much came since the beginning.

    Attributes:
        lacking: objects that upstream did not have, or sent wrongly, and those known of for which
            there was no room.
        left: that are known and still to come.
    """

    objects: int
    bytes: int
    lacking: int
    left: int


class _MovedError(Exception):
    """What comes is to be kept elsewhere."""


class Fetcher(Closing):
    """Brings the objects of an upstream to a directory. `fetch` may be called by any thread.

    Attributes:
        troubled: it is not known whether it can be reached: nothing comes by itself.
        away: it has not been reached for long: nobody waits for it.
        came: when the last object came, by `time.monotonic`.
    """

    def __init__(
        self,
        source: HttpSource | LocalSource,
        place: Root,
        keeper: Keeper,
        trees: Trees,
        beside: Callable[[ObjectName], bytes | bool],
        report: Callable[[Notice], None],
        *,
        largest: int,
    ) -> None:
        """``beside``: whether somebody else has an object, so that it need not come by itself; the
        bytes of one that tells of others. ``largest``: bytes of one object."""
        self.troubled = self.away = False
        self.came = 0.0
        self._source = source
        self.move(place)
        self._keeper = keeper
        self._trees = trees
        self._beside = beside
        self._report = report
        self._largest = largest
        self.not_before = 0.0
        self._lock = threading.Lock()
        self._waking = threading.Lock()
        self._closing = False
        self._urgent: deque[ObjectName] = deque()
        self._to_follow: deque[ObjectName] = deque()
        self._waiting: dict[ObjectName, Future[Supplied]] = {}
        self._flying: set[ObjectName] = set()
        self._ahead: set[ObjectName] = set()
        self._refused: dict[ObjectName, tuple[float, Supplied]] = {}
        self._came = self._size = self._lacking = 0
        self._store: MirrorStore | None = None
        self._wake_read, self._wake_write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._thread = threading.Thread(target=self._run, name="satchel-fetcher", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing = True
        self._wake()
        self._thread.join()
        with self._waking:
            os.close(self._wake_read)
            os.close(self._wake_write)
            self._wake_write = -1

    def fetch(self, name: ObjectName) -> Supplied:
        """Waits until it is known what becomes of an object."""
        with self._lock:
            if self._closing:
                return Supplied(Outcome.FAILED)
            if os.path.exists(self._objects / name.path):
                # Since the web server looked.
                return Supplied(Outcome.KEPT)
            known = self._refused.get(name)
            now = time.monotonic()
            if known is not None and now < known[0]:
                return known[1]
            if self.away:
                return Supplied(Outcome.NOTHING, ref=self._trees.ref(name))
            future = self._waiting.get(name)
            if future is None:
                future = self._waiting[name] = Future()
                self._urgent.append(name)
                self._wake()
        return future.result()

    @property
    def is_busy(self) -> bool:
        """Whether anything is still to come."""
        with self._lock:
            return bool(self._flying or self._urgent or self._to_follow or self._trees)

    @property
    def progress(self) -> Progress:
        with self._lock:
            left = len(self._flying) + len(self._urgent) + len(self._trees)
        return Progress(self._came, self._size, self._lacking, left)

    def follow(self, name: ObjectName) -> None:
        """Let all come that an object that is here tells of."""
        with self._lock:
            self._to_follow.append(name)
        self._wake()

    def move(self, place: Root) -> None:
        """Bring them there from now on; what is under way is given up."""
        self._place = place
        self._objects = place.shown("objects")
        self._moved = True

    def ask_again(self) -> None:
        """It may be reached again, and have what it lacked: the next who asks finds out."""
        with self._lock:
            self._refused.clear()
        self.troubled = self.away = False
        self._wake()

    def _wake(self) -> None:
        with self._waking, contextlib.suppress(BlockingIOError):
            # Whoever looks at lists may be at it when all is closed.
            if self._wake_write >= 0:
                os.write(self._wake_write, b"x")

    # The thread

    def _run(self) -> None:
        try:
            while not self._closing:
                try:
                    self._fetch_all()
                except EOFError:
                    return
                except _MovedError:
                    self._give_up()
                except (SatchelError, OSError) as error:
                    self._failed(error)
        finally:
            # Nobody waits for what does not come any more.
            self._closing = True
            self._give_up()

    def _fetch_all(self) -> None:
        self._moved = False
        with MirrorStore(self._place, self._keeper, self._largest) as self._store:
            if isinstance(self._source, LocalSource):
                copy_objects(self._source.root, self._store, self)
            else:
                network = impatient(self._source.network)
                HttpEngine(self._source.content, network, self._store, self).run()

    def _failed(self, error: SatchelError | OSError) -> None:
        """Nothing can come for now; who waits is told."""
        key = getattr(error, "key", None)
        if isinstance(error, SatchelError) and isinstance(key, bytes):
            self.refused(ObjectName.from_key(key), error)
            return
        self._give_up()
        if not self._closing:
            self._report(Notice(Severity.WARNING, message_of(error)))
            time.sleep(_PATIENCE)

    def _give_up(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, {}
            self._urgent.clear()
            self._flying.clear()
            self._ahead.clear()
        for future in waiting.values():
            future.set_result(Supplied(Outcome.FAILED))

    # What the engine asks

    def fileno(self) -> int:
        return self._wake_read

    @property
    def patience(self) -> float:
        ahead = self._trees and len(self._ahead) < self._most_ahead and not self.troubled
        return 0.0 if ahead else _PATIENCE

    @property
    def _most_ahead(self) -> int:
        if isinstance(self._source, LocalSource):
            return 1
        return max(1, int(self._source.network.connections * _SHARE))

    def next(self) -> ObjectName | None:
        with self._lock:
            while self._urgent:
                name = self._urgent.popleft()
                # It may have come by itself meanwhile.
                if name in self._waiting and name not in self._flying:
                    self._flying.add(name)
                    return name
        if self.troubled:
            return None
        for _ in range(_LOOKED_AT):
            if len(self._ahead) >= self._most_ahead:
                return None
            key = self._trees.next()
            if key is None:
                return None
            name = ObjectName.from_key(key)
            if name in self._flying or self._is_there(name):
                continue
            with self._lock:
                self._flying.add(name)
            self._ahead.add(name)
            return name
        return None

    def _is_there(self, name: ObjectName) -> bool:
        """Whether an object need not come; then what it tells of is looked at."""
        there = self._beside(name)
        if isinstance(there, bytes):
            try:
                self._trees.there(name, check_metadata(name, there), asked=False)
            except CorruptObject:
                return False
            return True
        return there

    def exchange(self, _received: int) -> None:
        with contextlib.suppress(BlockingIOError):
            while os.read(self._wake_read, 4096):
                pass
        if self._closing:
            raise EOFError
        if self._moved:
            raise _MovedError
        while self._to_follow:
            self._is_there(self._to_follow.popleft())

    def busy(self, busy: Busy) -> None:
        self.not_before = max(self.not_before, busy.until)

    def arrived(self, arrived: Arrived) -> None:
        assert self._store is not None
        name = arrived.name
        body = self._store.take_passing(name)
        if body is None:
            children = map(ObjectName.from_key, arrived.children)
            self._trees.there(name, children, asked=name not in self._ahead)
        else:
            # Without room nothing comes by itself: it would have to come again.
            wanted = name in self._ahead or self._trees.is_whole(name)
            self._lacking += len(self._trees) + wanted
            self._trees.clear()
        self.came = time.monotonic()
        self._came += 1
        self._size += arrived.size
        outcome = Outcome.KEPT if body is None else Outcome.PASSING
        self._settle(name, Supplied(outcome, body if body is not None else b""))

    def refused(self, name: ObjectName, error: SatchelError, /) -> bool:
        ref = self._trees.ref(name)
        if isinstance(error, DriveError) and not isinstance(error, ObjectTooLargeError):
            self._again(name)
            return not self._closing
        if isinstance(error, NotFoundError | DeniedError | UnauthorizedError):
            self._settle(name, Supplied(Outcome.NOTHING, ref=ref), remember=True)
        elif isinstance(error, ObjectRejectedError | ObjectTooLargeError):
            self._report(Notice(Severity.WARNING, error.message))
            self._settle(name, Supplied(Outcome.REFUSED, ref=ref), remember=True)
        else:
            # It may be that object's fault, or upstream is away: whoever looks at lists finds out.
            self._report(Notice(Severity.WARNING, error.message))
            self._settle(name, Supplied(Outcome.FAILED, ref=ref))
        return not self._closing

    def _again(self, name: ObjectName) -> None:
        """There was no room for it on the disk: this time it goes through memory."""
        with self._lock:
            self._flying.discard(name)
            self._ahead.discard(name)
            if name in self._waiting:
                self._urgent.append(name)
            else:
                self._lacking += 1

    def _settle(self, name: ObjectName, supplied: Supplied, *, remember: bool = False) -> None:
        with self._lock:
            self._flying.discard(name)
            self._ahead.discard(name)
            future = self._waiting.pop(name, None)
            if remember:
                if len(self._refused) >= _MOST_REMEMBERED:
                    self._refused.clear()
                self._refused[name] = (time.monotonic() + _REFUSED_FOR, supplied)
        if remember:
            self._lacking += 1
        if future is not None:
            future.set_result(supplied)
