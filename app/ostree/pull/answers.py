"""What a server's answer means: not there, not for us, not now, or not from that server at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import pycurl
from msgspec import Struct

from app.credentials import host_of, public_address, without_secrets
from app.errors import Cause, UpstreamError
from app.message import Duration, Message
from app.ostree.pull.connection import is_offline
from app.remedy import Remedy
from app.text import Policy, clean

LONGEST_WAIT = 300
"""Seconds; a server that wants to be left alone for longer is given up."""

BUSY_FACTOR = 4
"""A busy server that does not say for how long is left alone for so many usual pauses."""

TOLD_FROM = 1.0
"""Seconds of a pause from which a person is told why nothing comes."""

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
_BUSY_STATUS = frozenset({429, 503})
_PROXY_LOGIN = 407
_NETWORK_LOGIN = 511
_OFFLINE_HINT = Remedy.CHECK_NETWORK
_BEGINNING = 1024
_PAGES = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<meta ")


class NotFoundError(UpstreamError):
    """Upstream answered, and has no such file."""


class DeniedError(UpstreamError):
    """Upstream does not let us have it. S3 and CloudFront say so of what does not exist, too."""


class UnauthorizedError(UpstreamError):
    """Upstream wants a login or a token (401)."""


class WebPageError(UpstreamError):
    """A page for people came in place of a file."""


class OfflineError(UpstreamError):
    """This computer has no connection to the internet."""

    cause: ClassVar[Cause] = Cause.NETWORK


class UnreachableError(UpstreamError):
    """There is a connection, and a server does not answer, or breaks off."""


class CertificateError(UpstreamError):
    """A server cannot prove who it is."""

    cause: ClassVar[Cause] = Cause.TRUST


ABSENT = (NotFoundError, DeniedError, WebPageError)
"""What servers answer for a file that they do not have; where it may be absent, it is."""


class Answer(Struct, frozen=True):
    """How a request failed.

    Attributes:
        url: where it ended, after redirects; may hold secrets.
        code, text: libcurl's; ``text`` may hold secrets.
        status: HTTP's, or 0.
        retry_after: seconds that the server wants to be left alone; 0: it did not say.
        connect_status: the proxy's answer to CONNECT, or 0.
        peer: address and port of whoever answered, which may be a proxy; or "".
        offline: nobody could be reached at all.
    """

    url: str
    code: int
    text: str
    status: int
    retry_after: int = 0
    connect_status: int = 0
    peer: str = ""
    offline: bool = False


class Failure(Struct, frozen=True):
    """Why a request failed, and whether another try may help.

    Attributes:
        busy: it is the server that needs a pause, from all requests; its status, or 0.
        wait: seconds that a busy server asked for; 0: it did not say.
    """

    error: UpstreamError
    retry: bool
    busy: int = 0
    wait: int = 0


def failed(handle: Any, url: str, code: int, text: str, proxy: str) -> Failure:
    """What libcurl's error means. ``proxy`` is the address of the one to use, if it was chosen."""
    ip, port = handle.getinfo(pycurl.PRIMARY_IP), handle.getinfo(pycurl.PRIMARY_PORT)
    return classify(
        Answer(
            url=url,
            code=code,
            text=text,
            status=handle.getinfo(pycurl.RESPONSE_CODE),
            retry_after=max(0, handle.getinfo(pycurl.RETRY_AFTER)),
            connect_status=handle.getinfo(pycurl.HTTP_CONNECTCODE),
            peer=host_of(proxy) if proxy else f"{ip}:{port}" if ip else "",
            offline=is_offline(code, handle.getinfo(pycurl.OS_ERRNO), url),
        )
    )


def classify(answer: Answer) -> Failure:
    """What a failed transfer means."""
    url, host = public_address(answer.url), host_of(answer.url)
    code, text = answer.code, clean(without_secrets(answer.text), Policy.REASON)
    if answer.connect_status >= 300 or answer.status == _PROXY_LOGIN:
        return _refused_by_proxy(host, answer)
    if code == pycurl.E_HTTP_RETURNED_ERROR:
        return _refused(url, host, answer)
    if answer.offline:
        message = Message("There is no internet connection: {host} cannot be reached.", host=host)
        return Failure(OfflineError(message, _OFFLINE_HINT), code in _TRANSIENT)
    return Failure(_broken_off(url, host, code, text), code in _TRANSIENT)


