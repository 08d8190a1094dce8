"""What stands in the way of using a drive, in a few words for people."""

from __future__ import annotations

from app.drive.drive import Drive, Volume

_LOCKED = frozenset({"crypto_LUKS", "BitLocker"})


def drive_obstacles(drive: Drive) -> tuple[str, ...]:
    """For the whole drive; empty if there is nothing."""
    found = []
    if drive.system:
        found.append(drive.system)
    elif not drive.removable:
        found.append("built in")
    if not drive.size:
        found.append("no medium in it")
    elif not drive.volumes:
        found.append("not formatted")
    if drive.read_only:
        found.append("write-protected")
    return tuple(found)


def volume_obstacles(volume: Volume) -> tuple[str, ...]:
    """For one of its volumes."""
    if volume.file_system in _LOCKED:
        return ("locked",)
    if volume.file_system.endswith("_member"):
        return ("part of something larger",)
    if volume.file_system == "swap":
        return ("swap space",)
    if not volume.file_system:
        return ("not formatted",)
    found = []
    if not volume.mount_points:
        found.append("not mounted")
    if volume.read_only:
        found.append("read-only")
    if volume.file_system == "vfat":
        found.append("no file over 4 GiB")
    return tuple(found)
