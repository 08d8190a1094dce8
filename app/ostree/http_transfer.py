"""Many objects over HTTP, many requests in flight.

The caller's thread runs libcurl's event loop and nothing else; threads check and write what has
arrived. Memory is bounded: an object that grows beyond `SPILL` bytes streams through a file, and
a transfer that runs ahead of the drive is paused.
"""

from __future__ import annotations

import contextlib
import heapq
import select
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pycurl

from app.errors import SatchelError
from app.files import explain
from app.ostree.fetch import Failure, HttpSource, NotFoundError, classify, new_handle, pauses
from app.ostree.objects import CorruptObject, ObjectName
from app.ostree.receive import ObjectStore, StreamedObject
from app.ostree.work import (
    SPILL,
    THREADS,
    TICK,
    Arrived,
    ObjectMissingUpstreamError,
    ObjectRejectedError,
    Work,
)
from app.ostree.workers import WorkerPool
from app.progress import Cancel

MAX_AHEAD = 4 * 1024 * 1024
"""Bytes of one streamed object that may wait for the drive before its transfer is paused."""

MAX_BACKLOG = 256
"""Objects that may wait for a thread before no new request is started."""

_WISHES = {
    pycurl.POLL_IN: select.EPOLLIN,
    pycurl.POLL_OUT: select.EPOLLOUT,
    pycurl.POLL_INOUT: select.EPOLLIN | select.EPOLLOUT,
}


class _Request:
    """One object on its way. The event loop owns it; `lock` guards what the threads share.

    Attributes:
        chunks: what has arrived and is not yet checked; shared while streaming.
        ahead: bytes in ``chunks``; shared while streaming.
        feeding: a thread is emptying ``chunks``; shared.
        complete: the transfer has ended well, nothing more arrives.
        failure: the transfer has ended badly; what to do once the thread is done.
    """

    __slots__ = (
        "ahead",
        "chunks",
        "complete",
        "failure",
        "feeding",
        "handle",
        "lock",
        "name",
        "paused",
        "pauses",
        "received",
        "rejected",
        "stream",
        "streaming",
    )

    def __init__(self, name: ObjectName) -> None:
        self.name = name
        self.lock = _NO_LOCK
        self.handle: Any = None
        self.chunks: list[bytes] = []
        self.ahead = 0
        self.received = 0
        self.stream: StreamedObject | None = None
        self.streaming = False
        self.feeding = False
        self.paused = False
        self.complete = False
        self.rejected = False
        self.failure: Failure | None = None
        self.pauses: Iterator[float] | None = None


_NO_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Rejected:
    """What arrived is not the object."""

    request: _Request
    error: CorruptObject


@dataclass(frozen=True, slots=True)
class _Emptied:
    """A thread has written all there was of a streamed object."""

    request: _Request


