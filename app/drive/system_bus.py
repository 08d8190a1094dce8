"""The system bus: calls, properties and signals, without an event loop.

Calls block; `SystemBus.fileno` and `SystemBus.pending` fit signals into anybody's epoll or Qt loop.
The address is what ``DBUS_SYSTEM_BUS_ADDRESS`` says (jeepney reads it), else the usual one.
Form of the protocol: https://dbus.freedesktop.org/doc/dbus-specification.html

Why: decision D9.
"""

from __future__ import annotations

import select
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from jeepney import DBusAddress, HeaderFields, MatchRule, MessageType, new_method_call
from jeepney import Message as DBusMessage
from jeepney.auth import AuthenticationError
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.wrappers import DBusErrorResponse
from msgspec import Struct

from app.closing import Closing
from app.errors import DriveError
from app.message import Message
from app.remedy import Remedy

_UDISKS = "org.freedesktop.UDisks2"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_OBJECTS = "org.freedesktop.DBus.ObjectManager"
_BUS = "org.freedesktop.DBus"
_BUS_PATH = "/org/freedesktop/DBus"
_ANSWER_SECONDS = 30.0
_CONNECT_SECONDS = 5.0
_ABSENT = frozenset(
    f"{_BUS}.Error.{name}"
    for name in (
        "ServiceUnknown",
        "NameHasNoOwner",
        "Spawn.ServiceNotFound",
        "Spawn.ServiceNotValid",
        "Spawn.ChildExited",
        "Spawn.ChildSignaled",
        "Spawn.ExecFailed",
        "Spawn.ForkFailed",
        "Spawn.Failed",
        "Spawn.PermissionsInvalid",
        "Spawn.ConfigInvalid",
        "Spawn.SetupFailed",
        "Disconnected",
    )
)


class NoBusError(DriveError):
    """There is no system bus, or it does not talk to this process."""


class NoServiceError(DriveError):
    """The bus is there, but not the service, and it could not be started."""


class BusTimeoutError(DriveError):
    """No answer in time. What was asked for may still happen."""


class CallError(DriveError):
    """The service refused or failed.

    Attributes:
        name: the D-Bus error, ``org.freedesktop.UDisks2.Error.DeviceBusy``.
        text: the service's own words.
    """

    def __init__(self, name: str, text: str) -> None:
        super().__init__(Message("The drive service reports: {words}.", words=text or name))
        self.name = name
        self.text = text


class Signal(Struct, frozen=True):
    """Something a service told everybody. ``arguments`` as jeepney reads them, variants unwrapped
    only by `plain`."""

    path: str
    interface: str
    member: str
    arguments: tuple[Any, ...]


def plain(value: Any) -> Any:
    """A mapping of names to variants (``a{sv}``) as names to values."""
    if isinstance(value, Mapping):
        return {
            key: item[1] if isinstance(item, tuple) else plain(item) for key, item in value.items()
        }
    return value


