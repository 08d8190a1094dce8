"""What a person may call the place that a stick is on."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from app.drive.choosing import (
    AUTO,
    AmbiguousDriveError,
    NoFileSystemError,
    NoSuchDriveError,
    describe,
    find_drive,
    names_volume,
)
from app.drive.drive import Drive, Volume
from app.drive.mounts import mounts
from app.drive.safety.obstacles import Obstacle, volume_obstacles
from app.errors import DriveError, UsageError
from app.message import Message, sentences
from app.progress import Notice
from app.remedy import Remedy
from app.severity import Severity
from app.units import size_text

_SHOWN = 120
_NONE = Message("No drive is plugged in; wait a moment if it was just now, or check the name.")
_LABELS = Path("/dev/disk/by-label")

Drives = Callable[[], Sequence[Drive]]
"""All drives of the computer; asked only where a name needs it."""


class NoSuchTargetError(DriveError):
    """There is no such directory, drive or label."""


class TargetIsSystemError(DriveError):
    """This computer runs from that drive, and the volume is not mounted."""


class TargetDirectory(Struct, frozen=True):
    """Where to look or write.

    Attributes:
        root: the mount point or directory.
        drive: the drive, if it was named as one; else None.
        notices: what a person should know: that it was mounted, and where.
    """

    root: Path
    drive: Drive | None = None
    notices: tuple[Notice, ...] = ()


def find_target(name: str, drives: Drives, has_stick: Callable[[Path], bool]) -> TargetDirectory:
    """What a person means by ``name``; mounted if it was not.

    A mount point, a directory, or a drive's device, label, serial or model, or `AUTO`.
    ``has_stick`` tells whether a stick is on what is mounted somewhere. Raises DriveError,
    UsageError.
    """
    if not name:
        raise UsageError(Message("TARGET is empty."), Message("Name a drive or a directory."))
    if name == AUTO:
        return _use(_only_drive(drives()), None, has_stick)
    # Not Path's own questions: those raise for names that are too long.
    if os.path.isdir(name):
        return TargetDirectory(Path(os.path.abspath(name)))
    if name.startswith("/dev/") and (point := _mounted_at(name)) is not None:
        return TargetDirectory(point)
    there = drives()
    try:
        drive = find_drive(name, there)
    except NoSuchDriveError:
        return _without_drives(name, carried(there))
    return _use(drive, names_volume(name, drive), has_stick)


def _only_drive(drives: Sequence[Drive]) -> Drive:
    there = carried(drives)
    if len(there) > 1:
        listed = "; ".join(map(describe, there))
        raise AmbiguousDriveError(
            Message("More than one drive is plugged in."),
            Message("Name one by its device or label: {devices}.", devices=listed),
        )
    if not there:
        raise NoSuchDriveError(
            Message("No drive is plugged in that could be carried away."),
            _missing() or Message("Plug it in and wait a moment, or name a directory."),
        )
    return there[0]


def carried(drives: Sequence[Drive]) -> list[Drive]:
    """Those that somebody may have plugged in to be written."""
    return [drive for drive in drives if drive.removable and not drive.system and drive.size]


def _missing() -> Message:
    """What this computer lacks for knowing drives, and how to get it; `NOTHING` if nothing."""
    from app.drive.udev import missing_parts

    return sentences(
        *(part for notice in missing_parts() for part in (notice.message, notice.hint))
    )


def _use(drive: Drive, named: Volume | None, has_stick: Callable[[Path], bool]) -> TargetDirectory:
    volume = named or _choose(drive, has_stick)
    if volume.mount_points:
        return TargetDirectory(volume.mount_points[0], drive)
    if drive.system:
        raise TargetIsSystemError(
            Message(
                "{device} belongs to this computer: {system}.",
                device=volume.device,
                system=drive.system,
            ),
            Remedy.OTHER_DRIVES_NOT_MOUNTED,
        )
    # What asks the system takes longer to import than a small command takes, and most name a place.
    from app.drive.udisks.mounting import mount

    mounted = mount(volume)
    about = volume.label or volume.device
    notice = Notice(
        Severity.INFO,
        Message(
            "{about} on {drive} is now mounted at {path}.",
            about=about,
            drive=describe(drive),
            path=mounted.path,
        ),
    )
    return TargetDirectory(mounted.path, drive, (notice,))


def _choose(drive: Drive, has_stick: Callable[[Path], bool]) -> Volume:
    """The volume with a stick, or the only one that can be mounted."""
    useless = {Obstacle.MEMBER, Obstacle.SWAP, Obstacle.NOT_FORMATTED}
    usable = [volume for volume in drive.volumes if useless.isdisjoint(volume_obstacles(volume))]
    if not usable and (missing := _missing()):
        raise NoFileSystemError(
            Message("What is on {drive} is not known.", drive=describe(drive)),
            Message("{missing} Mount it, then name where it is mounted.", missing=missing),
        )
    if not usable:
        raise NoFileSystemError(
            Message("{drive} has no file system that this computer knows.", drive=describe(drive)),
            Remedy.FORMAT_DRIVE.advice(drive=drive.device),
        )
    sticks = [volume for volume in usable if any(map(has_stick, volume.mount_points))]
    if len(sticks) == 1:
        return sticks[0]
    if len(usable) > 1:
        listed = "; ".join(map(_describe, sticks or usable))
        raise AmbiguousDriveError(
            Message("{drive} has more than one volume.", drive=drive.name),
            Message("Name one by its device: {devices}.", devices=listed),
        )
    return usable[0]


def _describe(volume: Volume) -> str:
    about = [part for part in (volume.label, volume.file_system, size_text(volume.size)) if part]
    return f"{volume.device} ({', '.join(about)})"


def _mounted_at(device: str) -> Path | None:
    """Where a device is mounted, by the mount table: whatever kind of device it is."""
    real = os.path.realpath(device)
    for mounted in reversed(mounts()):
        if mounted.source.startswith("/dev/") and os.path.realpath(mounted.source) == real:
            return mounted.point
    return None


def _without_drives(name: str, there: Sequence[Drive]) -> TargetDirectory:
    """What is no drive that can be listed, but perhaps mounted, or something else altogether."""
    device = name if name.startswith("/dev/") else str(_LABELS / _udev_escape(name))
    if _is_device(device):
        point = _mounted_at(device)
        if point is not None:
            return TargetDirectory(point)
        raise NoSuchTargetError(
            Message("The drive {name} is not mounted.", name=name),
            Message("Mount it, then try again."),
        )
    if os.path.exists(name):
        raise NoSuchTargetError(
            Message("{name} is neither a directory nor an image.", name=name),
            Message("Name a drive or a directory."),
        )
    shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
    listed = (
        Message("There are: {drives}.", drives="; ".join(map(describe, there))) if there else _NONE
    )
    raise NoSuchTargetError(
        Message("There is no directory and no drive called {name}.", name=shown),
        sentences(listed, _missing()),
    )


def _is_device(path: str) -> bool:
    """Whether a file system can be on it: below /dev lies much else."""
    try:
        return stat.S_ISBLK(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


def _udev_escape(label: str) -> str:
    """A label as udev writes it into a file name."""
    kept = "#+-.:=@_"
    return "".join(
        char
        if char.isalnum() or char in kept
        else "".join(f"\\x{byte:02x}" for byte in os.fsencode(char))
        for char in label
    )
