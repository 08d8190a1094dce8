"""``satchel clone``: one drive to others."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any

from app.cli.commands.verify import print_report
from app.cli.drives_output import DriveTeller
from app.cli.invocation import Invocation
from app.cli.output import (
    JsonReporter,
    TextReporter,
    error_json,
    reporter,
    say,
    write_error,
    write_json,
)
from app.cli.questions import can_ask, confirm
from app.cli.target_argument import open_only_stick, open_target
from app.drive.safety.guard import AsNamed
from app.drive.space import measure, require_writable
from app.errors import SatchelError
from app.fs.files import drive_errors
from app.message import Message
from app.stick.checking.check import CheckOptions
from app.stick.checking.keys import Trust
from app.stick.cloning.cloning import Looked, clone, look_at_places
from app.stick.cloning.original import Original, read_original
from app.stick.cloning.outcome import CloneOutcome
from app.stick.inspecting.report_json import check_json
from app.stick.store.image_blobs import needed_sizes
from app.stick.store.images import read_images
from app.stick.store.location import open_repository
from app.stick.writing.many import DriveEvent, worst_status
from app.units import count_text, duration_text, size_text


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    report = reporter(as_json=arguments.json)
    location = open_only_stick(arguments.stick, invocation)
    targets = [open_target(name, invocation, report).root for name in arguments.targets]
    for target in targets if len(targets) == 1 else ():
        # Else the others do not wait for it.
        require_writable(target, measure(target))
    named = AsNamed(targets)
    environment = invocation.environment
    known = environment.known_remotes()
    options = CheckOptions(
        trust=Trust(
            drive_keys=arguments.trust_drive_keys,
            fetched=invocation.environment.fetched_images.all(),
        ),
        accept_unsigned=arguments.allow_unsigned,
    )
    with open_repository(location).locked(exclusive=False):
        original = read_original(
            location,
            environment.judges(known),
            options.trust,
            report,
            invocation.cancel,
            accept_unsigned=options.accept_unsigned,
        )
        if isinstance(report, TextReporter):
            report.finish()
        looked = look_at_places(original, targets, named, environment, invocation.cancel)
        if not arguments.json:
            _announce(original, looked)
            possible = any(not isinstance(place, SatchelError) for _, place in looked)
            if possible and not arguments.yes and can_ask():
                confirm("Copy it? [Y/n] ")
        tell, ended = _tellers(report, several=len(looked) > 1, as_json=arguments.json)
        outcomes = clone(
            original,
            looked,
            environment,
            known,
            options,
            tell,
            invocation.cancel,
            verify=not arguments.no_verify,
            ended=ended,
        )
    status = worst_status(outcome.status for outcome in outcomes)
    if arguments.json:
        drives = [_json(outcome) for outcome in outcomes]
        write_json({"event": "finished", "ok": status == 0, "drives": drives})
    else:
        for outcome in outcomes:
            _print(outcome)
    return status


def _tellers(
    report: TextReporter | JsonReporter, *, several: bool, as_json: bool
) -> tuple[Callable[[DriveEvent], None], Callable[[CloneOutcome], None]]:
    """Where progress and outcomes go while others are under way."""
    teller = DriveTeller(as_json=as_json)

    def tell_one(event: DriveEvent) -> None:
        report(event.event)

    def end_one(_outcome: CloneOutcome) -> None:
        if isinstance(report, TextReporter):
            report.finish()

    def end(outcome: CloneOutcome) -> None:
        said = str(outcome.error.message) if outcome.error is not None else "done"
        if outcome.error is None and outcome.status:
            said = "copied, but the check found errors"
        teller.ended(outcome.target, said, _json(outcome))

    return (teller.tell, end) if several or as_json else (tell_one, end_one)


def _announce(original: Original, looked: Sequence[Looked]) -> None:
    refs = sum(map(len, original.stick.refs.values()))
    with drive_errors(Message("reading the images")):
        images = needed_sizes(original.location)
        listed = len(read_images(original.location))
    bundles, payloads = original.bundles, original.payloads
    sizes = (
        *original.objects.values(),
        *images.values(),
        *payloads.values(),
        *(each.size for each in bundles),
    )
    there = [count_text(refs, "ref"), count_text(len(original.objects), "object")]
    if images:
        there.append(count_text(listed, "image"))
    if bundles:
        there.append(count_text(len(bundles), ".flatpak file"))
    if payloads:
        there.append(f"{count_text(len(payloads), 'file')} of extra data")
    say(f"{original.location.root}: {', '.join(there)} ({size_text(sum(sizes))})")
    for target, place in looked:
        if isinstance(place, SatchelError):
            say(f"  {target}: NOT, {place.message}")
        else:
            what = _content(place.objects, place.files)
            say(f"  → {target}: {what} to copy ({size_text(place.bytes)})")


def _content(objects: int, files: int) -> str:
    """``files``: other ones, such as those of images."""
    other = f" and {count_text(files, 'other file')}" if files else ""
    return count_text(objects, "object") + other


def _print(outcome: CloneOutcome) -> None:
    if outcome.error is not None:
        say(f"NOT copied to {outcome.target}.")
        write_error(outcome.error)
        return
    say(
        f"Copied {_content(outcome.objects, outcome.files)} ({size_text(outcome.bytes)}) "
        f"to {outcome.target} in {duration_text(outcome.seconds)}."
    )
    if outcome.check is None:
        say(f"Not verified. Do so with: satchel verify {outcome.target}")
    else:
        print_report(outcome.check)


def _json(outcome: CloneOutcome) -> dict[str, Any]:
    check, error = outcome.check, outcome.error
    return {
        "target": str(outcome.target),
        "ok": outcome.status == 0,
        "exit_code": outcome.status,
        "objects": outcome.objects,
        "files": outcome.files,
        "bytes": outcome.bytes,
        "seconds": outcome.seconds,
        "verified": check is not None,
        "verify": check_json(check) if check is not None else None,
        "error": error_json(error) if error is not None else None,
    }
