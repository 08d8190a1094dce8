"""``satchel make`` for several drives at once: ``--also`` and ``--all-drives``."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from app.cli import plan_arguments
from app.cli.commands.plan import print_plan
from app.cli.drive_argument import drives
from app.cli.invocation import Invocation
from app.cli.outcome_output import eject_made, outcome_json, print_outcome
from app.cli.output import (
    PHASE_WORDS,
    JsonReporter,
    TextReporter,
    error_json,
    event_json,
    notice_text,
    reporter,
    say,
    write_error,
    write_json,
)
from app.cli.questions import ask, can_ask
from app.cli.target_argument import drive_to_eject, open_target
from app.drive.choosing import AUTO, NoSuchDriveError, describe
from app.drive.drive import Drive
from app.drive.target import carried
from app.errors import DriveError, InterruptedByUser, SatchelError, UsageError
from app.message import Message
from app.progress import Advanced, AppsAdvanced, Notice, PhaseStarted
from app.stick.planning.plan import Plan
from app.stick.planning.session import make_plans
from app.stick.writing.many import DriveEvent, DriveResult, run_many, worst
from app.units import size_text

_MIN_WIDTH = 40
_NOTHING_WRITTEN = Message("Nothing was written.")


def is_for_many(arguments: argparse.Namespace) -> bool:
    """Whether more than one drive may be meant."""
    return bool(arguments.also) or arguments.all_drives


def make_many(arguments: argparse.Namespace, invocation: Invocation) -> int:
    """Plans, asks once, and makes all of them; the worst of their exit statuses."""
    report = reporter(as_json=arguments.json)
    if arguments.rehearse:
        raise UsageError(
            Message("--rehearse is for one drive at a time."),
            Message("Leave it out, and try each drive with satchel rehearse."),
        )
    roots, failed = _targets(arguments, invocation, report)
    request, known = plan_arguments.requested(arguments, invocation, report, roots[0])
    environment = invocation.environment
    made = make_plans(request, roots, environment, known, report, invocation.cancel)
    plans = [plan for plan in made if isinstance(plan, Plan)]
    errors = [
        (root, each)
        for root, each in zip(roots, made, strict=True)
        if isinstance(each, SatchelError)
    ]
    if not plans and not any(isinstance(error, DriveError) for _, error in errors):
        # It is about what was asked for, not about the drives.
        raise errors[0][1]
    failed += [DriveResult(root, None, error) for root, error in errors]
    removable = (
        {root: drive_to_eject(root, invocation) for root in roots} if arguments.eject else {}
    )
    if not arguments.json:
        _show(plans, failed, invocation)
        if plans and not arguments.yes and can_ask():
            _confirm(f"Write this to {len(plans)} drives? [Y/n] ")
    else:
        for notice in dict.fromkeys(notice for plan in plans for notice in plan.notices):
            report(notice)
    show = _JsonDrives() if arguments.json else _TextDrives(sys.stderr)
    for result in failed:
        show.ended(result)
    results = run_many(
        plans,
        environment,
        known,
        show.tell,
        invocation.cancel,
        verify=not arguments.no_verify,
        ended=show.ended,
    )
    environment.trim_cache()
    places = {root: number for number, root in enumerate(roots)}
    everything = sorted(
        (*failed, *results), key=lambda result: places.get(result.target, len(places))
    )
    ejected = {
        result.target: eject_made(drive)
        for result in results
        if result.status in {0, plan_arguments.LEFT_OUT}
        and (drive := removable.get(result.target)) is not None
    }
    status = worst(everything)
    if arguments.json:
        write_json(
            {
                "event": "finished",
                "ok": status in {0, plan_arguments.LEFT_OUT},
                "drives": [
                    {**_result_json(result), "ejected": ejected.get(result.target)}
                    for result in everything
                ],
            }
        )
    else:
        _print(everything, {plan.location.root: plan for plan in plans})
    return status


# Which drives


def _targets(
    arguments: argparse.Namespace, invocation: Invocation, report: JsonReporter | TextReporter
) -> tuple[list[Path], list[DriveResult]]:
    """Where to write, in order, and which drives cannot be used; asks about what was not named."""
    failed: list[DriveResult] = []
    named = [] if arguments.all_drives and arguments.target == AUTO else [arguments.target]
    roots = [open_target(name, invocation, report).root for name in (*named, *arguments.also)]
    places: dict[tuple[int, int], Path] = {}
    for root in roots:
        if (place := _place(root)) in places:
            raise UsageError(
                Message("{first} and {second} are the same.", first=places[place], second=root),
                Message("Name each drive once."),
            )
        places[place] = root
    if arguments.all_drives:
        for drive in _confirmed(arguments, invocation, roots):
            try:
                root = open_target(drive.device, invocation, report).root
            except (DriveError, UsageError) as error:
                failed.append(DriveResult(Path(drive.device), None, error))
                continue
            if _place(root) not in places:
                places[_place(root)] = root
                roots.append(root)
    if not roots:
        raise (
            failed[0].error
            if failed and failed[0].error
            else NoSuchDriveError(Message("No drive is plugged in that could be carried away."))
        )
    return roots, failed


def _place(root: Path) -> tuple[int, int]:
    try:
        status = os.stat(root)
    except OSError:
        return 0, hash(root)
    return status.st_dev, status.st_ino


def _confirmed(
    arguments: argparse.Namespace, invocation: Invocation, named: Sequence[Path]
) -> list[Drive]:
    """Every drive that is plugged in and was not named, if somebody says that they are meant."""
    already = set(named)
    others = [
        drive
        for drive in carried(drives(invocation))
        if already.isdisjoint(point for volume in drive.volumes for point in volume.mount_points)
    ]
    if not others or arguments.yes:
        return others
    if arguments.json or not can_ask():
        raise UsageError(
            Message("--all-drives means: {drives}.", drives="; ".join(map(describe, others))),
            Message("If that is right, add --yes."),
        )
    say("These drives are plugged in:")
    for drive in others:
        say(f"  {describe(drive)}")
    _confirm(f"Write to {'all of them' if len(others) > 1 else 'it'}? [Y/n] ")
    return others


def _confirm(question: str) -> None:
    answer = ask(question)
    if answer is None or answer.lower() not in {"", "y", "yes", "j", "ja"}:
        raise InterruptedByUser(_NOTHING_WRITTEN)


# What is told


def _show(plans: Sequence[Plan], failed: Sequence[DriveResult], invocation: Invocation) -> None:
    if plans:
        print_plan(plans[0], invocation.environment)
        print()
    for plan in plans:
        estimate = plan.estimate
        say(
            f"  {plan.location.root}: {size_text(estimate.write)} to write, "
            f"{size_text(estimate.space.free)} free"
        )
    for result in failed:
        assert result.error is not None
        say(f"  {result.target}: NOT, {result.error.message}")


class _JsonDrives:
    """Events of several drives, each with its ``target``."""

    def tell(self, event: DriveEvent) -> None:
        if not isinstance(event.event, AppsAdvanced):
            with contextlib.suppress(OSError):
                write_json({**event_json(event.event), "target": str(event.target)})

    def ended(self, result: DriveResult) -> None:
        with contextlib.suppress(OSError):
            write_json({"event": "drive", **_result_json(result)})


class _TextDrives:
    """The same for people: a line a phase, and on a terminal one that says how far each is."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._shares: dict[Path, str] = {}
        self._drawn = False

    def tell(self, event: DriveEvent) -> None:
        with contextlib.suppress(OSError):
            self._tell(event)

    def ended(self, result: DriveResult) -> None:
        self._shares.pop(result.target, None)
        if result.error is not None:
            text = f"{result.error.message}"
        elif result.status == 1:
            text = "written, but the check found errors"
        else:
            text = "done"
        with contextlib.suppress(OSError):
            self._line(f"{result.target}: {text}")

    def _tell(self, event: DriveEvent) -> None:
        match event.event:
            case PhaseStarted(phase):
                self._shares[event.target] = ""
                self._line(f"{event.target}: {PHASE_WORDS.get(phase, phase)} …")
            case Notice() as notice:
                self._line(f"{event.target}: {notice_text(notice)}")
            case Advanced() as now if self._terminal and now.bytes_total:
                self._shares[event.target] = f"{now.bytes / now.bytes_total:.0%}"
                self._draw()

    def _draw(self) -> None:
        parts = [
            f"{target.name or target} {share}" for target, share in self._shares.items() if share
        ]
        width = max(shutil.get_terminal_size().columns - 1, _MIN_WIDTH)
        self._stream.write(f"\r\x1b[K{'  '.join(parts)[:width]}")
        self._stream.flush()
        self._drawn = True

    def _line(self, text: str) -> None:
        start = "\r\x1b[K" if self._drawn else ""
        self._drawn = False
        self._stream.write(f"{start}{text}\n")
        self._stream.flush()


def _result_json(result: DriveResult) -> dict[str, Any]:
    fields = outcome_json(result.outcome) if result.outcome is not None else {}
    return {
        **{name: value for name, value in fields.items() if name != "event"},
        "target": str(result.target),
        "ok": result.status in {0, plan_arguments.LEFT_OUT},
        "exit_code": result.status,
        "error": error_json(result.error) if result.error is not None else None,
    }


def _print(results: Sequence[DriveResult], plans: dict[Path, Plan]) -> None:
    for result in results:
        print()
        say(f"{result.target}:")
        if result.error is not None:
            write_error(result.error)
        elif result.outcome is not None:
            print_outcome(plans[result.target], result.outcome)
    done = sum(result.status in {0, plan_arguments.LEFT_OUT} for result in results)
    print()
    say(f"{done} of {len(results)} drives are done.")
