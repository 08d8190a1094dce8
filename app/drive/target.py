"""What a person may call the place that a stick is on."""

from __future__ import annotations

import os
from pathlib import Path

import psutil

from app.errors import DriveError, UsageError

_SHOWN = 120
_LABELS = Path("/dev/disk/by-label")


class NoSuchTargetError(DriveError):
    """There is no such directory, drive or label, or it is not mounted."""


def find_target(name: str) -> Path:
    """The directory meant by a mount point, a directory, a drive's device or its label."""
    if not name:
        raise UsageError("TARGET is empty.", "Name a drive or a directory.")
    path = Path(name)
    # Not Path's own questions: those raise for names that are too long.
    if os.path.isdir(path):
        return Path(os.path.abspath(path))
    device = path if name.startswith("/dev/") else _LABELS / _udev_escape(name)
    if os.path.exists(device):
        real = os.path.realpath(device)
        for partition in psutil.disk_partitions(all=False):
            if os.path.realpath(partition.device) == real:
                return Path(partition.mountpoint)
        raise NoSuchTargetError(f"The drive {name} is not mounted.", "Mount it, then try again.")
    if os.path.exists(path):
        raise NoSuchTargetError(f"{name} is not a directory.", "Name a drive or a directory.")
    shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
    raise NoSuchTargetError(
        f"There is no directory and no drive called {shown}.",
        "Plug the drive in and wait until it is mounted, or check the name.",
    )


def _udev_escape(label: str) -> str:
    """A label as udev writes it into a file name."""
    kept = "#+-.:=@_"
    return "".join(
        char
        if char.isalnum() or char in kept
        else "".join(f"\\x{byte:02x}" for byte in os.fsencode(char))
        for char in label
    )
