"""``satchel plan``: what would be written and why."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from app.cli import plan_arguments
from app.cli.bundle_output import print_planned_bundles, print_removed_bundles
from app.cli.image_output import print_planned_registries
from app.cli.invocation import Invocation
from app.cli.outcome_output import behind_json
from app.cli.output import notice_text, reporter, say, wrapped, write_json, write_notice
from app.cli.terms import print_terms, terms_json
from app.errors import SatchelError
from app.flatpak.refs import is_locale
from app.flatpak.sideloading.decision import Outcome
from app.plain import plain
from app.progress import Event, Notice
from app.stick.environment import Environment
from app.stick.planning.duration import duration_message, plan_duration
from app.stick.planning.outline import Branch, flat, outline
from app.stick.planning.plan import (
    Action,
    CollectionPlan,
    Item,
    Plan,
    PlannedBundle,
    Taking,
)
from app.stick.planning.sizes import Estimate, Part
from app.stick.store.record import MetadataSource
from app.stick.writing.outcome import status_of
from app.units import count_text, date_text, size_text

_REF_WIDTH = 62
_NOT_TOLD = ("metadata", "reasons")
_MARKS = {Action.ADD: "+", Action.UPDATE: "^", Action.KEEP: "="}


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    early: list[Notice] = []

    def collect(event: Event) -> None:
        if isinstance(event, Notice):
            early.append(event)

    report = collect if arguments.json else reporter(as_json=False)
    try:
        plan, _ = plan_arguments.planned(arguments, invocation, report)
    except SatchelError:
        # They may be why it cannot be planned.
        for notice in early:
            write_notice(notice)
        raise
    plan = plan.for_later()
    if arguments.json:
        fields = plan_json(plan)
        expected = plain(plan_duration(plan, invocation.environment))
        notices = [*plain(early), *fields["notices"]]
        write_json({**fields, "duration": expected, "notices": notices})
    else:
        print_plan(plan, invocation.environment)
    return status_of(plan)


def plan_json(plan: Plan) -> dict[str, Any]:
    """The plan for programs: everything but the bytes."""
    parts = {(part.collection, part.ref): part for part in plan.estimate.parts}
    return {
        "target": str(plan.location.root),
        "repository": plan.location.repository_path,
        "items": [_item_json(item, parts.get((item.collection, item.ref))) for item in plan.items],
        "collections": [
            {
                "id": collection.id,
                "collection_id": None if collection.is_remote else collection.id,
                "remote": collection.name,
                "url": collection.remote.address,
                "snapshot": plain(collection.snapshot),
                "unsigned": not collection.vouched,
                "metadata": _metadata(collection),
                "arches": list(collection.arches),
                "updates_from": collection.address,
                "installable_until": collection.until,
            }
            for collection in plan.collections
        ],
        "estimate": _estimate_json(plan.estimate),
        "file_system": {
            "here": plan.advice.here,
            "on_ext4": plan.advice.on_ext4,
            "wasted": plan.advice.wasted,
            "advice": plain(plan.advice.notice),
        },
        "nothing_to_do": plan.nothing_to_do,
        "carried_languages": list(plan.carried),
        "removed": plain(plan.removed),
        "registries": [
            {"name": registry.name, "title": registry.title, "url": registry.client_url}
            for registry in dict.fromkeys(image.registry for image in plan.images)
        ],
        "bundles": [_bundle_json(each) for each in plan.bundles],
        "removed_bundles": plain(plan.removed_bundles),
        "installable_until": plan.until,
        "left_out": plain(plan.left_out),
        **behind_json(plan),
        "computers": computers_json(plan),
        "clients": plain(plan.takings),
        "notices": plain(plan.notices),
        "terms": terms_json(plan),
    }


def _metadata(collection: CollectionPlan) -> str:
    """Who makes its ostree-metadata."""
    if collection.is_remote:
        return MetadataSource.NONE
    return MetadataSource.UPSTREAM if collection.metadata_commit else MetadataSource.SATCHEL


def _item_json(item: Item, part: Part | None) -> dict[str, Any]:
    """``part``: None for what stays as it is."""
    fields = {key: value for key, value in plain(item).items() if key not in _NOT_TOLD}
    sizes = part or Part(item.collection, item.ref, 0, 0, 0, 0)
    return {**fields, "fetch": sizes.fetch, "there": sizes.there, "write": sizes.write}


def _bundle_json(bundle: PlannedBundle) -> dict[str, Any]:
    about = {"action": bundle.action.value, "version": bundle.version, "trust": str(bundle.trust)}
    return {**plain(bundle.record), **about}


def _estimate_json(estimate: Estimate) -> dict[str, Any]:
    fields = {key: value for key, value in plain(estimate).items() if key != "parts"}
    fields["beside"] = dict(estimate.beside)
    whole = {"total": estimate.total, "takes": estimate.takes, "download": estimate.download}
    return {**fields, **whole}


def print_plan(plan: Plan, environment: Environment, place: Path | None = None) -> None:
    """The plan for people. ``place``: what they have named, if it is not the drive."""
    say(f"Plan for {place or plan.location.root} (+ new, ^ newer version, = already there):")
    for collection in plan.collections:
        snapshot = collection.snapshot
        made = f"as of {date_text(snapshot.made)}" if snapshot.listed else "without its list"
        whose = "" if collection.is_remote else f"{collection.id}, "
        say(f"From {collection.remote.label} ({whose}{made}).")
        if not collection.vouched:
            say("  NOT SIGNED: nobody vouches for anything of this.")
        elif snapshot.listed and not collection.is_list_signed:
            say("  Its list is NOT SIGNED: nobody vouches that this is what it offers now.")
    print_planned_registries(plan)
    labels = {each.id: each.remote.label for each in plan.collections}
    several = Counter(item.ref for item in plan.items)
    found_parts = outline(plan.items)
    for heading, branches in (
        ("", found_parts.chosen),
        ("Beside it:", found_parts.beside),
        ("Stays as it is:", found_parts.kept),
    ):
        if branches:
            print(f"\n{heading}" if heading else "")
        for depth, branch in flat(branches):
            item = branch.item
            # Each source has a list of its own by the same name.
            whose = f" of {labels.get(item.collection, item.collection)}"
            _print_branch(depth, branch, whose if several[item.ref] > 1 else "")
    print_planned_bundles(plan)
    if plan.removed or plan.removed_bundles:
        print("\nGoes:")
        print_removed(plan)
    print()
    print_languages(plan)
    print_terms(plan)
    print_room(plan.estimate)
    expected = plan_duration(plan, environment)
    if expected is not None and (plan.estimate.write or plan.estimate.download):
        print(f"It takes {duration_message(expected)}, at {size_text(expected.rate)} a second.")
    _print_computers(plan)
    newer = sum(each.here is Outcome.UPDATE and _is_app(each) for each in plan.takings)
    if newer:
        say(f"Newer than on this computer: {newer:,} of the apps.")
    if plan.nothing_to_do:
        say("Everything you chose is on it already.")
    for notice in plan.notices:
        print(wrapped(notice_text(notice), ""))
    sys.stdout.flush()


def _is_app(taking: Taking) -> bool:
    return taking.ref.startswith("app/")


def print_languages(plan: Plan) -> None:
    """Which languages come, where these are not all, and what of others stays away."""
    if not plan.carried:
        return
    spared = plan.estimate.spared
    left = f"; files of others, about {size_text(spared)}, are left out" if spared else ""
    if any(is_locale(image.item.ref) for image in plan.images):
        left += "; of container registries all come"
    print(f"Translations: {', '.join(plan.carried)}{left}")


def print_freed(estimate: Estimate) -> None:
    """What becomes free, if anything does."""
    if estimate.freed.objects:
        about = "" if estimate.freed.exact else "up to "
        print(f"Becomes free: {about}{size_text(estimate.freed.bytes)}")


def print_room(estimate: Estimate) -> None:
    """What comes, what it takes, and what is free then."""
    about = "at least " if estimate.unsized else "" if estimate.exact else "about "
    there = f"; {size_text(estimate.there)} are there already" if estimate.there else ""
    if estimate.local:
        there += f",\n{' ' * 14}{size_text(estimate.local)} of that are on this computer already"
    for place, size in estimate.beside:
        there += f",\n{' ' * 14}{size_text(size)} of that in {place}"
    print_freed(estimate)
    print(
        f"To download:  {about}{size_text(estimate.fetch)} "
        f"in {about}{count_text(estimate.objects, 'object')}{there}"
        f"\nIt will take: {about}{size_text(estimate.write)}; "
        f"{size_text(estimate.space.free)} of {size_text(estimate.space.total)} are free"
        f"\nAfterwards:   {about}{size_text(max(0, estimate.left))} free"
    )


def computers_json(plan: Plan) -> list[dict[str, Any]]:
    """What each of the computers gets that said what they need."""
    return [{**plain(each), "installed_size": each.size} for each in plan.computers]


def _print_computers(plan: Plan) -> None:
    if not plan.computers:
        return
    count = len(plan.computers)
    print(f"\nFor {count} computer{'s' if count > 1 else ''}:")
    for each in plan.computers:
        new = len(each.gets) - each.updates
        say(f"  {each.host}: {each.updates} updates, {new} new, {size_text(each.size)} installed")
        for get in each.gets:
            if get.chosen:
                say(f"    {'^' if get.update else '+'} {get.ref}")
        if along := sum(not get.chosen for get in each.gets):
            say(f"    and what comes along ({along})")
        for remark in each.remarks:
            print(wrapped(str(remark), "    "))
    print()


def print_removed(plan: Plan) -> None:
    """What leaves the drive, and why."""
    for removal in plan.removed:
        name = f" ({removal.name})" if removal.name else ""
        say(f"  - {removal.ref}{name}")
        if not removal.named:
            print(wrapped(str(removal.reason), "      "))
    print_removed_bundles(plan)


def _print_branch(depth: int, branch: Branch, whose: str) -> None:
    item, indent = branch.item, "  " * (depth + 1)
    called = f"{item.ref}{whose}"
    if branch.again:
        say(f"{indent}{_MARKS[item.action]} {called} (see above)")
        return
    size = size_text(item.download_size) if item.download_size else ""
    width = _REF_WIDTH - 2 * depth
    say(f"{indent}{_MARKS[item.action]} {called:<{width}} {size:>9}".rstrip())
    print(wrapped(str(branch.reason), f"{indent}    "))
    if item.languages is not None:
        # Codes look like words: “it”, “no”, “is”.
        comes = f"Languages: {', '.join(item.languages) or 'none'}"
        left = f"; left out: {', '.join(item.left_languages)}" if item.left_languages else ""
        print(wrapped(f"{comes}{left}.", f"{indent}    "))
