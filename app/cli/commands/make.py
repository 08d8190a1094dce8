"""``satchel make``: the job."""

from __future__ import annotations

import argparse
from typing import Any

from app.cli import plan_arguments
from app.cli.commands.eject import REMOVAL_WORDS
from app.cli.commands.plan import computers_json, print_plan
from app.cli.commands.rehearse import print_rehearsal, rehearsal_json, rehearse_made
from app.cli.commands.verify import print_report
from app.cli.invocation import Invocation
from app.cli.output import TextReporter, reporter, say, write_json
from app.cli.questions import ask, can_ask
from app.cli.target_argument import drive_to_eject
from app.client.rehearsing.rehearsal import check_flatpak
from app.drive.drive import Drive
from app.drive.udisks.ejecting import Removal, eject
from app.errors import DriveError, InterruptedByUser
from app.message import Message
from app.plain import plain
from app.stick.inspecting.report_json import check_json
from app.stick.planning.plan import Plan
from app.stick.writing.job import run_job
from app.stick.writing.outcome import Outcome
from app.units import duration_text, size_text


class NotEjectedError(DriveError):
    """The stick is done; the drive is still in use."""


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    report = reporter(as_json=arguments.json)
    if arguments.rehearse:
        check_flatpak(invocation.variables)
    plan, known = plan_arguments.planned(arguments, invocation, report)
    if arguments.json:
        for notice in plan.notices:
            report(notice)
    else:
        print_plan(plan, invocation.environment)
        if not arguments.yes and can_ask():
            _ask()
    drive = drive_to_eject(plan.location.root, invocation) if arguments.eject else None
    outcome = run_job(
        plan,
        invocation.environment,
        known,
        report,
        invocation.cancel,
        verify=not arguments.no_verify,
    )
    rehearsal = None
    if arguments.rehearse:
        root, environment = plan.location.root, invocation.environment
        rehearsal = rehearse_made(root, outcome.check, environment, known, invocation, report)
    if isinstance(report, TextReporter):
        report.finish()
    ok = outcome.check is None or outcome.check.ok
    ok = ok and (rehearsal is None or rehearsal.ok)
    if not arguments.json:
        print_outcome(plan, outcome)
        if rehearsal is not None:
            print_rehearsal(rehearsal)
    removal = _eject(drive) if drive is not None and ok else None
    if arguments.json:
        tried = rehearsal_json(rehearsal) if rehearsal is not None else None
        finished = {**outcome_json(outcome), "ok": ok, "computers": computers_json(plan)}
        write_json({**finished, "ejected": removal, "rehearsal": tried})
    elif drive is not None:
        _say_removal(removal)
    if not ok:
        return 1
    return plan_arguments.LEFT_OUT if any(refusal.chosen for refusal in outcome.left_out) else 0


def _say_removal(removal: Removal | None) -> None:
    """None: it stayed in."""
    if removal is None:
        say("It was not ejected, so that you can look at it.")
    else:
        say(REMOVAL_WORDS[removal])


def _eject(drive: Drive) -> Removal:
    try:
        return eject(drive).removal
    except DriveError as error:
        raise NotEjectedError(
            Message(
                "Everything was written, but the drive could not be ejected: {message}",
                message=error.message,
            ),
            error.hint,
        ) from error


def _ask() -> None:
    answer = ask("Write this to the drive? [Y/n] ")
    if answer is None or answer.lower() not in {"", "y", "yes", "j", "ja"}:
        raise InterruptedByUser(Message("Nothing was written."))


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    check = outcome.check
    return {
        "event": "finished",
        "ok": check is None or check.ok,
        "refs": outcome.refs,
        "objects": outcome.objects,
        "bytes": outcome.bytes,
        "kept": outcome.kept,
        "replaced": plain(outcome.replaced),
        "seconds": outcome.seconds,
        "unsigned": plain(outcome.unsigned),
        "left_out": plain(outcome.left_out),
        "verified": check is not None,
        "verify": check_json(check) if check is not None else None,
    }


def print_outcome(plan: Plan, outcome: Outcome) -> None:
    if outcome.objects or not (outcome.replaced or outcome.removed):
        print(
            f"Wrote {outcome.objects:,} objects ({size_text(outcome.bytes)}) "
            f"in {duration_text(outcome.seconds)}."
        )
        if outcome.kept:
            print(f"{size_text(outcome.kept)} of it were kept on this computer from before.")
    if outcome.replaced:
        say(str(outcome.replaced.words))
    for refusal in outcome.left_out:
        say(f"LEFT OUT: {refusal.ref}. {refusal.reason}")
    for collection in outcome.unsigned:
        print(f"NOT SIGNED: what comes from {collection} cannot be verified by anyone.")
    if outcome.check is None:
        print(f"Not verified. Do so with: satchel verify {plan.location.root}")
    else:
        print_report(outcome.check)
