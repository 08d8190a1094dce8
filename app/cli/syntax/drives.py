"""``satchel drives``."""

from __future__ import annotations

from app.cli.syntax.model import Command, Option

COMMAND = Command(
    name="drives",
    summary="what is plugged in, and when that changes",
    run="drives:run",
    options=(
        Option(name="--all", help="also what is built in, and what this computer itself needs"),
        Option(
            name="--watch",
            help="go on and tell when drives come, go or are mounted; those that are there first",
        ),
    ),
)
