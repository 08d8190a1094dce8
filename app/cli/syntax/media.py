"""``satchel media``."""

from __future__ import annotations

import argparse

from app.cli.syntax.model import Argument, Command, Count, Option, ValueKind
from app.cli.syntax.shared import PLAN

LAYOUTS = ("stick", "iso-root", "installed")
_NOT_HERE = frozenset({"--destination-repo", "--keep-versions", "--needs"})
"""They are about drives that have something already."""


def _layout(text: str) -> str:
    if text not in LAYOUTS:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(LAYOUTS)}")
    return text


COMMAND = Command(
    name="media",
    summary="make what install media are built of; from a script",
    about="OUT is a directory that is empty or not there, or that this command has made before; "
    "then it is made anew. What is in it depends on the command alone, not on this computer's "
    "settings or on what it has seen. The layout “stick” is as a drive; “iso-root” is that with "
    "files to lay into the tree of an operating system, which installs the apps at its first "
    "start, offline; “installed” puts them, ready to run, below OUT/var/lib/flatpak, where OUT is "
    "the root of such a tree and may have other files.",
    run="media:run",
    arguments=(
        Argument(name="out", metavar="OUT", help="the directory", values=(ValueKind.DIRECTORY,)),
        Argument(
            name="refs",
            metavar="REF",
            help="as for make",
            count=Count.ANY,
            values=(ValueKind.APP, ValueKind.FILE),
        ),
    ),
    options=(
        Option(
            name="--layout",
            metavar="LAYOUT",
            help=f"one of {', '.join(LAYOUTS)} (default: stick)",
            default="stick",
            convert=_layout,
            suggestions=LAYOUTS,
        ),
        *(option for option in PLAN if option.name not in _NOT_HERE),
        Option(name="--no-verify", help="do not read everything back at the end"),
        Option(name="--yes", help="accept the terms of extra data, without being asked"),
    ),
)
