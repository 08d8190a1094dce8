"""``satchel format``: wipe a drive and make a new file system on it."""

from __future__ import annotations

import argparse
import os

from app.cli.drive_argument import drives
from app.cli.invocation import Invocation
from app.cli.output import notice_text, say, write_json
from app.cli.questions import ask, can_ask
from app.drive.choosing import describe, find_drive, is_typed_name, typed_names
from app.drive.drive import Drive
from app.drive.udisks.formatting import FormatPlan, Formatted, plan_format, run_format
from app.errors import DriveError, InterruptedByUser
from app.message import Message
from app.remedy import Remedy
from app.units import size_text


class NotConfirmedError(DriveError):
    """Nobody has said that this drive is meant."""


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    drive = find_drive(arguments.drive, drives(invocation))
    plan = plan_format(
        drive,
        arguments.fs.lower(),
        arguments.label,
        loops_are_removable=invocation.loops_are_removable,
    )
    if not arguments.json:
        _print_plan(plan)
    if not arguments.yes:
        _confirm(drive, as_json=arguments.json)
    invocation.cancel.check()
    done = run_format(plan, owner=_person(invocation))
    if arguments.json:
        write_json(_json(plan, done))
    else:
        _print_done(plan, done)
    return 0


def _person(invocation: Invocation) -> tuple[int, int] | None:
    """(user, group) of whoever became root by sudo, to whom the drive belongs."""
    if os.geteuid() != 0:
        return None
    user = invocation.variables.get("SUDO_UID", "")
    group = invocation.variables.get("SUDO_GID", "")
    if not (user.isascii() and user.isdigit() and group.isascii() and group.isdigit()):
        return None
    return int(user), int(group)


def _print_plan(plan: FormatPlan) -> None:
    options = plan.options
    label = f" called {options.label}" if options.label else ""
    say(f"{describe(plan.drive)} will become one {options.file_system} file system{label}:")
    for reason in options.reasons if not plan.notices else options.reasons[:1]:
        say(f"  - {reason}")
    for notice in plan.notices:
        say(notice_text(notice))
    say("Everything that is on it now will be lost:")
    for volume in plan.drive.volumes:
        about = [volume.label, volume.file_system or "unknown content", size_text(volume.size)]
        say(f"  {volume.device}  {', '.join(part for part in about if part)}")
    if not plan.drive.volumes:
        say("  nothing that this computer knows")


def _confirm(drive: Drive, *, as_json: bool) -> None:
    """The person types what the drive is called. Raises NotConfirmedError, InterruptedByUser."""
    if as_json or not can_ask():
        raise NotConfirmedError(
            Message("Formatting was not confirmed; nothing was written."),
            Remedy.CONFIRM,
        )
    names = typed_names(drive)
    answer = ask(f"To go on, type {' or '.join(f'“{name}”' for name in names)}: ")
    if answer is None:
        raise InterruptedByUser(Message("Nothing was written."))
    if not is_typed_name(answer, drive):
        raise NotConfirmedError(Message("That is not its name; nothing was written."))


def _json(plan: FormatPlan, done: Formatted) -> dict[str, object]:
    return {
        "device": plan.drive.device,
        "partition": done.device,
        "table": plan.options.table,
        "file_system": plan.options.file_system,
        "label": plan.options.label,
        "mount_point": done.mount_point,
        "reasons": plan.options.reasons,
        "notices": [*plan.notices, *done.notices],
    }


def _print_done(plan: FormatPlan, done: Formatted) -> None:
    where = f" and mounted at {done.mount_point}" if done.mount_point is not None else ""
    say(f"{plan.drive.name} is formatted ({done.device}){where}.")
    for notice in done.notices:
        say(notice_text(notice))
