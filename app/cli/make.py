"""``satchel make``: the job."""

from __future__ import annotations

import argparse
import contextlib
import os
import select
import signal
import sys
from collections.abc import Iterator
from typing import Any

from app.cli import choosing
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
        if not arguments.yes and sys.stdin.isatty() and sys.stderr.isatty():
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
    # Nothing has begun that would need a safe boundary: Ctrl-C means no.
    with _signals() as signalled:
        print("Write this to the drive? [Y/n] ", end="", file=sys.stderr, flush=True)
        ready, _, _ = select.select([sys.stdin, signalled], [], [])
        line = "" if signalled in ready else sys.stdin.readline()
    if not line.endswith("\n"):  # Ctrl-C and Ctrl-D leave the cursor where it is
        print(file=sys.stderr)
        answer = "n"
    else:
        answer = line.strip().lower()
    if answer not in {"", "y", "yes", "j", "ja"}:
        raise InterruptedByUser("Nothing was written.")


@contextlib.contextmanager
def _signals() -> Iterator[int]:
    """A descriptor that becomes readable when a signal comes; Ctrl-C does nothing else.

    An exception raised by a handler could come just before the wait begins, and be waited out.
    """
    reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    wakeup = signal.set_wakeup_fd(writer)
    try:
        yield reader
    finally:
        signal.set_wakeup_fd(wakeup)
        signal.signal(signal.SIGINT, before)
        os.close(reader)
        os.close(writer)


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
