"""A plan that changes what is on a drive: shown, asked for, carried out, told."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from app.cli.commands.plan import plan_json
from app.cli.commands.prune import pruned_text
from app.cli.invocation import Invocation
from app.cli.outcome_output import behind_json, outcome_json, print_outcome
from app.cli.output import (
    TextReporter,
    error_json,
    notice_text,
    reporter,
    say,
    wrapped,
    write_error,
    write_json,
)
from app.cli.questions import can_ask, confirm
from app.cli.terms import accept_terms
from app.errors import DriveError, InterruptedByUser, SatchelError
from app.flatpak.remotes.known import Known
from app.ostree.prune import Pruned
from app.plain import plain
from app.progress import Notice, Reporter, silent
from app.severity import Severity
from app.stick.planning.estimate import check_room
from app.stick.planning.plan import Plan, Removal
from app.stick.store.record import BundleRecord
from app.stick.writing.outcome import Outcome, status_of
from app.stick.writing.pruning import prune_path
from app.units import count_text

_MOST_NAMES = 8


def import_job() -> None:
    """What carries a plan out, while upstream is waited for."""
    import_module("app.stick.writing.job")


def plan_reporter(arguments: argparse.Namespace) -> Reporter:
    """Where progress goes: of ``--dry-run --json`` the plan is all that is printed."""
    if arguments.dry_run and arguments.json:
        return silent
    return reporter(as_json=arguments.json)


def carry_out(
    plan: Plan,
    known: Known,
    arguments: argparse.Namespace,
    invocation: Invocation,
    report: Reporter,
    *,
    show: Callable[[Plan], None],
    question: str,
    more: Mapping[str, Any] | None = None,
) -> int:
    """Show ``plan`` and do what it says, unless ``--dry-run``; the exit status.

    ``show`` prints the plan for people. ``arguments``: those of `app.cli.syntax.shared.CHANGE`;
    ``more``: what JSON says as well.
    """
    if arguments.dry_run:
        plan = plan.for_later()
        error = refusal(plan)
        if arguments.json:
            write_json({**plan_json(plan), **(more or {}), **refusal_json(error)})
        else:
            show(plan)
        if error is not None:
            write_error(error)
        return status_of(plan) if error is None else error.exit_code
    check_room(plan.estimate)
    if arguments.json:
        for notice in plan.notices:
            report(notice)
    else:
        show(plan)
        accept_terms([plan], arguments)
        if not plan.nothing_to_do and not arguments.yes and can_ask():
            confirm(question)
    if plan.nothing_to_do:
        pruned = free_left_over(plan, arguments, report, invocation)
        told = {**behind_json(plan), **(more or {})}
        _tell_pruned(pruned, told, as_json=arguments.json)
        return status_of(plan)
    from app.stick.writing.job import run_job

    outcome = run_job(
        plan,
        invocation.environment,
        known,
        report,
        invocation.cancel,
        verify=not arguments.no_verify,
    )
    if isinstance(report, TextReporter):
        report.finish()
    if arguments.json:
        write_json({**changed_json(outcome), "changed": True, **(more or {})})
    else:
        print_changed(plan, outcome)
    return outcome.status


def refusal(plan: Plan) -> SatchelError | None:
    """Why the drive, as it is, would not be written to."""
    try:
        check_room(plan.estimate)
    except DriveError as error:
        return error
    return None


def refusal_json(error: SatchelError | None) -> dict[str, Any]:
    """What JSON says of a plan beside it; nothing if there is nothing in the way."""
    return {} if error is None else {"error": error_json(error)}


def _tell_pruned(pruned: Pruned, more: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        told = {"changed": bool(pruned.files), "pruned": plain(pruned), **more}
        write_json({"event": "finished", "ok": True, **told})
    else:
        print_pruned(pruned)


def print_pruned(pruned: Pruned, of: str = "") -> None:
    """``of``: which drive, where there are several."""
    if pruned.files:
        say(f"{of}: {pruned_text(pruned)}" if of else pruned_text(pruned))


def free_left_over(
    plan: Plan, arguments: argparse.Namespace, report: Reporter, invocation: Invocation
) -> Pruned:
    """Where there is nothing else to do, what earlier jobs have left goes all the same. Raises
    InterruptedByUser; what else is in the way is only told."""
    if not plan.prune or not plan.estimate.freed.objects:
        return Pruned()
    try:
        return prune_path(
            plan.location.root,
            arguments.destination_repo,
            silent,
            invocation.cancel,
            dry_run=False,
        )
    except InterruptedByUser:
        raise
    except SatchelError as error:
        report(Notice(Severity.WARNING, error.message, error.hint))
        return Pruned()


def changed_json(outcome: Outcome) -> dict[str, Any]:
    """As `outcome_json`, with what went."""
    return {
        **outcome_json(outcome),
        "removed": plain(outcome.removed),
        "pruned": plain(outcome.pruned),
    }


def print_notices(plan: Plan) -> None:
    for notice in plan.notices:
        print(wrapped(notice_text(notice), ""))


def print_changed(plan: Plan, outcome: Outcome, *, alone: bool = True) -> None:
    """What became of it, for people; as `print_outcome`."""
    if outcome.removed or plan.removed_bundles:
        say(f"Took off {_called(outcome.removed, plan.removed_bundles)}.")
    if outcome.pruned is not None:
        say(pruned_text(outcome.pruned))
    print_outcome(plan, outcome, alone=alone)


def _called(removed: Sequence[Removal], files: Sequence[BundleRecord]) -> str:
    """What was asked for, ``files`` among it, and how much went with it."""
    refs = [removal.name or removal.ref for removal in removed if removal.named]
    named = [*(record.label for record in files), *refs]
    others = len(removed) - len(refs)
    if not named or len(named) > _MOST_NAMES:
        return f"{len(removed) + len(files):,} refs"
    also = f", and {count_text(others, 'ref')} that nothing else needs" if others else ""
    return f"{', '.join(named)}{also}"
