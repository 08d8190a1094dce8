"""Which of the drives a person means."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from app.drive.drive import Drive, Volume
from app.errors import DriveError, UsageError
from app.message import Message
from app.remedy import Remedy
from app.units import size_text

AUTO = "auto"
"""The only drive that is plugged in. A directory of that name is ./auto."""

_SHOWN = 120


class NoSuchDriveError(DriveError):
    """Nothing that is plugged in is called that."""


class AmbiguousDriveError(UsageError):
    """More than one drive or volume is called that."""


class NoFileSystemError(DriveError):
    """The drive holds no file system to use."""


def find_drive(text: str, drives: Sequence[Drive]) -> Drive:
    """The drive meant by a device, mount point, serial, label or model.

    A device may be the disk or a partition of it, or a link to one.

    What names hardware exactly goes before what a person chose, and that before what many share.
    Raises NoSuchDriveError, AmbiguousDriveError.
    """
    if not text:
        raise UsageError(
            Message("DRIVE is empty."), Message("Name its device, label, serial or model.")
        )
    for matches in (_has_node, _has_serial, _has_label, _has_similar_label, _has_model):
        matching = [drive for drive in drives if matches(drive, text)]
        if len(matching) > 1:
            raise AmbiguousDriveError(
                Message("More than one drive is called {name}.", name=_short(text)),
                Message("Name the device of one: {devices}.", devices=_list(matching)),
            )
        if matching:
            return matching[0]
    raise NoSuchDriveError(
        Message("There is no drive called {name}.", name=_short(text)),
        Message("There are: {drives}.", drives=_list(drives))
        if drives
        else Message("No drive is plugged in."),
    )


def find_volume(text: str, drives: Sequence[Drive]) -> tuple[Drive, Volume]:
    """The volume meant: named itself, or the one file system of the drive named.

    Raises as `find_drive`, and NoFileSystemError.
    """
    drive = find_drive(text, drives)
    named = _named(text, drive)
    usable = named or [volume for volume in drive.volumes if volume.file_system]
    if not usable:
        raise NoFileSystemError(
            Message("{drive} has no file system that this computer knows.", drive=describe(drive)),
            Remedy.FORMAT,
        )
    if len(usable) > 1:
        listed = ", ".join(_describe_volume(volume) for volume in usable)
        raise AmbiguousDriveError(
            Message("{drive} has more than one file system.", drive=drive.name),
            Message("Name one: {volumes}.", volumes=listed),
        )
    return drive, usable[0]


def names_volume(text: str, drive: Drive) -> Volume | None:
    """The volume of ``drive`` that ``text`` names by itself, rather than the drive as a whole."""
    named = _named(text, drive)
    return named[0] if len(named) == 1 else None


def describe(drive: Drive) -> str:
    """“SanDisk Ultra (/dev/sdb, 64 GB, STICK)”"""
    labels = [volume.label for volume in drive.volumes if volume.label]
    about = [] if drive.name == drive.device else [drive.device]
    about += [size_text(drive.size) if drive.size else "no medium", *labels]
    return f"{drive.name} ({', '.join(about)})"


def typed_names(drive: Drive) -> tuple[str, ...]:
    """What a person may type to say that this drive is meant.

    A label on it or the model, as they can be seen; else the device.
    """
    labels = [volume.label for volume in drive.volumes]
    names = [" ".join(name.split()) for name in (*labels, drive.model)]
    named = tuple(dict.fromkeys(name for name in names if name and name.isprintable()))
    return named or (drive.device,)


def is_typed_name(text: str, drive: Drive) -> bool:
    """Whether ``text`` is one of `typed_names`, in capitals or not."""
    return " ".join(text.split()).casefold() in {name.casefold() for name in typed_names(drive)}


def _describe_volume(volume: Volume) -> str:
    about = [part for part in (volume.label, volume.file_system, size_text(volume.size)) if part]
    return f"{volume.device} ({', '.join(about)})"


def _named(text: str, drive: Drive) -> list[Volume]:
    """The volumes that answer to ``text``; by the first kind of name that any answers to."""
    kinds: tuple[Callable[[Volume], bool], ...] = (
        lambda volume: _is_node(text, (volume.device,)) or _is_mounted(volume, text),
        lambda volume: bool(volume.uuid) and volume.uuid == text,
        lambda volume: bool(volume.label) and volume.label == text,
        lambda volume: bool(volume.label) and volume.label.casefold() == text.casefold(),
    )
    for answers in kinds:
        # The whole disk may be the volume: its node then names both.
        matching = [volume for volume in drive.volumes if answers(volume)]
        if matching:
            return matching
    return []


def _has_node(drive: Drive, text: str) -> bool:
    if not text.startswith("/"):
        return False
    devices = (drive.device, *(volume.device for volume in drive.volumes))
    return _is_node(text, devices) or any(_is_mounted(volume, text) for volume in drive.volumes)


def _is_node(text: str, devices: Iterable[str]) -> bool:
    """A device by its node, or by a link to it as in ``/dev/disk/by-id``."""
    return text.startswith("/dev/") and _real(text) in {_real(device) for device in devices}


def _real(path: str) -> str:
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):
        return path


def _is_mounted(volume: Volume, text: str) -> bool:
    return text.startswith("/") and Path(os.path.normpath(text)) in volume.mount_points


def _has_serial(drive: Drive, text: str) -> bool:
    return bool(drive.serial) and drive.serial == text


def _has_label(drive: Drive, text: str) -> bool:
    return any(text in {volume.label, volume.uuid} - {""} for volume in drive.volumes)


def _has_similar_label(drive: Drive, text: str) -> bool:
    return any(
        volume.label and volume.label.casefold() == text.casefold() for volume in drive.volumes
    )


def _has_model(drive: Drive, text: str) -> bool:
    wanted = text.casefold()
    return wanted in {drive.model.casefold(), drive.name.casefold()} - {""}


def _list(drives: Iterable[Drive]) -> str:
    return "; ".join(describe(drive) for drive in drives)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
