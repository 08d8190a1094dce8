"""``satchel cache``."""

from __future__ import annotations

from app.cli.syntax.model import Command, Option
from app.cli.syntax.sizes import read_size

COMMAND = Command(
    name="cache",
    summary="what is kept of downloads for the next drive; empties and limits it",
    about="What was downloaded once is taken from there for the next drive, also without a "
    "network (make --offline). Everything is checked whenever it is taken. What was not used for "
    "longest goes first; a full disk empties it.",
    run="cache:run",
    options=(
        Option(name="--clear", help="remove all of it"),
        Option(
            name="--size",
            metavar="N",
            convert=read_size,
            help="how much it may take from now on, such as 20G; also the setting cache_limit",
        ),
    ),
)
