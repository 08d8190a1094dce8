"""Where this computer is reached: the sockets that are listened on, and its addresses."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import re
import socket
from collections.abc import Iterator

import psutil

from app.closing import Closing
from app.errors import UsageError
from app.message import Message, verbatim
from app.serve.errors import ListenError, PortForbiddenError, PortInUseError
from app.serve.values import HIGHEST_PORT, Address, Listen

_BACKLOG = 511
_TRIES = 20
_EVERYWHERE = ("0.0.0.0", "::")
_NOT_A_CARD = re.compile(r"(lo|docker|veth|virbr|br-|vnet|podman|cni|lxc|tun|tap)")
"""Interfaces behind which no other computers are, by the beginnings of their names."""


def parse_listen(text: str) -> Listen:
    """``ADDRESS:PORT``, ``[IPV6]:PORT``, ``ADDRESS``, ``:PORT`` or ``PORT``.

    An empty address, ``*`` and ``0.0.0.0`` are all. Raises UsageError.
    """
    match = re.fullmatch(r"(?:\[(.*)\]|([^:]*)):(\d{1,5})|(\d{1,5})", text)
    port = int(match[3] or match[4]) if match else Listen().port
    name = (match[1] or match[2] or "") if match else text.strip("[]")
    try:
        address = None if name in ("", "*") else str(ipaddress.ip_address(name))
    except ValueError:
        address = ""
    if port > HIGHEST_PORT or address == "":
        raise UsageError(
            Message("{text} is not where one can listen.", text=repr(text[:100])),
            Message("Give address and port, for example 192.168.1.5:8080, [::1]:8080 or :8080."),
        )
    return Listen(None if address == "0.0.0.0" else address, port)


class Listeners(Closing):
    """The sockets, from the beginning to the end, whichever web server answers at them.

    Attributes:
        sockets: IPv4 and IPv6, or the one that was asked for.
        port: the one that was found free, if any would do.
    """

    def __init__(self, listen: Listen) -> None:
        """Raises PortInUseError, PortForbiddenError, ListenError."""
        self._listen = listen
        self.sockets = _open(listen)
        self.port: int = self.sockets[0].getsockname()[1]

    def close(self) -> None:
        for each in self.sockets:
            each.close()

    def addresses(self, scheme: str) -> tuple[Address, ...]:
        """Where others reach this now, the likeliest first; this computer itself if nobody does."""
        cards = list(_cards()) if self._listen.address in (None, *_EVERYWHERE) else []
        if self._listen.address == "::":
            cards = [card for card in cards if ":" in card[1]] or cards
        if not cards:
            alone = self._listen.address
            cards = [("", "127.0.0.1" if alone in (None, *_EVERYWHERE) else str(alone))]
        return tuple(
            Address(name, ip, f"{scheme}://{f'[{ip}]' if ':' in ip else ip}:{self.port}/")
            for name, ip in cards
        )


def _cards() -> Iterator[tuple[str, str]]:
    """Interface and address, those behind which other computers are, IPv4 first."""
    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    later = []
    for name, addresses in sorted(psutil.net_if_addrs().items()):
        if name not in up or _NOT_A_CARD.match(name):
            continue
        for address in addresses:
            if address.family not in (socket.AF_INET, socket.AF_INET6):
                continue
            ip = ipaddress.ip_address(address.address.partition("%")[0])
            if ip.is_link_local or ip.is_loopback:
                continue
            if ip.version == 4:
                yield name, str(ip)
            else:
                later.append((name, str(ip)))
    yield from later


def _open(listen: Listen) -> tuple[socket.socket, ...]:
    for _ in range(_TRIES):
        try:
            return _open_once(listen)
        except PortInUseError:
            # Any free one: it was free for one kind of address, and not for the other.
            if listen.port:
                raise
    return _open_once(listen)


def _open_once(listen: Listen) -> tuple[socket.socket, ...]:
    if listen.address is not None:
        return (_bound(listen.address, listen.port),)
    first = _bound(_EVERYWHERE[0], listen.port)
    try:
        second = _bound(_EVERYWHERE[1], first.getsockname()[1])
    except ListenError:
        # There is no IPv6 here.
        return (first,)
    except BaseException:
        first.close()
        raise
    return (first, second)


def _bound(address: str, port: int) -> socket.socket:
    six = ":" in address
    listener = None
    try:
        listener = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if six:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((address, port))
        listener.listen(_BACKLOG)
        listener.setblocking(False)
    except OSError as error:
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUseError(port) from error
        if error.errno in (errno.EACCES, errno.EPERM):
            raise PortForbiddenError(port) from error
        raise ListenError(
            Message(
                "This computer does not have the address {address}: {reason}.",
                address=address,
                reason=verbatim(error.strerror or str(error)),
            )
        ) from error
    return listener
