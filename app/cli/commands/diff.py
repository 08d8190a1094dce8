"""``satchel diff``: what differs between two drives, or between a drive and upstream."""

from __future__ import annotations

import argparse
from typing import Any

from app.cli.invocation import Invocation
from app.cli.output import TextReporter, reporter, say, write_json
from app.cli.plan_arguments import chosen_remotes
from app.cli.target_argument import open_only_stick
from app.errors import UsageError
from app.message import Message
from app.ostree.names import origin_remote
from app.plain import plain
from app.progress import Reporter, silent
from app.stand_ins import name_of
from app.stick.comparing.difference import (
    NO_SOURCE,
    Difference,
    Held,
    Kind,
    RefDifference,
    Side,
    compare,
)
from app.stick.comparing.gathering import read_side, read_upstream
from app.stick.store.stick_state import StickState, load_stick
from app.units import date_text

_SHORT = 12
"""Characters of a commit that tell it from others."""

_UPSTREAM = "upstream"


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    if arguments.upstream is (arguments.other is not None):
        raise UsageError(
            Message("Name a second drive, or --upstream, to compare with."),
            Message("For example: satchel diff /media/a /media/b"),
        )
    report = silent if arguments.json else reporter(as_json=False)
    first, stick = _read(arguments.target, arguments, invocation, report)
    if arguments.upstream:
        chosen = chosen_remotes(arguments, invocation)
        remotes = (chosen.main,) if chosen.main is not None else chosen.known.remotes
        second = read_upstream(
            stick,
            remotes,
            invocation.environment,
            _UPSTREAM,
            invocation.cancel,
            allow_unsigned=arguments.allow_unsigned,
            registries=chosen.known.registries,
        )
        invocation.environment.trim_cache()
    else:
        second, _ = _read(arguments.other, arguments, invocation, report)
    if isinstance(report, TextReporter):
        report.finish()
    difference = compare(first, second)
    if arguments.json:
        write_json(difference_json(difference))
    else:
        _print(difference, upstream=arguments.upstream)
    return 0


def _read(
    target: str, arguments: argparse.Namespace, invocation: Invocation, report: Reporter
) -> tuple[Side, StickState]:
    location = open_only_stick(target, invocation)
    stick = load_stick(location)
    with stick.repository.locked(exclusive=False):
        label = str(name_of(location.root))
        side = read_side(stick, label, report, invocation.cancel, contents=arguments.contents)
    return side, stick


def difference_json(difference: Difference) -> dict[str, Any]:
    """For programs."""
    return {
        "same": difference.same,
        "first": difference.first,
        "second": difference.second,
        "refs": [plain(each) for each in difference.refs],
        "counts": {kind.value: len(difference.of(kind)) for kind in Kind},
        "unread": difference.unread,
    }


def _print(difference: Difference, *, upstream: bool) -> None:
    first, second = difference.first, difference.second
    heads = {
        Kind.ADDED: f"Only on {second}",
        Kind.REMOVED: "No longer upstream" if upstream else f"Only on {first}",
        Kind.NEWER: "Newer upstream" if upstream else f"Newer on {second}",
        Kind.OLDER: "Older upstream" if upstream else f"Older on {second}",
        Kind.OTHER: "Different, of the same age or of an unknown one",
        Kind.DAMAGED: "The same, but damaged",
        Kind.LANGUAGES: "The same, in other languages",
        Kind.EXTRA_DATA: "The same, but with its maker's part on one only",
        Kind.SIGNATURE: "The same, but with its signature on one only",
        Kind.UNKNOWN: "Of no source that is known here",
    }
    for kind, head in heads.items():
        if refs := difference.of(kind):
            say(f"{head}:")
            for each in refs:
                print_ref(each, difference)
            print()
    same = len(difference.of(Kind.SAME))
    if difference.same:
        say(f"No difference: all {same} refs of {first} and {second} are the same.")
    else:
        say(f"{same} refs are the same.")
    if difference.unread:
        say(
            f"The contents of {difference.unread:,} files were not read; --contents reads them, "
            "and so does satchel verify."
        )


def print_ref(each: RefDifference, difference: Difference) -> None:
    """For people."""
    name = f" {each.name}" if each.name else ""
    source = ", as a file" if each.collection == NO_SOURCE else ""
    if not source and difference.is_of_several(each.ref):
        source = f", of {origin_remote(each.collection) or each.collection}"
    say(f"  {each.ref}{name}{source}")
    sides = ((difference.first, each.first), (difference.second, each.second))
    if each.kind in {Kind.NEWER, Kind.OLDER, Kind.OTHER}:
        say("    " + " → ".join(_held(held) for _, held in sides if held is not None))
    else:
        say(f"    {_held(each.first or each.second)}")
    if each.kind is Kind.LANGUAGES:
        for label, held in sides:
            say(f"    {label}: {_spoken(held)}")
    for label, held in sides:
        if held is not None and _has_it(each.kind, held):
            say(f"    with it: {label}")
    for label, held in sides:
        if held is not None and not held.whole:
            say(f"    DAMAGED on {label}")


def _has_it(kind: Kind, held: Held) -> bool:
    """What the other one lacks."""
    signed = kind is Kind.SIGNATURE and held.signed
    return bool(signed or (kind is Kind.EXTRA_DATA and held.extra_data))


def _spoken(held: Held | None) -> str:
    if held is None or held.languages is None:
        return "all languages"
    return ", ".join(held.languages) or "no language"


def _held(held: Held | None) -> str:
    if held is None:
        return ""
    version = f"{held.version} " if held.version else ""
    return f"{version}({held.commit[:_SHORT]} of {date_text(held.timestamp)})"
