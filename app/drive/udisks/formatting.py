"""Wiping a drive: a partition table, one partition, one file system; by UDisks2.

A plan is made and shown, then carried out on exactly the drive that was shown. Right before
anything is written the drive is looked at again, twice: by discovery, and by `identity`, which asks
the kernel alone.

UDisks2 hands arguments to mkfs since 2.10 (``mkfs-args``). Older ones make the file system with
the tools' defaults, which suit a stick badly (`recipes`). Root then has UDisks2 make the partition
only, and mkfs is run from here with the same arguments: nothing else offers them. Everybody else
gets the defaults, and is told what that costs. Why: decision D7.
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
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

from app.drive.discovery.discover import list_drives
from app.drive.drive import Drive, Volume
from app.drive.safety.identity import (
    DriveChangedError,
    Identity,
    check_unused,
    part_of,
    read_identity,
)
from app.drive.system_bus import NoServiceError
from app.drive.udisks.mkfs_options import Recipe, recipe
from app.drive.udisks.mounting import CannotMountError, mount, unmount_all
from app.drive.udisks_objects import (
    BLOCK,
    PARTITION,
    PARTITION_TABLE,
    Disks,
    GoneError,
    Objects,
    open_disks,
    text,
)
from app.errors import DriveError
from app.fs.files import drive_errors, sync_file_system
from app.message import Message, sentences
from app.progress import Notice
from app.remedy import Remedy
from app.severity import Severity

_HAS_ARGUMENTS = (2, 10)
_TOOLS = "/usr/sbin:/sbin:/usr/bin:/bin"
_PACKAGES = {"ext4": "e2fsprogs", "exfat": "exfatprogs"}
_SETTLE_SECONDS = 30.0
# Not with the sticky bit, as in /tmp: nobody else could then replace what one user wrote.
_FOR_EVERYBODY = 0o777


class NotForFormatError(DriveError):
    """This drive is never wiped."""


class FormatFailedError(DriveError):
    """It went wrong after the old content was gone."""


class Way(Enum):
    """Who makes the file system."""

    UDISKS = "udisks"
    MKFS = "mkfs"
    DEFAULTS = "defaults"


@dataclass(frozen=True, slots=True)
class FormatPlan:
    """What will be done to which drive.

    Attributes:
        drive: as it was shown.
        identity: what must still be true of it when the work begins.
        recipe: what it becomes.
        way: how.
        notices: what should be known before.
    """

    drive: Drive
    identity: Identity
    recipe: Recipe
    way: Way
    notices: tuple[Notice, ...]
    loops_are_removable: bool


@dataclass(frozen=True, slots=True)
class Formatted:
    """What has become of the drive.

    Attributes:
        device: the new partition.
        mount_point: where it is mounted now; None if this computer cannot mount it.
        notices: what should be known now.
    """

    device: str
    mount_point: Path | None
    notices: tuple[Notice, ...] = ()


def plan_format(
    drive: Drive, file_system: str, label: str, *, loops_are_removable: bool = False
) -> FormatPlan:
    """Look whether and how the drive can be formatted; writes nothing.

    Raises UsageError for a label that does not fit, NotForFormatError, DriveError.
    """
    chosen = recipe(file_system, label, drive.size)
    _check_allowed(drive)
    identity = read_identity(drive, loops_are_removable=loops_are_removable)
    _check_same(drive, identity)
    with open_disks() as disks:
        way = _way(disks, chosen)
    notices = []
    if way is Way.DEFAULTS:
        notices.append(
            Notice(
                Severity.WARNING,
                Message(
                    "The file system will be made as the tools do by default: {tuning}.",
                    tuning=chosen.tuning,
                ),
                Remedy.FORMAT_AS_ROOT.advice(),
            )
        )
    return FormatPlan(drive, identity, chosen, way, tuple(notices), loops_are_removable)


def run_format(plan: FormatPlan, *, owner: tuple[int, int] | None = None) -> Formatted:
    """Carry out a plan; all that is on the drive is lost.

    ``owner`` (user, group) gets the root directory where it would be root's. Raises
    DriveChangedError, InUseError, BusyError, NotForFormatError before anything is written;
    FormatFailedError after.
    """
    _check_again(plan)
    with open_disks() as disks:
        whole = disks.block_path(plan.drive.number, plan.drive.device)
        unmount_all(disks, plan.drive)
        # Unmounting takes its time; the drive may have been pulled out meanwhile.
        _check_again(plan)
        check_unused(plan.drive)
        disks.call(
            whole, BLOCK, "Format", "sa{sv}", (plan.recipe.table, {}), doing=Message("wiping it")
        )
        try:
            # What udev still has to do with the wiped drive must not hit the new partition.
            disks.call(whole, BLOCK, "Rescan", doing=Message("looking at it again"))
            return _hand_over(_make(disks, whole, plan), owner)
        except DriveError as error:
            raise FormatFailedError(
                Message(
                    "The drive was wiped, but formatting it went wrong: {error}",
                    error=error.message,
                ),
                sentences(Message("What was on it is gone. Format it again."), error.hint),
            ) from error


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
            raise _changed(drive)
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _check_allowed(drive: Drive) -> None:
    nothing = Message("Nothing was written.")
    if drive.system:
        raise NotForFormatError(
            Message(
                "{drive} belongs to this computer ({system}); Satchel never formats such drives.",
                drive=drive.name,
                system=drive.system,
            ),
            nothing,
        )
    if not drive.removable:
        raise NotForFormatError(
            Message(
                "{drive} is built into this computer; Satchel only formats drives that are "
                "made to be carried away.",
                drive=drive.name,
            ),
            nothing,
        )
    if not drive.size:
        raise NotForFormatError(
            Message("There is no medium in {drive}.", drive=drive.name), Message("Put one in.")
        )
    if drive.read_only:
        raise NotForFormatError(
            Message("{drive} is write-protected.", drive=drive.name),
            Message("Look for a switch on its side."),
        )


def _check_same(drive: Drive, identity: Identity) -> None:
    """What the kernel says alone against what was shown."""
    if identity.size != drive.size:
        raise DriveChangedError(
            Message("{drive} has not the size any more that was shown.", drive=drive.name),
            Remedy.LOOK_AGAIN,
        )
    if not identity.portable:
        raise NotForFormatError(
            Message(
                "The kernel does not take {drive} for a drive that can be carried away.",
                drive=drive.name,
            ),
            Message("Nothing was written."),
        )
    if identity.read_only:
        raise NotForFormatError(
            Message("{drive} is write-protected.", drive=drive.name),
            Message("Look for a switch on its side."),
        )


def _check_again(plan: FormatPlan) -> None:
    shown = plan.drive
    loops = plan.loops_are_removable
    found = {
        one.number: one for one in list_drives(all_drives=True, loops_are_removable=loops)
    }.get(shown.number)
    if found is not None:
        _check_allowed(found)
    if (
        found is None
        # What is on it may have been mounted meanwhile, or got another label.
        or replace(found, volumes=()) != replace(shown, volumes=())
        or read_identity(shown, loops_are_removable=loops) != plan.identity
    ):
        raise _changed(shown)


def _changed(drive: Drive) -> DriveChangedError:
    return DriveChangedError(
        Message(
            "{drive} at {device} is not the drive any more that was chosen.",
            drive=drive.name,
            device=drive.device,
        ),
        Remedy.LOOK_AGAIN,
    )


def _way(disks: Disks, chosen: Recipe) -> Way:
    """Raises NoServiceError without UDisks2 or without what it needs."""
    missing = disks.missing_tool(chosen.file_system)
    if missing:
        raise NoServiceError(
            Message(
                "This computer cannot make {file_system}: {missing} is missing.",
                file_system=chosen.file_system,
                missing=missing,
            ),
            Message("Install the package {packages}.", packages=_PACKAGES[chosen.file_system]),
        )
    if disks.version() >= _HAS_ARGUMENTS:
        return Way.UDISKS
    if os.geteuid() == 0 and _tool(chosen) is not None:
        return Way.MKFS
    return Way.DEFAULTS


def _tool(chosen: Recipe) -> str | None:
    return shutil.which(f"mkfs.{chosen.file_system}", path=_TOOLS)


def _make(disks: Disks, whole: str, plan: FormatPlan) -> Volume:
    """The partition and its file system."""
    chosen = plan.recipe
    # From the first free place to the last; UDisks2 aligns it. Its type is set at the end: that
    # has the kernel read the table again, and the partition is not there for a moment.
    place: tuple[Any, ...] = (0, 0, "", "", {})
    if plan.way is Way.MKFS:
        with _held(plan.drive):
            (path,) = disks.call(
                whole,
                PARTITION_TABLE,
                "CreatePartition",
                "ttssa{sv}",
                place,
                doing=Message("partitioning it"),
            )
            _mkfs(_node(disks, path, plan), chosen)
        # udev sees by itself that it was written; this only is sooner.
        with contextlib.suppress(GoneError):
            disks.call(path, BLOCK, "Rescan", doing=Message("looking at it again"))
    else:
        options: dict[str, tuple[str, Any]] = {
            "label": ("s", chosen.label),
            "take-ownership": ("b", True),
        }
        if plan.way is Way.UDISKS:
            options["mkfs-args"] = ("as", list(chosen.arguments))
        (path,) = disks.call(
            whole,
            PARTITION_TABLE,
            "CreatePartitionAndFormat",
            "ttssa{sv}sa{sv}",
            (*place, chosen.file_system, options),
            doing=Message("making the file system"),
        )
    _set_type(disks, path, chosen)
    block = _wait(disks, path, lambda about: about.get("IdType") == chosen.file_system)
    return Volume(
        device=text(block["Device"]),
        number=int(block["DeviceNumber"]),
        file_system=chosen.file_system,
        label=chosen.label,
        uuid=str(block["IdUUID"]),
        size=int(block["Size"]),
    )


def _set_type(disks: Disks, path: str, chosen: Recipe) -> None:
    """Other systems do not look into a partition of another type."""
    now = str(disks.objects().get(path, {}).get(PARTITION, {}).get("Type", ""))
    if now.lower() == chosen.partition_type:
        return
    disks.call(
        path,
        PARTITION,
        "SetType",
        "sa{sv}",
        (chosen.partition_type, {}),
        doing=Message("partitioning it"),
    )
    _wait_for(
        disks,
        lambda objects: (
            str(objects.get(path, {}).get(PARTITION, {}).get("Type", "")).lower()
            == chosen.partition_type
        ),
    )


def _node(disks: Disks, path: str, plan: FormatPlan) -> str:
    """The new partition's node, which has to be one of the drive that was wiped."""
    block = _wait(disks, path, bool)
    node = text(block["Device"])
    with drive_errors(Message("looking at the new partition")):
        status = os.stat(node)
        if not stat.S_ISBLK(status.st_mode) or part_of(status.st_rdev) != plan.identity.number:
            raise DriveChangedError(
                Message("{node} is no part of {drive}.", node=node, drive=plan.drive.name)
            )
    return node


def _mkfs(node: str, chosen: Recipe) -> None:
    tool = _tool(chosen)
    if tool is None:
        raise DriveError(
            Message("mkfs.{file_system} has gone.", file_system=chosen.file_system),
            Message("Install it again."),
        )
    label = ("-L", chosen.label) if chosen.label else ()
    done = subprocess.run(
        [tool, *chosen.arguments, *label, node],
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
                file_system=chosen.file_system,
                reason=said[-1] if said else "no reason",
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


def _hand_over(volume: Volume, owner: tuple[int, int] | None) -> Formatted:
    """Mount it; ext4 knows owners, and must let everybody write."""
    try:
        mounted = mount(volume)
    except CannotMountError as error:
        if volume.file_system == "ext4":
            raise
        return Formatted(
            volume.device, None, (Notice(Severity.WARNING, error.message, error.hint),)
        )
    if volume.file_system == "ext4":
        with drive_errors(Message("handing the drive over")):
            if owner is not None:
                os.chown(mounted.path, *owner)
            os.chmod(mounted.path, _FOR_EVERYBODY)
    with drive_errors(Message("writing the file system")):
        sync_file_system(mounted.path)
    return Formatted(volume.device, mounted.path)
