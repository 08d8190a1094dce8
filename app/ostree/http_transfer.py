"""Many objects over HTTP, many requests in flight.

The caller's thread runs libcurl's event loop and owns every request; threads check and write what
has arrived. A thread is only ever handed finished pieces, and of one object only one piece at a
time, so nothing is shared and nothing needs a lock. Memory is bounded: an object that grows beyond
`SPILL` bytes streams through a file, and a transfer that runs ahead of the drive is paused.
"""

from __future__ import annotations

import contextlib
import heapq
import select
import sys
import time
from collections.abc import Iterator
from enum import Enum, auto
from functools import partial
from typing import Any

import pycurl

from app.errors import SatchelError
from app.files import explain
from app.ostree.fetch import Failure, HttpSource, NotFoundError, classify, new_handle, pauses
from app.ostree.objects import CorruptObject, ObjectName
from app.ostree.receive import ObjectStore, StreamedObject
from app.ostree.work import (
    MAX_CHECKS,
    SPILL,
    THREADS,
    TICK,
    Arrived,
    Checked,
    ObjectMissingUpstreamError,
    ObjectRejectedError,
    Work,
    check_present,
)
from app.ostree.workers import WorkerPool
from app.progress import Cancel

MAX_AHEAD = 4 * 1024 * 1024
"""Bytes of one streamed object that may wait for the drive before its transfer is paused."""

MAX_HELD = 64 * 1024 * 1024
"""Bytes of all objects in memory from which on streamed objects wait and no request is started.

Beyond this, a request may hold `SPILL` bytes: well over that times the requests in flight, or
transfers would stop one another.
"""

MAX_BACKLOG = 256
"""Objects that may wait for a thread before no new request is started."""

SWITCH_INTERVAL = 0.0005
"""Seconds a thread may keep Python's lock while others wait for it."""

MAX_REJECTIONS = 1
"""Tries from the beginning after bytes that were wrong: a proxy or an earlier run's part may be
at fault."""

_WISHES = {
    pycurl.POLL_IN: select.POLLIN,
    pycurl.POLL_OUT: select.POLLOUT,
    pycurl.POLL_INOUT: select.POLLIN | select.POLLOUT,
}


class _State(Enum):
    """How far the transfer of an object is; what the threads do is `_Request.busy`."""

    OPENING = auto()  # a thread reads the part that an earlier run left
    RUNNING = auto()  # libcurl is at it
    ENDED = auto()  # everything has arrived
    FAILED = auto()  # it broke off; `failure` says why


class _Request:
    """One object on its way.

    Attributes:
        slot: the curl handle, while running.
        chunks, waiting: what has arrived and no thread has, and its bytes.
        received: bytes of the object so far, as reported to the work.
        busy: a thread has a piece of it; only then may a thread touch ``stream``.
        paused: libcurl was told to wait until the thread is done.
        restart: what has arrived cannot be continued.
        furthest: size of the longest stream so far; failures beyond it are counted anew.
    """

    __slots__ = (
        "busy",
        "chunks",
        "failure",
        "furthest",
        "name",
        "paused",
        "pauses",
        "received",
        "rejections",
        "restart",
        "slot",
        "state",
        "stream",
        "waiting",
    )

    def __init__(self, name: ObjectName) -> None:
        self.name = name
        self.state = _State.OPENING
        self.slot: _Slot | None = None
        self.chunks: list[bytes] = []
        self.waiting = 0
        self.received = 0
        self.busy = False
        self.paused = False
        self.restart = False
        self.stream: StreamedObject | None = None
        self.furthest = 0
        self.failure: Failure | None = None
        self.pauses: Iterator[float] | None = None
        self.rejections = 0


class _Slot:
    """A curl handle and what it is fetching."""

    __slots__ = ("handle", "request", "resumed")

    def __init__(self, handle: Any) -> None:
        self.handle = handle
        self.request: _Request | None = None
        self.resumed = False


# The request, the bytes it no longer holds in memory, and what the thread made of them.
_Piece = tuple[_Request, int, Arrived | CorruptObject | SatchelError | None]


