"""What would be lost if a drive were erased: counted at the top, where people see it too."""

from __future__ import annotations

import os

from msgspec import Struct

from app.drive.drive import Drive
from app.drive.space import measure
from app.errors import DriveError
from app.fs.files import drive_errors
from app.message import Message

_MOST = 10_000
NOT_PEOPLES = frozenset({"lost+found", "System Volume Information", "$RECYCLE.BIN"})
"""What file systems and other computers put there by themselves."""


class Loss(Struct, frozen=True):
    """Of all file systems that can be looked at.

    Attributes:
        folders, files: at the top of the drive, without hidden ones.
        used: bytes that are taken.
        is_whole: all of the drive could be looked at; else more may be lost.
    """

    folders: int
    files: int
    used: int
    is_whole: bool


def count_loss(drive: Drive) -> Loss:
    """Reads the drive, but nothing in its folders."""
    folders = files = used = 0
    # Where there is nothing that is known, there may be anything.
    is_whole = bool(drive.volumes)
    for volume in drive.volumes:
        if not volume.mount_points:
            is_whole = False
            continue
        root = volume.mount_points[0]
        try:
            space = measure(root)
            with drive_errors(Message("looking at the drive")), os.scandir(root) as entries:
                for _, entry in zip(range(_MOST), entries, strict=False):
                    if entry.name.startswith(".") or entry.name in NOT_PEOPLES:
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        folders += 1
                    else:
                        files += 1
        except DriveError:
            is_whole = False
        else:
            used += space.total - space.free
    return Loss(folders, files, used, is_whole)
