"""One file from an upstream repository, over HTTP or from a local path.

`transfer` fetches many at once with the same handles and the same idea of what is worth a retry.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import unquote, urlsplit

import pycurl
from msgspec import Struct

from app.credentials import host_of, public_address
from app.discreet import Discreet
from app.errors import UpstreamError, UsageError
from app.fs.files import open_regular
from app.message import Message
from app.ostree.pull.answers import (
    BUSY_FACTOR,
    TOLD_FROM,
    Failure,
    NotFoundError,
    busy_text,
    failed,
    is_web_page,
    pauses,
    web_page,
)
from app.ostree.pull.pausing import sleep, stopper
from app.progress import Cancel, Notice, Reporter, silent
from app.severity import Severity

USER_AGENT = "Satchel"

T = TypeVar("T")


class Network(Discreet, Struct, frozen=True):
    """How to talk to servers.

    Attributes:
        connections: requests in flight over HTTP/1.1.
        streams: requests in flight once a server speaks HTTP/2.
        connect_timeout, stall_timeout: seconds; a stalled transfer brings no byte for that long.
        retries: after the first try; the pause starts at ``first_pause`` seconds and doubles.
        ca_bundle: file of trusted certificate authorities, or None for libcurl's own.
        proxy: address of the one to use, which may hold a password; empty: the environment's.
        certificate, certificate_key: files of a client's certificate; empty: none.
        verify: whether a server's certificate has to be one that the authorities vouch for.
        http2: whether to speak it where a server can.
        cookies: file of cookies to send, as Netscape had it; empty: none.
    """

    UNSHOWN = frozenset({"proxy"})

    connections: int = 32
    streams: int = 100
    connect_timeout: int = 20
    stall_timeout: int = 30
    retries: int = 5
    first_pause: float = 0.25
    ca_bundle: str | None = None
    proxy: str = ""
    certificate: str = ""
    certificate_key: str = ""
    verify: bool = True
    http2: bool = True
    cookies: str = ""


class Validators(Struct, frozen=True):
    """What a server said to recognise a version of a file by."""

    etag: str = ""
    last_modified: str = ""


class Reply(Struct, frozen=True):
    """``data`` is None where the server says that the file has not changed."""

    data: bytes | None
    validators: Validators


class Source(Protocol):
    """An upstream repository to read from.

    Attributes:
        url: its address for people, without secrets.
    """

    url: str

    def get(self, path: str, limit: int, known: Validators | None = None) -> Reply:
        """A small file of at most ``limit`` bytes.

        With ``known`` the request is conditional. Raises `NotFoundError`, `UpstreamError`.
        """


def new_handle(network: Network) -> Any:
    """A curl handle with everything set that does not depend on the request."""
    handle = pycurl.Curl()
    handle.setopt(pycurl.NOSIGNAL, 1)
    handle.setopt(pycurl.USERAGENT, USER_AGENT)
    handle.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
    handle.setopt(pycurl.FOLLOWLOCATION, 1)
    handle.setopt(pycurl.MAXREDIRS, 10)
    handle.setopt(pycurl.FAILONERROR, 1)
    handle.setopt(pycurl.CONNECTTIMEOUT, network.connect_timeout)
    handle.setopt(pycurl.LOW_SPEED_LIMIT, 1)
    handle.setopt(pycurl.LOW_SPEED_TIME, network.stall_timeout)
    handle.setopt(
        pycurl.HTTP_VERSION,
        pycurl.CURL_HTTP_VERSION_2TLS if network.http2 else pycurl.CURL_HTTP_VERSION_1_1,
    )
    handle.setopt(pycurl.PIPEWAIT, 1)
    handle.setopt(pycurl.BUFFERSIZE, 128 * 1024)
    handle.setopt(pycurl.TCP_NODELAY, 1)
    if network.ca_bundle:
        handle.setopt(pycurl.CAINFO, network.ca_bundle)
    if network.proxy:
        handle.setopt(pycurl.PROXY, network.proxy)
    if network.certificate:
        handle.setopt(pycurl.SSLCERT, network.certificate)
        handle.setopt(pycurl.SSLKEY, network.certificate_key)
    if not network.verify:
        # As libostree: the name still has to be right.
        handle.setopt(pycurl.SSL_VERIFYPEER, 0)
    if network.cookies:
        handle.setopt(pycurl.COOKIEFILE, network.cookies)
    return handle


def below(url: str, path: str) -> str:
    """The address of ``path`` below a directory's. A query stays at the end, as libostree does."""
    before, after = _around(url)
    return f"{before}{path}{after}"