class HttpTransfer:
    """Runs one transfer; see `app.ostree.transfer.transfer`."""

    def __init__(self, source: HttpSource, store: ObjectStore, work: Work, cancel: Cancel) -> None:
        self._source = source
        self._network = source.network
        self._store = store
        self._work = work
        self._cancel = cancel
        self._base = f"{source.url}/objects/"
        self._limit = self._network.connections
        self._protocol = 0
        # poll, not epoll: libcurl drops and takes back its interest with every request, and
        # that costs a system call each time only with epoll.
        self._poll = select.poll()
        self._timer: float | None = None
        self._slots: list[_Slot] = []
        self._idle: list[_Slot] = []
        self._active: set[_Request] = set()
        self._streams: set[_Request] = set()
        self._later: list[tuple[float, int, _Request]] = []
        self._sequence = 0
        self._held = 0
        self._received = 0
        self._checks = 0
        self._parts = store.parts()
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, self._network.connections)
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._on_socket)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._on_timer)
        self._pool: WorkerPool[_Piece | Checked] = WorkerPool(THREADS)
        self._poll.register(self._pool.fd, select.POLLIN)

    def run(self) -> None:
        interval = sys.getswitchinterval()
        # libcurl's loop waits for Python's lock after each of its many short system calls; with
        # the usual interval of 5 ms, the threads that check keep it from the network.
        sys.setswitchinterval(min(interval, SWITCH_INTERVAL))
        try:
            while self._turn():
                pass
        finally:
            sys.setswitchinterval(interval)
            self._close()

    def _turn(self) -> bool:
        """One round of the event loop; False when all is done."""
        self._cancel.check()
        self._start_requests()
        if not (self._active or self._later or self._pool.pending):
            return False
        for descriptor, events in self._poll.poll(self._wait()):
            if events & select.POLLNVAL:
                self._poll.unregister(descriptor)
            elif descriptor != self._pool.fd:
                self._multi.socket_action(descriptor, _selected(events))
        if self._timer is not None and self._timer <= time.monotonic():
            self._timer = None
            self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)
        self._collect_transfers()
        for outcome in self._pool.collect():
            if isinstance(outcome, Checked):
                self._checks -= 1
                self._work.checked(outcome)
            else:
                self._settle(outcome)
        # Not from libcurl's callbacks, which swallow exceptions; also when nothing came, so that
        # whoever watches sees that.
        received, self._received = self._received, 0
        self._work.received(received)
        return True

    def _wait(self) -> float:
        """Milliseconds until something has to be done without being asked."""
        now = time.monotonic()
        until = now + TICK
        if self._timer is not None:
            until = min(until, self._timer)
        if self._later:
            until = min(until, self._later[0][0])
        return max(0.0, until - now) * 1000

    def _close(self) -> None:
        for request in self._active:
            if request.slot is not None:
                self._multi.remove_handle(request.slot.handle)
        self._pool.close()
        for request in self._streams:
            if request.stream is not None:
                # Large objects go on from here in the next run.
                request.stream.keep()
        for slot in self._slots:
            slot.handle.close()
        self._multi.close()

    # What libcurl wants to be told about

    def _on_socket(self, what: int, descriptor: int, _multi: Any, _data: Any) -> None:
        if what == pycurl.POLL_REMOVE:
            with contextlib.suppress(KeyError):
                self._poll.unregister(descriptor)
        else:
            self._poll.register(descriptor, _WISHES[what])

    def _on_timer(self, milliseconds: int) -> None:
        self._timer = None if milliseconds < 0 else time.monotonic() + milliseconds / 1000

    # Requests

    def _start_requests(self) -> None:
        while self._later and self._later[0][0] <= time.monotonic():
            self._start(heapq.heappop(self._later)[2])
        while self._checks < MAX_CHECKS and (name := self._work.to_check()) is not None:
            self._checks += 1
            self._pool.submit(partial(check_present, self._store, name))
        while (
            len(self._active) < self._limit
            and self._pool.pending < MAX_BACKLOG
            and self._held < MAX_HELD
        ):
            name = self._work.to_fetch()
            if name is None:
                return
            request = _Request(name)
            if self._parts and str(name) in self._parts:
                self._parts.discard(str(name))
                self._active.add(request)
                self._streams.add(request)
                request.busy = True
                self._pool.submit(partial(self._open_part, request))
            else:
                self._start(request)

    def _start(self, request: _Request) -> None:
        slot = self._idle.pop() if self._idle else self._new_slot()
        handle = slot.handle
        handle.setopt(pycurl.URL, self._base + request.name.path)
        offset = request.stream.size if request.stream else 0
        if offset or slot.resumed:
            handle.setopt(pycurl.RESUME_FROM_LARGE, offset)
            slot.resumed = offset > 0
        slot.request = request
        request.slot = slot
        request.state = _State.RUNNING
        request.failure = None
        self._active.add(request)
        self._multi.add_handle(handle)

    def _new_slot(self) -> _Slot:
        slot = _Slot(new_handle(self._network))
        slot.handle.slot = slot
        slot.handle.setopt(pycurl.WRITEFUNCTION, partial(self._on_data, slot))
        self._slots.append(slot)
        return slot

    def _on_data(self, slot: _Slot, data: bytes) -> int | None:
        """libcurl has bytes. None takes them all."""
        request = slot.request
        if request is None:
            return -1
        # More than SPILL waits only while a thread is busy with this object, so that something
        # is sure to wake it.
        if request.waiting > MAX_AHEAD or (request.waiting > SPILL and self._held > MAX_HELD):
            request.paused = True
            return int(pycurl.WRITEFUNC_PAUSE)
        size = len(data)
        request.chunks.append(data)
        request.waiting += size
        self._held += size
        self._received += size
        request.received += size
        if request.waiting > SPILL and not request.busy:
            self._hand_over(request, last=False)
        return None

    def _collect_transfers(self) -> None:
        while True:
            remaining, done, failed = self._multi.info_read(self._limit)
            for handle in done:
                request = self._release(handle.slot)
                request.state = _State.ENDED
                self._source.reached = True
                if not request.busy:
                    self._advance(request)
            for handle, code, text in failed:
                status = handle.getinfo(pycurl.RESPONSE_CODE)
                url = handle.getinfo(pycurl.EFFECTIVE_URL)
                request = self._release(handle.slot)
                request.state = _State.FAILED
                request.failure = self._judge(request, code, classify(url, code, text, status))
                if not request.busy:
                    self._advance(request)
            if not remaining:
                return

    def _judge(self, request: _Request, code: int, failure: Failure) -> Failure:
        if isinstance(failure.error, NotFoundError):
            raise ObjectMissingUpstreamError(request.name) from failure.error
        if code in {pycurl.E_RANGE_ERROR, pycurl.E_BAD_DOWNLOAD_RESUME}:
            # A server that gives only the whole.
            request.restart = True
            return Failure(failure.error, retry=True)
        return failure

    def _release(self, slot: _Slot) -> _Request:
        """Take a handle whose transfer is over back from libcurl."""
        request = slot.request
        assert request is not None
        if not self._protocol:
            self._protocol = slot.handle.getinfo(pycurl.INFO_HTTP_VERSION)
            if self._protocol == pycurl.CURL_HTTP_VERSION_2_0:
                self._limit = self._network.streams
        self._multi.remove_handle(slot.handle)
        slot.request = request.slot = None
        request.paused = False
        self._active.discard(request)
        self._idle.append(slot)
        return request

    def _abort(self, slot: _Slot) -> None:
        """Stop a transfer in the middle."""
        request = slot.request
        assert request is not None
        self._multi.remove_handle(slot.handle)
        # A handle stopped half-way is not used again.
        slot.handle.close()
        self._slots.remove(slot)
        slot.request = request.slot = None
        request.paused = False
        self._active.discard(request)

    # What becomes of a request

    def _advance(self, request: _Request) -> None:
        """The next step of a request that no thread is busy with."""
        match request.state:
            case _State.OPENING:
                if request.stream is not None:
                    request.furthest = request.received = request.stream.size
                    self._received += request.received
                self._start(request)
            case _State.RUNNING:
                if request.waiting > SPILL:
                    self._hand_over(request, last=False)
                if request.paused and request.slot is not None:
                    request.paused = False
                    request.slot.handle.pause(pycurl.PAUSE_CONT)
            case _State.ENDED:
                self._hand_over(request, last=True)
            case _State.FAILED:
                if request.chunks and request.stream is not None and not request.restart:
                    # What has arrived need not come again.
                    self._hand_over(request, last=False)
                else:
                    self._retry(request)

    def _retry(self, request: _Request) -> None:
        """Try again after a pause what failed; raise if there is no point."""
        failure = request.failure
        assert failure is not None
        stream = request.stream
        if stream is not None and stream.size >= request.furthest + SPILL:
            request.furthest = stream.size
            request.pauses = None
        if request.pauses is None:
            request.pauses = pauses(self._network)
        pause = next(request.pauses, None) if failure.retry else None
        if pause is None:
            raise failure.error
        self._drop_chunks(request)
        if request.restart and stream is not None:
            self._uncount(request, request.received)
            stream.restart()
        request.restart = False
        self._sequence += 1
        heapq.heappush(self._later, (time.monotonic() + pause, self._sequence, request))

    def _uncount(self, request: _Request, size: int) -> None:
        """So many bytes have to come again."""
        request.received -= size
        self._received -= size

    def _drop_chunks(self, request: _Request) -> None:
        self._uncount(request, request.waiting)
        self._held -= request.waiting
        request.waiting = 0
        request.chunks.clear()

    def _hand_over(self, request: _Request, *, last: bool) -> None:
        """Give a thread what has arrived; with ``last`` that completes the object."""
        chunks, request.chunks = request.chunks, []
        size, request.waiting = request.waiting, 0
        request.busy = True
        if last and request.stream is None:
            self._pool.submit(partial(self._store_whole, request, chunks, size))
            return
        self._streams.add(request)
        self._pool.submit(partial(self._write, request, chunks, size, last))

    # What the threads do, and what comes back from them

    def _open_part(self, request: _Request) -> _Piece:
        try:
            request.stream = StreamedObject(self._store, request.name, resume=True)
        except OSError as error:
            return request, 0, explain(error, "writing the repository")
        return request, 0, None

    def _store_whole(self, request: _Request, chunks: list[bytes], size: int) -> _Piece:
        data = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        try:
            children = self._store.store(request.name, data)
        except CorruptObject as error:
            return request, size, error
        except OSError as error:
            return request, size, explain(error, "writing the repository")
        return request, size, Arrived(request.name, size, children)

    def _write(self, request: _Request, chunks: list[bytes], size: int, last: bool) -> _Piece:
        try:
            if request.stream is None:
                request.stream = StreamedObject(self._store, request.name, resume=False)
            stream = request.stream
            for chunk in chunks:
                stream.feed(chunk)
            if not last:
                return request, size, None
            children = stream.finish()
            return request, size, Arrived(request.name, stream.size, children)
        except CorruptObject as error:
            if request.stream is not None:
                request.stream.drop()
            return request, size, error
        except OSError as error:
            return request, size, explain(error, "writing the repository")

    def _settle(self, piece: _Piece) -> None:
        request, size, result = piece
        self._held -= size
        request.busy = False
        match result:
            case None:
                self._advance(request)
            case Arrived():
                self._streams.discard(request)
                self._work.arrived(result)
            case CorruptObject():
                self._reject(request, result)
            case SatchelError():
                raise result

    def _reject(self, request: _Request, error: CorruptObject) -> None:
        """What has arrived is not the object."""
        if request.slot is not None:
            self._abort(request.slot)
        self._streams.discard(request)
        request.stream = None
        self._drop_chunks(request)
        self._uncount(request, request.received)
        refusal = ObjectRejectedError(self._source.url, request.name, error)
        request.rejections += 1
        if request.rejections > MAX_REJECTIONS:
            raise refusal
        request.state = _State.FAILED
        request.failure = Failure(refusal, retry=True)
        request.furthest = 0
        self._retry(request)


def _selected(events: int) -> int:
    mask = 0
    if events & select.POLLIN:
        mask |= pycurl.CSELECT_IN
    if events & select.POLLOUT:
        mask |= pycurl.CSELECT_OUT
    if events & ~(select.POLLIN | select.POLLOUT):
        mask |= pycurl.CSELECT_ERR
    return mask
