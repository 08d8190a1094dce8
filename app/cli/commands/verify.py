"""``satchel verify``: is a drive sound?"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from app import TOOL
from app.cli.invocation import Invocation
from app.cli.output import (
    JsonReporter,
    TextReporter,
    reporter,
    say,
    wrapped,
    write_json,
    write_notice,
)
from app.cli.published import check_published
from app.cli.target_argument import open_target
from app.errors import InterruptedByUser, SatchelError, UsageError
from app.flatpak.remotes.given import given_remote
from app.flatpak.remotes.known import Known, read_key
from app.flatpak.remotes.remote import Remote, RemoteOrigin
from app.message import Message
from app.progress import Meter, Notice, Phase, silent
from app.replacing import replace
from app.severity import Severity
from app.stick.checking.check import CheckOptions
from app.stick.checking.check_place import check_path
from app.stick.checking.keys import Trust
from app.stick.checking.report import CheckReport
from app.stick.findings import by_remedy
from app.stick.inspecting.facts import StickReport, key_texts
from app.stick.inspecting.inspect import inspect_stick
from app.stick.inspecting.report import check_suffix, write_report
from app.stick.inspecting.report_json import check_json
from app.stick.inspecting.sizes import measure_sizes
from app.stick.store.location import find_stick
from app.stick.store.stick_state import load_stick
from app.text import Policy, clean
from app.units import count_text, duration_text, size_text

_FINGERPRINT = re.compile("[0-9A-F]{40}|[0-9A-F]{64}")
_MOST = 20
"""Findings of one kind that are printed one by one; the rest is counted. JSON has them all."""


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    report = reporter(as_json=False)
    if arguments.report is not None:
        check_suffix(arguments.report)
    published = check_published(
        arguments.target,
        invocation,
        silent if arguments.json else report,
        contents=not arguments.quick,
    )
    if published is not None and arguments.report is not None:
        raise UsageError(Message("--report is about drives."), Message("--json tells everything."))
    if published is not None:
        return _tell_published(published, report, as_json=arguments.json)
    known = invocation.environment.known_remotes()
    trust, given = _trust(arguments, known, invocation)
    root = open_target(arguments.target, invocation, write_notice, images=True).root
    check = check_path(
        root,
        (*given, *invocation.environment.judges(known)),
        CheckOptions(contents=not arguments.quick, trust=trust),
        silent if arguments.json else report,
        invocation.cancel,
        destination=arguments.destination_repo,
    )
    missed = None
    if arguments.report is not None:
        try:
            write_report(_report(root, check, known, arguments, invocation), arguments.report)
        except SatchelError as error:
            if check.ok or isinstance(error, InterruptedByUser):
                raise
            missed = error
    if isinstance(report, TextReporter):
        report.finish()
    if arguments.json:
        write_json(check_json(check))
    else:
        print_report(check)
    if missed is not None:
        text = Message("No report was written: {message}", message=missed.message)
        write_notice(Notice(Severity.WARNING, text, missed.hint))
    return 0 if check.ok else 1


def _tell_published(
    check: CheckReport, report: JsonReporter | TextReporter, *, as_json: bool
) -> int:
    """What a repository of one's own comes to, as a drive's."""
    if isinstance(report, TextReporter):
        report.finish()
    if as_json:
        write_json(check_json(check))
    else:
        print_report(check)
    return 0 if check.ok else 1


def _trust(
    arguments: argparse.Namespace, known: Known, invocation: Invocation
) -> tuple[Trust, list[Remote]]:
    """What was said about keys, and the remotes that were named. Raises UsageError."""
    given = [_named_remote(text, known.remotes, invocation) for text in arguments.remote]
    named = [read_key(path) for path in arguments.gpg_key]
    named += [key for remote in given if remote.collection_id is None for key in remote.keys]
    makers = []
    for text in arguments.maker_key:
        fingerprint = text.replace(" ", "").upper()
        if not _FINGERPRINT.fullmatch(fingerprint):
            raise UsageError(
                Message("{fingerprint} is not a key's fingerprint.", fingerprint=repr(text[:100])),
                Message("gpg --fingerprint shows it: 40 digits from 0 to F."),
            )
        makers.append(fingerprint)
    return Trust(
        named=tuple(named),
        drive_keys=arguments.trust_drive_keys,
        maker_keys=frozenset(makers),
        fetched=invocation.environment.fetched_images.all(),
    ), given


def _named_remote(text: str, known: Sequence[Remote], invocation: Invocation) -> Remote:
    remote = next((remote for remote in known if remote.answers_to(text)), None)
    if remote is None:
        remote = given_remote(text, invocation.environment.network, invocation.cancel)
    return replace(remote, origin=RemoteOrigin.GIVEN)


def _report(
    root: Path,
    check: CheckReport,
    known: Known,
    arguments: argparse.Namespace,
    invocation: Invocation,
) -> StickReport:
    stick = load_stick(find_stick(root, arguments.destination_repo))
    environment = invocation.environment
    inspection = inspect_stick(
        stick, environment.judges(known), environment.languages, invocation.cancel
    )
    meter = Meter(silent, Phase.SIZES)
    return StickReport(
        inspection=inspection,
        sizes=measure_sizes(stick, inspection.space, meter, invocation.cancel),
        check=check,
        tool=TOOL,
        made=time.time(),
    )


def print_report(report: CheckReport) -> None:
    """The verdict for people, worst first, grouped by what to do."""
    for remedy in by_remedy(report.findings):
        for finding in remedy.findings[:_MOST]:
            where = f"{clean(finding.repository, Policy.SENTENCE)}: " if finding.repository else ""
            severity = finding.severity.value.capitalize()
            print(f"{severity} [{finding.code.value}] {where}{finding.message}")
        if len(remedy.findings) > _MOST:
            print(f"  … and {len(remedy.findings) - _MOST:,} more like this")
        if remedy.hint and remedy.severity is not Severity.INFO:
            print(f"  → {remedy.hint}")
    for key in report.keys[:_MOST]:
        print(wrapped(" ".join(map(str, key_texts(key))), ""))
    for repository, count in sorted(Counter(each.repository for each in report.taken).items()):
        if repository:
            where = clean(repository, Policy.SENTENCE)
            print(
                f"Of {len(report.taken):,} apps and runtimes in several repositories, computers "
                f"take {count:,} from {where}."
            )
    what = (
        f"{count_text(report.refs, 'ref')}, {count_text(report.objects, 'object')}, "
        f"{size_text(report.bytes)}, "
        f"in {duration_text(report.seconds)}"
    )
    errors = sum(finding.severity is Severity.ERROR for finding in report.findings)
    if report.not_vouched:
        named = () if report.none_vouched else report.unsigned_apps
        apps = ", ".join(named[:_MOST]) or "it"
        more = len(named) - _MOST
        say(
            "NOT vouched for: nothing is damaged, but nobody vouches for "
            f"{apps}{f' and {more:,} more' if more > 0 else ''} ({what})."
        )
    elif errors:
        print(f"NOT sound: {count_text(errors, 'error')} ({what}).")
    elif report.unread:
        print(
            f"No errors, but the contents of {report.unread:,} files were not read, so this does "
            f"not say that the drive is sound ({what})."
        )
    else:
        print(f"Sound ({what}).")
