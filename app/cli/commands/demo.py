"""``satchel demo``: the whole job once, without network and without a drive."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from app.cli.commands.plan import print_plan
from app.cli.commands.rehearse import print_rehearsal, rehearsal_json, rehearse_made
from app.cli.invocation import Invocation
from app.cli.outcome_output import outcome_json, print_outcome
from app.cli.output import TextReporter, reporter, say, write_json
from app.client.rehearsing.throwaway import NoFlatpakError
from app.client.rehearsing.trial import Rehearsal
from app.flatpak.refs import host_arch
from app.flatpak.remotes.known import Known
from app.progress import Reporter
from app.stick.demo import APP, DemoRemote, in_demo
from app.stick.environment import Environment
from app.stick.planning.options import Options
from app.stick.planning.request import PlanRequest, make_plan
from app.stick.writing.job import run_job
from app.stick.writing.outcome import Outcome


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    report = reporter(as_json=arguments.json)
    if not arguments.json:
        print(
            "The whole job, with a remote that comes with Satchel and a directory in place of a "
            "drive.\nIt needs no network and leaves nothing behind.\n",
            flush=True,
        )
    with tempfile.TemporaryDirectory(prefix="satchel-demo-") as scratch:
        with DemoRemote() as demo:
            environment = in_demo(invocation.environment, Path(scratch), demo.remote)
            known = Known((demo.remote,))
            drive = Path(scratch) / "drive"
            request = PlanRequest(drive, (APP,), demo.remote, None, Options(host_arch()))
            plan = make_plan(request, environment, known, report, invocation.cancel)
            if not arguments.json:
                print_plan(plan, environment)
            outcome = run_job(plan, environment, known, report, invocation.cancel)
        # From here on nobody serves the remote: whatever installs now is offline.
        rehearsal = _rehearse(drive, outcome, environment, known, invocation, report)
    ok = outcome.check is not None and outcome.check.ok
    ok = ok and (rehearsal is None or rehearsal.ok)
    if isinstance(report, TextReporter):
        report.finish()
    if arguments.json:
        write_json(
            {
                **outcome_json(outcome),
                "ok": ok,
                "rehearsal": rehearsal and rehearsal_json(rehearsal),
            }
        )
    else:
        print_outcome(plan, outcome)
        _print_rehearsal(rehearsal)
    return 0 if ok else 1


def _rehearse(
    drive: Path,
    outcome: Outcome,
    environment: Environment,
    known: Known,
    invocation: Invocation,
    report: Reporter,
) -> Rehearsal | None:
    """None without flatpak."""
    try:
        return rehearse_made(
            drive, outcome.check, environment, known, invocation, report, own_program=True
        )
    except NoFlatpakError:
        return None


def _print_rehearsal(rehearsal: Rehearsal | None) -> None:
    if rehearsal is None:
        print("flatpak is not installed here, so installing from the drive was not tried.")
        return
    print_rehearsal(rehearsal)
    for said in dict.fromkeys(app.said for way in rehearsal.ways for app in way.apps if app.said):
        say(f"It was started, and said: {said}")
