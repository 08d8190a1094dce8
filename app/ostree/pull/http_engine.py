"""Many objects over HTTP, many requests in flight, in one thread.

Checking and writing happen right where bytes arrive: several of these engines run side by side in
processes of their own (`app.ostree.pull.fetch_processes`): nothing waits for Python's lock, no
state is shared. A drive that is slow stops the network by itself, because nobody reads meanwhile.
"""

from __future__ import annotations

import contextlib
import heapq
import math
import select
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pycurl

from app.credentials import host_of, public_address
from app.errors import SatchelError
from app.fs.files import explain
from app.message import Message
from app.ostree.objects import CorruptObject, ObjectName
from app.ostree.pull.answers import (
    BUSY_FACTOR,
    DeniedError,
    Failure,
    NotFoundError,
    UnauthorizedError,
    failed,
    is_web_page,
    pauses,
    web_page,
)
from app.ostree.pull.delivery import (
    SPILL,
    Busy,
    ObjectDeniedError,
    ObjectMissingUpstreamError,
    ObjectRejectedError,
    Tasks,
)
from app.ostree.pull.fetch import Network, ask_for, below, new_handle
from app.ostree.pull.object_writer import ObjectStore, ObjectTooLargeError, StreamedObject
from app.ostree.pull.pacing import RequestPace

MAX_REJECTIONS = 1
"""Tries from the beginning after bytes that were wrong: a proxy or an earlier run's part may be
at fault."""

_LONG_TURN = 2.0
"""Seconds after which a round was held up by the drive: cheap sticks stop for a minute at times,
and libcurl then takes all transfers for stalled."""

_WISHES = {
    pycurl.POLL_IN: select.POLLIN,
    pycurl.POLL_OUT: select.POLLOUT,
    pycurl.POLL_INOUT: select.POLLIN | select.POLLOUT,
}


class _Request:
    """One object on its way.

    Attributes:
        chunks, size: what has arrived of an object that is still small, and all that has arrived.
        stream: where a large one goes.
        broken: what went wrong while taking bytes; libcurl's callbacks cannot raise.
        furthest: size of the longest stream so far; failures beyond it are counted anew.
        resumed: this try goes on from what an earlier one brought.
        whole: from now on it comes from its start only.
    """

    __slots__ = (
        "broken",
        "chunks",
        "furthest",
        "name",
        "pauses",
        "rejections",
        "resumed",
        "size",
        "stream",
        "whole",
    )

    def __init__(self, name: ObjectName) -> None:
        self.name = name
        self.chunks: list[bytes] = []
        self.size = 0
        self.stream: StreamedObject | None = None
        self.broken: Exception | None = None
        self.furthest = 0
        self.pauses: Iterator[float] | None = None
        self.rejections = 0
        self.resumed = False
        self.whole = False


class _Slot:
    """A curl handle and what it is fetching."""

    __slots__ = ("handle", "request", "resumed")

    def __init__(self, handle: Any) -> None:
        self.handle = handle
        self.request: _Request | None = None
        self.resumed = False


