"""``satchel plan``: what would be written and why."""

from __future__ import annotations

import argparse
from typing import Any

from app.cli import choosing
from app.cli.context import Context
from app.cli.output import plain, reporter, write_json
from app.stick.plan import Action, Item, Plan
from app.words import date_text, size_text

_MARKS = {Action.ADD: "+", Action.UPDATE: "^", Action.KEEP: "="}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    choosing.add_arguments(parser)


def run(arguments: argparse.Namespace, context: Context) -> int:
    report = reporter(as_json=False)
    plan, _ = choosing.planned(arguments, context, report)
    if arguments.json:
        write_json(plan_json(plan))
    else:
        print_plan(plan)
    return 0


def plan_json(plan: Plan) -> dict[str, Any]:
    """The plan for programs: everything but the bytes."""
    return {
        "target": str(plan.location.root),
        "repository": plan.location.repository_path,
        "items": [
            {key: value for key, value in plain(item).items() if key != "metadata"}
            for item in plan.items
        ],
        "collections": [
            {
                "id": collection.id,
                "remote": collection.remote.name,
                "url": collection.remote.url,
                "snapshot": plain(collection.snapshot),
                "metadata": "upstream" if collection.metadata_commit else "satchel",
                "arches": list(collection.arches),
            }
            for collection in plan.collections
        ],
        "estimate": plain(plan.estimate),
        "left_out": plain(plan.left_out),
        "notices": plain(plan.notices),
    }


def print_plan(plan: Plan) -> None:
    """The plan for people."""
    for collection in plan.collections:
        made = date_text(collection.snapshot.made)
        print(f"From {collection.remote.label} ({collection.id}, as of {made}):")
        if not collection.snapshot.signature.good:
            print("  NOT SIGNED: nothing of this can be verified.")
        for item in sorted(collection.items, key=lambda one: (not one.chosen, one.ref)):
            print(_line(item))
    found = plan.estimate
    about = "" if found.exact else "about "
    print(
        f"To download: {about}{size_text(found.fetch)} in {found.objects:,} objects. "
        f"On the drive: {about}{size_text(found.write)} of {size_text(found.space.free)} free."
    )
    for notice in plan.notices:
        prefix = "Warning: " if notice.severity == "warning" else ""
        print(f"{prefix}{notice.message}" + (f" {notice.hint}" if notice.hint else ""))


def _line(item: Item) -> str:
    size = f" {size_text(item.download_size)}" if item.download_size else ""
    return f"  {_MARKS[item.action]} {item.ref}{size}  {item.reason}"