_Outcome = tuple[_Request, Arrived] | _Rejected | _Emptied | SatchelError


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
        self._http2: bool | None = None
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, self._network.connections)
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._on_socket)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._on_timer)
        self._epoll = select.epoll()
        self._timer: float | None = None
        self._idle: list[Any] = []
        self._active: set[_Request] = set()
        self._streams: set[_Request] = set()
        self._later: list[tuple[float, int, _Request]] = []
        self._sequence = 0
        self._parts = store.parts()
        self._pool: WorkerPool[_Outcome] = WorkerPool(THREADS)
        self._epoll.register(self._pool.fd, select.EPOLLIN)

    def run(self) -> None:
        try:
            while self._turn():
                pass
        finally:
            self._close()

    def _turn(self) -> bool:
        """One round of the event loop; False when all is done."""
        self._cancel.check()
        self._start_requests()
        if not (self._active or self._later or self._pool.pending):
            return False
        for descriptor, events in self._epoll.poll(self._wait()):
            if descriptor != self._pool.fd:
                self._multi.socket_action(descriptor, _selected(events))
        if self._timer is not None and self._timer <= time.monotonic():
            self._timer = None
            self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)
        self._collect_transfers()
        for outcome in self._pool.collect():
            self._settle(outcome)
        return True

    def _wait(self) -> float:
        now = time.monotonic()
        until = now + TICK
        if self._timer is not None:
            until = min(until, self._timer)
        if self._later:
            until = min(until, self._later[0][0])
        return max(0.0, until - now)

    def _close(self) -> None:
        for request in self._active:
            self._multi.remove_handle(request.handle)
        self._pool.close()
        for request in self._streams:
            if request.stream is not None:
                # Large objects go on from here in the next run.
                request.stream.keep()
        self._multi.close()
        self._epoll.close()

    # What libcurl wants to be told about

    def _on_socket(self, what: int, descriptor: int, _multi: Any, _data: Any) -> None:
        if what == pycurl.POLL_REMOVE:
            with contextlib.suppress(OSError):
                self._epoll.unregister(descriptor)
            return
        try:
            self._epoll.modify(descriptor, _WISHES[what])
        except FileNotFoundError:
            self._epoll.register(descriptor, _WISHES[what])

    def _on_timer(self, milliseconds: int) -> None:
        self._timer = None if milliseconds < 0 else time.monotonic() + milliseconds / 1000

    # Requests

    def _start_requests(self) -> None:
        while self._later and self._later[0][0] <= time.monotonic():
            self._start(heapq.heappop(self._later)[2])
        while len(self._active) < self._limit and self._pool.pending < MAX_BACKLOG:
            name = self._work.next()
            if name is None:
                return
            request = _Request(name)
            if str(name) in self._parts:
                self._parts.discard(str(name))
                self._begin_stream(request, resume=True)
            else:
                self._start(request)

    def _start(self, request: _Request) -> None:
        handle = self._idle.pop() if self._idle else new_handle(self._network)
        handle.setopt(pycurl.URL, self._base + request.name.path)
        handle.setopt(pycurl.WRITEFUNCTION, partial(self._on_data, request))
        handle.setopt(pycurl.RESUME_FROM_LARGE, request.stream.size if request.stream else 0)
        handle.request = request
        request.handle = handle
        request.failure = None
        self._active.add(request)
        self._multi.add_handle(handle)

    def _on_data(self, request: _Request, data: bytes) -> int | None:
        """libcurl has bytes. None takes them all."""
        if not request.streaming:
            request.chunks.append(data)
            request.received += len(data)
            if request.received > SPILL:
                request.ahead = request.received
                self._begin_stream(request, resume=False)
            self._work.received(len(data))
            return None
        with request.lock:
            if request.ahead > MAX_AHEAD:
                request.paused = True
                return int(pycurl.WRITEFUNC_PAUSE)
            request.chunks.append(data)
            request.ahead += len(data)
            request.received += len(data)
            start = not request.feeding and request.stream is not None and request.ahead > SPILL
            request.feeding = request.feeding or start
        if start:
            self._pool.submit(partial(self._feed, request))
        self._work.received(len(data))
        return None

    def _collect_transfers(self) -> None:
        while True:
            remaining, done, failed = self._multi.info_read(self._limit)
            for handle in done:
                self._release(handle)
                self._finish(handle.request)
            for handle, code, text in failed:
                status = handle.getinfo(pycurl.RESPONSE_CODE)
                url = handle.getinfo(pycurl.EFFECTIVE_URL)
                self._release(handle)
                self._fail(handle.request, code, classify(url, code, text, status))
            if not remaining:
                return

    def _release(self, handle: Any) -> None:
        if self._http2 is None:
            version = handle.getinfo(pycurl.INFO_HTTP_VERSION)
            self._http2 = version == pycurl.CURL_HTTP_VERSION_2_0
            if self._http2:
                self._limit = self._network.streams
        self._multi.remove_handle(handle)
        self._active.discard(handle.request)
        self._idle.append(handle)

    def _finish(self, request: _Request) -> None:
        """The transfer ended well."""
        self._source.reached = True
        if not request.streaming:
            self._pool.submit(partial(self._store_whole, request))
            return
        with request.lock:
            request.complete = True
            start = not request.feeding and request.stream is not None
            request.feeding = True
        if start:
            self._pool.submit(partial(self._feed, request))

    def _fail(self, request: _Request, code: int, failure: Failure) -> None:
        """The transfer ended badly."""
        if isinstance(failure.error, NotFoundError):
            raise ObjectMissingUpstreamError(request.name) from failure.error
        request.failure = failure
        resuming = request.stream is not None and request.stream.size > 0
        if resuming and code in {pycurl.E_RANGE_ERROR, pycurl.E_BAD_DOWNLOAD_RESUME}:
            request.failure = Failure(failure.error, retry=True)
            request.rejected = True
        if not request.feeding:
            self._retry(request)

    def _retry(self, request: _Request) -> None:
        """Try again after a pause what failed; raise if there is no point."""
        failure = request.failure
        assert failure is not None
        if request.pauses is None:
            request.pauses = pauses(self._network)
        pause = next(request.pauses, None) if failure.retry else None
        if pause is None:
            raise failure.error
        if request.stream is None or request.rejected:
            self._work.received(-request.received)
            request.received = 0
            request.chunks.clear()
            if request.stream is not None:
                request.stream.restart()
                request.rejected = False
        self._sequence += 1
        heapq.heappush(self._later, (time.monotonic() + pause, self._sequence, request))

    # What the threads do, and what comes back from them

    def _begin_stream(self, request: _Request, *, resume: bool) -> None:
        request.streaming = True
        request.lock = threading.Lock()
        request.feeding = True
        self._streams.add(request)
        self._pool.submit(partial(self._open_stream, request, resume))

    def _open_stream(self, request: _Request, resume: bool) -> _Outcome:
        try:
            request.stream = StreamedObject(self._store, request.name, resume=resume)
        except OSError as error:
            return explain(error, "writing the repository")
        return self._feed(request)

    def _feed(self, request: _Request) -> _Outcome:
        stream = request.stream
        assert stream is not None
        try:
            while True:
                with request.lock:
                    chunks, request.chunks = request.chunks, []
                    request.ahead = 0
                    if not chunks and not request.complete:
                        request.feeding = False
                        return _Emptied(request)
                for chunk in chunks:
                    stream.feed(chunk)
                if not chunks:
                    return request, Arrived(request.name, stream.size, stream.finish())
        except CorruptObject as error:
            return _Rejected(request, error)
        except OSError as error:
            return explain(error, "writing the repository")

    def _store_whole(self, request: _Request) -> _Outcome:
        data = b"".join(request.chunks)
        request.chunks.clear()
        try:
            return request, Arrived(request.name, len(data), self._store.store(request.name, data))
        except CorruptObject as error:
            return _Rejected(request, error)
        except OSError as error:
            return explain(error, "writing the repository")

    def _settle(self, outcome: _Outcome) -> None:
        match outcome:
            case SatchelError():
                raise outcome
            case _Rejected(request, error):
                self._reject(request, error)
            case _Emptied(request):
                self._emptied(request)
            case (request, arrived):
                self._streams.discard(request)
                self._work.arrived(arrived)

    def _reject(self, request: _Request, error: CorruptObject) -> None:
        """One more try from the beginning: a proxy or a part of an earlier run may be at fault."""
        if request in self._active:
            self._multi.remove_handle(request.handle)
            self._active.discard(request)
        refusal = ObjectRejectedError(self._source.url, request.name, error)
        self._drop_stream(request)
        if request.pauses is not None:
            raise refusal
        request.failure = Failure(refusal, retry=True)
        request.streaming = request.feeding = request.complete = request.paused = False
        request.ahead = 0
        self._retry(request)

    def _drop_stream(self, request: _Request) -> None:
        self._streams.discard(request)
        if request.stream is not None:
            request.stream.drop()
            request.stream = None

    def _emptied(self, request: _Request) -> None:
        with request.lock:
            if request.feeding:
                return
            refill = request.complete or request.ahead > 0
            request.feeding = refill
        if refill:
            self._pool.submit(partial(self._feed, request))
        elif request.failure is not None:
            self._retry(request)
        elif request not in self._active:
            self._start(request)
        if request.paused and request in self._active:
            request.paused = False
            request.handle.pause(pycurl.PAUSE_CONT)


def _selected(events: int) -> int:
    mask = 0
    if events & select.EPOLLIN:
        mask |= pycurl.CSELECT_IN
    if events & select.EPOLLOUT:
        mask |= pycurl.CSELECT_OUT
    if events & ~(select.EPOLLIN | select.EPOLLOUT):
        mask |= pycurl.CSELECT_ERR
    return mask
