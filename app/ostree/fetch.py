"""One file from an upstream repository, over HTTP or from a local path.

`transfer` fetches many at once with the same handles and the same idea of what is worth a retry.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import pycurl

from app.errors import UpstreamError, UsageError
from app.files import open_regular
from app.progress import Cancel

USER_AGENT = "Satchel"


class NotFoundError(UpstreamError):
    """Upstream answered, and has no such file."""


@dataclass(frozen=True, slots=True)
class Network:
    """How to talk to servers.

    Attributes:
        connections: requests in flight over HTTP/1.1.
        streams: requests in flight once a server speaks HTTP/2.
        connect_timeout, stall_timeout: seconds; a stalled transfer brings no byte for that long.
        retries: after the first try; the pause starts at ``first_pause`` seconds and doubles.
        ca_bundle: file of trusted certificate authorities, or None for libcurl's own.
    """

    connections: int = 32
    streams: int = 100
    connect_timeout: int = 20
    stall_timeout: int = 30
    retries: int = 5
    first_pause: float = 0.25
    ca_bundle: str | None = None


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said to recognise a version of a file by."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """``data`` is None where the server says that the file has not changed."""

    data: bytes | None
    validators: Validators


class Source(Protocol):
    """An upstream repository to read from."""

    url: str

    def get(self, path: str, limit: int, known: Validators | None = None) -> Reply:
        """A small file of at most ``limit`` bytes.

        With ``known`` the request is conditional. Raises `NotFoundError`, `UpstreamError`.
        """


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a request failed, and whether another try may help."""

    error: UpstreamError
    retry: bool


_TRANSIENT = frozenset(
    {
        pycurl.E_FTP_WEIRD_SERVER_REPLY,  # also HTTP's: what an earlier answer had too much
        pycurl.E_COULDNT_RESOLVE_PROXY,
        pycurl.E_COULDNT_RESOLVE_HOST,
        pycurl.E_COULDNT_CONNECT,
        pycurl.E_PARTIAL_FILE,
        pycurl.E_OPERATION_TIMEDOUT,
        pycurl.E_SSL_CONNECT_ERROR,
        pycurl.E_GOT_NOTHING,
        pycurl.E_SEND_ERROR,
        pycurl.E_RECV_ERROR,
        pycurl.E_HTTP2,
        92,  # CURLE_HTTP2_STREAM, which pycurl has no name for
    }
)
_TRANSIENT_STATUS = frozenset({408, 429, 500, 502, 503, 504})
# Seconds between looks at the cancel token during a pause.
_NAP = 0.1
_OFFLINE_HINT = "Check the network connection and the address, then run the same command again."


def classify(url: str, code: int, text: str, status: int) -> Failure:
    """What a failed transfer means. ``code`` is libcurl's, ``status`` HTTP's."""
    host = urlsplit(url).netloc
    if code == pycurl.E_HTTP_RETURNED_ERROR:
        if status in {404, 410}:
            return Failure(NotFoundError(f"{url} does not exist upstream ({status})."), False)
        if status in {401, 403}:
            return Failure(UpstreamError(f"{host} denies access to {url} ({status}).", ""), False)
        return Failure(
            UpstreamError(f"{host} answered {status} for {url}.", "Try again later."),
            status in _TRANSIENT_STATUS,
        )
    if code == pycurl.E_FILESIZE_EXCEEDED:
        return Failure(
            UpstreamError(f"{url} is larger than it can be.", "The server is broken or hostile."),
            False,
        )
    if code in {pycurl.E_UNSUPPORTED_PROTOCOL, pycurl.E_TOO_MANY_REDIRECTS}:
        return Failure(
            UpstreamError(
                f"{url} cannot be fetched: its address or a redirect is not allowed ({text}).",
                "Only http and https addresses are followed.",
            ),
            False,
        )
    if code == pycurl.E_PEER_FAILED_VERIFICATION:
        return Failure(
            UpstreamError(
                f"The certificate of {host} cannot be verified: {text}.",
                "Check the computer's clock and its certificates.",
            ),
            False,
        )
    if code == pycurl.E_COULDNT_RESOLVE_HOST:
        return Failure(UpstreamError(f"{host} was not found.", _OFFLINE_HINT), True)
    if code == pycurl.E_OPERATION_TIMEDOUT:
        return Failure(UpstreamError(f"{host} does not answer.", _OFFLINE_HINT), True)
    return Failure(
        UpstreamError(f"{host} could not be reached or broke off: {text or code}.", _OFFLINE_HINT),
        code in _TRANSIENT,
    )


def pauses(network: Network) -> Iterator[float]:
    """Seconds to wait before each retry: growing."""
    for attempt in range(network.retries):
        yield network.first_pause * 2**attempt