class HttpEngine:
    """Fetches what its tasks name.

    `run` ends with what the tasks raise, or with SatchelError for what goes wrong.
    """

    def __init__(self, url: str, network: Network, store: ObjectStore, tasks: Tasks) -> None:
        self._url = url
        self._shown = public_address(url).rstrip("/")
        self._network = network
        self._store = store
        self._tasks = tasks
        self._tasks_fd = tasks.fileno()
        base, mark, query = below(url, "objects").partition("?")
        self._base = f"{base}/"
        self._query = mark + query
        self._pace = RequestPace(network.connections, network.first_pause * BUSY_FACTOR)
        self._protocol = 0
        # poll, not epoll: libcurl drops and takes back its interest with every request, and
        # that costs a system call each time only with epoll.
        self._poll = select.poll()
        self._timer: float | None = None
        self._idle: list[_Slot] = []
        self._active: set[_Slot] = set()
        self._streams: set[_Request] = set()
        self._later: list[tuple[float, int, _Request]] = []
        self._sequence = 0
        self._received = 0
        self._blocked = -math.inf
        self._parts = store.parts()
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, self._network.connections)
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._on_socket)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._on_timer)
        self._poll.register(self._tasks_fd, select.POLLIN)

    def run(self) -> None:
        try:
            while True:
                self._turn()
        finally:
            self._close()

    def _turn(self) -> None:
        """One round of the event loop."""
        started = time.monotonic()
        self._start_requests()
        for descriptor, events in self._poll.poll(self._wait()):
            if events & select.POLLNVAL:
                self._poll.unregister(descriptor)
            elif descriptor != self._tasks_fd:
                self._multi.socket_action(descriptor, _selected(events))
        self._tick()
        complete = self._collect()
        # The next requests are on their way while what has arrived is checked and written.
        self._start_requests()
        self._tick()
        for request in complete:
            try:
                self._finish(request)
            except SatchelError as error:
                self._refuse(request, error)
        if time.monotonic() - started > _LONG_TURN:
            self._blocked = time.monotonic()
        received, self._received = self._received, 0
        self._tasks.exchange(received)

    def _tick(self) -> None:
        """Let libcurl do what is due, as starting the requests it was given."""
        if self._timer is not None and self._timer <= time.monotonic():
            self._timer = None
            self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)

    def _wait(self) -> float:
        """Milliseconds until something has to be done without being asked."""
        now = time.monotonic()
        until = now + self._tasks.patience
        if self._timer is not None:
            until = min(until, self._timer)
        if self._later and len(self._active) < self._pace.room:
            until = min(until, max(self._later[0][0], self._pace.not_before))
        return max(0.0, until - now) * 1000

    def _close(self) -> None:
        for slot in self._active:
            self._multi.remove_handle(slot.handle)
            slot.handle.close()
        for request in self._streams:
            if request.stream is not None:
                # Large objects go on from here in the next run.
                request.stream.keep()
        for slot in self._idle:
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
        if self._tasks.not_before and self._pace.rests(self._tasks.not_before):
            return
        room = self._pace.room
        while self._later and len(self._active) < room and self._later[0][0] <= time.monotonic():
            self._start(heapq.heappop(self._later)[2])
        # What waits for another try keeps its place: a server in trouble is not asked for more.
        while len(self._active) + len(self._later) < room:
            name = self._tasks.next()
            if name is None:
                return
            request = _Request(name)
            if self._parts and str(name) in self._parts:
                self._parts.discard(str(name))
                self._take_up(request)
            self._start(request)

    def _take_up(self, request: _Request) -> None:
        """Go on from what an earlier run left."""
        try:
            request.stream = StreamedObject(self._store, request.name, resume=True)
        except OSError as error:
            raise explain(error, Message("writing the repository")) from error
        request.size = request.furthest = request.stream.size
        self._received += request.size
        self._streams.add(request)

    def _start(self, request: _Request) -> None:
        slot = self._idle.pop() if self._idle else self._new_slot()
        handle = slot.handle
        handle.setopt(pycurl.URL, self._base + request.name.path + self._query)
        offset = request.stream.size if request.stream else 0
        if offset or slot.resumed:
            handle.setopt(pycurl.RESUME_FROM_LARGE, offset)
            slot.resumed = offset > 0
        request.resumed = slot.resumed
        slot.request = request
        self._active.add(slot)
        self._multi.add_handle(handle)

    def _new_slot(self) -> _Slot:
        slot = _Slot(new_handle(self._network))
        slot.handle.slot = slot
        ask_for(slot.handle, self._base)
        slot.handle.setopt(pycurl.WRITEFUNCTION, partial(self._on_data, slot))
        if self._store.max_file is not None:
            # What a server announces to be larger is not begun.
            slot.handle.setopt(pycurl.MAXFILESIZE_LARGE, self._store.max_file)
        return slot

    def _on_data(self, slot: _Slot, data: bytes) -> int | None:
        """libcurl has bytes. None takes them all, -1 ends the transfer."""
        request = slot.request
        if request is None or request.broken is not None:
            return -1
        self._received += len(data)
        request.size += len(data)
        if request.stream is None:
            request.chunks.append(data)
            if request.size <= SPILL:
                return None
            data = b"".join(request.chunks)
            request.chunks.clear()
        try:
            if request.stream is None:
                request.stream = StreamedObject(self._store, request.name, resume=False)
                self._streams.add(request)
            request.stream.feed(data)
        except (CorruptObject, ObjectTooLargeError, OSError) as error:
            request.broken = error
            return -1
        return None

    def _collect(self) -> list[_Request]:
        """Look at the transfers that have ended; the requests that are complete."""
        complete = []
        while True:
            remaining, done, errors = self._multi.info_read(self._pace.limit)
            complete += [self._release(handle.slot) for handle in done]
            for handle, code, text in errors:
                url = handle.getinfo(pycurl.EFFECTIVE_URL)
                failure = failed(handle, url, code, text, self._network.proxy)
                request = self._release(handle.slot)
                try:
                    self._fail(request, code, failure)
                except SatchelError as error:
                    self._refuse(request, error)
            if not remaining:
                return complete

    def _release(self, slot: _Slot) -> _Request:
        """Take a handle whose transfer is over back from libcurl."""
        request = slot.request
        assert request is not None
        if not self._protocol:
            self._protocol = slot.handle.getinfo(pycurl.INFO_HTTP_VERSION)
            if self._protocol == pycurl.CURL_HTTP_VERSION_2_0:
                self._pace.limit = self._network.streams
        self._multi.remove_handle(slot.handle)
        slot.request = None
        self._active.discard(slot)
        self._idle.append(slot)
        return request

    def _finish(self, request: _Request) -> None:
        """Everything has arrived."""
        name = request.name
        try:
            if request.stream is not None:
                arrived = request.stream.finish()
                self._streams.discard(request)
            else:
                chunks = request.chunks
                data = chunks[0] if len(chunks) == 1 else b"".join(chunks)
                arrived = self._store.store(name, data)
        except CorruptObject as error:
            self._reject(request, error)
        except OSError as error:
            raise explain(error, Message("writing the repository")) from error
        else:
            self._tasks.arrived(arrived)
            self._pace.answered()

    def _fail(self, request: _Request, code: int, failure: Failure) -> None:
        """The transfer broke off."""
        broken, request.broken = request.broken, None
        if isinstance(broken, CorruptObject):
            self._reject(request, broken)
        elif isinstance(broken, ObjectTooLargeError) or code == pycurl.E_FILESIZE_EXCEEDED:
            self._drop(request)
            raise ObjectTooLargeError(request.name.key)
        elif isinstance(broken, OSError):
            raise explain(broken, Message("writing the repository")) from broken
        elif request.resumed and not failure.retry:
            # It may be that only a part was not to be had, as from a server that gives the whole.
            self._drop(request)
            request.whole = True
            self._retry(request, Failure(failure.error, retry=True))
        elif isinstance(failure.error, NotFoundError):
            raise ObjectMissingUpstreamError.of(request.name) from failure.error
        elif isinstance(failure.error, DeniedError | UnauthorizedError):
            raise ObjectDeniedError.of(request.name, failure.error) from failure.error
        else:
            self._retry(request, failure)

    def _reject(self, request: _Request, error: CorruptObject) -> None:
        """What has arrived is not the object."""
        url = self._base + request.name.path
        page = is_web_page(b"".join(request.chunks))
        refusal = (
            web_page(url) if page else ObjectRejectedError.of(self._shown, request.name, error)
        )
        self._drop(request)
        if request.resumed:
            # Nothing is called forged before it came in one piece.
            request.whole = True
        else:
            request.rejections += 1
        if request.rejections > MAX_REJECTIONS:
            raise refusal
        request.furthest = 0
        self._retry(request, Failure(refusal, retry=True))

    def _refuse(self, request: _Request, error: SatchelError) -> None:
        """It does not come; raise ``error`` unless the others go on without it."""
        if not self._tasks.refused(request.name, error):
            raise error
        self._drop(request)

    def _drop(self, request: _Request) -> None:
        """Nothing that has arrived counts."""
        if request.stream is not None:
            request.stream.drop()
            request.stream = None
            self._streams.discard(request)
        self._forget(request, request.size)

    def _retry(self, request: _Request, failure: Failure) -> None:
        """Try again after a pause what failed; raise if there is no point."""
        if request.whole and request.stream is not None:
            self._drop(request)
        stream = request.stream
        if stream is None:
            self._forget(request, request.size)
        elif stream.size >= request.furthest + SPILL:
            request.furthest = stream.size
            request.pauses = None
        if request.pauses is None or self._was_blocked():
            request.pauses = pauses(self._network.retries, self._network.first_pause)
        pause = next(request.pauses, None) if failure.retry else None
        if pause is None:
            raise failure.error
        if failure.busy:
            rest = self._pace.pause(failure.wait)
            if rest is not None:
                until = time.monotonic() + rest
                self._tasks.busy(Busy(until, host_of(self._url), failure.busy, rest))
            pause = 0.0  # it is among the first to go on
        self._sequence += 1
        heapq.heappush(self._later, (time.monotonic() + pause, self._sequence, request))

    def _was_blocked(self) -> bool:
        """Whether it may be the drive's fault, not the network's, that transfers stood still."""
        return time.monotonic() - self._blocked < self._network.stall_timeout

    def _forget(self, request: _Request, size: int) -> None:
        """So many bytes have to come again."""
        self._received -= size
        request.size -= size
        request.chunks.clear()


def _selected(events: int) -> int:
    mask = 0
    if events & select.POLLIN:
        mask |= pycurl.CSELECT_IN
    if events & select.POLLOUT:
        mask |= pycurl.CSELECT_OUT
    if events & ~(select.POLLIN | select.POLLOUT):
        mask |= pycurl.CSELECT_ERR
    return mask
