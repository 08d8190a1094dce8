"""Wiping a drive: a partition table, one partition, one file system; by UDisks2.

A plan is made and shown, then carried out on exactly the drive that was shown. Right before
anything is written the drive is looked at again, twice: by discovery, and by `identity`, which asks
the kernel alone.

Why: decision D7.
"""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct

from app.drive.discovery.discover import list_drives
from app.drive.drive import Drive, Volume
from app.drive.safety.identity import (
    DriveChangedError,
    Identity,
    check_unused,
    drive_changed,
    read_identity,
)
from app.drive.udisks.mkfs_options import MkfsOptions, mkfs_options
from app.drive.udisks.mounting import CannotMountError, mount, unmount_all
from app.drive.udisks.partitioning import Maker, choose_maker, make_volume
from app.drive.udisks_objects import BLOCK, open_disks
from app.errors import DriveError
from app.fs.files import drive_errors, sync_file_system
from app.message import Message, sentences
from app.progress import Notice
from app.remedy import Remedy
from app.replacing import replace
from app.severity import Severity

# Not with the sticky bit, as in /tmp: nobody else could then replace what one user wrote.
_FOR_EVERYBODY = 0o777


class NotForFormatError(DriveError):
    """This drive is never wiped."""


class FormatFailedError(DriveError):
    """It went wrong after the old content was gone."""


class FormatPlan(Struct, frozen=True):
    """What will be done to which drive.

    Attributes:
        drive: as it was shown.
        identity: what must still be true of it when the work begins.
        options: what it becomes.
        maker: who makes the file system.
        notices: what should be known before.
    """

    drive: Drive
    identity: Identity
    options: MkfsOptions
    maker: Maker
    notices: tuple[Notice, ...]
    loops_are_removable: bool


class Formatted(Struct, frozen=True):
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
    options = mkfs_options(file_system, label, drive.size)
    _check_allowed(drive)
    identity = read_identity(drive, loops_are_removable=loops_are_removable)
    _check_same(drive, identity)
    with open_disks() as disks:
        maker = choose_maker(disks, options)
    notices = []
    if maker is Maker.DEFAULTS:
        notices.append(
            Notice(
                Severity.WARNING,
                Message(
                    "The file system will be made as the tools do by default: {tuning}.",
                    tuning=options.tuning,
                ),
                Remedy.FORMAT_AS_ROOT.advice(),
            )
        )
    return FormatPlan(drive, identity, options, maker, tuple(notices), loops_are_removable)


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
            whole, BLOCK, "Format", "sa{sv}", (plan.options.table, {}), doing=Message("wiping it")
        )
        try:
            # What udev still has to do with the wiped drive must not hit the new partition.
            disks.call(whole, BLOCK, "Rescan", doing=Message("looking at it again"))
            volume = make_volume(disks, whole, plan.drive, plan.options, plan.maker)
            return _hand_over(volume, owner)
        except DriveError as error:
            raise FormatFailedError(
                Message(
                    "The drive was wiped, but formatting it went wrong: {error}",
                    error=error,
                ),
                sentences(Message("What was on it is gone. Format it again."), error.hint),
            ) from error


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
    plugged_in = list_drives(all_drives=True, loops_are_removable=loops)
    current = {drive.number: drive for drive in plugged_in}.get(shown.number)
    if current is not None:
        _check_allowed(current)
    if (
        current is None
        # What is on it may have been mounted meanwhile, or got another label.
        or replace(current, volumes=()) != replace(shown, volumes=())
        or read_identity(shown, loops_are_removable=loops) != plan.identity
    ):
        raise drive_changed(shown)


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
