"""Making one drive: the plan, the question, the job.

What only --rehearse and --eject need is imported for these: it is a sixth of all modules.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.cli import plan_arguments
from app.cli.commands.plan import computers_json, print_plan
from app.cli.invocation import Invocation
from app.cli.outcome_output import outcome_json, print_outcome
from app.cli.output import TextReporter, reporter, say, write_json
from app.cli.questions import can_ask, confirm
from app.cli.target_argument import drive_to_eject
from app.cli.terms import accept_terms
from app.stick.writing.job import run_job

if TYPE_CHECKING:
    from app.drive.drive import Drive
    from app.drive.udisks.ejecting import Removal


def make_one(arguments: argparse.Namespace, invocation: Invocation) -> int:
    """The exit status."""
    report = reporter(as_json=arguments.json)
    if arguments.rehearse:
        from app.client.rehearsing.rehearsal import check_flatpak

        check_flatpak(invocation.variables)
    plan, known = plan_arguments.planned(arguments, invocation, report)
    if arguments.json:
        for notice in plan.notices:
            report(notice)
    else:
        print_plan(plan, invocation.environment)
        accept_terms([plan], arguments)
        if not arguments.yes and can_ask():
            confirm("Write this to the drive? [Y/n] ")
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
        from app.cli.commands.rehearse import print_rehearsal, rehearsal_json, rehearse_made

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
    removal = _ejected(drive) if drive is not None and ok else None
    if arguments.json:
        tried = rehearsal_json(rehearsal) if rehearsal is not None else None
        finished = {**outcome_json(outcome), "ok": ok, "computers": computers_json(plan)}
        write_json({**finished, "ejected": removal, "rehearsal": tried})
    elif drive is not None:
        _say_removal(removal)
    return outcome.status if rehearsal is None or rehearsal.ok else 1


def _ejected(drive: Drive) -> Removal | None:
    from app.stick.writing.ejection import eject_made

    return eject_made(drive)


def _say_removal(removal: Removal | None) -> None:
    """None: it stayed in."""
    from app.cli.commands.eject import REMOVAL_WORDS

    if removal is None:
        say("It was not ejected, so that you can look at it.")
    else:
        say(REMOVAL_WORDS[removal])
