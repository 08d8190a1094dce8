"""Drives that come and go, as udev and UDisks2 see them: loop devices, for root.

What runs already is used; what does not is started (`tests.drive_services`), once for all test runs
on the computer, and ends with the last.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.volumes import Image, settle, sweep, turn
from tests.waiting import GUARD

__all__ = ["Devices", "Disk", "Image", "drive_services"]

# In Linux's abstract namespace: it goes with its owner.
_ADDRESS = "\0satchel-tests-drive-services"
_DEADLINE = GUARD
_SERVICES = Path(__file__).with_name("drive_services.py")


class Disk(Image):
    """An `Image` whose coming and going udev has dealt with when the call returns."""

    def appear(self, *, read_only: bool = False) -> str:
        """Plug it in; its node. Again and again, as often as it was detached."""
        device = self.plug(read_only=read_only)
        # A kernel that reads no partition tables, as small virtual machines have, is told of them;
        # this fails where there are none.
        subprocess.run(["partx", "--update", device], check=False, capture_output=True)
        settle()
        return device

    def detach(self) -> None:
        """Pull it out, whatever is mounted or being written; see `Image.unplug`."""
        self.unplug()

    def fill_partition(self, number: int, kind: str, *options: str, label: str = "") -> None:
        super().fill_partition(number, kind, *options, label=label)
        # udev looks again when the node that was open for writing is closed.
        settle()


class Devices:
    """The computer's drives for one test; other processes wait for theirs until it is closed.

    Attributes:
        environment: what a command needs to see them: the bus, and that loop devices count as
            removable.
    """

    def __init__(self, directory: Path, bus: str) -> None:
        turn.take()
        self._directory = directory
        self._disks: list[Disk] = []
        self.environment = {"SATCHEL_LOOP_IS_REMOVABLE": "1"}
        if bus:
            self.environment["DBUS_SYSTEM_BUS_ADDRESS"] = bus

    def disk(self, kind: str = "", *, label: str = "", megabytes: int = 48) -> Disk:
        """A new drive with one file system on all of it, or empty. It does not appear yet."""
        disk = Disk(self._directory, megabytes=megabytes)
        self._disks.append(disk)
        if kind:
            disk.fill(kind, label=label)
        return disk

    def partitioned(self, *kinds: str, label: str = "", megabytes: int = 96) -> Disk:
        """A new drive with partitions of one size and these file systems ("" for none); it is in.

        ``label`` is for the first.
        """
        disk = Disk(self._directory, megabytes=megabytes)
        self._disks.append(disk)
        each = (megabytes - 4) // len(kinds)
        disk.partition(*[f"{each}MB"] * len(kinds))
        disk.appear()
        for number, kind in enumerate(kinds, 1):
            if kind:
                disk.fill_partition(number, kind, label=label if number == 1 else "")
        return disk

    def close(self) -> None:
        with contextlib.ExitStack() as stack:
            stack.callback(turn.give_back)
            stack.callback(settle)
            for disk in reversed(self._disks):
                stack.callback(disk.close)


@contextmanager
def drive_services() -> Iterator[str]:
    """udev, a system bus and UDisks2 are there; the bus's address, empty for the usual one."""
    assert os.geteuid() == 0, "tests with real drives need root"
    sweep()
    connection, answer = _connect()
    try:
        if "error" in answer:
            raise AssertionError(answer["error"])
        yield answer["bus"]
    finally:
        with connection:
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(_DEADLINE)
            while connection.recv(4096):
                pass


def _connect() -> tuple[socket.socket, dict[str, str]]:
    deadline = time.monotonic() + _DEADLINE
    while time.monotonic() < deadline:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(_DEADLINE)
            connection.connect(_ADDRESS)
            line = connection.makefile("rb").readline()
            if line.endswith(b"\n"):
                return connection, json.loads(line)
        except (ConnectionRefusedError, ConnectionResetError):
            _become_host()
        connection.close()
    raise AssertionError("the services for drives do not come up")


def _become_host() -> None:
    """Start the services, unless another test run is about to."""
    with socket.socket(socket.AF_UNIX) as listener:
        try:
            listener.bind(_ADDRESS)
        except OSError:
            return
        listener.listen()
        # setsid --fork: they outlive a test run that others share them with, and its Ctrl-C.
        subprocess.run(
            ["setsid", "--fork", sys.executable, str(_SERVICES)],
            stdin=listener.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
