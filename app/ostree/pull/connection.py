"""Is it this computer that has no internet, or only a server that is away?"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import urlsplit

import pycurl

_IPV4 = Path("/proc/net/route")
_IPV6 = Path("/proc/net/ipv6_route")
_LOOPBACK = "lo"
_UP = 0x1
_REJECT = 0x200
_UNREACHABLE = frozenset({errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH})


def is_offline(code: int, error_number: int, url: str) -> bool:
    """Whether a request for ``url`` failed because there is no internet.

    ``code`` is libcurl's, ``error_number`` the system's, or 0.
    """
    match code:
        case pycurl.E_COULDNT_RESOLVE_HOST | pycurl.E_COULDNT_RESOLVE_PROXY:
            return not has_way_out() or not can_ask_for(_host(url))
        case pycurl.E_COULDNT_CONNECT:
            return error_number in _UNREACHABLE
        case pycurl.E_OPERATION_TIMEDOUT:
            return not has_way_out()
    return False


def has_way_out(ipv4: Path = _IPV4, ipv6: Path = _IPV6) -> bool:
    """Whether the kernel has a route to anywhere; where it does not tell, it is believed to."""
    try:
        return _ipv4_leads_out(_lines(ipv4)[1:]) or _ipv6_leads_out(_lines(ipv6))
    except (OSError, ValueError):
        return True


def can_ask_for(host: str, resolve: Callable[..., object] = socket.getaddrinfo) -> bool:
    """Whether somebody answers to what the address of ``host`` is, if only that there is none."""
    try:
        resolve(host, None)
    except socket.gaierror as error:
        # A wireless network without internet: nobody can be asked.
        return error.errno != socket.EAI_AGAIN
    except (OSError, UnicodeError):
        return True
    return True


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _lines(path: Path) -> list[list[str]]:
    """IPv6 may be switched off."""
    return [line.split() for line in path.read_text().splitlines()] if path.exists() else []


def _ipv4_leads_out(routes: Iterable[list[str]]) -> bool:
    """Lines of ``/proc/net/route``: interface, destination, gateway, flags, …, mask."""
    return any(
        _leads_out(route[0], int(route[3], 16))
        for route in routes
        if int(route[1], 16) == 0 == int(route[7], 16)
    )


def _ipv6_leads_out(routes: Iterable[list[str]]) -> bool:
    """Lines of ``/proc/net/ipv6_route``: destination, length of its prefix, …, flags, interface."""
    return any(
        _leads_out(route[9], int(route[8], 16))
        for route in routes
        if int(route[0], 16) == 0 == int(route[1], 16)
    )


def _leads_out(interface: str, flags: int) -> bool:
    return interface != _LOOPBACK and bool(flags & _UP) and not flags & _REJECT