def new_handle(network: Network) -> Any:
    """A curl handle with everything set that does not depend on the request."""
    handle = pycurl.Curl()
    handle.setopt(pycurl.NOSIGNAL, 1)
    handle.setopt(pycurl.USERAGENT, USER_AGENT)
    handle.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
    handle.setopt(pycurl.REDIR_PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
    handle.setopt(pycurl.FOLLOWLOCATION, 1)
    handle.setopt(pycurl.MAXREDIRS, 10)
    handle.setopt(pycurl.FAILONERROR, 1)
    handle.setopt(pycurl.CONNECTTIMEOUT, network.connect_timeout)
    handle.setopt(pycurl.LOW_SPEED_LIMIT, 1)
    handle.setopt(pycurl.LOW_SPEED_TIME, network.stall_timeout)
    handle.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS)
    handle.setopt(pycurl.PIPEWAIT, 1)
    handle.setopt(pycurl.BUFFERSIZE, 128 * 1024)
    handle.setopt(pycurl.TCP_NODELAY, 1)
    if network.ca_bundle:
        handle.setopt(pycurl.CAINFO, network.ca_bundle)
    return handle


class HttpSource:
    """A repository on a web server."""

    def __init__(self, url: str, network: Network, cancel: Cancel) -> None:
        self.url = url.rstrip("/")
        self.network = network
        self.cancel = cancel
        self.reached = False
        # One handle, and so one connection, for each thread.
        self._local = threading.local()

    def get(self, path: str, limit: int, known: Validators | None = None) -> Reply:
        remaining = pauses(self.network)
        while True:
            self.cancel.check()
            outcome = self._try(f"{self.url}/{path}", limit, known)
            if isinstance(outcome, Reply):
                self.reached = True
                return outcome
            # A server that was never there is more likely away than in trouble.
            pause = next(remaining, None) if outcome.retry and self.reached else None
            if pause is None:
                raise outcome.error
            self._sleep(pause)

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.cancel.check()
            time.sleep(min(left, _NAP))

    def _try(self, url: str, limit: int, known: Validators | None) -> Reply | Failure:
        handle = getattr(self._local, "handle", None)
        if handle is None:
            handle = self._local.handle = new_handle(self.network)
        chunks: list[bytes] = []
        headers: dict[str, str] = {}

        def on_header(line: bytes) -> None:
            if line.startswith(b"HTTP/"):
                # Another answer: what came before was a redirect.
                headers.clear()
                return
            name, colon, value = line.decode("latin-1").partition(":")
            if colon:
                headers[name.strip().lower()] = value.strip()

        left = limit

        def on_data(data: bytes) -> int | None:
            nonlocal left
            left -= len(data)
            if left < 0:
                return -1
            chunks.append(data)
            return None

        # Not self: the handle would keep it, and it the handle, until somebody collects garbage.
        cancel = self.cancel

        def on_progress(*_: int) -> int:
            try:
                cancel.check()
            except Exception:
                return 1
            return 0

        conditions = []
        if known is not None and known.etag:
            conditions.append(f"If-None-Match: {known.etag}")
        elif known is not None and known.last_modified:
            conditions.append(f"If-Modified-Since: {known.last_modified}")
        handle.setopt(pycurl.URL, url)
        if conditions:
            handle.setopt(pycurl.HTTPHEADER, conditions)
        else:
            # An empty list would leave the last request's conditions in place.
            handle.unsetopt(pycurl.HTTPHEADER)
        handle.setopt(pycurl.MAXFILESIZE_LARGE, limit)
        handle.setopt(pycurl.WRITEFUNCTION, on_data)
        handle.setopt(pycurl.HEADERFUNCTION, on_header)
        handle.setopt(pycurl.NOPROGRESS, 0)
        handle.setopt(pycurl.XFERINFOFUNCTION, on_progress)
        try:
            handle.perform()
        except pycurl.error as error:
            self.cancel.check()
            code, text = error.args
            if handle.getinfo(pycurl.CONNECT_TIME) > 0:
                self.reached = True
            if left < 0:
                code = pycurl.E_FILESIZE_EXCEEDED
            return classify(url, code, text, handle.getinfo(pycurl.RESPONSE_CODE))
        validators = Validators(headers.get("etag", ""), headers.get("last-modified", ""))
        if conditions and handle.getinfo(pycurl.RESPONSE_CODE) == 304:
            # A server need not repeat what it said before.
            unchanged = validators if validators != Validators() else known
            return Reply(None, unchanged or validators)
        return Reply(b"".join(chunks), validators)


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
            raise NotFoundError(f"{self.root / path} does not exist.") from error
        except OSError as error:
            raise local_error(self.root / path, error) from error
        if len(data) > limit:
            raise UpstreamError(f"{self.root / path} is larger than it can be.")
        return Reply(data, validators)


def local_error(path: Path, error: OSError) -> UpstreamError:
    """What it means that a file of a local upstream cannot be read."""
    return UpstreamError(f"{path} cannot be read: {error.strerror}.")


def open_source(url: str, network: Network, cancel: Cancel) -> HttpSource | LocalSource:
    """The source for an ``http``, ``https`` or ``file`` address; `UsageError` for any other."""
    refusal = UsageError(
        f"{url!r} is not an address Satchel can fetch from.",
        "Use an address that begins with https://, http:// or file:///.",
    )
    try:
        parts = urlsplit(url)
        hostname = parts.hostname
    except ValueError as error:
        raise refusal from error
    path = unquote(parts.path)
    if parts.scheme == "file" and parts.netloc in {"", "localhost"} and "\0" not in path:
        return LocalSource(Path(path))
    # libcurl takes no others; libpsl and IDNA are not for a repository's address.
    plain = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme in {"http", "https"} and hostname and plain:
        return HttpSource(url, network, cancel)
    raise refusal
