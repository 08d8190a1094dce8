"""Mounting and unmounting, by UDisks2 as the desktop does it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from msgspec import Struct

from app.drive.drive import Drive, Volume
from app.drive.udisks.usage import busy_error
from app.drive.udisks_objects import (
    ALREADY_MOUNTED,
    BLOCK,
    DEVICE_BUSY,
    ENCRYPTED,
    FILE_SYSTEM,
    NOT_MOUNTED,
    PARTITION,
    Disks,
    FailedError,
    Objects,
    mount_points,
    open_disks,
    text,
)
from app.errors import Cause, DriveError
from app.fs.files import drive_errors, explain, sync_file_system
from app.message import Message
from app.remedy import Remedy

_PACKAGES = {
    "exfat": Message("a kernel with exFAT (5.7 or newer), or the package exfat-fuse"),
    "ntfs": Message("a kernel with ntfs3 (5.15 or newer), or the package ntfs-3g"),
}
_UNKNOWN_TYPE = ("unknown filesystem type", "not configured in kernel")


class CannotMountError(DriveError):
    """There is nothing that could be mounted, or this computer cannot."""


class EncryptedError(CannotMountError):
    """It has to be unlocked first."""

    cause: ClassVar[Cause] = Cause.LOCKED


class Mounted(Struct, frozen=True):
    """Where a volume is mounted.

    Attributes:
        path: the mount point.
        already: it was mounted before.
        read_only: nothing can be written there.
    """

    path: Path
    already: bool
    read_only: bool


def mount(volume: Volume) -> Mounted:
    """Mount a volume, or say where it is. Raises DriveError."""
    with open_disks() as disks:
        path = disks.block_path(volume.number, volume.device)
        interfaces = disks.objects().get(path, {})
        _check(volume.device, interfaces)
        points = mount_points(interfaces)
        already = bool(points)
        if not already:
            points, already = _mount(disks, path, volume)
    return Mounted(points[0], already, _read_only(points[0], volume.device))


def _mount(disks: Disks, path: str, volume: Volume) -> tuple[tuple[Path, ...], bool]:
    try:
        (point,) = disks.call(
            path, FILE_SYSTEM, "Mount", doing=Message("mounting {device}", device=volume.device)
        )
    except FailedError as error:
        if error.name == ALREADY_MOUNTED:  # the desktop was faster
            points = mount_points(disks.objects().get(path, {}))
            if points:
                return points, True
        raise _explained(error, volume) from error
    return (Path(point),), False


def _check(device: str, interfaces: dict[str, dict[str, Any]]) -> None:
    """Raises CannotMountError for what is no file system, and says what it is."""
    if FILE_SYSTEM in interfaces:
        return
    block = interfaces.get(BLOCK, {})
    if ENCRYPTED in interfaces or block.get("IdUsage") == "crypto":
        raise EncryptedError(
            Message("{device} is encrypted.", device=device),
            Remedy.UNLOCK.advice(device=device),
        )
    kind = block.get("IdType")
    if kind:
        raise CannotMountError(
            Message(
                "{device} holds no files itself: it is of the kind {file_system}.",
                device=device,
                file_system=kind,
            ),
            Remedy.NAME_OTHER_DRIVE,
        )
    raise CannotMountError(
        Message("{device} has no file system that this computer knows.", device=device),
        Remedy.FORMAT,
    )


def _explained(error: FailedError, volume: Volume) -> DriveError:
    kind = volume.file_system
    if any(words in error.untrusted_text for words in _UNKNOWN_TYPE):
        needs = _PACKAGES.get(
            kind, Message("a kernel module or a package for {file_system}", file_system=kind)
        )
        return CannotMountError(
            Message(
                "This computer cannot mount {file_system} ({device}).",
                file_system=kind or Message("that file system"),
                device=volume.device,
            ),
            Message("It needs {needs}.", needs=needs),
        )
    return CannotMountError(
        Message(
            "{device} could not be mounted: {reason}.",
            device=volume.device,
            reason=error.untrusted_text,
        ),
        Message("Its file system may be damaged: check it (fsck), or format the drive."),
    )


def _read_only(path: Path, device: str) -> bool:
    try:
        return bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    except FileNotFoundError as error:
        raise CannotMountError(
            Message(
                "{device} is mounted at {path}, but that cannot be seen from here.",
                device=device,
                path=path,
            ),
            Message(
                "A container or sandbox shows its own files only: start Satchel outside of it."
            ),
        ) from error
    except OSError as error:
        raise explain(error, Message("looking at the mounted drive")) from error


def unmount(volume: Volume) -> tuple[Path, ...]:
    """Write everything out and unmount a volume wherever it is mounted: the places it was.

    Raises BusyError, which names who holds it, and DriveError.
    """
    with open_disks() as disks:
        return unmount_block(disks, disks.block_path(volume.number, volume.device))


def unmount_drive(drive: Drive) -> tuple[Path, ...]:
    """As `unmount`, for all that is on a drive; unlocked parts are locked."""
    with open_disks() as disks:
        return unmount_all(disks, drive)


def unmount_all(disks: Disks, drive: Drive) -> tuple[Path, ...]:
    """`unmount_drive` over a connection that is there."""
    whole = disks.block_path(drive.number, drive.device)
    done: list[Path] = []
    for path in _blocks(disks.objects(), whole):
        for inner in _unlocked(disks.objects(), path):
            done += unmount_block(disks, inner)
            disks.call(
                path,
                ENCRYPTED,
                "Lock",
                doing=Message("locking what is on {device}", device=drive.device),
            )
        done += unmount_block(disks, path)
    return tuple(done)


def _blocks(objects: Objects, whole: str) -> Iterable[str]:
    """The disk's object and those of its partitions."""
    yield whole
    for path, interfaces in objects.items():
        if interfaces.get(PARTITION, {}).get("Table") == whole:
            yield path


def _unlocked(objects: Objects, encrypted: str) -> Iterable[str]:
    for path, interfaces in objects.items():
        if interfaces.get(BLOCK, {}).get("CryptoBackingDevice") == encrypted:
            yield path


def unmount_block(disks: Disks, path: str) -> tuple[Path, ...]:
    """Unmount a block object; UDisks2 takes away one mount at a time."""
    done: list[Path] = []
    while True:
        interfaces = disks.objects().get(path, {})
        points = mount_points(interfaces)
        left = tuple(point for point in points if point not in done)
        if not left:
            return tuple(done)
        device = text(interfaces[BLOCK]["PreferredDevice"])
        for point in left:
            _flush(point)
        try:
            disks.call(
                path, FILE_SYSTEM, "Unmount", doing=Message("unmounting {device}", device=device)
            )
        except FailedError as error:
            if error.name == NOT_MOUNTED:
                return (*done, *left)
            if error.name == DEVICE_BUSY or "busy" in error.untrusted_text:
                raise busy_error(f"{device} ({left[0]})", left) from error
            raise
        now = mount_points(disks.objects().get(path, {}))
        done += [point for point in left if point not in now]


def _flush(point: Path) -> None:
    with drive_errors(Message("writing everything to {mount_point}", mount_point=point)):
        try:
            sync_file_system(point)
        except OSError as error:
            # Somebody else's directory: unmounting writes it out as well, only without telling.
            if error.errno not in {errno.EACCES, errno.EPERM}:
                raise