def _broken_off(url: str, host: str, code: int, reason: str) -> UpstreamError:
    """No answer, or one that cannot be taken; ``code`` and ``reason`` are libcurl's."""
    match code:
        case pycurl.E_FILESIZE_EXCEEDED:
            return UpstreamError(
                Message("{url} is larger than it can be.", url=url),
                Message("The server is broken or hostile."),
            )
        case pycurl.E_TOO_MANY_REDIRECTS:
            return UpstreamError(
                Message(
                    "{url} cannot be fetched: its server leads from one address to the next "
                    "without end ({reason}).",
                    url=url,
                    reason=reason,
                ),
                Message(
                    "Check the address; if it is right, only the people who run the server can "
                    "help."
                ),
            )
        case pycurl.E_UNSUPPORTED_PROTOCOL:
            return UpstreamError(
                Message(
                    "{url} cannot be fetched: its address or a redirect is not allowed ({reason}).",
                    url=url,
                    reason=reason,
                ),
                Message("Only http and https addresses are followed, and from https only https."),
            )
        case pycurl.E_PEER_FAILED_VERIFICATION:
            return CertificateError(
                Message(
                    "The certificate of {host} cannot be verified: {reason}.",
                    host=host,
                    reason=reason,
                ),
                Message(
                    "Check the computer's clock and its certificates. A network that wants a "
                    "login first does this, too: open any page in a browser."
                ),
            )
        case pycurl.E_COULDNT_RESOLVE_PROXY:
            return UpstreamError(
                Message("The proxy for {host} was not found ({reason}).", host=host, reason=reason),
                Message("Check its address."),
            )
        case pycurl.E_COULDNT_RESOLVE_HOST:
            message = Message("{host} was not found.", host=host)
        case pycurl.E_OPERATION_TIMEDOUT:
            message = Message("{host} does not answer.", host=host)
        case _:
            message = Message(
                "{host} could not be reached or broke off: {reason}.",
                host=host,
                reason=reason or code,
            )
    return UnreachableError(message, _OFFLINE_HINT)


def _refused(url: str, host: str, answer: Answer) -> Failure:
    """An HTTP status of 400 or more."""
    status = answer.status
    if status in {404, 410}:
        return Failure(
            NotFoundError(
                Message("{url} does not exist upstream ({status}).", url=url, status=status),
                Message("It may have moved or gone: check the address, or ask whoever offers it."),
            ),
            False,
        )
    if status == 401:
        return Failure(
            UnauthorizedError(
                Message(
                    "{host} denies access to {url} ({status}).", host=host, url=url, status=status
                ),
                Message("It wants a login or a token, which the remote's address can hold."),
            ),
            False,
        )
    if status == 403:
        return Failure(
            DeniedError(
                Message(
                    "{host} denies access to {url} ({status}).", host=host, url=url, status=status
                ),
                Message("Some servers say so of files that they do not have."),
            ),
            False,
        )
    if status == _NETWORK_LOGIN:
        return Failure(web_page(url), False)
    busy = status if status in _BUSY_STATUS else 0
    if busy and answer.retry_after > LONGEST_WAIT:
        return Failure(
            UpstreamError(
                Message(
                    "{host} answered {status} for {url}: it wants to be asked again in "
                    "{retry_after} at the earliest.",
                    host=host,
                    status=status,
                    url=url,
                    retry_after=Duration(answer.retry_after),
                ),
                Remedy.GO_ON_THEN,
            ),
            False,
        )
    return Failure(
        UpstreamError(
            Message("{host} answered {status} for {url}.", host=host, status=status, url=url),
            Message("Try again later."),
        ),
        status in _TRANSIENT_STATUS,
        busy,
        answer.retry_after if busy else 0,
    )


def _refused_by_proxy(host: str, answer: Answer) -> Failure:
    status = answer.connect_status if answer.connect_status >= 300 else answer.status
    peer = answer.peer or Message("of this computer")
    if status == _PROXY_LOGIN:
        return Failure(
            UpstreamError(
                Message(
                    "The proxy {peer} wants a name and a password before it lets anything "
                    "through to {host} ({status}).",
                    peer=peer,
                    host=host,
                    status=status,
                ),
                Message("Put them into its address: http://NAME:PASSWORD@PROXY:PORT."),
            ),
            False,
        )
    return Failure(
        UpstreamError(
            Message(
                "The proxy {peer} does not let anything through to {host} ({status}).",
                peer=peer,
                host=host,
                status=status,
            ),
            Message("Ask whoever runs it, or use another network."),
        ),
        status in _TRANSIENT_STATUS,
    )


def is_web_page(data: bytes) -> bool:
    """Whether a file begins as a page for people does; no repository has such files."""
    start = data[:_BEGINNING].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for opening, end in ((b"<?xml", b"?>"), (b"<!--", b"-->")):
        while start.startswith(opening):
            start = start.partition(end)[2].lstrip()
    return start.startswith(_PAGES)


def web_page(url: str) -> WebPageError:
    """The error about a page that came for ``url``."""
    return WebPageError(
        Message(
            "{host} answers with a web page instead of {url}.",
            host=host_of(url),
            url=public_address(url),
        ),
        Message(
            "This network may want a login first: open any page in a browser. Or the "
            "address is that of a web site, not of what was looked for."
        ),
    )


def busy_text(host: str, status: int, seconds: float) -> Message:
    """What people are told while nothing comes."""
    return Message(
        "{host} is asked for too much at once ({status}): waiting {seconds}, then "
        "going on more slowly.",
        host=host,
        status=status,
        seconds=Duration(seconds),
    )


def pauses(retries: int, first: float) -> Iterator[float]:
    """Seconds to wait before each retry: growing."""
    for attempt in range(retries):
        yield first * 2**attempt
