"""``satchel make`` for several drives at once: ``--also`` and ``--all-drives``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from app.cli import plan_arguments
from app.cli.commands.eject import REMOVAL_WORDS
from app.cli.commands.plan import print_plan
from app.cli.drive_argument import drives
from app.cli.drives_output import DriveTeller, result_json
from app.cli.invocation import Invocation
from app.cli.outcome_output import print_outcome
from app.cli.output import JsonReporter, TextReporter, reporter, say, write_error, write_json
from app.cli.questions import can_ask, confirm
from app.cli.source_date import source_date
from app.cli.target_argument import drive_to_eject, open_target
from app.cli.terms import accept_terms
from app.drive.choosing import AUTO, NoSuchDriveError, describe
from app.drive.drive import Drive
from app.drive.target import carried
from app.drive.udisks.ejecting import Removal
from app.errors import DriveError, SatchelError, UsageError
from app.flatpak.remotes.known import Known
from app.media.locks.locked import dated, locked_plans
from app.message import Message
from app.progress import Reporter
from app.stick.environment import Environment
from app.stick.planning.plan import LEFT_OUT, Plan
from app.stick.planning.request import make_plans
from app.stick.planning.together import Coming, comes_once, coming_to_all
from app.stick.writing.ejection import eject_made
from app.stick.writing.many import DriveResult, run_many, worst
from app.units import size_text


def _planned(
    roots: Sequence[Path], arguments: argparse.Namespace, invocation: Invocation, report: Reporter
) -> tuple[list[Plan | SatchelError], Known]:
    """For each drive its plan, or why there is none. Raises SatchelError for what is about none."""
    when = source_date(invocation.variables)
    if arguments.locked is None:
        request, known = plan_arguments.requested(arguments, invocation, report, roots[0])
        environment = invocation.environment
        made = make_plans(request, roots, environment, known, report, invocation.cancel)
    else:
        work, known = plan_arguments.locked_work(arguments, invocation, report)
        made = locked_plans(work, roots, invocation.environment, known, report, invocation.cancel)
    return [
        dated(each, when) if when is not None and isinstance(each, Plan) else each for each in made
    ], known


def make_many(arguments: argparse.Namespace, invocation: Invocation) -> int:
    """Plans, asks once, and makes all of them; the worst of their exit statuses."""
    report = reporter(as_json=arguments.json)
    if arguments.rehearse:
        raise UsageError(
            Message("--rehearse is for one drive at a time."),
            Message("Leave it out, and try each drive with satchel rehearse."),
        )
    roots, failed = targets(arguments, invocation, report)
    environment = invocation.environment
    environment.trim_cache()
    made, known = _planned(roots, arguments, invocation, report)
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
        accept_terms(plans, arguments)
        if plans and not arguments.yes and can_ask():
            confirm(f"Write this to {len(plans)} drives? [Y/n] ")
    else:
        for notice in dict.fromkeys(notice for plan in plans for notice in plan.notices):
            report(notice)
        if (together := together_json(plans, environment)) is not None:
            write_json({"event": "together", **together})
    show = DriveTeller(as_json=arguments.json)
    for result in failed:
        show.result(result)
    results = run_many(
        plans,
        environment,
        known,
        show.tell,
        invocation.cancel,
        verify=not arguments.no_verify,
        ended=show.result,
    )
    environment.trim_cache()
    places = {root: number for number, root in enumerate(roots)}
    everything = sorted(
        (*failed, *results), key=lambda result: places.get(result.target, len(places))
    )
    ejected = _eject(results, removable)
    status = worst((*everything, *ejected.failed))
    if arguments.json:
        _write(everything, ejected, status)
    else:
        _print(everything, {plan.location.root: plan for plan in plans})
        _print_ejected(ejected)
    return status


class _Ejected(Struct, frozen=True):
    """``failed``: those that are done, and still in use."""

    removals: Mapping[Path, Removal]
    failed: tuple[DriveResult, ...]


def _write(everything: Sequence[DriveResult], ejected: _Ejected, status: int) -> None:
    write_json(
        {
            "event": "finished",
            "ok": status in {0, LEFT_OUT},
            "drives": [
                {**result_json(result), "ejected": ejected.removals.get(result.target)}
                for result in everything
            ],
            "not_ejected": [result_json(result) for result in ejected.failed],
        }
    )


def _print_ejected(ejected: _Ejected) -> None:
    for target, removal in ejected.removals.items():
        say(f"{target}: {REMOVAL_WORDS[removal]}")
    for result in ejected.failed:
        assert result.error is not None
        write_error(result.error)


def _eject(results: Sequence[DriveResult], drives: Mapping[Path, Drive]) -> _Ejected:
    removals: dict[Path, Removal] = {}
    failed = []
    for result in results:
        drive = drives.get(result.target)
        if drive is None or not result.done:
            continue
        try:
            removals[result.target] = eject_made(drive)
        except SatchelError as error:
            failed.append(DriveResult(result.target, None, error))
    return _Ejected(removals, tuple(failed))


# Which drives


def targets(
    arguments: argparse.Namespace,
    invocation: Invocation,
    report: JsonReporter | TextReporter,
    *,
    others_come: bool = False,
) -> tuple[list[Path], list[DriveResult]]:
    """Where to write, in order, and which drives cannot be used; asks about what was not named.

    ``others_come``: “auto” is none of those that are there, and there may be none yet.
    """
    failed: list[DriveResult] = []
    nobody = arguments.target == AUTO and (arguments.all_drives or others_come)
    named = [] if nobody else [arguments.target]
    roots = [open_target(name, invocation, report).root for name in (*named, *arguments.also)]
    check_different(roots)
    if arguments.all_drives:
        for drive in _confirmed(arguments, invocation, roots):
            try:
                root = open_target(drive.device, invocation, report).root
            except (DriveError, UsageError) as error:
                failed.append(DriveResult(Path(drive.device), None, error))
                continue
            if _place(root) not in map(_place, roots):
                roots.append(root)
    if not roots and not others_come:
        raise (
            failed[0].error
            if failed and failed[0].error
            else NoSuchDriveError(Message("No drive is plugged in that could be carried away."))
        )
    return roots, failed


def check_different(roots: Sequence[Path]) -> None:
    """Raise UsageError if two of them are one directory."""
    places: dict[tuple[int, int], Path] = {}
    for root in roots:
        if (place := _place(root)) in places:
            raise UsageError(
                Message("{first} and {second} are the same.", first=places[place], second=root),
                Message("Name each drive once."),
            )
        places[place] = root


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
    confirm(f"Write to {'all of them' if len(others) > 1 else 'it'}? [Y/n] ")
    return others


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
    say_together(plans, invocation.environment)
    for result in failed:
        say_refused(result)


def _together(plans: Sequence[Plan]) -> Coming | None:
    """What they take from the network together, which is less than the sum of what each tells; None
    where not more than one takes anything."""
    several = sum(bool(plan.estimate.fetch) for plan in plans) > 1
    return coming_to_all(plans) if several else None


def together_json(plans: Sequence[Plan], environment: Environment) -> dict[str, Any] | None:
    """`say_together` for programs."""
    coming = _together(plans)
    if coming is None:
        return None
    once = comes_once(coming, environment)
    return {
        "download": coming.download if once else coming.alone,
        "exact": coming.exact and once,
        "once": once,
        "here": coming.here,
    }


def say_together(plans: Sequence[Plan], environment: Environment) -> None:
    """That, for people."""
    coming = _together(plans)
    if coming is None:
        return
    if not coming.download:
        say("Together: nothing to download: all of it is on this computer already")
        return
    about = "" if coming.exact else "about "
    size, once = f"{about}{size_text(coming.download)}", "each part once"
    if not comes_once(coming, environment):
        size = f"up to {size_text(coming.alone)}"
        once = "as this computer's disk has no room to keep it for all of them"
    here = "; the rest is on this computer already" if coming.here else ""
    say(f"Together: {size} to download, {once}{here}")


def say_refused(result: DriveResult) -> None:
    """That nothing will be written to a drive."""
    assert result.error is not None
    say(f"  {result.target}: NOT, {result.error.message}")


def _print(results: Sequence[DriveResult], plans: dict[Path, Plan]) -> None:
    for result in results:
        print()
        say(f"{result.target}:")
        if result.error is not None:
            write_error(result.error)
        elif result.outcome is not None:
            print_outcome(plans[result.target], result.outcome, alone=False)
    done = sum(result.done for result in results)
    print()
    say(f"{done} of {len(results)} drives are done.")
