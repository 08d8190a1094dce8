"""A message bus of a test's own, and a service on it that does as it is told."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    new_method_call,
    new_method_return,
)
from jeepney.io.blocking import open_dbus_connection

from tests.waiting import GUARD

_BUS = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
Answer = tuple[str, tuple[Any, ...]]
"""Signature and values."""


@contextmanager
def message_bus() -> Iterator[str]:
    """The address of a bus with nobody on it."""
    process = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout as output:
        try:
            yield output.readline().strip()
        finally:
            process.terminate()
            process.wait()


class Listener:
    """Hears the signals of an interface, on a bus."""

    def __init__(self, address: str, interface: str) -> None:
        self._connection = open_dbus_connection(address)
        rule = f"type='signal',interface='{interface}'"
        self._connection.send_and_get_reply(new_method_call(_BUS, "AddMatch", "s", (rule,)))
        self._interface = interface

    def hear(self) -> tuple[Any, ...]:
        """The arguments of the next one."""
        while True:
            message = self._connection.receive(timeout=GUARD)
            if message.header.fields.get(HeaderFields.interface) == self._interface:
                return tuple(message.body)

    def close(self) -> None:
        self._connection.close()


@contextmanager
def service(
    address: str, name: str, answer: Callable[[str, tuple[Any, ...]], Answer]
) -> Iterator[None]:
    """Somebody called ``name``, who answers calls: ``answer(method, arguments)``."""
    with open_dbus_connection(address, enable_fds=True) as connection:
        request = new_method_call(_BUS, "RequestName", "su", (name, 0))
        connection.send_and_get_reply(request)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    call: Message = connection.receive(timeout=0.1)
                except TimeoutError:
                    continue
                if call.header.message_type is MessageType.method_call:
                    method = next(
                        str(value)
                        for key, value in call.header.fields.items()
                        if key.name == "member"
                    )
                    signature, values = answer(method, tuple(call.body))
                    connection.send(new_method_return(call, signature, values))

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
