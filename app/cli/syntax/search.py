"""``satchel search``."""

from __future__ import annotations

from argparse import ArgumentTypeError

from app.cli.syntax.model import Argument, Command, Count, Option
from app.cli.syntax.shared import ARCH, OFFLINE, REMOTE

_MAX_DIGITS = 9
# Those of the desktop menu specification that stores sort by.
_CATEGORIES = (
    *("AudioVideo", "Development", "Education", "Game", "Graphics", "Network", "Office"),
    *("Science", "System", "Utility"),
)


def _count(text: str) -> int:
    if text.isascii() and text.isdigit() and (number := int(text[:_MAX_DIGITS])) > 0:
        return number
    raise ArgumentTypeError("give a number from 1 on")


COMMAND = Command(
    name="search",
    summary="look for apps by name",
    about="Looks through all known remotes, as the window does, or the one named by --remote.",
    run="search:run",
    arguments=(
        Argument(
            name="text",
            metavar="TEXT",
            help="words of the name or description; may be left out with one of the following",
            count=Count.ANY,
        ),
    ),
    options=(
        Option(
            name="--category",
            metavar="C",
            help="only this one, such as Education",
            suggestions=_CATEGORIES,
        ),
        Option(name="--free", help="only under a free licence"),
        Option(name="--verified", help="only what is checked to be its developers' own"),
        Option(name="--supported", help="nothing at its end of life"),
        *REMOTE,
        ARCH,
        OFFLINE,
        Option(name="--limit", metavar="N", convert=_count, default=20, help="at most N (20)"),
    ),
)
