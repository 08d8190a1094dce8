"""One large file by its address, checked while it comes, gone on with where it broke off."""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pycurl
from msgspec import Struct

from app.credentials import host_of, public_address
from app.errors import UpstreamError
from app.message import Message, Size
from app.ostree.pull.answers import Failure, failed, is_web_page, pauses, web_page
from app.ostree.pull.fetch import Network, ask_for, new_handle
from app.ostree.pull.pausing import rest, stopper, wait, write_at
from app.progress import Cancel

_STEP = 1 << 20
_PROGRESS = 1 << 20
"""Bytes after which another failure is a new one."""


class FileRejectedError(UpstreamError):
    """What a server handed out is not the file that was described."""


class Described(Struct, frozen=True):
    """A file as whoever refers to it describes it.

    Attributes:
        url: on a web server.
        size: bytes.
        sha256: in hexadecimal.
    """

    url: str
    size: int
    sha256: str


def download(
    file: Described,
    descriptor: int,
    network: Network,
    cancel: Cancel,
    tell: Callable[[int], None],
) -> None:
    """Bring the file into an open one, which may have its beginning from an earlier run.

    ``tell`` is told of bytes as they come; of fewer than none where they have to come again. What
    has come stays if it is broken off. Raises UpstreamError, `FileRejectedError`, OSError for what
    cannot be written, and what ``cancel`` raises.
    """
    _Download(file, descriptor, network, cancel, tell).run()


class _Download:
    def __init__(
        self,
        file: Described,
        descriptor: int,
        network: Network,
        cancel: Cancel,
        tell: Callable[[int], None],
    ) -> None:
        self._file = file
        self._descriptor = descriptor
        self._network = network
        self._cancel = cancel
        self._tell = tell
        self._sum = sha256()
        self._size = 0
        self._broken: OSError | None = None
        self._too_large = False
        self._reached = False
        self._resumed = False

    def run(self) -> None:
        self._take_up()
        rejected = False
        while self._size < self._file.size or not self._is_right():
            if self._size >= self._file.size:
                # A part of an earlier run, or a proxy, may be at fault: once again, in one piece.
                if rejected or not self._resumed:
                    raise self._not_it()
                rejected = True
                self._begin_anew()
            self._fetch()

    def _is_right(self) -> bool:
        return self._sum.hexdigest() == self._file.sha256

    def _take_up(self) -> None:
        """Go on from what is there."""
        if os.fstat(self._descriptor).st_size > self._file.size:
            os.ftruncate(self._descriptor, 0)
        while data := os.pread(self._descriptor, _STEP, self._size):
            self._cancel.check()
            self._count(data)
        self._resumed = self._size > 0

    def _count(self, data: bytes) -> None:
        self._sum.update(data)
        self._size += len(data)
        self._tell(len(data))

    def _begin_anew(self) -> None:
        os.ftruncate(self._descriptor, 0)
        self._tell(-self._size)
        self._sum = sha256()
        self._size = 0
        self._resumed = False

    def _fetch(self) -> None:
        """Until all bytes are there."""
        handle = new_handle(self._network)
        try:
            remaining = pauses(self._network.retries, self._network.first_pause)
            furthest = self._size
            while self._size < self._file.size:
                rest(self._cancel)
                failure = self._try(handle)
                if failure is None:
                    continue
                if self._size > furthest + _PROGRESS:
                    remaining = pauses(self._network.retries, self._network.first_pause)
                    furthest = self._size
                # A server that was never there is more likely away than in trouble.
                wait(failure, next(remaining, None) if self._reached else None, self._cancel)
        finally:
            handle.close()

    def _try(self, handle: Any) -> Failure | None:
        """One request; why it failed."""
        start = self._size
        ask_for(handle, self._file.url)
        handle.setopt(pycurl.RESUME_FROM_LARGE, start)
        handle.setopt(pycurl.MAXFILESIZE_LARGE, self._file.size)
        handle.setopt(pycurl.WRITEFUNCTION, self._take)
        handle.setopt(pycurl.NOPROGRESS, 0)
        handle.setopt(pycurl.XFERINFOFUNCTION, stopper(self._cancel))
        try:
            handle.perform()
        except pycurl.error as error:
            self._cancel.check()
            if self._broken is not None:
                raise self._broken from error
            if self._too_large:
                raise self._not_it() from error
            self._reached = self._reached or handle.getinfo(pycurl.CONNECT_TIME) > 0
            code, text = error.args
            if code == pycurl.E_FILESIZE_EXCEEDED:
                raise self._not_it() from error
            url = handle.getinfo(pycurl.EFFECTIVE_URL) or self._file.url
            failure = failed(handle, url, code, text, self._network.proxy)
            if start and self._size == start and not failure.retry:
                # It may be that only a part was not to be had.
                self._begin_anew()
                return Failure(failure.error, retry=True)
            return failure
        self._reached = True
        if self._size < self._file.size:
            raise self._not_it()
        return None

    def _take(self, data: bytes) -> int | None:
        """libcurl has bytes: None takes them, -1 ends the transfer."""
        if self._size + len(data) > self._file.size:
            self._too_large = True
            return -1
        try:
            write_at(self._descriptor, data, self._size)
        except OSError as error:
            self._broken = error
            return -1
        self._count(data)
        return None

    def _not_it(self) -> UpstreamError:
        """What came is something else; it goes."""
        beginning = os.pread(self._descriptor, _STEP, 0)
        size, too_large, right = self._size, self._too_large, self._file.size
        self._begin_anew()
        url = public_address(self._file.url)
        if is_web_page(beginning):
            return web_page(self._file.url)
        hint = Message("Leave it out until its publisher has made a new version of it.")
        if too_large or not size:
            text = Message(
                "{url} is larger than the {size} that it should be.", url=url, size=Size(right)
            )
        elif size < right:
            text = Message(
                "{url} is smaller than the {size} that it should be.", url=url, size=Size(right)
            )
        else:
            text = Message(
                "What {host} hands out as {url} is not what was published.",
                host=host_of(self._file.url),
                url=url,
            )
        return FileRejectedError(text, hint)
