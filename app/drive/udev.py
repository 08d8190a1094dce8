"""What udev knows about block devices: names, file systems, labels.

Properties: man udev(7) and the rules that come with systemd (60-persistent-storage.rules).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyudev
from msgspec import Struct

from app.message import Message
from app.progress import Notice
from app.severity import Severity

_CONTROL = Path("/run/udev/control")
_ESCAPE = re.compile(rb"\\x([0-9a-fA-F]{2})")


class UdevRecord(Struct, frozen=True):
    """What udev knows about one block device.

    Attributes:
        properties: by name; few if udev has not looked at the device.
        complete: udev has looked at it.
    """

    properties: Mapping[str, str]
    complete: bool

    def exact(self, name: str) -> str:
        """A property as it was before udev replaced unusual characters."""
        escaped = self.properties.get(f"{name}_ENC", "")
        return decoded(escaped) if escaped else self.properties.get(name, "")

    def text(self, *names: str) -> str:
        """The first of these properties that says something, unescaped, spaces put in order."""
        for name in names:
            value = self.properties.get(name, "")
            if name.endswith("_ENC"):
                value = decoded(value)
            elif name in {"ID_VENDOR", "ID_MODEL"}:
                value = value.replace("_", " ")
            value = " ".join(value.split())
            if value:
                return value
        return ""


def decoded(value: str) -> str:
    r"""A property as it was before udev wrote unusual bytes as ``\x20``."""
    data = _ESCAPE.sub(
        lambda match: bytes([int(match[1], 16)]), value.encode(errors="surrogateescape")
    )
    return data.decode(errors="replace")


def _context() -> Any:
    """pyudev's; None without the library that it asks."""
    try:
        return pyudev.Context()
    except ImportError:
        return None


def describe() -> dict[str, UdevRecord]:
    """What udev knows about every block device, by name; nothing without udev's library."""
    context = _context()
    devices: dict[str, UdevRecord] = {}
    if context is None:
        return devices
    for device in context.list_devices(subsystem="block"):
        try:
            # The kernel writes "!" in names for "/", libudev gives it back.
            name = device.sys_name.replace("/", "!")
            devices[name] = UdevRecord(dict(device.properties), bool(device.is_initialized))
        except (OSError, KeyError, ValueError, UnicodeError):
            continue  # it has gone while it was looked at
    return devices


def file_system_of(device: str) -> str:
    """What is on a device, by its node: ext4, exfat, vfat; empty if udev does not know."""
    context = _context()
    if context is None:
        return ""
    try:
        udev_device = pyudev.Devices.from_device_file(context, device)
        return str(udev_device.properties.get("ID_FS_TYPE", ""))
    except (OSError, ValueError, UnicodeError, LookupError, pyudev.DeviceNotFoundError):
        return ""


def monitor() -> Any:
    """pyudev's monitor of block devices, started; None where messages cannot be had."""
    context = _context()
    if context is None:
        return None
    # The kernel's own messages come without udev, though not into every container.
    source = "udev" if _CONTROL.exists() else "kernel"
    try:
        udev_monitor = pyudev.Monitor.from_netlink(context, source)
        udev_monitor.filter_by("block")
        udev_monitor.start()
    except OSError:
        return None
    return udev_monitor


def missing_parts() -> tuple[Notice, ...]:
    """What this computer lacks for finding drives, for people."""
    if _context() is None:
        return (
            Notice(
                Severity.WARNING,
                Message(
                    "The library libudev is missing, so the names of drives and what is on them"
                    " may be unknown, and drives may come and go unnoticed."
                ),
                Message(
                    "Install the package libudev1 (elsewhere systemd-libs). Directories and "
                    "mount points can be named all the same."
                ),
            ),
        )
    if _CONTROL.exists():
        return ()
    return (
        Notice(
            Severity.WARNING,
            Message(
                "The list may be incomplete: udev does not run here, so the names of drives"
                " and what is on them may be unknown, and drives may come and go unnoticed."
            ),
            Message(
                "In a container, share /run/udev with the computer; elsewhere, install and "
                "start udev. Directories and mount points can be named all the same."
            ),
        ),
    )
