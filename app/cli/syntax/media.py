"""``satchel media``."""

from __future__ import annotations

import argparse

from app.cli.syntax.model import Argument, Command, Count, Option, ValueKind
from app.cli.syntax.shared import PLAN

LAYOUTS = ("stick", "iso-root", "installed")
_NOT_HERE = frozenset({"--destination-repo", "--keep-versions", "--needs"})
"""They are about drives that have something already."""

IMAGE = (
    Option(
        name="--image",
        metavar="FILE",
        help="make an image of it, by the end of its name: .img, .iso or .tar, also .tar.gz, "
        ".tar.xz, .tar.zst",
        values=(ValueKind.FILE,),
    ),
    Option(
        name="--size",
        metavar="N",
        help="of an .img: how large it is, as 8G for a drive sold so (default: what it needs)",
    ),
    Option(
        name="--fs",
        metavar="FS",
        help="of an .img: ext4, exfat or squashfs (default: ext4)",
        suggestions=("ext4", "exfat", "squashfs"),
    ),
)
"""What becomes an image."""


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
        Argument(
            name="refs",
            metavar="OUT REF",
            help="the directory, and what to put into it, as for make; with --image there is no "
            "OUT, and with --locked no REF",
            count=Count.ANY,
            values=(ValueKind.DIRECTORY, ValueKind.APP, ValueKind.FILE),
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
        *IMAGE,
        *(option for option in PLAN if option.name not in _NOT_HERE),
        Option(name="--no-verify", help="do not read everything back at the end"),
        Option(name="--yes", help="accept the terms of extra data, and replace an image"),
    ),
)
