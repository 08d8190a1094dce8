"""Block devices as the kernel shows them in sysfs: what is part of what, and what stands on what.

Form: Documentation/ABI/stable/sysfs-block in Linux.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

SYS = Path("/sys")
_SECTOR = 512
# Media readers that are built in are fixed, what is put into them is not.
_CARD = "SD"
_CARRIED_BUS = re.compile(r"/(usb\d+|fw\d+|memstick\d*)/")
_PORT = re.compile(r"\d+-\d+(\.\d+)*")
_BUSES = (
    (re.compile(r"/usb\d+/"), "usb"),
    (re.compile(r"/fw\d+/"), "firewire"),
    (re.compile(r"/mmc_host/|/mmc\d+/"), "mmc"),
    (re.compile(r"/memstick\d*/"), "memstick"),
    (re.compile(r"/nvme"), "nvme"),
    (re.compile(r"/ata\d+/"), "sata"),
    (re.compile(r"/virtio\d+/"), "virtio"),
    (re.compile(r"/virtual/block/loop"), "loop"),
    (re.compile(r"/host\d+/"), "scsi"),
)
# Optical drives, floppies, and the areas of eMMC that only firmware uses.
_NO_DRIVES = re.compile(r"sr\d+|fd\d+|mtdblock.*|mmcblk\d+(boot|rpmb|gp).*")


class BlockDevice(Struct, frozen=True):
    """A disk, a partition, or what is put together from them.

    Attributes:
        name: the kernel's, ``sdb1``; its node is ``/dev/`` and this, "!" written for "/".
        number: the device number.
        place: its directory in sysfs, resolved.
        disk: the disk that it is a partition of; empty for a disk.
        start: where it begins on that, in sectors.
        below: names of what it stands on: LVM, RAID and encryption on partitions, a loop device on
            the drive that has its file.
        size: bytes.
        read_only: as the hardware or the administrator says.
        sequence: counts all that ever appeared, so that no two have the same; 0 if not told.
    """

    name: str
    number: int
    place: Path
    disk: str
    start: int
    below: tuple[str, ...]
    size: int
    read_only: bool
    sequence: int

    @property
    def node(self) -> str:
        return f"/dev/{self.name.replace('!', '/')}"

    @property
    def bus(self) -> str:
        """How it is attached, as `Drive.bus`."""
        return next((name for form, name in _BUSES if form.search(str(self.place))), "")

    @property
    def port(self) -> str:
        """As `Drive.port`."""
        return next((part for part in reversed(self.place.parts) if _PORT.fullmatch(part)), "")

    @property
    def is_drive(self) -> bool:
        """Hardware that files are kept on; loop devices with a file are taken for such."""
        if self.disk or _NO_DRIVES.fullmatch(self.name):
            return False
        if "/virtual/" in str(self.place):
            # With multipath, as is usual, the kernel makes up the drive from its paths.
            return self.bus == "nvme" or self.is_loop
        return attribute(self.place / "hidden") != "1"

    @property
    def is_loop(self) -> bool:
        """A loop device with a file; while one is being set up, it has no size yet."""
        return bool(self.size) and (self.place / "loop" / "backing_file").exists()


def read_blocks(sys: Path = SYS) -> dict[str, BlockDevice]:
    """All block devices by name, as they are now."""
    places: dict[str, Path] = {}
    for link in sorted((sys / "class/block").glob("*")):
        # What goes meanwhile is not there any more.
        with contextlib.suppress(OSError):
            places[link.name] = link.resolve(strict=True)
    numbers = {name: _number(place) for name, place in places.items()}
    names = {number: name for name, number in numbers.items()}
    blocks = {}
    for name, place in places.items():
        is_part = (place / "partition").exists()
        blocks[name] = BlockDevice(
            name=name,
            number=numbers[name],
            place=place,
            disk=place.parent.name if is_part else "",
            start=_count(place / "start"),
            below=(*_entries(place / "slaves"), *_under_file(place, names)),
            size=_count(place / "size") * _SECTOR,
            read_only=attribute(place / "ro") == "1",
            sequence=_count((place.parent if is_part else place) / "diskseq"),
        )
    return blocks


def drives_below(name: str, blocks: Mapping[str, BlockDevice]) -> set[str]:
    """The drives that a block device is on, through all that is in between."""
    drives: set[str] = set()
    seen: set[str] = set()
    todo = [name]
    while todo:
        block = blocks.get(todo.pop())
        if block is None or block.name in seen:
            continue
        seen.add(block.name)
        todo += block.below
        if block.disk:
            todo.append(block.disk)
        elif block.is_drive:
            drives.add(block.name)
    return drives


def can_be_carried(place: Path) -> bool:
    """Whether a block device (its resolved directory in sysfs) is made to be carried away.

    Its medium comes out, or it is attached by USB, FireWire or a card reader, or the firmware says
    that it is plugged in from outside. Partitions are as their disk is.
    """
    if (place / "partition").exists():
        place = place.parent
    if _CARRIED_BUS.search(f"{place}/") or attribute(place / "removable") == "1":
        return True
    if attribute(place / "device/type") == _CARD:
        return True
    # The kernel's word for PCI devices: "fixed", "removable", "unknown".
    return any(attribute(above / "removable") == "removable" for above in place.parents)


def _number(place: Path) -> int:
    major, _, minor = attribute(place / "dev").partition(":")
    return os.makedev(int(major), int(minor)) if major.isdigit() and minor.isdigit() else 0


def _entries(directory: Path) -> tuple[str, ...]:
    try:
        return tuple(sorted(os.listdir(directory)))
    except OSError:
        return ()


def _under_file(place: Path, names: Mapping[int, str]) -> tuple[str, ...]:
    """What the file of a loop device lies on."""
    path = attribute(place / "loop/backing_file")
    try:
        device = os.stat(path).st_dev if path else 0
    except OSError:
        device = 0
    return (names[device],) if device in names else ()


def attribute(path: Path) -> str:
    """The content of an attribute, empty if there is none or the hardware does not answer."""
    try:
        return path.read_text(errors="surrogateescape").strip("\n \0")
    except (OSError, ValueError):
        return ""


def _count(path: Path) -> int:
    text = attribute(path)
    return int(text) if text.isdecimal() else 0
