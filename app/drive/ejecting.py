"""Making a drive safe to pull out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from app.drive.drive import Drive
from app.drive.mounting import unmount_all
from app.drive.udisks import (
    BLOCK,
    DRIVE,
    Disks,
    FailedError,
    GoneError,
    NotAllowedError,
    Objects,
    mount_points,
    open_disks,
)


class Rest(Enum):
    """What an ejected drive is now."""

    POWERED_OFF = "powered-off"
    EJECTED = "ejected"
    SAFE = "safe-to-remove"


@dataclass(frozen=True, slots=True)
class Ejected:
    """What was done.

    Attributes:
        unmounted: the places it was mounted at.
        rest: powered off, medium ejected, or nothing mounted and all written out.
    """

    unmounted: tuple[Path, ...]
    rest: Rest


def eject(drive: Drive) -> Ejected:
    """Unmount all, write everything out, power off where the drive can.

    Raises BusyError and DriveError; the drive must not be pulled out then.
    """
    with open_disks() as disks:
        unmounted = unmount_all(disks, drive)
        return Ejected(unmounted, _let_go(disks, drive))


def _let_go(disks: Disks, drive: Drive) -> Rest:
    whole = disks.block_path(drive.number, drive.device)
    objects = disks.objects()
    path = str(objects.get(whole, {}).get(BLOCK, {}).get("Drive", ""))
    about = objects.get(path, {}).get(DRIVE)
    if about is None:  # a loop device has no drive
        return Rest.SAFE
    steps = []
    if about.get("CanPowerOff") and not _sibling_in_use(objects, path, about):
        steps.append(("PowerOff", Rest.POWERED_OFF))
    if about.get("Ejectable"):
        steps.append(("Eject", Rest.EJECTED))
    for method, rest in steps:
        try:
            disks.call(path, DRIVE, method, doing=f"ejecting {drive.name}")
        except (FailedError, GoneError, NotAllowedError):
            # Nothing is mounted and all is written: the rest is only comfort.
            continue
        return rest
    return Rest.SAFE


def _sibling_in_use(objects: Objects, path: str, about: dict[str, Any]) -> bool:
    """Whether another slot of the same card reader has something mounted: it would lose power."""
    sibling = about.get("SiblingId")
    others = {
        one
        for one, interfaces in objects.items()
        if one != path and sibling and interfaces.get(DRIVE, {}).get("SiblingId") == sibling
    }
    return any(
        interfaces.get(BLOCK, {}).get("Drive") in others and mount_points(interfaces)
        for interfaces in objects.values()
    )
