"""What a file system has room for, as it really allocates it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from app.drive.mounts import mounts
from app.errors import DriveError
from app.fs.files import drive_errors
from app.message import Message
from app.replacing import replace
from app.stand_ins import meant_by

_FAT = frozenset({"vfat", "msdos", "fat"})
FAT_MAX_FILE = 2**32 - 1
_SECTOR = 512
_IMAGE_CLUSTER = 4096
_NAMES = {"vfat": "FAT32", "exfat": "exFAT", "msdos": "FAT"}


class Space(Struct, frozen=True):
    """A mounted file system.

    Attributes:
        mount_point: where it is mounted.
        file_system: as the kernel calls it: ext4, vfat, exfat; of what is mounted through FUSE
            as udev calls it, or fuseblk if that does not know.
        cluster: bytes it allocates at once.
        free, total: bytes; free is what an ordinary user may still use.
        free_files: files it can still hold, or None if only space limits them.
        max_file: largest file in bytes, or None for no limit that matters.
        read_only: mounted read-only.
        device: what is mounted there, as the mount table names it; empty if unknown.
    """

    mount_point: Path
    file_system: str
    cluster: int
    free: int
    total: int
    free_files: int | None
    max_file: int | None
    read_only: bool
    device: str = ""

    @property
    def name(self) -> str:
        """The file system as people call it."""
        return _NAMES.get(self.file_system, self.file_system or "the file system")

    def allocated(self, size: int) -> int:
        """Bytes that a file of ``size`` bytes takes."""
        return -(-size // self.cluster) * self.cluster

    def allocated_by_all(self, sizes: Iterable[int]) -> int:
        """Bytes that files of these ``sizes`` take."""
        cluster = self.cluster
        return sum([-(-size // cluster) for size in sizes]) * cluster


class Quota(Struct, frozen=True):
    """A directory that stands for a drive of a size of its own.

    Attributes:
        root: the directory.
        size: bytes of the drive.
    """

    root: Path
    size: int

    def of(self, space: Space) -> Space:
        """``space``, that of the file system on which the directory is, as that drive."""
        used = sum(map(space.allocated, _sizes_below(self.root)))
        return replace(
            space,
            mount_point=self.root,
            free=max(0, min(space.free, self.size - used)),
            total=self.size,
            free_files=None,
            device="",
        )


def _sizes_below(root: Path) -> Iterator[int]:
    """Of everything in a directory, and of directories as of a file of one cluster."""
    for directory, _, files in os.walk(root):
        yield 1
        for name in files:
            # What goes meanwhile takes nothing any more.
            with contextlib.suppress(OSError):
                yield os.lstat(os.path.join(directory, name)).st_size


class ReadOnlyError(DriveError):
    """Nothing can be written there."""


def require_writable(root: Path, space: Space) -> None:
    """Before anything is read or fetched for what is to be written. Raises ReadOnlyError."""
    if not space.read_only:
        return
    if _is_protected(space.device):
        raise ReadOnlyError(
            Message("{root} is write-protected: it can only be read.", root=root),
            Message(
                "Look for a small switch on its side or on a card's adapter, then plug it in "
                "again. Without a switch it is worn out, or somebody has locked it."
            ),
        )
    raise ReadOnlyError(
        Message("{root} is read-only.", root=root),
        Message("Mount it for writing; a drive may have a write-protect switch."),
    )


def _is_protected(device: str) -> bool:
    """As the kernel knows of the medium, however it is mounted."""
    if not device.startswith("/dev/"):
        # A server's directory may be called by any name.
        return False
    with contextlib.suppress(OSError):
        name = os.path.basename(os.path.realpath(device))
        return Path(f"/sys/class/block/{name}/ro").read_text().strip() == "1"
    return False


def measure(path: Path, quota: Quota | None = None) -> Space:
    """The file system that holds ``path``, or what ``quota`` makes of its directory.

    Raises DriveError.
    """
    space = _measure(path)
    return quota.of(space) if quota is not None and path == quota.root else space


def _measure(path: Path) -> Space:
    meant = meant_by(path)
    if meant is not None:
        return Space(
            mount_point=path.resolve(),
            file_system=meant.file_system,
            cluster=_IMAGE_CLUSTER,
            free=0,
            total=meant.size,
            free_files=None,
            max_file=None,
            read_only=True,
        )
    with drive_errors(Message("looking at the drive")):
        status = os.statvfs(path)
        mount_point = _mount_point(path.resolve())
    device, file_system = _partition(mount_point)
    if file_system.startswith("fuse") and device.startswith("/dev/"):
        # What asks udev takes longer to import than all else here.
        from app.drive.udev import file_system_of

        file_system = file_system_of(device) or file_system
    return Space(
        mount_point=mount_point,
        file_system=file_system,
        cluster=max(status.f_frsize or status.f_bsize, _SECTOR),
        free=status.f_bavail * status.f_frsize,
        total=status.f_blocks * status.f_frsize,
        free_files=status.f_favail if status.f_files else None,
        max_file=FAT_MAX_FILE if file_system in _FAT else None,
        read_only=bool(status.f_flag & os.ST_RDONLY),
        device=device,
    )


def _mount_point(path: Path) -> Path:
    while not path.is_mount() and path != path.parent:
        path = path.parent
    return path


def mounted_device(path: Path) -> str:
    """What is mounted where ``path`` lies, as the mount table names it; empty if unknown."""
    return _partition(_mount_point(path.resolve()))[0]


def _partition(mount_point: Path) -> tuple[str, str]:
    """(device, file system) of a mount point."""
    topmost = "", ""
    for mount in mounts():
        # The last one mounted over a directory is the one that is seen.
        if mount.point == mount_point:
            topmost = mount.source if mount.source != "none" else "", mount.file_system
    return topmost
