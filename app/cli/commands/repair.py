"""``satchel repair``: heal what a check finds."""

from __future__ import annotations

import argparse

from app.cli.commands.verify import print_report
from app.cli.invocation import Invocation
from app.cli.outcome_output import outcome_json
from app.cli.output import TextReporter, error_json, reporter, say, write_error, write_json
from app.cli.plan_arguments import chosen_remotes
from app.cli.questions import ask, can_ask
from app.cli.target_argument import open_target
from app.errors import InterruptedByUser
from app.message import Message
from app.progress import silent
from app.stick.checking.check import CheckOptions, check_path
from app.stick.checking.keys import Trust
from app.stick.inspecting.report_json import check_json
from app.stick.mending.repairing import RepairOutcome, RepairRequest, repair_stick
from app.units import size_text


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    as_stream = arguments.json and not arguments.dry_run
    report = reporter(as_json=as_stream) if as_stream or not arguments.json else silent
    chosen = chosen_remotes(arguments, invocation).extended(invocation)
    target = open_target(arguments.target, invocation, report)
    given = vars(arguments)["from"]
    request = RepairRequest(
        root=target.root,
        sources=tuple(open_target(name, invocation, report).root for name in given),
        main=chosen.main,
        check=CheckOptions(
            trust=Trust(drive_keys=arguments.trust_drive_keys),
            accept_unsigned=arguments.allow_unsigned,
        ),
        allow_older=arguments.allow_older,
    )
    environment = invocation.environment
    if arguments.dry_run:
        judges = environment.judges(chosen.known)
        check = check_path(request.root, judges, request.check, report, invocation.cancel)
        if arguments.json:
            write_json(check_json(check))
        else:
            print_report(check)
        return 0
    if not arguments.json and not arguments.yes and can_ask():
        _ask()
    outcome = repair_stick(request, environment, chosen.known, report, invocation.cancel)
    environment.trim_cache()
    if isinstance(report, TextReporter):
        report.finish()
        _print(outcome)
    else:
        _write_json(outcome)
    return 0 if outcome.after.ok else 1


def _ask() -> None:
    answer = ask("Repair this drive? [Y/n] ")
    if answer is None or answer.lower() not in {"", "y", "yes", "j", "ja"}:
        raise InterruptedByUser(Message("Nothing was written."))


def _write_json(outcome: RepairOutcome) -> None:
    healed = outcome.healed
    write_json(
        {
            "event": "finished",
            "ok": outcome.after.ok,
            "before": check_json(outcome.before),
            "verify": check_json(outcome.after),
            "objects": healed.objects,
            "bytes": healed.bytes,
            "signatures": healed.signatures,
            "sources": dict(healed.sources),
            "moved": [{"path": path, "to": to} for path, to in outcome.moved],
            "job": outcome_json(outcome.job) if outcome.job is not None else None,
            "upstream_error": error_json(outcome.unasked) if outcome.unasked is not None else None,
        }
    )


def _print(outcome: RepairOutcome) -> None:
    healed = outcome.healed
    if outcome.before is outcome.after:
        say("There is nothing to repair.")
    if healed.objects:
        say(f"Healed {healed.objects:,} objects ({size_text(healed.bytes)}).")
    for label, count in healed.sources.items():
        say(f"  {count:,} from {label}")
    if outcome.job is not None and outcome.job.replaced:
        say(str(outcome.job.replaced.words))
    if outcome.unasked is not None:
        say("Upstream could not be asked:")
        write_error(outcome.unasked)
    print_report(outcome.after)
