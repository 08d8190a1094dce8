"""A file by its address of which nothing is known beforehand, gone on with where it broke off.

What has come is kept beside what the server said to recognise this version of it by: of another
version nothing is taken over.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

import pycurl

from app.errors import UpstreamError, UsageError
from app.formats import schema
from app.fs.files import DIRECTORY_MODE, read_bounded, replace_file
from app.message import Message
from app.ostree.pull.answers import Failure, failed, is_web_page, pauses, web_page
from app.ostree.pull.fetch import Network, Validators, ask_for, is_web_address, new_handle
from app.ostree.pull.pausing import rest, stopper, wait, write_at
from app.progress import Cancel, Meter

_PART = ".part"
_ABOUT = ".json"
_MOST_HEADER = 8192
_PARTIAL_CONTENT, _NOT_MODIFIED, _RANGE_NOT_SATISFIABLE = 206, 304, 416
_VALIDATORS = schema.list_of(schema.text(_MOST_HEADER), 2, least=2)


def bring(url: str, path: Path, limit: int, network: Network, cancel: Cancel, meter: Meter) -> None:
    """Bring what is at ``url`` to ``path``, unless that is there and has not changed.

    Raises UsageError for what is no address, UpstreamError, OSError for what cannot be written, and
    what ``cancel`` raises. What has come stays beside for the next time.
    """
    if not is_web_address(url):
        raise UsageError(
            Message("{url} is not an address.", url=url), Message("Check how it is written.")
        )
    path.parent.mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
    _Bringing(url, path, limit, network, cancel, meter).run()


class _Bringing:
    def __init__(
        self, url: str, path: Path, limit: int, network: Network, cancel: Cancel, meter: Meter
    ) -> None:
        self._url = url
        self._path = path
        self._part = path.with_name(path.name + _PART)
        self._limit = limit
        self._network = network
        self._cancel = cancel
        self._meter = meter
        self._size = 0
        self._status = 0
        self._headers: dict[str, str] = {}
        self._broken: Exception | None = None
        self._descriptor = -1

    def run(self) -> None:
        self._descriptor = os.open(self._part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            changed = self._fetch()
            if changed:
                beginning = os.pread(self._descriptor, 4096, 0)
                if is_web_page(beginning):
                    os.ftruncate(self._descriptor, 0)
                    raise web_page(self._url)
                os.fsync(self._descriptor)
        finally:
            os.close(self._descriptor)
        if changed:
            os.replace(self._part, self._path)
            self._remember(self._path, self._validators)
            _forget(self._part)
        else:
            with contextlib.suppress(OSError):
                os.unlink(self._part)

    @property
    def _validators(self) -> Validators:
        headers = self._headers
        return Validators(headers.get("etag", ""), headers.get("last-modified", ""))

    def _fetch(self) -> bool:
        """Until all of it is there; False if what is at the path is that already."""
        handle = new_handle(self._network)
        remaining = pauses(self._network.retries, self._network.first_pause)
        reached = False
        try:
            while True:
                rest(self._cancel)
                failure = self._try(handle)
                if failure is None:
                    self._meter.finish()
                    return self._status != _NOT_MODIFIED
                reached = reached or handle.getinfo(pycurl.CONNECT_TIME) > 0
                # A server that was never there is more likely away than in trouble.
                wait(failure, next(remaining, None) if reached else None, self._cancel)
        finally:
            handle.close()

    def _try(self, handle: Any) -> Failure | None:
        """One request; why it failed."""
        start = os.fstat(self._descriptor).st_size
        known = _remembered(self._part) if start else None
        if known is None or not (known.etag or known.last_modified):
            start = 0
        self._size, self._status, self._headers, self._broken = start, 0, {}, None
        ask_for(handle, self._url)
        handle.setopt(pycurl.HTTPHEADER, self._conditions(known if start else None, start))
        handle.setopt(pycurl.MAXFILESIZE_LARGE, self._limit)
        handle.setopt(pycurl.HEADERFUNCTION, self._take_header)
        handle.setopt(pycurl.WRITEFUNCTION, self._take)
        handle.setopt(pycurl.NOPROGRESS, 0)
        handle.setopt(pycurl.XFERINFOFUNCTION, stopper(self._cancel))
        try:
            handle.perform()
        except pycurl.error as error:
            self._cancel.check()
            if self._broken is not None:
                raise self._broken from error
            code, text = error.args
            url = handle.getinfo(pycurl.EFFECTIVE_URL) or self._url
            failure = failed(handle, url, code, text, self._network.proxy)
            if self._status == _RANGE_NOT_SATISFIABLE:
                os.ftruncate(self._descriptor, 0)
                return Failure(failure.error, retry=True)
            return failure
        return None

    def _conditions(self, part: Validators | None, start: int) -> list[str]:
        if part is not None:
            # A weak tag recognises no bytes.
            strong = part.etag if not part.etag.startswith("W/") else ""
            return [f"Range: bytes={start}-", f"If-Range: {strong or part.last_modified}"]
        whole = _remembered(self._path) if self._path.is_file() else None
        if whole is not None and whole.etag:
            return [f"If-None-Match: {whole.etag}"]
        if whole is not None and whole.last_modified:
            return [f"If-Modified-Since: {whole.last_modified}"]
        # An empty list would leave those of the request before.
        return ["Range:"]

    def _take_header(self, line: bytes) -> None:
        text = line.decode("latin-1").strip()
        if text.startswith("HTTP/"):
            # Another answer: what came before was a redirect.
            self._headers = {}
            code = text.split(" ")[1:2]
            self._status = int(code[0]) if code and code[0].isdigit() else 0
            return
        name, colon, value = text.partition(":")
        if colon:
            self._headers[name.strip().lower()] = value.strip()[:_MOST_HEADER]
        elif not text and 200 <= self._status < 300:
            self._begin()

    def _begin(self) -> None:
        """All is known about what comes now."""
        if self._status != _PARTIAL_CONTENT:
            self._size = 0
            os.ftruncate(self._descriptor, 0)
        self._remember(self._part, self._validators)
        length = self._headers.get("content-length", "")
        coming = int(length) if length.isascii() and length.isdigit() else 0
        self._meter.bytes = self._size
        self._meter.bytes_total = self._size + coming if coming else 0

    def _take(self, data: bytes) -> int | None:
        """libcurl has bytes: None takes them, -1 ends the transfer."""
        if self._size + len(data) > self._limit:
            self._broken = UpstreamError(
                Message("{url} is larger than it can be.", url=self._url),
                Message("The server is broken or hostile."),
            )
            return -1
        try:
            write_at(self._descriptor, data, self._size)
        except OSError as error:
            self._broken = error
            return -1
        self._size += len(data)
        self._meter.bytes = self._size
        self._meter.tick()
        return None

    def _remember(self, path: Path, validators: Validators) -> None:
        data = json.dumps([validators.etag, validators.last_modified]).encode()
        replace_file(path.with_name(path.name + _ABOUT), data, durable=False)


def _remembered(path: Path) -> Validators | None:
    try:
        about = path.with_name(path.name + _ABOUT)
        return Validators(*_VALIDATORS(schema.parse_json(read_bounded(about, 4 * _MOST_HEADER))))
    except (OSError, schema.SchemaError):
        return None


def _forget(path: Path) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path.with_name(path.name + _ABOUT))