@lru_cache(16)
def _around(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    before = parts._replace(path=f"{parts.path.rstrip('/')}/", query="", fragment="").geturl()
    return before, query


def ask_for(handle: Any, url: str) -> None:
    """Set a handle's address and where it may be led from there."""
    handle.setopt(pycurl.URL, url)
    # What begins protected stays so: whoever sits on the way could change what comes.
    plain = pycurl.PROTO_HTTP if url[:5].lower() == "http:" else 0
    handle.setopt(pycurl.REDIR_PROTOCOLS, pycurl.PROTO_HTTPS | plain)


class HttpSource:
    """A repository on a web server.

    Attributes:
        base: its address as it was given, which may hold secrets.
        content: that of its objects, which libostree lets be elsewhere; may hold secrets.
    """

    def __init__(
        self,
        url: str,
        network: Network,
        cancel: Cancel,
        report: Reporter = silent,
        *,
        content: str = "",
    ) -> None:
        self.base = url
        self.content = content or url
        self.url = public_address(url).rstrip("/")
        self.network = network
        self.cancel = cancel
        self.reached = False
        self._report = report
        # A busy server is left alone by all threads until then.
        self._not_before = 0.0
        # One handle, and so one connection, for each thread.
        self._local = threading.local()

    def address(self, path: str) -> str:
        """Where a file of the repository is; may hold secrets."""
        # As libostree: signatures may change, so they stay with the summary.
        content = path.startswith("objects/") and not path.endswith(".commitmeta")
        return below(self.content if content else self.base, path)

    def kept(self, make: Callable[[Network], T]) -> T:
        """What ``make`` made when this thread first asked for it."""
        kept = self._local.__dict__.setdefault("kept", {})
        if make not in kept:
            kept[make] = make(self.network)
        made: T = kept[make]
        return made

    def get(self, path: str, limit: int, known: Validators | None = None) -> Reply:
        remaining = pauses(self.network.retries, self.network.first_pause)
        url = self.address(path)
        while True:
            sleep(self._not_before - time.monotonic(), self.cancel)
            self.cancel.check()
            outcome = self._try(url, limit, known)
            if isinstance(outcome, Reply):
                self.reached = True
                if outcome.data is not None and is_web_page(outcome.data):
                    raise web_page(url)
                return outcome
            # A server that was never there is more likely away than in trouble.
            pause = next(remaining, None) if outcome.retry and self.reached else None
            if pause is None:
                raise outcome.error
            if outcome.busy:
                self._leave_alone(url, outcome.busy, outcome.wait or pause * BUSY_FACTOR)
            else:
                sleep(pause, self.cancel)

    def _leave_alone(self, url: str, status: int, seconds: float) -> None:
        """Let no thread ask for anything for a while."""
        now = time.monotonic()
        told = now < self._not_before
        self._not_before = max(self._not_before, now + seconds)
        if seconds >= TOLD_FROM and not told:
            self._report(Notice(Severity.INFO, busy_text(host_of(url), status, seconds)))

    def _try(self, url: str, limit: int, known: Validators | None) -> Reply | Failure:
        handle = getattr(self._local, "handle", None)
        if handle is None:
            handle = self._local.handle = new_handle(self.network)
        conditions = _conditions(known)
        received = _Received(limit)
        _prepare(handle, url, conditions, received, self.cancel)
        try:
            handle.perform()
        except pycurl.error as error:
            self.cancel.check()
            code, text = error.args
            if handle.getinfo(pycurl.CONNECT_TIME) > 0:
                self.reached = True
            if received.room < 0:
                code = pycurl.E_FILESIZE_EXCEEDED
            url = handle.getinfo(pycurl.EFFECTIVE_URL) or url
            return failed(handle, url, code, text, self.network.proxy)
        if conditions and handle.getinfo(pycurl.RESPONSE_CODE) == 304:
            # A server need not repeat what it said before.
            unchanged = received.validators if received.validators != Validators() else known
            return Reply(None, unchanged or received.validators)
        return Reply(b"".join(received.chunks), received.validators)


class _Received:
    """What a server sends back.

    Attributes:
        chunks: its content, in pieces.
        room: bytes that may still come; below 0: more came than were allowed.
    """

    def __init__(self, limit: int) -> None:
        self.chunks: list[bytes] = []
        self.room = limit
        self._headers: dict[str, str] = {}

    @property
    def validators(self) -> Validators:
        return Validators(self._headers.get("etag", ""), self._headers.get("last-modified", ""))

    def take_header(self, line: bytes) -> None:
        if line.startswith(b"HTTP/"):
            # Another answer: what came before was a redirect.
            self._headers.clear()
            return
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            self._headers[name.strip().lower()] = value.strip()

    def take_data(self, data: bytes) -> int | None:
        self.room -= len(data)
        if self.room < 0:
            return -1
        self.chunks.append(data)
        return None


def _conditions(known: Validators | None) -> list[str]:
    """The headers that ask for a file only if it has changed."""
    if known is not None and known.etag:
        return [f"If-None-Match: {known.etag}"]
    if known is not None and known.last_modified:
        return [f"If-Modified-Since: {known.last_modified}"]
    return []


def _prepare(
    handle: Any, url: str, conditions: list[str], received: _Received, cancel: Cancel
) -> None:
    """Set a handle for one request, whose answer goes to ``received``.

    A function of the module: with a method of the source the handle would keep that, and it the
    handle, until somebody collects garbage.
    """

    ask_for(handle, url)
    if conditions:
        handle.setopt(pycurl.HTTPHEADER, conditions)
    else:
        # An empty list would leave the last request's conditions in place.
        handle.unsetopt(pycurl.HTTPHEADER)
    handle.setopt(pycurl.MAXFILESIZE_LARGE, received.room)
    handle.setopt(pycurl.WRITEFUNCTION, received.take_data)
    handle.setopt(pycurl.HEADERFUNCTION, received.take_header)
    handle.setopt(pycurl.NOPROGRESS, 0)
    handle.setopt(pycurl.XFERINFOFUNCTION, stopper(cancel))


class LocalSource:
    """A repository in a directory of this computer (``file://``)."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.url = root.as_uri()

    def get(self, path: str, limit: int, known: Validators | None = None) -> Reply:
        try:
            with os.fdopen(open_regular(self.root / path), "rb") as file:
                status = os.fstat(file.fileno())
                validators = Validators(f"{status.st_ino}-{status.st_mtime_ns}-{status.st_size}")
                if known == validators:
                    return Reply(None, validators)
                data = file.read(limit + 1)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NotFoundError(Message("{path} does not exist.", path=self.root / path)) from error
        except OSError as error:
            raise local_error(self.root / path, error) from error
        if len(data) > limit:
            raise UpstreamError(Message("{path} is larger than it can be.", path=self.root / path))
        return Reply(data, validators)


class KeptSource:
    """A repository of which only what is kept on this computer can be had: nobody is asked.

    Attributes:
        url: that of the repository, for people.
    """

    def __init__(self, url: str, read: Callable[[str], bytes | None]) -> None:
        """``read``: a file by its path in the repository; None if it is not kept."""
        self.url = url
        self._read = read

    def get(self, path: str, limit: int, known: Validators | None = None) -> Reply:
        data = self._read(path)
        if data is None or len(data) > limit:
            raise NotFoundError(
                Message("{url}/{path} is not kept on this computer.", url=self.url, path=path),
                Message("Connect this computer to the network."),
            )
        return Reply(data, known or Validators())


def local_error(path: Path | str, error: OSError) -> UpstreamError:
    """What it means that a file of a local upstream cannot be read."""
    return UpstreamError(
        Message("{path} cannot be read: {reason}.", path=path, reason=error.strerror)
    )


def open_source(
    url: str,
    network: Network,
    cancel: Cancel,
    report: Reporter = silent,
    *,
    content: str = "",
) -> HttpSource | LocalSource:
    """The source for an ``http``, ``https`` or ``file`` address; `UsageError` for any other.

    ``report`` is told when a server wants to be left alone for a while. ``content``: another
    address for the objects of one on a web server.
    """
    refusal = UsageError(
        Message("{url} is not an address Satchel can fetch from.", url=repr(public_address(url))),
        Message("Use an address that begins with https://, http:// or file:///."),
    )
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise refusal from error
    path = unquote(parts.path)
    if parts.scheme == "file" and parts.netloc in {"", "localhost"} and "\0" not in path:
        return LocalSource(Path(path))
    if is_web_address(url):
        return HttpSource(url, network, cancel, report, content=content)
    raise refusal


def is_web_address(url: str) -> bool:
    """Whether libcurl can be given this address of a web server."""
    try:
        parts = urlsplit(url)
        hostname = parts.hostname
    except ValueError:
        return False
    # libcurl takes no others; libpsl and IDNA are not for a repository's address.
    plain = url.isascii() and url.isprintable() and " " not in url
    return parts.scheme in {"http", "https"} and bool(hostname) and plain


def get_file(
    url: str, limit: int, network: Network, cancel: Cancel, report: Reporter = silent
) -> bytes:
    """A small file that has an address of its own, as a ``.flatpakrepo``. Raises as `Source.get`.

    UsageError for an address that nothing can be fetched from.
    """
    parts = urlsplit(url)
    directory, _, name = parts.path.rpartition("/")
    place = parts._replace(path=directory, fragment="").geturl()
    data = open_source(place, network, cancel, report).get(name, limit).data
    assert data is not None
    return data
