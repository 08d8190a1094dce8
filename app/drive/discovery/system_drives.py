"""Which drives this computer itself needs, and why.

`uses` looks at what is mounted and swapped to; `system_drives` follows it down to the drives.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from app.drive.discovery.block_devices import SYS, BlockDevice, drives_below
from app.drive.discovery.swaps import swap_numbers
from app.drive.mounts import Mount, mounts
from app.message import Message

_REMOVABLE_PLACES = tuple(Path(place) for place in ("/media", "/run/media", "/mnt"))
_BOOT_PLACES = tuple(Path(place) for place in ("/boot", "/efi"))
# What systemd's and other boot loaders tell: the partition that they were started from. UTF-16
# after four bytes of attributes; https://systemd.io/BOOT_LOADER_INTERFACE/
_LOADER = "firmware/efi/efivars/LoaderDevicePartUUID-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"


class Use(Struct, frozen=True):
    """Something that this computer does with a block device.

    Attributes:
        rank: the smaller, the more it says about the drive.
        reason: completes "because …".
        name: of the block device.
    """

    rank: int
    reason: Message
    name: str


def system_drives(blocks: Mapping[str, BlockDevice], used: Iterable[Use]) -> dict[str, Message]:
    """The drives that any of the uses stands on, by name, each with the best reason."""
    reasons: dict[str, Message] = {}
    for use in sorted(used, key=lambda use: (use.rank, str(use.reason), use.name)):
        for disk in drives_below(use.name, blocks):
            reasons.setdefault(disk, use.reason)
    return reasons


def uses(blocks: Mapping[str, BlockDevice], parts: Mapping[str, str]) -> list[Use]:
    """What this computer does now with block devices, other than with drives that come and go.

    ``parts``: names of partitions by their UUID in lower case, as the partition table has it.
    """
    names = {block.number: name for name, block in blocks.items()}
    all_uses = []
    for mount in mounts():
        use = purpose(mount.point)
        if use is not None:
            all_uses += [Use(*use, name) for name in mounted_from(mount, names)]
    with contextlib.suppress(OSError):
        for number in sorted(swap_numbers() & names.keys()):
            all_uses.append(Use(2, Message("it is this computer's swap space"), names[number]))
    loader = _loader_partition()
    if loader in parts:
        all_uses.append(Use(1, Message("this computer starts from it"), parts[loader]))
    return all_uses


def purpose(point: Path) -> tuple[int, Message] | None:
    """What is mounted there is for this computer, and why (rank and reason); None if it is not."""
    if point == Path("/"):
        return 0, Message("this computer runs from it")
    if any(point.is_relative_to(place) for place in _BOOT_PLACES):
        return 1, Message("this computer starts from it")
    if any(place in point.parents for place in _REMOVABLE_PLACES) or point == Path("/mnt"):
        return None
    return 3, Message(
        "it is mounted at {mount_point}, as this computer's own drives are", mount_point=point
    )


def mounted_from(mount: Mount, names: Mapping[int, str]) -> list[str]:
    """The block devices that a mounted file system is on; more than one for btrfs and bcachefs."""
    if mount.number in names:
        return [names[mount.number]]
    sources = []
    for source in mount.source.split(":"):
        if source.startswith("/dev/"):
            with contextlib.suppress(OSError):
                status = os.stat(source)
                if stat.S_ISBLK(status.st_mode) and status.st_rdev in names:
                    sources.append(names[status.st_rdev])
    if mount.file_system == "btrfs":
        for devices in (SYS / "fs/btrfs").glob("*/devices"):
            members = {link.name for link in devices.glob("*")}
            if members.intersection(sources):
                sources = sorted(members)
                break
    return sources


def _loader_partition() -> str:
    try:
        data = (SYS / _LOADER).read_bytes()
    except OSError:
        return ""
    return data[4:].decode("utf-16-le", "replace").strip("\0").lower()
