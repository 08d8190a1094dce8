"""The argument TARGET of plan, make, verify and inspect."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from app.cli.invocation import Invocation
from app.cli.output import write_notice
from app.drive.choosing import NoSuchDriveError, find_drive
from app.drive.drive import Drive
from app.drive.space import measure
from app.drive.target import TargetDirectory, find_target
from app.errors import UsageError
from app.fs.files import drive_errors
from app.message import Message
from app.ostree.config_file import RepositoryInvalidError
from app.progress import Notice, Reporter
from app.remedy import Remedy
from app.severity import Severity
from app.stick.store.location import Location, find_stick, find_sticks, has_stick


def open_stick(
    arguments: argparse.Namespace, invocation: Invocation, *, images: bool = False
) -> tuple[Path, list[str]]:
    """The target's root, and the repositories on it that are not looked at; says so."""
    return _with_others(arguments.target, arguments.destination_repo, invocation, images=images)


def _with_others(
    name: str,
    destination: str | None,
    invocation: Invocation,
    advice: Message | None = None,
    *,
    images: bool,
) -> tuple[Path, list[str]]:
    root = open_target(name, invocation, write_notice, images=images).root
    with drive_errors(Message("looking for the repository")):
        paths = [stick.repository_path for stick in find_sticks(root)]
    try:
        used = find_stick(root, destination).repository_path
    except RepositoryInvalidError:
        return root, []
    others = [path for path in paths if path != used]
    if others:
        import shlex

        write_notice(
            Notice(
                Severity.WARNING,
                Message(
                    "The drive has more than one repository. This is about {used}; not looked "
                    "at: {others}.",
                    used=used,
                    others=tuple(others),
                ),
                advice or Remedy.OTHER_REPOSITORY.advice(name=shlex.quote(others[0])),
            )
        )
    return root, others


def open_only_stick(name: str, invocation: Invocation) -> Location:
    """The stick on a target, or in an image, that there has to be; says what else is there. It is
    for reading. Raises SatchelError."""
    advice = Message("For another one, name its directory instead of the drive.")
    root, _ = _with_others(name, None, invocation, advice, images=True)
    return find_stick(root)


def open_target(
    name: str, invocation: Invocation, report: Reporter, *, images: bool = False
) -> TargetDirectory:
    """What is meant, mounted if need be; says where. Raises DriveError, UsageError.

    ``images``: it may be an image, for it is only read; then what is in it is there until the verb
    is done.
    """
    if os.path.isfile(name):
        from app.cli.image_argument import open_image

        image = open_image(name, invocation, report, allowed=images)
        if image is not None:
            return image
    target = find_target(name, lambda: _drives(invocation), has_stick)
    for notice in target.notices:
        report(notice)
    return target


def drive_to_eject(root: Path, invocation: Invocation) -> Drive:
    """The drive that ``root`` is on. Raises UsageError if it is none that can be ejected."""
    try:
        drive = find_drive(str(measure(root).mount_point), _drives(invocation))
    except NoSuchDriveError:
        drive = None
    if drive is None or drive.system or not drive.removable:
        raise UsageError(
            Message("--eject: {root} does not lie on a drive that could be pulled out.", root=root),
            Remedy.LEAVE_EJECT_OUT,
        )
    return drive


def _drives(invocation: Invocation) -> tuple[Drive, ...]:
    # Where a directory is named nobody needs them, and what finds them takes long to import.
    from app.cli.drive_argument import drives

    return drives(invocation)
