"""Avahi, by its D-Bus interface: services with their names, and what becomes of them.

The interface: ``org.freedesktop.Avahi.*.xml`` of Avahi; how groups are used: its
``examples/client-publish-service.c``.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from msgspec import Struct

from app.drive.system_bus import CallError, Signal, SystemBus
from app.serve.announcing.records import SERVICE_TYPE

SERVICE = "org.freedesktop.Avahi"
COLLISION = f"{SERVICE}.CollisionError"
_SERVER = f"{SERVICE}.Server"
_GROUP = f"{SERVICE}.EntryGroup"
_BUS = "org.freedesktop.DBus"
_LONGEST_NAME = 63
"""Bytes of a label of DNS."""


class ServerState(IntEnum):
    """Of the daemon: only while it runs there is a name that services can be of."""

    INVALID = 0
    REGISTERING = 1
    RUNNING = 2
    COLLISION = 3
    FAILURE = 4


class GroupState(IntEnum):
    """Of what one announces."""

    UNCOMMITTED = 0
    REGISTERING = 1
    ESTABLISHED = 2
    COLLISION = 3
    FAILURE = 4


class Protocol(IntEnum):
    """By which it is announced."""

    ANY = -1
    IPV4 = 0
    IPV6 = 1


class Where(Struct, frozen=True):
    """What is announced where: ``interface`` by its number, -1 for all."""

    interface: int
    protocol: Protocol
    port: int


class Avahi:
    """The daemon. Calls raise NoBusError, NoServiceError, BusTimeoutError, CallError."""

    def __init__(self, bus: SystemBus) -> None:
        self._bus = bus
        bus.add_match(service=SERVICE)

    def state(self) -> ServerState:
        """Starts it, where systemd may."""
        (state,) = self._bus.call("/", _SERVER, "GetState", service=SERVICE)
        return ServerState(state) if state in set(ServerState) else ServerState.INVALID

    def host_name(self) -> str:
        (name,) = self._bus.call("/", _SERVER, "GetHostName", service=SERVICE)
        return str(name)

    def other_name(self, name: str) -> str:
        """Another one for a service whose name is taken."""
        (other,) = self._bus.call(
            "/", _SERVER, "GetAlternativeServiceName", "s", (name,), service=SERVICE
        )
        return str(other)

    def new_group(self) -> str:
        (path,) = self._bus.call("/", _SERVER, "EntryGroupNew", service=SERVICE)
        return str(path)

    def publish(self, group: str, name: str, where: Where, records: Sequence[bytes]) -> None:
        """Put a service into an empty group, and begin to announce it.

        Raises CallError called `COLLISION` if this computer has such a service already.
        """
        arguments = (
            *(where.interface, int(where.protocol), 0),
            *(name, SERVICE_TYPE, "", "", where.port),
            list(records),
        )
        self._call(group, "AddService", "iiussssqaay", arguments)
        self._call(group, "Commit")

    def change(self, group: str, name: str, where: Where, records: Sequence[bytes]) -> None:
        """Announce other records of a service."""
        arguments = (
            *(where.interface, int(where.protocol), 0),
            *(name, SERVICE_TYPE, ""),
            list(records),
        )
        self._call(group, "UpdateServiceTxt", "iiusssaay", arguments)

    def reset(self, group: str) -> None:
        self._call(group, "Reset")

    def free(self, group: str) -> None:
        self._call(group, "Free")

    def _call(
        self, group: str, method: str, signature: str = "", arguments: Sequence[object] = ()
    ) -> None:
        self._bus.call(group, _GROUP, method, signature, arguments, service=SERVICE)


def is_collision(error: CallError) -> bool:
    return error.name == COLLISION


def server_state(signal: Signal) -> ServerState | None:
    """What a signal says of the daemon; None for others."""
    if (signal.interface, signal.member) != (_SERVER, "StateChanged"):
        return None
    state = next(iter(signal.arguments), None)
    return ServerState(state) if state in set(ServerState) else ServerState.INVALID


def group_state(signal: Signal) -> GroupState | None:
    """What a signal says of the group at its path; None for others."""
    if (signal.interface, signal.member) != (_GROUP, "StateChanged"):
        return None
    state = next(iter(signal.arguments), None)
    return GroupState(state) if state in set(GroupState) else None


def is_there(signal: Signal) -> bool | None:
    """Whether a signal says that the daemon has come, or gone; None for others."""
    if (signal.interface, signal.member) != (_BUS, "NameOwnerChanged"):
        return None
    name, _, owner = (*signal.arguments, "", "", "")[:3]
    return bool(owner) if name == SERVICE else None


def service_name(collection: str, host: str) -> str:
    """What a collection is called on the network; people see it when they look around."""
    ending = f" ({host})".encode()[:_LONGEST_NAME]
    start = collection.encode()[: _LONGEST_NAME - len(ending)]
    return (start + ending).decode(errors="ignore")
