"""``satchel needs``: what this computer needs."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.invocation import Invocation
from app.cli.output import say, write_json, write_notice
from app.cli.target_argument import open_target
from app.client.needs.gathering import gather_needs
from app.client.needs.writing import write_file, write_onto
from app.errors import UsageError
from app.message import Message
from app.stick.store.needs import Needs, needs_json
from app.units import size_text


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    file: Path | None = arguments.o
    if file is not None and arguments.target is not None:
        raise UsageError(
            Message("TARGET and -o contradict each other."), Message("Name one of the two.")
        )
    environment = invocation.environment
    root = None
    if arguments.target is not None:
        root = open_target(arguments.target, invocation, write_notice).root
    needs = gather_needs(environment.flatpak, environment.system_languages, environment.clock())
    if root is not None:
        file = write_onto(root, needs)
    elif file is not None:
        write_file(file, needs)
    if arguments.json:
        about = needs_json(needs)
        write_json(about if file is None else {"file": file, "needs": about})
    elif file is not None:
        say(f"What this computer needs stands in {file}.")
    else:
        _print(needs)
    return 0


def _print(needs: Needs) -> None:
    say(f"{needs.host}, {', '.join(needs.architectures)}")
    say(f"flatpak: {needs.flatpak or 'none'}")
    say(f"Graphics: {', '.join(needs.gl_drivers) or 'not known'}")
    say(f"Languages: {', '.join(needs.languages) or 'none set'}")
    for place in needs.installations:
        free = f", {size_text(place.free)} free" if place.free is not None else ""
        print()
        say(f"Installed for {_SCOPES[place.kind]}: {len(place.installed)}{free}")
        for remote in place.remotes:
            say(f"  from {remote.name}: {remote.collection or remote.address or 'unknown'}")
        for each in place.installed:
            say(f"    {each.ref} ({each.commit[:12]})")


_SCOPES = {"user": "this user", "system": "everyone"}
