"""Making a drive safe to pull out."""

from __future__ import annotations

import re
from enum import Enum
from pathlib import Path
from typing import Any

from msgspec import Struct

from app.drive.drive import Drive
from app.drive.udisks.mounting import unmount_all
from app.drive.udisks_objects import (
    BLOCK,
    DRIVE,
    Disks,
    FailedError,
    GoneError,
    NotAllowedError,
    Objects,
    open_disks,
)
from app.message import Message

_REMOVABLE_MEDIA = ("flash", "floppy", "optical")
_READER = re.compile(
    r"card|reader|crw|storage device|\b(?:sd|sdhc|sdxc|mmc|cf|ms|sm|xd|tf|microsd)\b",
    re.ASCII | re.IGNORECASE,
)


class Removal(Enum):
    """What an ejected drive is now."""

    POWERED_OFF = "powered-off"
    EJECTED = "ejected"
    SAFE = "safe-to-remove"


class Ejected(Struct, frozen=True):
    """What was done.

    Attributes:
        unmounted: the places it was mounted at.
        removal: powered off, medium ejected, or nothing mounted and all written out.
    """

    unmounted: tuple[Path, ...]
    removal: Removal


def eject(drive: Drive) -> Ejected:
    """Unmount all, write everything out, power off where the drive can.

    Of a card reader the card is ejected: without power the reader is gone, with its other slots,
    until it is plugged in anew, and one that is built in cannot be.

    Raises BusyError and DriveError; the drive must not be pulled out then.
    """
    with open_disks() as disks:
        unmounted = unmount_all(disks, drive)
        return Ejected(unmounted, _let_go(disks, drive))


def _let_go(disks: Disks, drive: Drive) -> Removal:
    whole = disks.block_path(drive.number, drive.device)
    objects = disks.objects()
    path = str(objects.get(whole, {}).get(BLOCK, {}).get("Drive", ""))
    about = objects.get(path, {}).get(DRIVE)
    if about is None:  # a loop device has no drive
        return Removal.SAFE
    steps = []
    reader = _is_reader(objects, about)
    if about.get("CanPowerOff") and not reader:
        steps.append(("PowerOff", Removal.POWERED_OFF))
    if about.get("Ejectable") or (reader and about.get("MediaRemovable")):
        steps.append(("Eject", Removal.EJECTED))
    for method, removal in steps:
        try:
            disks.call(path, DRIVE, method, doing=Message("ejecting {drive}", drive=drive.name))
        except (FailedError, GoneError, NotAllowedError):
            # Nothing is mounted and all is written: the rest is only comfort.
            continue
        return removal
    return Removal.SAFE


def _is_reader(objects: Objects, about: dict[str, Any]) -> bool:
    """Whether a drive is one whose media come out: it stays when they go.

    UDisks2 knows what fits into some readers. The others look like a stick, most of which claim
    removable media as well; but several slots are drives of one device, and many tell by name.
    """
    kinds = [str(kind) for kind in about.get("MediaCompatibility", ())]
    if "thumb" in kinds:
        return False
    if any(kind.startswith(_REMOVABLE_MEDIA) for kind in kinds):
        return True
    sibling = about.get("SiblingId")
    slots = sum(
        bool(sibling) and interfaces.get(DRIVE, {}).get("SiblingId") == sibling
        for interfaces in objects.values()
    )
    name = f"{about.get('Vendor', '')} {about.get('Model', '')}"
    named = about.get("MediaRemovable") and _READER.search(name) is not None
    return about.get("ConnectionBus") == "sdio" or slots > 1 or bool(named)
