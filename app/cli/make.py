"""``satchel make``: the job."""

from __future__ import annotations

import argparse
from typing import Any

from app.cli import choosing
from app.cli.asking import ask, can_ask
from app.cli.context import Context
from app.cli.output import TextReporter, plain, reporter, write_json
from app.cli.plan import print_plan
from app.cli.verify import print_report, report_json
from app.errors import InterruptedByUser
from app.stick.job import Outcome, run_job
from app.stick.plan import Plan
from app.words import duration_text, size_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    choosing.add_arguments(parser)


def run(arguments: argparse.Namespace, context: Context) -> int:
    report = reporter(as_json=arguments.json)
    plan, services = choosing.planned(arguments, context, report)
    if arguments.json:
        for notice in plan.notices:
            report(notice)
    else:
        print_plan(plan)
        if not arguments.yes and can_ask():
            _ask()
    outcome = run_job(plan, services, report, context.cancel, verify=not arguments.no_verify)
    if isinstance(report, TextReporter):
        report.finish()
    if arguments.json:
        write_json(outcome_json(plan, outcome))
    else:
        print_outcome(plan, outcome)
    return 0 if outcome.check is None or outcome.check.ok else 1


def _ask() -> None:
    answer = ask("Write this to the drive? [Y/n] ")
    if answer is None or answer.lower() not in {"", "y", "yes", "j", "ja"}:
        raise InterruptedByUser("Nothing was written.")


def outcome_json(plan: Plan, outcome: Outcome) -> dict[str, Any]:
    check = outcome.check
    return {
        "event": "finished",
        "ok": check is None or check.ok,
        "refs": len(plan.items),
        "objects": outcome.objects,
        "bytes": outcome.bytes,
        "seconds": outcome.seconds,
        "unsigned": plain(outcome.unsigned),
        "verified": check is not None,
        "verify": report_json(check) if check is not None else None,
    }


def print_outcome(plan: Plan, outcome: Outcome) -> None:
    print(
        f"Wrote {outcome.objects:,} objects ({size_text(outcome.bytes)}) "
        f"in {duration_text(outcome.seconds)}."
    )
    for collection in outcome.unsigned:
        print(f"NOT SIGNED: what comes from {collection} cannot be verified by anyone.")
    if outcome.check is None:
        print(f"Not verified. Do so with: satchel verify {plan.location.root}")
    else:
        print_report(outcome.check)
