"""``satchel update`` of several drives at once."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from app.cli.carrying_out import (
    changed_json,
    free_left_over,
    plan_reporter,
    print_changed,
    print_pruned,
    refusal,
    refusal_json,
)
from app.cli.commands.plan import plan_json
from app.cli.drives_output import DriveTeller, result_json
from app.cli.invocation import Invocation
from app.cli.many_drives import check_different, say_refused, say_together, together_json
from app.cli.outcome_output import behind_json
from app.cli.output import say, write_error, write_json
from app.cli.questions import can_ask, confirm
from app.cli.target_argument import open_stick
from app.cli.terms import accept_terms
from app.errors import InterruptedByUser, SatchelError
from app.flatpak.remotes.known import Known
from app.ostree.prune import Pruned
from app.plain import plain
from app.progress import Reporter
from app.stick.planning.plan import LEFT_OUT, Plan
from app.stick.planning.request import PlanRequest, make_plans
from app.stick.planning.versions import Versions, updated_versions
from app.stick.store.location import find_writable_stick
from app.stick.writing.many import DriveResult, run_many, worst_status
from app.stick.writing.outcome import falls_behind, status_of


class _Update(Struct, frozen=True):
    """Of one drive."""

    plan: Plan
    versions: Versions


def update_many(
    request: PlanRequest,
    known: Known,
    arguments: argparse.Namespace,
    invocation: Invocation,
    *,
    show: Callable[[Plan, Versions], None],
    apps_json: Callable[[Plan, Versions], list[dict[str, Any]]],
) -> int:
    """The worst exit status. ``request``: for whichever drive; ``show`` prints a plan for people.

    Everything is planned and shown before anything is written anywhere.
    """
    report = plan_reporter(arguments)
    updates, failed, order = _planned(request, known, arguments, invocation, report)
    plans = [update.plan for update in updates.values() if not update.plan.nothing_to_do]
    if not arguments.json:
        _show(updates, show)
        say_together(plans, invocation.environment)
    else:
        together = together_json(plans, invocation.environment)
        _tell(updates, together, report, apps_json, dry_run=arguments.dry_run)
    if arguments.dry_run:
        _tell_failed(failed, as_json=arguments.json)
        planned = []
        for root, update in updates.items():
            error = refusal(update.plan)
            if error is not None and not arguments.json:
                say_refused(DriveResult(root, None, error))
            planned.append(status_of(update.plan) if error is None else error.exit_code)
        return worst_status((*(result.status for result in failed), *planned))
    if not arguments.json:
        for result in failed:
            say_refused(result)
    accept_terms(plans, arguments)
    if plans and not (arguments.json or arguments.yes) and can_ask():
        confirm(f"Update {len(plans)} drives? [Y/n] " if len(plans) > 1 else "Update it? [Y/n] ")
    teller = DriveTeller(as_json=arguments.json)
    for result in failed:
        teller.result(result)
    freed = {
        root: free_left_over(update.plan, arguments, teller.of(root), invocation)
        for root, update in updates.items()
        if update.plan.nothing_to_do
    }
    done = run_many(
        plans,
        invocation.environment,
        known,
        teller.tell,
        invocation.cancel,
        verify=not arguments.no_verify,
        ended=teller.result,
    )
    results = {result.target: result for result in (*failed, *done)}
    # Also of drives for which there was nothing to do.
    planned = [status_of(update.plan) for update in updates.values()]
    status = worst_status((*(result.status for result in results.values()), *planned))
    if arguments.json:
        drives = [
            _finished_json(root, updates.get(root), results.get(root), apps_json, freed.get(root))
            for root in order
        ]
        write_json({"event": "finished", "ok": status in {0, LEFT_OUT}, "drives": drives})
    else:
        _print(order, updates, results, freed)
    return status


def _planned(
    request: PlanRequest,
    known: Known,
    arguments: argparse.Namespace,
    invocation: Invocation,
    report: Reporter,
) -> tuple[dict[Path, _Update], list[DriveResult], list[Path]]:
    """Plans, what cannot be brought up to date, and all of them as they were named."""
    failed: list[DriveResult] = []
    order: list[Path] = []
    roots: list[Path] = []
    for target in arguments.targets:
        named = argparse.Namespace(**{**vars(arguments), "target": target})
        root = Path(target)
        try:
            root, _ = open_stick(named, invocation)
            find_writable_stick(root, arguments.destination_repo)
            roots.append(root)
        except InterruptedByUser:
            raise
        except SatchelError as error:
            # One drive does not hold up the others.
            failed.append(DriveResult(root, None, error))
        order.append(root)
    check_different(roots)
    environment, cancel = invocation.environment, invocation.cancel
    made = make_plans(
        request, roots, environment, known, report, cancel, fitting=not arguments.dry_run
    )
    updates: dict[Path, _Update] = {}
    for root, each in zip(roots, made, strict=True):
        if isinstance(each, Plan):
            plan = each.for_later() if arguments.dry_run else each
            updates[root] = _Update(plan, updated_versions(plan, environment, cancel))
        else:
            failed.append(DriveResult(root, None, each))
    return updates, failed, order


def _show(
    updates: Mapping[Path, _Update],
    show: Callable[[Plan, Versions], None],
) -> None:
    for root, update in updates.items():
        say(f"{root}:")
        show(update.plan, update.versions)
        print()


def _tell(
    updates: Mapping[Path, _Update],
    together: Mapping[str, Any] | None,
    report: Reporter,
    apps_json: Callable[[Plan, Versions], list[dict[str, Any]]],
    *,
    dry_run: bool,
) -> None:
    for root, update in updates.items():
        if dry_run:
            told = {"target": str(root), "apps": apps_json(update.plan, update.versions)}
            error = refusal_json(refusal(update.plan))
            write_json({**plan_json(update.plan), **told, "together": together, **error})
        else:
            for notice in update.plan.notices:
                report(notice)
    if together is not None and not dry_run:
        write_json({"event": "together", **together})


def _tell_failed(failed: Sequence[DriveResult], *, as_json: bool) -> None:
    for result in failed:
        assert result.error is not None
        if as_json:
            write_json(result_json(result))
        write_error(result.error)


def _finished_json(
    root: Path,
    update: _Update | None,
    result: DriveResult | None,
    apps_json: Callable[[Plan, Versions], list[dict[str, Any]]],
    freed: Pruned | None,
) -> dict[str, Any]:
    """Without ``result`` there was nothing to do but what was ``freed``."""
    apps = apps_json(update.plan, update.versions) if update is not None else []
    fields: dict[str, Any] = {"changed": result is not None and result.outcome is not None}
    if result is None:
        assert update is not None
        status = status_of(update.plan)
        fields |= {"target": str(root), "ok": True, "exit_code": status, "error": None}
        fields |= behind_json(update.plan)
        if freed is not None:
            fields |= {"changed": bool(freed.files), "pruned": plain(freed)}
    else:
        outcome = changed_json(result.outcome) if result.outcome is not None else {}
        fields |= {**outcome, **result_json(result)}
    return {**{name: fields[name] for name in fields if name != "event"}, "apps": apps}


def _print(
    order: Sequence[Path],
    updates: Mapping[Path, _Update],
    results: Mapping[Path, DriveResult],
    freed: Mapping[Path, Pruned],
) -> None:
    for root in order:
        print_pruned(freed.get(root, Pruned()), str(root))
        result = results.get(root)
        if result is None:
            continue
        print()
        say(f"{root}:")
        if result.error is not None:
            write_error(result.error)
        elif result.outcome is not None:
            print_changed(updates[root].plan, result.outcome, alone=False)
    good = sum(
        (root not in results or results[root].done)
        and not (root in updates and falls_behind(updates[root].plan))
        for root in order
    )
    print()
    say(f"{good} of {len(order)} drives are up to date.")
