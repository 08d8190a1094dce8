"""``satchel inspect``: what is on a drive."""

from __future__ import annotations

import argparse
from typing import Any

from app.cli.context import Context
from app.cli.output import plain, say, write_json
from app.drive.target import find_target
from app.stick.inspect import InspectedCollection, Inspection, inspect_stick
from app.stick.location import find_stick, open_repository
from app.words import date_text, size_text

_STATES = {
    "upstream-newer": "a newer one exists",
    "upstream-older": "newer than the copied summary",
    "not-in-upstream": "no longer upstream",
    "unknown": "",
    "current": "",
    "partial": "INCOMPLETE",
    "missing": "MISSING",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="TARGET", help="mount point, directory, device or label")


def run(arguments: argparse.Namespace, _context: Context) -> int:
    location = find_stick(find_target(arguments.target))
    found = inspect_stick(location, open_repository(location))
    if arguments.json:
        write_json(inspection_json(found))
    else:
        _print(found)
    return 0


def inspection_json(found: Inspection) -> dict[str, Any]:
    return {
        "target": str(found.location.root),
        "repository": found.location.repository_path,
        "tool": found.tool,
        "made": found.made,
        "interrupted": found.interrupted,
        "collections": plain(found.collections),
        "space": plain(found.space),
    }


def _print(found: Inspection) -> None:
    made = f", last written {date_text(found.made)} by {found.tool}" if found.made else ""
    say(f"{found.location.root} ({found.location.repository_path}){made}")
    if found.interrupted:
        say("An earlier job was interrupted; run the same satchel make again.")
    for collection in found.collections:
        _print_collection(collection)
    space = found.space
    say(
        f"{size_text(space.free)} of {size_text(space.total)} free "
        f"({space.file_system or 'unknown file system'}, clusters of {space.cluster:,} bytes)"
    )


def _print_collection(collection: InspectedCollection) -> None:
    label = collection.title or collection.remote
    print()
    say(f"{collection.id}" + (f" ({label}, {collection.url})" if label else ""))
    if collection.unsigned:
        say("  NOT SIGNED: nothing of this can be verified.")
    metadata, copy = collection.metadata, collection.upstream
    if metadata is None:
        say("  ostree-metadata: none")
    else:
        signed = "signed" if metadata.signed else "not signed (flatpak before 1.8 needs that)"
        sync = "in sync" if metadata.in_sync else "OUT OF SYNC"
        say(f"  ostree-metadata: from {metadata.source}, {signed}, {sync}")
    if copy is None:
        say("  upstream summary: no copy")
    else:
        say(f"  upstream summary: copy as of {date_text(copy.made)}, {len(copy.files)} files")
    for ref in collection.refs:
        name = f" {ref.name}" if ref.name else ""
        state = f"  [{_STATES[ref.state]}]" if _STATES[ref.state] else ""
        mark = "*" if ref.chosen else " "
        say(f" {mark} {date_text(ref.timestamp)}  {ref.ref}{name}{state}  {ref.reason}")
