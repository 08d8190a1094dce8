"""Whether a firewall of this computer keeps others from a port, as far as it lets itself be asked.

firewalld is asked over D-Bus, which it allows everybody who sits at the computer:
https://firewalld.org/documentation/man-pages/firewalld.dbus.html
ufw tells everybody whether it is on (``/etc/ufw/ufw.conf``), but only root what it lets through.
"""

from __future__ import annotations

import re
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Any

from msgspec import Struct

from app.drive.system_bus import SystemBus
from app.errors import DriveError
from app.formats.schema import SchemaError
from app.fs.files import read_bounded

UFW = Path("/etc/ufw/ufw.conf")

_SERVICE = "org.fedoraproject.FirewallD1"
_PATH = "/org/fedoraproject/FirewallD1"
_ZONES = f"{_SERVICE}.zone"
_BUS = "org.freedesktop.DBus"
_BUS_PATH = "/org/freedesktop/DBus"
_ANSWER_SECONDS = 3.0
_MAX_SIZE = 64 * 1024
_ON = re.compile(rb"^\s*ENABLED\s*=\s*[\"']?yes[\"']?\s*$", re.MULTILINE | re.IGNORECASE)
_ACCEPTS = "ACCEPT"
_TARGET = 4
"""Where a zone's settings have it: ``(sssbsasa(ss)asba(ssss)asasasasa(ss)b)``."""


class FirewallKind(Enum):
    """Which program it is."""

    FIREWALLD = "firewalld"
    UFW = "ufw"


class Firewall(Struct, frozen=True):
    """One that is on.

    Attributes:
        closed: whether it is known that others are kept out; else nobody but root can tell.
        zone: firewalld's name for the rules of the network that was asked about.
    """

    kind: FirewallKind
    port: int
    closed: bool
    zone: str = ""

    @property
    def command(self) -> tuple[str, ...]:
        """What an administrator runs to let others through, until it is undone."""
        port = f"{self.port}/tcp"
        if self.kind is FirewallKind.UFW:
            return ("ufw", "allow", port)
        zone = (f"--zone={self.zone}",) if self.zone else ()
        return ("firewall-cmd", *zone, f"--add-port={port}")


def firewall_on(port: int, interface: str = "", *, ufw: Path = UFW) -> Firewall | None:
    """The firewall that may keep others from ``port`` (TCP) at a network ``interface``; None where
    none is seen, or where one is known to let them through."""
    with suppress(DriveError), SystemBus() as bus:
        if _has_firewalld(bus):
            return _asked(bus, port, interface)
    with suppress(OSError, SchemaError):
        if _ON.search(read_bounded(ufw, _MAX_SIZE)):
            return Firewall(FirewallKind.UFW, port, closed=False)
    return None


def _has_firewalld(bus: SystemBus) -> bool:
    """Without starting it."""
    (there,) = bus.call(
        _BUS_PATH, _BUS, "NameHasOwner", "s", (_SERVICE,), timeout=_ANSWER_SECONDS, service=_BUS
    )
    return bool(there)


def _asked(bus: SystemBus, port: int, interface: str) -> Firewall | None:
    """What firewalld says of the zone of ``interface``, or of the usual one."""
    doubtful = Firewall(FirewallKind.FIREWALLD, port, closed=False)
    try:
        zone = _ask(bus, _ZONES, "getZoneOfInterface", interface) if interface else ""
        zone = str(zone) or str(_ask(bus, _SERVICE, "getDefaultZone"))
        ports = _ask(bus, _ZONES, "getPorts", zone)
    except DriveError:
        # It is on, and does not tell us.
        return doubtful
    if any(_lets_through(each, port) for each in ports):
        return None
    with suppress(DriveError, LookupError, TypeError):
        if _ask(bus, _SERVICE, "getZoneSettings", zone)[_TARGET] == _ACCEPTS:
            return None
    return Firewall(FirewallKind.FIREWALLD, port, closed=True, zone=zone)


def _ask(bus: SystemBus, interface: str, method: str, *arguments: str) -> Any:
    (answer,) = bus.call(
        _PATH,
        interface,
        method,
        "s" * len(arguments),
        arguments,
        timeout=_ANSWER_SECONDS,
        service=_SERVICE,
    )
    return answer


def _lets_through(entry: Any, port: int) -> bool:
    """``("8080", "tcp")`` or ``("1025-65535", "tcp")``."""
    try:
        ports, protocol = entry
        least, _, most = str(ports).partition("-")
        return bool(protocol == "tcp" and int(least) <= port <= int(most or least))
    except ValueError:
        return False
