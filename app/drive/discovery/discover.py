"""Looks for drives: the kernel's block devices, what udev knows about them, where they are mounted.

Where udev has not looked at a drive, as in a sandbox that only reaches the system bus, UDisks2 is
asked for what is on it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.drive.discovery.block_devices import BlockDevice, attribute, can_be_carried, read_blocks
from app.drive.discovery.system_drives import mounted_from, system_drives, uses
from app.drive.drive import Drive, Volume
from app.drive.mounts import Mount, mounts
from app.drive.space import measure
from app.drive.udev import UdevRecord, describe
from app.drive.udisks_objects import BLOCK, DRIVE, open_disks
from app.errors import DriveError
from app.fs.files import drive_errors
from app.message import NOTHING, Message
from app.text import Policy, clean

_UNKNOWN = UdevRecord({}, complete=False)
_EXTENDED = frozenset({"0x5", "0xf", "0x85"})
_NEVER_WRITTEN = frozenset({"iso9660", "udf", "squashfs", "erofs", "cramfs"})


def list_drives(
    *, all_drives: bool = False, loops_are_removable: bool = False, also: Collection[str] = ()
) -> tuple[Drive, ...]:
    """Drives that can be carried away and that this computer does not need itself, by device.

    ``all_drives``: all, also those that are built in. ``loops_are_removable``: loop devices count
    as drives that can be carried away. ``also``: devices of drives that are listed
    whatever they are used for. Raises DriveError if drives cannot be looked for at all.
    """
    drives = []
    with drive_errors(Message("looking for drives")):
        discovery = _Discovery(read_blocks(), describe())
        for block in discovery.blocks.values():
            if not block.is_drive or (block.is_loop and not loops_are_removable):
                continue
            if discovery.is_path(block.name):
                continue
            removable = block.is_loop or can_be_carried(block.place)
            offered = removable and block.name not in discovery.system
            if all_drives or offered or block.node in also:
                drives.append(discovery.drive(block, removable=removable))
    return tuple(sorted(drives, key=lambda drive: (len(drive.device), drive.device)))


@dataclass
class _Discovery:
    """All that was read at one moment."""

    blocks: dict[str, BlockDevice]
    udev: dict[str, UdevRecord]
    system: dict[str, Message] = field(init=False)
    _mounts: dict[str, list[Mount]] = field(init=False)
    _disks: dict[int, Mapping[str, Any]] | None = None

    def __post_init__(self) -> None:
        parts = {
            about.properties["ID_PART_ENTRY_UUID"].lower(): name
            for name, about in self.udev.items()
            if "ID_PART_ENTRY_UUID" in about.properties
        }
        self.system = system_drives(self.blocks, uses(self.blocks, parts))
        names = {block.number: name for name, block in self.blocks.items()}
        self._mounts = {}
        for mount in mounts():
            for name in mounted_from(mount, names):
                self._mounts.setdefault(name, []).append(mount)

    def is_path(self, name: str) -> bool:
        """One of several ways to the same drive, which is put together elsewhere."""
        properties = self.udev.get(name, _UNKNOWN).properties
        return (
            properties.get("DM_MULTIPATH_DEVICE_PATH") == "1"
            or properties.get("ID_FS_TYPE") == "mpath_member"
        )

    def drive(self, block: BlockDevice, *, removable: bool) -> Drive:
        about = self.udev.get(block.name, _UNKNOWN)
        told = self._told(block, about)
        hardware = block.place / "device"
        vendor = about.text("ID_VENDOR_ENC", "ID_VENDOR") or told.get("Vendor", "")
        model = (
            about.text("ID_MODEL_ENC", "ID_MODEL", "ID_NAME")
            or told.get("Model", "")
            or attribute(hardware / "model")
            or attribute(hardware / "name")
        )
        vendor = vendor or _maker(attribute(hardware / "vendor"))
        serial = about.text("ID_SERIAL_SHORT", "ID_SCSI_SERIAL") or told.get("Serial", "")
        if block.bus not in {"usb", "firewire"}:
            # There it is made up from the name.
            serial = serial or about.text("ID_SERIAL") or attribute(hardware / "serial")
        return Drive(
            device=block.node,
            number=block.number,
            vendor=_clean("" if vendor == "ATA" else vendor),
            model=_clean(model),
            serial=_clean(serial),
            bus=block.bus or about.properties.get("ID_BUS", ""),
            size=block.size,
            removable=removable,
            read_only=block.read_only,
            system=self.system.get(block.name, NOTHING),
            volumes=self._volumes(block),
            sequence=block.sequence,
            port=block.port,
        )

    def _volumes(self, disk: BlockDevice) -> tuple[Volume, ...]:
        parts = sorted(
            (part for part in self.blocks.values() if part.disk == disk.name),
            key=lambda part: (part.start, part.name),
        )
        volumes = [
            self._volume(part, disk)
            for part in parts
            if self.udev.get(part.name, _UNKNOWN).properties.get("ID_PART_ENTRY_TYPE")
            not in _EXTENDED
        ]
        whole = self._volume(disk, disk)
        # Images for optical media have a file system around the partitions as well.
        if whole.mount_points or (not parts and whole.file_system):
            volumes.insert(0, whole)
        return tuple(volumes)

    def _volume(self, block: BlockDevice, disk: BlockDevice) -> Volume:
        about = self.udev.get(block.name, _UNKNOWN)
        told = self._told(block, about)
        here = self._mounts.get(block.name, [])
        kind = about.text("ID_FS_TYPE") or told.get("IdType", "")
        if not kind and here and here[0].file_system != "fuseblk":
            kind = here[0].file_system
        points, free, cluster, read_only = _reachable(here)
        return Volume(
            device=block.node,
            number=block.number,
            file_system=_clean(kind),
            label=clean(about.exact("ID_FS_LABEL") or str(told.get("IdLabel", "")), Policy.LABEL),
            uuid=clean(about.exact("ID_FS_UUID") or str(told.get("IdUUID", "")), Policy.LABEL),
            size=block.size,
            mount_points=points,
            read_only=read_only or disk.read_only or block.read_only or kind in _NEVER_WRITTEN,
            free=free,
            cluster=cluster,
        )

    def _told(self, block: BlockDevice, about: UdevRecord) -> Mapping[str, Any]:
        """What UDisks2 says about what udev has not looked at."""
        if about.complete:
            return {}
        if self._disks is None:
            self._disks = _ask_udisks()
        return self._disks.get(block.number, {})


def _reachable(here: list[Mount]) -> tuple[tuple[Path, ...], int | None, int | None, bool]:
    """Where a volume can be seen (mount points, free, cluster, read-only)."""
    points: list[Path] = []
    free = cluster = None
    read_only = False
    for mount in here:
        # Closed to this user, or a drive that was pulled out: then nothing more is known.
        with contextlib.suppress(OSError, DriveError):
            seen = os.stat(mount.point).st_dev
            if seen != mount.number and os.major(seen) and os.major(mount.number):
                continue  # something else is mounted over it
            space = measure(mount.point)
            if free is None:
                free, cluster, read_only = space.free, space.cluster, space.read_only
        points.append(mount.point)
    return tuple(dict.fromkeys(points)), free, cluster, read_only


def _ask_udisks() -> dict[int, Mapping[str, Any]]:
    """Device number → properties of the block device and of its drive; empty without UDisks2."""
    try:
        with open_disks() as disks:
            objects = disks.objects()
    except DriveError:
        return {}
    properties: dict[int, Mapping[str, Any]] = {}
    for interfaces in objects.values():
        block = interfaces.get(BLOCK)
        if block is not None:
            drive = objects.get(str(block.get("Drive", "")), {}).get(DRIVE, {})
            properties[int(block.get("DeviceNumber", 0))] = {**drive, **block}
    return properties


def _maker(text: str) -> str:
    """A number, as PCI has it, tells people nothing."""
    return "" if text.startswith("0x") else text


def _clean(text: str) -> str:
    return clean(str(text), Policy.NAME)
