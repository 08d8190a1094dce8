"""Bringing everything on drives up to date."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from app.cli.carrying_out import carry_out, import_job, plan_reporter, print_notices
from app.cli.commands.plan import print_freed, print_languages, print_removed, print_room
from app.cli.invocation import Invocation
from app.cli.output import say
from app.cli.plan_arguments import ChosenRemotes, carried_languages, chosen_remotes
from app.cli.planning import plan_of
from app.cli.source_arguments import with_sources
from app.cli.terms import print_terms
from app.ostree.names import METADATA_REF
from app.ostree.reading_ahead import ReadingAhead
from app.remedy import Remedy
from app.stick.planning.by_app import by_app
from app.stick.planning.changes import Changes
from app.stick.planning.options import Options
from app.stick.planning.plan import Action, Plan
from app.stick.planning.request import PlanRequest
from app.stick.planning.versions import Versions, updated_versions
from app.stick.writing.page_beside import get_ready
from app.units import size_text


def update_several(arguments: argparse.Namespace, invocation: Invocation) -> int:
    """The worst exit status of all drives."""
    remotes = _remotes(arguments, invocation)
    from app.cli.many_updates import update_many

    request = _request(Path(), remotes, arguments, invocation)
    return update_many(
        request, remotes.known, arguments, invocation, show=_show, apps_json=apps_json
    )


def _remotes(arguments: argparse.Namespace, invocation: Invocation) -> ChosenRemotes:
    remotes = chosen_remotes(arguments, invocation).extended(invocation)
    invocation.environment.trim_cache()
    return remotes


def update_one(
    root: Path, ahead: ReadingAhead, arguments: argparse.Namespace, invocation: Invocation
) -> int:
    """The exit status. ``ahead`` reads the objects of the stick at ``root``."""
    report = plan_reporter(arguments)
    remotes = _remotes(arguments, invocation)
    environment = invocation.environment
    request = _request(root, remotes, arguments, invocation)
    ahead.then(get_ready)
    plan = plan_of(request, invocation, remotes.known, report, ahead, meanwhile=(import_job,))
    if not plan.nothing_to_do and not arguments.dry_run:
        ahead.spare()
    versions = updated_versions(plan, environment, invocation.cancel)
    return carry_out(
        plan,
        remotes.known,
        arguments,
        invocation,
        report,
        show=lambda plan: _show(plan, versions),
        question="Update this drive? [Y/n] ",
        more={"target": str(root), "apps": apps_json(plan, versions)},
    )


def _request(
    root: Path, remotes: ChosenRemotes, arguments: argparse.Namespace, invocation: Invocation
) -> PlanRequest:
    options = Options(
        arch=invocation.environment.arch,
        carry=carried_languages(arguments),
        allow_unsigned=arguments.allow_unsigned,
        allow_older=arguments.allow_older,
        sign_key=arguments.sign_key,
        with_extra_data=arguments.with_extra_data,
        offline=arguments.offline,
    )
    return PlanRequest(
        root=root,
        refs=(),
        remote=remotes.main,
        destination=arguments.destination_repo,
        options=with_sources(options, arguments, invocation, plan_reporter(arguments)),
        changes=Changes(update=True, prune=not arguments.no_prune),
    )


def apps_json(plan: Plan, versions: Versions) -> list[dict[str, Any]]:
    """Each app that gets newer or comes, and what that takes."""
    apps = []
    for app in by_app(plan).apps:
        before, after = versions.get(app.item.ref, ("", ""))
        apps.append(
            {
                "ref": app.item.ref,
                "action": app.item.action.value,
                "version_before": before,
                "version_after": after,
                "fetch": app.fetch,
                "download": app.download,
                "takes": app.takes,
                "ending": app.ending.value if app.ending is not None else None,
                "renamed_to": app.renamed_to,
            }
        )
    return apps


def _show(plan: Plan, versions: Versions) -> None:
    apps = by_app(plan)
    say(_heading(plan))
    for app in apps.apps:
        ref = app.item.ref
        name = app.item.name or ref.split("/")[1]
        change = " \N{RIGHTWARDS ARROW} ".join(versions[ref]) if ref in versions else ""
        mark = "+" if app.item.action is Action.ADD else "^"
        say(f"  {mark} {name} {change}".rstrip() + f": {_sizes(app.fetch, app.takes)}")
    needed = [item for item in apps.needs if item.action is not Action.KEEP]
    if needed:
        parts = {(part.collection, part.ref): part for part in plan.estimate.parts}
        some = [parts[key] for item in needed if (key := (item.collection, item.ref)) in parts]
        fetch, takes = sum(part.fetch for part in some), sum(part.takes for part in some)
        which = f"and {len(needed):,} that they" if apps.apps else f"{len(needed):,} that its apps"
        say(f"  {which} need: {_sizes(fetch, takes)}")
    if plan.removed:
        print("Goes:")
        print_removed(plan)
    print_terms(plan)
    if not plan.nothing_to_do:
        print_languages(plan)
        print_room(plan.estimate)
    else:
        print_freed(plan.estimate)
    print_notices(plan)


def _heading(plan: Plan) -> str:
    root = plan.location.root
    there = any(name != METADATA_REF for _, name, _ in plan.basis)
    if not (there or plan.images_basis or plan.bundles or plan.items):
        if not plan.unfinished:
            return f"There are no apps on {root}."
        return (
            f"There are no apps on {root}: the job that was to bring them was interrupted. "
            f"{Remedy.FINISH_JOB.advice()}"
        )
    changed = any(item.action is not Action.KEEP for item in plan.items)
    here = " here" if plan.options.offline else ""
    here += ", but for what could not be asked for" if plan.unasked else ""
    here += ", but for what stays as it is" if plan.held_back else ""
    if plan.nothing_to_do or (plan.rechosen and not changed and not plan.removed):
        return f"Everything on {root} is the newest there is{here}."
    if changed or plan.removed:
        return f"Newer on {root} afterwards (+ new, ^ newer version):"
    lists = " Its lists get newer." if plan.newer_lists else ""
    lists += " Lists or pages that are lost are written again." if plan.lost_lists else ""
    left = " What an interrupted job has left is put in order." if plan.unfinished else ""
    return f"The apps on {root} are the newest there are{here}.{lists}{left}"


def _sizes(fetch: int, takes: int) -> str:
    return f"{size_text(fetch)} to come, {size_text(takes)} on the drive then"
