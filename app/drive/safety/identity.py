"""Is it still the same drive, and does nothing use it? Straight from sysfs and procfs.

On purpose this asks neither udev nor UDisks2: it is the second opinion before a drive is wiped.
Form: Documentation/ABI/stable/sysfs-block in Linux. Why: decision D7.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path

from msgspec import Struct

from app.drive.discovery.block_devices import can_be_carried
from app.drive.discovery.swaps import swap_numbers
from app.drive.drive import Drive
from app.drive.mounts import mounts
from app.errors import DriveError
from app.message import Message
from app.remedy import Remedy

_SYS = Path("/sys")
_SECTOR = 512
_AGAIN = Remedy.LOOK_AGAIN


class DriveChangedError(DriveError):
    """It is not the drive any more that was shown."""


class InUseError(DriveError):
    """Something on this computer uses the drive in a way that cannot be ended from here."""


class Identity(Struct, frozen=True):
    """What tells one drive from another.

    Attributes:
        number: the device number.
        place: its directory in sysfs: the port it is plugged into.
        size: bytes.
        serial: of the nearest piece of hardware that has one; empty if none has.
        sequence: counts all drives that ever appeared (Linux >= 5.15); empty before.
        portable: made to be carried away, by the kernel's flag or the bus.
        read_only: write-protected.
    """

    number: int
    place: str
    size: int
    serial: str
    sequence: str
    portable: bool
    read_only: bool


def read_identity(drive: Drive, *, loops_are_removable: bool) -> Identity:
    """Who is behind the drive's node and number now. Raises DriveChangedError."""
    try:
        status = os.stat(drive.device)
        if not stat.S_ISBLK(status.st_mode) or status.st_rdev != drive.number:
            raise DriveChangedError(
                Message("{device} is not the drive any more that was chosen.", device=drive.device),
                _AGAIN,
            )
        block = _block(drive.number)
        return Identity(
            number=drive.number,
            place=str(block),
            size=int(_read(block / "size")) * _SECTOR,
            serial=_serial(block),
            sequence=_optional(block / "diskseq"),
            portable=_portable(block, loops_are_removable),
            read_only=_read(block / "ro") != "0",
        )
    except OSError as error:
        raise DriveChangedError(
            Message("{drive} is not plugged in any more.", drive=drive.name), _AGAIN
        ) from error


def drive_changed(drive: Drive) -> DriveChangedError:
    """Another drive is where the chosen one was."""
    return DriveChangedError(
        Message(
            "{drive} at {device} is not the drive any more that was chosen.",
            drive=drive.name,
            device=drive.device,
        ),
        _AGAIN,
    )


def check_unused(drive: Drive) -> None:
    """Raises InUseError if the drive or a part of it is mounted, swap, or below something else."""
    block = _block(drive.number)
    parts = [block, *(path.parent for path in block.glob("*/partition"))]
    numbers = set()
    for part in parts:
        major, _, minor = _read(part / "dev").partition(":")
        numbers.add(os.makedev(int(major), int(minor)))
        for holder in (part / "holders").glob("*"):
            raise InUseError(
                Message(
                    "{drive} is part of something else: {holder} uses {device}.",
                    drive=drive.name,
                    holder=holder.name,
                    device=part.name,
                ),
                Message("Lock, stop or detach that first."),
            )
    for mount in mounts():
        if mount.number in numbers or _number(mount.source) in numbers:
            raise InUseError(
                Message(
                    "{drive} is still mounted at {mount_point}.",
                    drive=drive.name,
                    mount_point=mount.point,
                ),
                Message("Unmount it there first."),
            )
    if swap_numbers() & numbers:
        raise InUseError(
            Message("This computer swaps to {drive}.", drive=drive.name),
            Message("Nothing was written."),
        )
    _check_exclusive(drive)


def _check_exclusive(drive: Drive) -> None:
    """The kernel's own word, for those who may ask: it knows of mounts not seen from here."""
    try:
        os.close(os.open(drive.device, os.O_RDONLY | os.O_EXCL | os.O_CLOEXEC))
    except OSError as error:
        if error.errno == errno.EBUSY:
            raise InUseError(
                Message("{drive} is in use, by a container or another program.", drive=drive.name),
                Message("Close what uses it, then try again."),
            ) from error


def part_of(number: int) -> int:
    """The device number of the disk that a partition is on. OSError if it has gone."""
    block = _block(number)
    disk = block.parent if (block / "partition").exists() else block
    major, _, minor = _read(disk / "dev").partition(":")
    return os.makedev(int(major), int(minor))


def _block(number: int) -> Path:
    link = _SYS / "dev/block" / f"{os.major(number)}:{os.minor(number)}"
    return link.resolve(strict=True)


def _serial(block: Path) -> str:
    devices = _SYS / "devices"
    for place in (block, block / "device", *block.parents):
        if place == devices:
            break
        with contextlib.suppress(OSError):
            return _read(place / "serial")
    return ""


def _portable(block: Path, loops_are_removable: bool) -> bool:
    if (block / "loop").is_dir():
        return loops_are_removable
    return can_be_carried(block)


def _number(source: str) -> int | None:
    """The device number of a node, None for what is none."""
    if not source.startswith("/dev/"):
        return None
    try:
        status = os.stat(source)
    except OSError:
        return None
    return status.st_rdev if stat.S_ISBLK(status.st_mode) else None


def _read(path: Path) -> str:
    return path.read_text(errors="replace").strip()


def _optional(path: Path) -> str:
    try:
        return _read(path)
    except OSError:
        return ""
