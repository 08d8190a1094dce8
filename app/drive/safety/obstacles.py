"""What stands in the way of using a drive, in a few words for people."""

from __future__ import annotations

from enum import StrEnum

from app.drive.drive import Drive, Volume
from app.drive.space import Space

_LOCKED = frozenset({"crypto_LUKS", "BitLocker"})
_FAT = "vfat"
_FIRST_FILES = 320
"""Files and directories that a stick has before its first app, each in a cluster of its own."""


class Obstacle(StrEnum):
    """What can be in the way; beside these only why this computer needs a drive itself."""

    BUILT_IN = "built in"
    NO_MEDIUM = "no medium in it"
    NOT_FORMATTED = "not formatted"
    WRITE_PROTECTED = "write-protected"
    LOCKED = "locked"
    MEMBER = "part of something larger"
    SWAP = "swap space"
    NOT_MOUNTED = "not mounted"
    READ_ONLY = "read-only"
    FULL = "full"
    FAT = "no file over 4 GiB"

    @property
    def forbids(self) -> bool:
        """Nothing at all can be written as it is."""
        return self not in {Obstacle.FULL, Obstacle.FAT}


def drive_obstacles(drive: Drive) -> tuple[str, ...]:
    """For the whole drive; empty if there is nothing. Each is an `Obstacle` or ``drive.system``."""
    obstacles: list[str] = []
    if drive.system:
        obstacles.append(str(drive.system))
    elif not drive.removable:
        obstacles.append(Obstacle.BUILT_IN)
    if not drive.size:
        obstacles.append(Obstacle.NO_MEDIUM)
    elif not drive.volumes:
        obstacles.append(Obstacle.NOT_FORMATTED)
    if drive.read_only:
        obstacles.append(Obstacle.WRITE_PROTECTED)
    return tuple(obstacles)


def volume_obstacles(volume: Volume) -> tuple[Obstacle, ...]:
    """For one of its volumes."""
    if volume.file_system in _LOCKED:
        return (Obstacle.LOCKED,)
    if volume.file_system.endswith("_member"):
        return (Obstacle.MEMBER,)
    if volume.file_system == "swap":
        return (Obstacle.SWAP,)
    if not volume.file_system:
        return (Obstacle.NOT_FORMATTED,)
    obstacles = []
    if not volume.mount_points:
        obstacles.append(Obstacle.NOT_MOUNTED)
    if volume.read_only:
        obstacles.append(Obstacle.READ_ONLY)
    elif _is_full(volume.free, volume.cluster):
        obstacles.append(Obstacle.FULL)
    if volume.file_system == _FAT:
        obstacles.append(Obstacle.FAT)
    return tuple(obstacles)


def space_obstacles(space: Space) -> tuple[Obstacle, ...]:
    """For a directory on a file system that nobody knows as a drive."""
    obstacles = []
    if space.read_only:
        obstacles.append(Obstacle.READ_ONLY)
    elif _is_full(space.free, space.cluster):
        obstacles.append(Obstacle.FULL)
    if space.max_file is not None:
        obstacles.append(Obstacle.FAT)
    return tuple(obstacles)


def _is_full(free: int | None, cluster: int | None) -> bool:
    return free is not None and cluster is not None and free < _FIRST_FILES * cluster
