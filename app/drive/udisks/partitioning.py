"""The new partition of a wiped drive and its file system: who makes them, and how they appear.

UDisks2 hands arguments to mkfs since 2.10 (``mkfs-args``). Older ones make the file system with
the tools' defaults, which suit a stick badly (`mkfs_options`). Root then has UDisks2 make the
partition only, and mkfs is run from here with the same arguments: nothing else offers them.
Everybody else gets the defaults, and is told what that costs. Why: decision D8.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

from app.drive.drive import Drive, Volume
from app.drive.safety.identity import DriveChangedError, drive_changed, part_of
from app.drive.system_bus import NoServiceError
from app.drive.udisks.mkfs_options import MkfsOptions
from app.drive.udisks_objects import (
    BLOCK,
    PARTITION,
    PARTITION_TABLE,
    Disks,
    GoneError,
    Objects,
    text,
)
from app.errors import DriveError
from app.fs.files import drive_errors
from app.message import Message

_HAS_ARGUMENTS = (2, 10)
_TOOLS = "/usr/sbin:/sbin:/usr/bin:/bin"
_PACKAGES = {"ext4": "e2fsprogs", "exfat": "exfatprogs"}
_SETTLE_SECONDS = 30.0


class Maker(Enum):
    """Who makes the file system."""

    UDISKS = "udisks"
    MKFS = "mkfs"
    DEFAULTS = "defaults"


def choose_maker(disks: Disks, options: MkfsOptions) -> Maker:
    """Who makes the file system here.

    Raises NoServiceError without UDisks2 or without what it needs.
    """
    missing = disks.missing_tool(options.file_system)
    if missing:
        raise NoServiceError(
            Message(
                "This computer cannot make {file_system}: {missing} is missing.",
                file_system=options.file_system,
                missing=missing,
            ),
            Message("Install the package {packages}.", packages=_PACKAGES[options.file_system]),
        )
    if disks.version() >= _HAS_ARGUMENTS:
        return Maker.UDISKS
    if os.geteuid() == 0 and _tool(options) is not None:
        return Maker.MKFS
    return Maker.DEFAULTS


def _tool(options: MkfsOptions) -> str | None:
    return shutil.which(f"mkfs.{options.file_system}", path=_TOOLS)


@contextlib.contextmanager
def _held(drive: Drive) -> Iterator[None]:
    """Keep udev from reading the partition table again, which takes partitions away for a moment.

    UDisks2 does the same in its calls, but not between them.
    https://systemd.io/BLOCK_DEVICE_LOCKING
    """
    with drive_errors(Message("opening the drive")):
        descriptor = os.open(drive.device, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if os.fstat(descriptor).st_rdev != drive.number:
            raise drive_changed(drive)
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def make_volume(
    disks: Disks, whole: str, drive: Drive, options: MkfsOptions, maker: Maker
) -> Volume:
    """The partition and its file system on a wiped drive, whose block object is ``whole``.

    Raises DriveError.
    """
    # From the first free place to the last; UDisks2 aligns it. Its type is set at the end: that
    # has the kernel read the table again, and the partition is not there for a moment.
    place: tuple[Any, ...] = (0, 0, "", "", {})
    if maker is Maker.MKFS:
        with _held(drive):
            (path,) = disks.call(
                whole,
                PARTITION_TABLE,
                "CreatePartition",
                "ttssa{sv}",
                place,
                doing=Message("partitioning it"),
            )
            _mkfs(_node(disks, path, drive), options)
        # udev sees by itself that it was written; this only is sooner.
        with contextlib.suppress(GoneError):
            disks.call(path, BLOCK, "Rescan", doing=Message("looking at it again"))
    else:
        asked: dict[str, tuple[str, Any]] = {
            "label": ("s", options.label),
            "take-ownership": ("b", True),
        }
        if maker is Maker.UDISKS:
            asked["mkfs-args"] = ("as", list(options.arguments))
        (path,) = disks.call(
            whole,
            PARTITION_TABLE,
            "CreatePartitionAndFormat",
            "ttssa{sv}sa{sv}",
            (*place, options.file_system, asked),
            doing=Message("making the file system"),
        )
    _set_type(disks, path, options)
    block = _wait(disks, path, lambda about: about.get("IdType") == options.file_system)
    return Volume(
        device=text(block["Device"]),
        number=int(block["DeviceNumber"]),
        file_system=options.file_system,
        label=options.label,
        uuid=str(block["IdUUID"]),
        size=int(block["Size"]),
    )


def _set_type(disks: Disks, path: str, options: MkfsOptions) -> None:
    """Other systems do not look into a partition of another type."""
    now = str(disks.objects().get(path, {}).get(PARTITION, {}).get("Type", ""))
    if now.lower() == options.partition_type:
        return
    disks.call(
        path,
        PARTITION,
        "SetType",
        "sa{sv}",
        (options.partition_type, {}),
        doing=Message("partitioning it"),
    )
    _wait_for(
        disks,
        lambda objects: (
            str(objects.get(path, {}).get(PARTITION, {}).get("Type", "")).lower()
            == options.partition_type
        ),
    )


def _node(disks: Disks, path: str, drive: Drive) -> str:
    """The new partition's node, which has to be one of the drive that was wiped."""
    block = _wait(disks, path, bool)
    node = text(block["Device"])
    with drive_errors(Message("looking at the new partition")):
        status = os.stat(node)
        if not stat.S_ISBLK(status.st_mode) or part_of(status.st_rdev) != drive.number:
            raise DriveChangedError(
                Message("{node} is no part of {drive}.", node=node, drive=drive.name)
            )
    return node


def _mkfs(node: str, options: MkfsOptions) -> None:
    tool = _tool(options)
    if tool is None:
        raise DriveError(
            Message("mkfs.{file_system} has gone.", file_system=options.file_system),
            Message("Install it again."),
        )
    label = ("-L", options.label) if options.label else ()
    done = subprocess.run(
        [tool, *options.arguments, *label, node],
        env={"PATH": _TOOLS, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        # Ctrl-C is for us: it must not leave half a file system.
        start_new_session=True,
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise DriveError(
            Message(
                "mkfs.{file_system} failed: {reason}.",
                file_system=options.file_system,
                reason=said[-1] if said else Message("it gives no reason"),
            )
        )


def _wait(disks: Disks, path: str, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The block object once it is as it should be."""

    def there(objects: Objects) -> bool:
        block = objects.get(path, {}).get(BLOCK, {})
        return bool(block) and condition(block)

    return _wait_for(disks, there)[path][BLOCK]


def _wait_for(disks: Disks, condition: Callable[[Objects], bool]) -> Objects:
    """All objects once they are as they should be: UDisks2 learns of changes from udev."""
    disks.bus.add_match()
    deadline = time.monotonic() + _SETTLE_SECONDS
    while True:
        objects = disks.objects()
        if condition(objects):
            return objects
        left = deadline - time.monotonic()
        if left <= 0:
            raise DriveError(
                Message("The new file system does not show up."),
                Message("Pull the drive out and plug it in again."),
            )
        disks.bus.wait(left)
