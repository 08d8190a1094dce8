"""``satchel demo``: the whole job once, without network and without a drive."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from app.cli.commands.make import outcome_json, print_outcome
from app.cli.commands.plan import print_plan
from app.cli.invocation import Invocation
from app.cli.output import TextReporter, reporter, write_json
from app.flatpak.refs import host_arch
from app.flatpak.remotes.known import Known
from app.plain import plain
from app.stick.demo import APP, DemoRemote, Rehearsal, in_demo, rehearse
from app.stick.planning.plan import Options
from app.stick.planning.session import PlanRequest, make_plan
from app.stick.writing.job import run_job


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
        rehearsal = rehearse(plan.location, APP, Path(scratch) / "client", invocation.variables)
    ok = outcome.check is not None and outcome.check.ok
    ok = ok and (rehearsal is None or rehearsal.installed)
    if isinstance(report, TextReporter):
        report.finish()
    if arguments.json:
        write_json({**outcome_json(outcome), "ok": ok, "rehearsal": plain(rehearsal)})
    else:
        print_outcome(plan, outcome)
        _print_rehearsal(rehearsal)
    return 0 if ok else 1


def _print_rehearsal(rehearsal: Rehearsal | None) -> None:
    if rehearsal is None:
        print("flatpak is not installed here, so installing from the drive was not tried.")
    elif not rehearsal.installed:
        print(f"A throwaway client could NOT install {APP} from the drive:\n{rehearsal.output}")
    elif rehearsal.ran is None:
        print(f"A throwaway client installed {APP} from the drive, offline.")
    else:
        print(f"A throwaway client installed {APP} from the drive, offline, and started it:")
        print(f"  {rehearsal.ran}")
