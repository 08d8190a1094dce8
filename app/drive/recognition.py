"""What a drive is recognised by when it comes back, in whatever port and at whatever time.

Device names, numbers and the kernel's count of drives are another each time; the file system's UUID
and size, and what the hardware says about itself, stay. Formatting makes another drive of it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from app.drive.discovery.block_devices import SYS
from app.drive.drive import Drive, Volume
from app.drive.medium import block_device
from app.drive.safety.guard import read_file_system

_SECTOR = 512


class LastingIdentity(Struct, frozen=True):
    """Of a drive with one of its file systems.

    Attributes:
        uuid: of the file system.
        size: bytes of its partition.
        serial, drive_size: of the hardware; empty and 0 if it does not say.
    """

    uuid: str
    size: int
    serial: str = ""
    drive_size: int = 0

    @classmethod
    def of(cls, drive: Drive, volume: Volume) -> LastingIdentity | None:
        """None without a file system that could be recognised."""
        if not volume.uuid:
            return None
        return cls(volume.uuid, volume.size, drive.serial, drive.size)


def come_back(identity: LastingIdentity, drives: Iterable[Drive]) -> tuple[Drive, Volume] | None:
    """The one of ``drives`` that it is. None also if it may be several: copies made bit by bit of
    drives that tell no serial number cannot be told apart."""
    same = [
        (drive, volume)
        for drive in drives
        for volume in drive.volumes
        if LastingIdentity.of(drive, volume) == identity
    ]
    return same[0] if len(same) == 1 else None


def volume_key(volume: Volume) -> str:
    """What a volume is called in this computer's memory; empty if it cannot be recognised."""
    return _key(volume.uuid, volume.size) if volume.uuid else ""


def directory_key(root: Path) -> str:
    """As `volume_key` for what is mounted at ``root``; other directories are known by their path.

    Empty for a mounted file system that cannot be recognised. Raises DriveError.
    """
    if not root.is_mount():
        return str(root)
    number = block_device(root)
    size = 0
    with contextlib.suppress(OSError, ValueError):
        place = SYS / f"dev/block/{os.major(number)}:{os.minor(number)}"
        size = int((place / "size").read_text()) * _SECTOR
    uuid = read_file_system(root).uuid
    return _key(uuid, size) if uuid and size else ""


def _key(uuid: str, size: int) -> str:
    # Without the serial number: udev and the kernel do not always write it the same way, and
    # whoever uses this looks on the drive as well.
    return f"{uuid} {size}"
