"""Where on the network something that listens at an address can be announced."""

from __future__ import annotations

import ipaddress
import socket

import psutil

from app.serve.announcing.avahi import Protocol, Where
from app.serve.announcing.events import ENCRYPTED, ONLY_HERE, NotAnnounced

_EVERY = -1


def place_of(address: str | None, port: int, *, encrypted: bool) -> Where | NotAnnounced:
    """For what listens at ``address``, None for all of this computer's; or why it cannot be."""
    if encrypted:
        return ENCRYPTED
    if address is None:
        return Where(_EVERY, Protocol.ANY, port)
    ip = ipaddress.ip_address(address)
    if ip.is_loopback:
        return ONLY_HERE
    protocol = Protocol.IPV4 if ip.version == 4 else Protocol.IPV6
    return Where(_EVERY if ip.is_unspecified else _interface(address), protocol, port)


def _interface(address: str) -> int:
    """The number of the interface with this address; all if it is not there just now."""
    for name, addresses in psutil.net_if_addrs().items():
        if any(each.address.partition("%")[0] == address for each in addresses):
            return socket.if_nametoindex(name)
    return _EVERY
