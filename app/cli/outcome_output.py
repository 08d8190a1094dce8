"""What a job did, for people and for programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.output import say
from app.plain import plain
from app.stick.planning.plan import Plan
from app.stick.writing.outcome import Outcome
from app.units import count_text, duration_text, size_text

if TYPE_CHECKING:
    from app.stick.checking.report import CheckReport


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """The last event of a job."""
    check = outcome.check
    return {
        "event": "finished",
        "ok": check is None or check.ok,
        "refs": outcome.refs,
        "objects": outcome.objects,
        "bytes": outcome.bytes,
        "kept": outcome.kept,
        "beside": outcome.beside,
        "replaced": plain(outcome.replaced),
        "seconds": outcome.seconds,
        "unsigned": plain(outcome.unsigned),
        "left_out": plain(outcome.left_out),
        **behind_json(outcome),
        "verified": check is not None,
        "verify": _check_json(check) if check is not None else None,
    }


def behind_json(what: Plan | Outcome) -> dict[str, Any]:
    """What stays older than its source has it."""
    return {
        "unasked": list(what.unasked),
        "held": list(what.held),
        "held_back": plain(what.held_back),
    }


def _check_json(check: CheckReport) -> dict[str, Any]:
    from app.stick.inspecting.report_json import check_json

    return check_json(check)


def print_outcome(
    plan: Plan, outcome: Outcome, *, alone: bool = True, place: Path | None = None
) -> None:
    """For people. ``alone``: no other drive got the same at the same time, which then kept it;
    ``place``: what they have named, if it is not the drive."""
    if outcome.objects or not (outcome.replaced or outcome.removed or plan.removed_bundles):
        print(
            f"Wrote {count_text(outcome.objects, 'object')} ({size_text(outcome.bytes)}) "
            f"in {duration_text(outcome.seconds)}."
        )
        if outcome.kept and alone:
            print(f"{size_text(outcome.kept)} of it were on this computer already.")
    if outcome.replaced:
        say(str(outcome.replaced.words))
    for refusal in outcome.left_out:
        say(f"LEFT OUT: {refusal.ref}. {refusal.reason}")
    for collection in outcome.unsigned:
        print(f"NOT SIGNED: what comes from {collection} cannot be verified by anyone.")
    if outcome.check is None:
        print(f"Not verified. Do so with: satchel verify {place or plan.location.root}")
    else:
        # Who does without the check need not wait for what it takes.
        from app.cli.commands.verify import print_report

        print_report(outcome.check)
