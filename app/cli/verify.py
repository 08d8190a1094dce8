"""``satchel verify``: is a drive sound?"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from app import __version__
from app.cli.context import Context
from app.cli.output import TextReporter, reporter, write_json, write_notice
from app.cli.target import add_repository, add_target, open_stick
from app.errors import InterruptedByUser, SatchelError
from app.progress import Meter, Notice, silent
from app.stick.check import CheckOptions, CheckReport, check_path
from app.stick.findings import Severity, by_remedy
from app.stick.inspect import inspect_stick
from app.stick.location import find_stick, open_repository
from app.stick.report import StickReport, check_json, check_suffix, write_report
from app.stick.sizes import measure_sizes
from app.words import duration_text, size_text

_MOST = 20
"""Findings of one kind that are printed one by one; the rest is counted. JSON has them all."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_target(parser, optional=True)
    add_repository(parser)
    parser.add_argument("--quick", action="store_true", help="do not read the contents of files")
    parser.add_argument(
        "--report",
        metavar="FILE",
        type=Path,
        help="also write a report with everything that is on the drive, as .html or .json",
    )


def run(arguments: argparse.Namespace, context: Context) -> int:
    report = reporter(as_json=False)
    if arguments.report is not None:
        check_suffix(arguments.report)
    root, _ = open_stick(arguments, context)
    found = check_path(
        root,
        context.known_remotes.remotes,
        CheckOptions(contents=not arguments.quick),
        silent if arguments.json else report,
        context.cancel,
        destination=arguments.destination_repo,
    )
    missed = None
    if arguments.report is not None:
        try:
            write_report(_report(root, found, arguments, context), arguments.report)
        except SatchelError as error:
            if found.ok or isinstance(error, InterruptedByUser):
                raise
            missed = error
    if isinstance(report, TextReporter):
        report.finish()
    if arguments.json:
        write_json(check_json(found))
    else:
        print_report(found)
    if missed is not None:
        text = f"No report was written: {missed.message}"
        write_notice(Notice("warning", text, missed.hint))
    return 0 if found.ok else 1


def _report(
    root: Path, found: CheckReport, arguments: argparse.Namespace, context: Context
) -> StickReport:
    location = find_stick(root, arguments.destination_repo)
    repository = open_repository(location)
    inspection = inspect_stick(
        location, repository, context.known_remotes.remotes, context.languages, context.cancel
    )
    meter = Meter(silent, "sizes")
    return StickReport(
        inspection=inspection,
        sizes=measure_sizes(location, repository, inspection.space, meter, context.cancel),
        check=found,
        tool=f"Satchel {__version__}",
        made=time.time(),
    )


def print_report(report: CheckReport) -> None:
    """The verdict for people, worst first, grouped by what to do."""
    for remedy in by_remedy(report.findings):
        for one in remedy.findings[:_MOST]:
            print(f"{one.severity.value.capitalize()} [{one.code.value}] {one.message}")
        if len(remedy.findings) > _MOST:
            print(f"  … and {len(remedy.findings) - _MOST:,} more like this")
        if remedy.hint and remedy.severity is not Severity.INFO:
            print(f"  → {remedy.hint}")
    what = (
        f"{report.refs} refs, {report.objects:,} objects, {size_text(report.bytes)}, "
        f"in {duration_text(report.seconds)}"
    )
    errors = sum(one.severity is Severity.ERROR for one in report.findings)
    if errors:
        print(f"NOT sound: {errors:,} errors ({what}).")
    else:
        print(f"Sound ({what}).")
