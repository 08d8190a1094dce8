"""What drives are called: by their own name, and by what tells two of one name apart."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from app.drive.drive import Drive, Volume
from ui.i18n.filling import filled
from ui.i18n.numbers import drive_sized


def hardware(drive: Drive) -> str:
    """Make and size: “Norden USB drive, 8 GB”."""
    made = " ".join(part for part in (drive.vendor, drive.model) if part) or _kind(drive.bus)
    return ", ".join(part for part in (made, drive_sized(drive.size) if drive.size else "") if part)


def hardware_and_port(drive: Drive) -> str:
    """The same with where it is plugged in, where that is known: “Norden USB drive, 8 GB, port
    1”."""
    if not drive.port:
        return hardware(drive)
    return filled(
        QCoreApplication.translate("DriveNames", "%1, port %2"), hardware(drive), drive.port
    )


def volume_name(drive: Drive, volume: Volume | None) -> str:
    """What people have called it; without that its make."""
    if volume is not None and volume.label:
        return volume.label
    return " ".join(part for part in (drive.vendor, drive.model) if part) or _kind(drive.bus)


def name_among(name: str, drive: Drive, drives: Iterable[Drive]) -> str:
    """``name`` of a drive, with its make and size where another of ``drives`` is called so too, and
    with where it is plugged in where these are the same as well."""
    told = distinction(name, drive, drives)
    return filled("%1 (%2)", name, told) if told else name


def distinction(name: str, drive: Drive, drives: Iterable[Drive]) -> str:
    """What `name_among` adds; empty where the name is enough."""
    namesakes = [
        other
        for other in drives
        if other.device != drive.device
        and name in {volume_name(other, volume) for volume in (*other.volumes, None)}
    ]
    if not namesakes:
        return ""
    about = hardware(drive)
    if about not in map(hardware, namesakes):
        return about
    if drive.port and drive.port not in {other.port for other in namesakes}:
        return hardware_and_port(drive)
    return f"{about}, {drive.device.removeprefix('/dev/')}"


def _kind(bus: str) -> str:
    match bus:
        case "usb":
            return QCoreApplication.translate("DriveNames", "USB drive")
        case "mmc" | "memstick":
            return QCoreApplication.translate("DriveNames", "Memory card")
    return QCoreApplication.translate("DriveNames", "Drive")
