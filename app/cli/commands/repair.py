"""``satchel repair``: heal what a check finds."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.cli.commands.verify import print_report
from app.cli.invocation import Invocation
from app.cli.outcome_output import outcome_json
from app.cli.output import TextReporter, error_json, reporter, say, write_error, write_json
from app.cli.plan_arguments import chosen_remotes
from app.cli.questions import can_ask, confirm
from app.cli.target_argument import open_target
from app.flatpak.bundles.bundle import SUFFIX
from app.plain import plain
from app.progress import Reporter, silent
from app.stick.checking.check import CheckOptions
from app.stick.checking.keys import Trust
from app.stick.checking.report import CheckReport
from app.stick.inspecting.report_json import check_json, finding_json
from app.stick.mending.foreseeing import plan_repair
from app.stick.mending.plan import RepairPlan, Supply, Unhealed, Way
from app.stick.mending.repairing import RepairOutcome, repair_stick
from app.stick.mending.request import RepairRequest
from app.stick.planning.duration import duration_message
from app.units import count_text, size_text


def _source(name: str, invocation: Invocation, report: Reporter) -> Path:
    """A drive, a directory, or an app as a file."""
    path = Path(name)
    if path.suffix == SUFFIX and os.path.isfile(path):
        return path
    return open_target(name, invocation, report, images=True).root


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    as_stream = arguments.json and not arguments.dry_run
    report = reporter(as_json=as_stream) if as_stream or not arguments.json else silent
    chosen = chosen_remotes(arguments, invocation).extended(invocation)
    target = open_target(arguments.target, invocation, report)
    given = vars(arguments)["from"]
    request = RepairRequest(
        root=target.root,
        sources=tuple(_source(name, invocation, report) for name in given),
        main=chosen.main,
        check=CheckOptions(
            sums=True,
            trust=Trust(
                drive_keys=arguments.trust_drive_keys,
                fetched=invocation.environment.fetched_images.all(),
            ),
            accept_unsigned=arguments.allow_unsigned,
        ),
        allow_older=arguments.allow_older,
    )
    environment = invocation.environment
    asks = not arguments.json and not arguments.yes and can_ask()
    before: CheckReport | None = None
    if arguments.dry_run or asks:
        plan = plan_repair(request, environment, chosen.known, report, invocation.cancel)
        if isinstance(report, TextReporter):
            report.finish()
        if arguments.json:
            write_json(plan_json(plan))
        else:
            print_plan(plan)
        if arguments.dry_run or plan.nothing_to_do:
            return 0
        confirm("Repair this drive? [Y/n] ")
        before = plan.check
    outcome = repair_stick(request, environment, chosen.known, report, invocation.cancel, before)
    environment.trim_cache()
    if isinstance(report, TextReporter):
        report.finish()
        _print(outcome)
    else:
        _write_json(outcome)
    return 0 if outcome.after.ok else 1


def plan_json(plan: RepairPlan) -> dict[str, Any]:
    """What a repair will do, as programs rely on it."""
    expected = plan.expected
    return {
        "target": str(plan.root),
        "ok": plan.check.ok,
        "verify": check_json(plan.check),
        "supplies": plain(plan.supplies),
        "fetch": plan.fetch,
        "exact": plan.exact,
        "seconds": round(expected.most) if expected is not None else None,
        "moved": list(plan.moved),
        "put_back": _renames_json(plan.put_back),
        "unhealed": _unhealed_json(plan.unhealed),
        "updates": list(plan.updates),
        "newer": list(plan.newer),
        "lost": list(plan.lost),
        "upstream_error": error_json(plan.unasked) if plan.unasked is not None else None,
    }


def _unhealed_json(unhealed: Sequence[Unhealed]) -> list[dict[str, Any]]:
    return [
        {**finding_json(each.finding), "hint": str(each.helps), "means": str(each.means)}
        for each in unhealed
    ]


def print_plan(plan: RepairPlan) -> None:
    """The same for people."""
    if plan.nothing_to_do:
        say("There is nothing to repair.")
        if plan.check.findings:
            print_report(plan.check)
        return
    print_report(plan.told)
    for path, name in plan.put_back:
        say(f"Gets its name again: {path} \N{RIGHTWARDS ARROW} {name}")
    say("A repair would take")
    for supply in plan.supplies:
        say(f"  {_supply_text(supply)}")
    if not plan.supplies:
        say("  nothing from elsewhere: what is wrong is written anew")
    if plan.fetch:
        about = "" if plan.exact else "about "
        say(f"and download {about}{size_text(plan.fetch)}.")
    say(f"It takes {duration_message(plan.expected)}.")
    for path in plan.moved:
        say(f"Moved aside, not deleted: {path}")
    for ref in plan.updates:
        say(f"Gets its newest version, as the one it has cannot be had any more: {ref}")
    for ref in plan.newer:
        say(f"Gets a newer version, as the list of its source gets newer: {ref}")
    for ref in plan.lost:
        say(f"Is taken off, as nobody has it any more: {ref}")
    for each in plan.unhealed:
        say(f"Cannot be healed: {each.finding.message}")
        say(f"  {each.means}")
        say(f"  \N{RIGHTWARDS ARROW} {each.helps}")
    if plan.unasked is not None:
        say("Upstream could not be asked:")
        write_error(plan.unasked)


_PLACES = {
    Way.CACHE: "what this computer has kept",
    Way.DRIVE: "the drive {label}",
    Way.INSTALLED: "what is installed here ({label})",
    Way.UPSTREAM: "upstream ({label})",
    Way.MAKER: "the maker ({label})",
}


def _supply_text(supply: Supply) -> str:
    what = []
    if supply.objects:
        what.append(f"{count_text(supply.objects, 'object')} ({size_text(supply.bytes)})")
    if supply.signatures:
        what.append(f"the signatures of {supply.signatures:,}")
    return f"{' and '.join(what)} from {_PLACES[supply.way].format(label=supply.label)}"


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
            "moved": _renames_json(outcome.moved),
            "put_back": _renames_json(outcome.put_back),
            "unhealed": _unhealed_json(outcome.unhealed),
            "jobs": [outcome_json(job) for job in outcome.jobs],
            "upstream_error": error_json(outcome.unasked) if outcome.unasked is not None else None,
        }
    )


def _renames_json(renames: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"path": path, "to": to} for path, to in renames]


def _print(outcome: RepairOutcome) -> None:
    healed = outcome.healed
    for path, name in outcome.put_back:
        say(f"Has its name again: {path} \N{RIGHTWARDS ARROW} {name}")
    if outcome.before is outcome.after and not outcome.put_back:
        say("There is nothing to repair.")
    if healed.objects:
        say(f"Healed {count_text(healed.objects, 'object')} ({size_text(healed.bytes)}).")
    for label, count in healed.sources.items():
        say(f"  {count:,} from {label}")
    for job in outcome.jobs:
        if job.replaced:
            say(str(job.replaced.words))
    if outcome.unasked is not None:
        say("Upstream could not be asked:")
        write_error(outcome.unasked)
    print_report(outcome.after)
    for means in dict.fromkeys(each.means for each in outcome.unhealed):
        some = [each for each in outcome.unhealed if each.means == means]
        more = f" ({len(some):,} errors)" if len(some) > 1 else ""
        say(f"Could not be healed: {some[0].finding.code}{more}. {means}")
