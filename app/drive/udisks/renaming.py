"""Giving a file system another name, by UDisks2; nothing on it changes."""

from __future__ import annotations

from app.drive.drive import Volume
from app.drive.udisks.mkfs_options import check_label
from app.drive.udisks.mounting import Mounted, mount, unmount_block
from app.drive.udisks_objects import FILE_SYSTEM, open_disks
from app.errors import DriveError
from app.message import Message

_RULES = {"ext4": "ext4", "exfat": "exfat", "vfat": "exfat"}
"""File systems that can be renamed, and by whose rules a name has to be; FAT32's are exFAT's."""


class NotRenamedError(DriveError):
    """The name is as it was."""


def can_be_renamed(volume: Volume) -> bool:
    """Whether UDisks2 gives such a file system another name, and it may be written to."""
    return volume.file_system in _RULES and not volume.read_only


def check_name(volume: Volume, name: str) -> None:
    """Raises UsageError for one that does not fit."""
    check_label(_RULES[volume.file_system], name)


def rename(volume: Volume, name: str) -> Mounted:
    """Give it the name, and mount it again; most cannot be renamed while they are mounted.

    Raises UsageError, NotRenamedError.
    """
    check_name(volume, name)
    label = name.upper() if volume.file_system == "vfat" else name
    try:
        with open_disks() as disks:
            path = disks.block_path(volume.number, volume.device)
            unmount_block(disks, path)
            try:
                disks.call(
                    path,
                    FILE_SYSTEM,
                    "SetLabel",
                    "sa{sv}",
                    (label, {}),
                    doing=Message("renaming {device}", device=volume.device),
                )
            finally:
                mounted = mount(volume)
    except DriveError as error:
        raise NotRenamedError(error.message, error.hint) from error
    return mounted
