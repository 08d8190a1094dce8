"""A message bus of a test's own, and a service on it that does as it is told."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from jeepney import DBusAddress, Message, MessageType, new_method_call, new_method_return
from jeepney.io.blocking import open_dbus_connection

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
