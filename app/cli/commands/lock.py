"""``satchel lock``: what a choice comes to now, in a file."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from app.cli import plan_arguments
from app.cli.commands.diff import difference_json, print_ref
from app.cli.invocation import Invocation
from app.cli.output import TextReporter, notice_text, reporter, say, wrapped, write_json
from app.cli.terms import accept_terms, print_terms
from app.errors import UsageError
from app.flatpak.bundles.given import is_bundle_file
from app.flatpak.remotes.addresses import local_path
from app.flatpak.remotes.given import is_ref_file
from app.formats.schema import parse_json
from app.fs.named_file import write_named_file
from app.media.locks.changes import differing, download_size, kept_where_same
from app.media.locks.lock import Asked, Lock
from app.media.locks.lock_file import lock_bytes, read_lock
from app.media.locks.pinning import Given, lock_of
from app.message import Message
from app.plain import plain
from app.progress import Notice, Reporter
from app.remedy import Remedy
from app.stick.choices.profile import SET_SUFFIX, SUFFIX, saved_profiles
from app.stick.comparing.difference import Difference, Kind
from app.stick.planning.plan import Plan
from app.stick.planning.request import plan_nowhere
from app.stick.writing.outcome import status_of
from app.units import size_text

_NOWHERE = Path("/")
_HEADS = {
    Kind.ADDED: "New",
    Kind.REMOVED: "Gone",
    Kind.NEWER: "Newer",
    Kind.OLDER: "Older",
    Kind.OTHER: "Different, of the same age",
    Kind.LANGUAGES: "In other languages",
    Kind.EXTRA_DATA: "With its maker's part in one of them only",
}


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    if arguments.update is None and arguments.dry_run:
        raise UsageError(
            Message("--dry-run goes with --update."),
            Remedy.COMMAND_HELP.advice(command="satchel lock"),
        )
    before = None
    target = arguments.output
    if arguments.update is not None:
        before = read_lock(Path(arguments.update))
        _as_before(arguments, before.asked, Path(arguments.update).absolute().parent)
        target = target or arguments.update
    _take_profile(arguments, invocation)
    report = reporter(as_json=False)
    plan, lock = _made(arguments, invocation, report, target)
    if before is not None:
        lock = kept_where_same(before, lock)
    if isinstance(report, TextReporter):
        report.finish()
    data = lock_bytes(lock)
    other = before is None or target != arguments.update or data != lock_bytes(before)
    written = other and target is not None and not arguments.dry_run
    difference = differing(before, lock)
    if target is not None and written:
        write_named_file(Path(target), data)
    if arguments.json:
        write_json(_json(plan, lock, difference, target, written=written))
    else:
        for notice in _notices(plan):
            print(wrapped(notice_text(notice), ""), file=sys.stderr)
        if target is None:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        else:
            _say(lock, before, difference, target, dry=arguments.dry_run)
    return status_of(plan)


def _take_profile(arguments: argparse.Namespace, invocation: Invocation) -> None:
    """The one among what was named without an option. Raises UsageError for a second one."""
    saved = saved_profiles(invocation.environment.config).names()
    named = [
        text
        for text in arguments.refs
        if text in saved or (text.endswith((SUFFIX, SET_SUFFIX)) and os.path.exists(text))
    ]
    for text in named:
        if arguments.profile not in (None, text):
            raise UsageError(
                Message(
                    "{first} and {second} are two choices.", first=arguments.profile, second=text
                ),
                Message("Lock one of them, or name the apps of the other."),
            )
        arguments.profile = text
    arguments.refs = [text for text in arguments.refs if text not in named]


def _as_before(arguments: argparse.Namespace, asked: Asked, directory: Path) -> None:
    """What was not said now is as it was said then."""
    arguments.refs = [*(_from(text, directory) for text in asked.refs), *arguments.refs]
    arguments.remote = arguments.remote or asked.remote or None
    arguments.arch = arguments.arch or list(asked.arches)
    arguments.gpu = arguments.gpu or list(asked.gpus)
    if not arguments.language and asked.languages is not None:
        arguments.language = list(asked.languages) or [plan_arguments.ALL_LANGUAGES]
    arguments.no_related = arguments.no_related or not asked.related
    arguments.no_runtime = arguments.no_runtime or not asked.runtimes
    arguments.with_extra_data = arguments.with_extra_data or asked.extra_data
    arguments.with_lists = arguments.with_lists or asked.lists


def _made(
    arguments: argparse.Namespace, invocation: Invocation, report: Reporter, target: str | None
) -> tuple[Plan, Lock]:
    arguments.needs = []
    arguments.keep_versions = arguments.strict = False
    arguments.destination_repo = arguments.sign_key = None
    environment = invocation.environment
    environment.trim_cache()
    texts = plan_arguments.asked_texts(arguments, invocation)
    request, known = plan_arguments.requested(arguments, invocation, report, _NOWHERE)
    plan = plan_nowhere(request, environment, known, report, invocation.cancel)
    if plan.terms and not arguments.json:
        arguments.yes = False
        # The file may be what goes to standard output.
        with redirect_stdout(sys.stderr):
            print_terms(plan)
            accept_terms([plan], arguments)
    directory = Path(target).absolute().parent if target is not None else Path.cwd()
    remote = request.remote.name if request.remote is not None else arguments.remote or ""
    asked = Asked(
        refs=tuple(dict.fromkeys(_to(text, directory) for text in texts)),
        arches=tuple(dict.fromkeys(arguments.arch)) or (request.options.arch,),
        remote=remote if any(each.answers_to(remote) for each in known.remotes) else "",
        gpus=request.options.gpus,
        languages=request.options.carry,
        related=request.options.related,
        runtimes=request.options.runtimes,
        extra_data=request.options.with_extra_data,
        lists=arguments.with_lists,
    )
    places = {bundle.sha256: bundle.given for bundle in request.bundles}
    given = Given(asked, directory, places)
    return plan, lock_of(plan, given, environment, report, invocation.cancel)


def _is_file(text: str) -> bool:
    named = is_bundle_file(text) or is_ref_file(text)
    return named and local_path(text) is not None


def _to(text: str, directory: Path) -> str:
    """As it stands in a lock file in this directory."""
    path = local_path(text)
    return os.path.relpath(path.absolute(), directory) if _is_file(text) and path else text


def _from(text: str, directory: Path) -> str:
    path = local_path(text)
    return str(directory / path) if _is_file(text) and path else text


def _notices(plan: Plan) -> Sequence[Notice]:
    """Without what is about a drive."""
    return [notice for notice in plan.notices if notice != plan.advice.notice]


def _json(
    plan: Plan, lock: Lock, difference: Difference, target: str | None, *, written: bool
) -> dict[str, Any]:
    return {
        "file": target,
        "written": written,
        "changes": difference_json(difference),
        "download_size": download_size(lock),
        "left_out": plain(lock.left_out),
        "notices": plain(_notices(plan)),
        "lock": parse_json(lock_bytes(lock)),
    }


def _say(
    lock: Lock, before: Lock | None, difference: Difference, target: str, *, dry: bool
) -> None:
    count = sum(1 for _ in lock.refs) + len(lock.images) + len(lock.bundles)
    if before is None:
        say(f"{target}: {count} refs, {size_text(download_size(lock))} to download.")
        return
    if difference.same:
        say(f"Nothing has changed: {target} stays as it is.")
        return
    for kind, head in _HEADS.items():
        if refs := difference.of(kind):
            say(f"{head}:")
            for each in refs:
                print_ref(each, difference)
            print()
    sizes = f"{size_text(download_size(before))} → {size_text(download_size(lock))}"
    say(f"To download: {sizes}")
    say("Nothing was written." if dry else f"{target}: {count} refs.")