class SystemBus(Closing):
    """One connection, for one thread. Raises NoBusError when there is no bus."""

    def __init__(self, *, with_files: bool = False) -> None:
        """``with_files``: answers may bring open files along."""
        self._signals: deque[DBusMessage] = deque()
        try:
            self._connection: DBusConnection = open_dbus_connection(
                "SYSTEM", enable_fds=with_files, auth_timeout=_CONNECT_SECONDS
            )
        except (OSError, AuthenticationError, DBusErrorResponse, RuntimeError, ValueError) as error:
            raise NoBusError(
                Message(
                    "Drives cannot be mounted or ejected from here: there is no system bus "
                    "({error}).",
                    error=_reason(error),
                ),
                Message(
                    "Install and start the packages dbus and udisks2; or mount the drive "
                    "yourself and name the directory."
                ),
            ) from error
        self._connection.filter(MatchRule(type="signal"), queue=self._signals)

    def close(self) -> None:
        self._connection.close()

    def call(
        self,
        path: str,
        interface: str,
        method: str,
        signature: str = "",
        arguments: Sequence[Any] = (),
        *,
        timeout: float | None = _ANSWER_SECONDS,
        service: str = _UDISKS,
    ) -> tuple[Any, ...]:
        """Call a method and wait for its answer: its values, in order.

        Variants go in and come out as ``(signature, value)``. ``timeout`` in seconds; None waits as
        long as the service takes. Raises NoBusError, NoServiceError, BusTimeoutError, CallError.
        """
        message = new_method_call(
            DBusAddress(path, service, interface), method, signature or None, tuple(arguments)
        )
        try:
            answer = self._connection.send_and_get_reply(message, timeout=timeout)
        except TimeoutError as error:
            raise BusTimeoutError(
                Message(
                    "The drive service has not answered for {timeout} seconds.",
                    timeout=f"{timeout:.0f}",
                ),
                Message("The drive may be failing or very slow; look again in a while."),
            ) from error
        except OSError as error:
            raise _gone(error) from error
        if answer.header.message_type is MessageType.error:
            raise _refusal(answer, service)
        return tuple(answer.body)

    def properties(self, path: str, interface: str, *, service: str = _UDISKS) -> dict[str, Any]:
        """All properties of an interface of an object, without their variants."""
        (values,) = self.call(path, _PROPERTIES, "GetAll", "s", (interface,), service=service)
        return dict(plain(values))

    def managed_objects(
        self, path: str = "/org/freedesktop/UDisks2", *, service: str = _UDISKS
    ) -> dict[str, dict[str, dict[str, Any]]]:
        """Every object of a service: path → interface → property → value."""
        (objects,) = self.call(path, _OBJECTS, "GetManagedObjects", service=service)
        return {
            str(path): {name: plain(values) for name, values in interfaces.items()}
            for path, interfaces in objects.items()
        }

    def add_match(self, *, service: str = _UDISKS, path_namespace: str | None = None) -> None:
        """From now on take the signals of a service, also when it comes and goes, below a path."""
        rule = f"type='signal',sender='{service}'"
        if path_namespace is not None:
            rule += f",path_namespace='{path_namespace}'"
        coming = (
            f"type='signal',sender='{_BUS}',interface='{_BUS}',"
            f"member='NameOwnerChanged',arg0='{service}'"
        )
        for wanted in (rule, coming):
            self.call(_BUS_PATH, _BUS, "AddMatch", "s", (wanted,), service=_BUS)

    def fileno(self) -> int:
        """Readable when there is something for `pending`.

        Signals that come while a call waits for its answer are kept without that: ask `pending`
        after every call, too.
        """
        return int(self._connection.sock.fileno())

    def wait(self, timeout: float) -> bool:
        """Wait for a signal, at most so many seconds, and drop those that came; whether any did."""
        if self.pending():
            return True
        ready, _, _ = select.select([self], [], [], max(timeout, 0.0))
        return bool(ready) and self.wait(0.0)

    def pending(self) -> tuple[Signal, ...]:
        """The signals that are here now; does not wait. Raises NoBusError if the bus has gone."""
        try:
            while True:
                self._connection.recv_messages(timeout=0)
        except TimeoutError:
            pass
        except OSError as error:
            raise _gone(error) from error
        signals = tuple(_signal(message) for message in self._signals)
        self._signals.clear()
        return signals


def _signal(message: DBusMessage) -> Signal:
    fields = message.header.fields
    return Signal(
        str(fields[HeaderFields.path]),
        str(fields[HeaderFields.interface]),
        str(fields[HeaderFields.member]),
        tuple(message.body),
    )


def _refusal(answer: DBusMessage, service: str) -> DriveError:
    name = str(answer.header.fields.get(HeaderFields.error_name, ""))
    text = next((part for part in answer.body if isinstance(part, str)), "")
    if name in _ABSENT:
        return NoServiceError(
            Message(
                "The service that mounts and ejects drives ({service}) is not running.",
                service=service,
            ),
            Message(
                "Install and start the package udisks2; or mount the drive yourself and "
                "name the directory."
            ),
        )
    return CallError(name, text)


def _gone(error: OSError) -> NoBusError:
    return NoBusError(
        Message("The connection to the system bus was lost ({error}).", error=_reason(error)),
        Remedy.START_AGAIN,
    )


def _reason(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text or type(error).__name__
