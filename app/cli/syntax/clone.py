"""``satchel clone``."""

from __future__ import annotations

from app.cli.syntax.model import Argument, Command, Count, Option, ValueKind
from app.cli.syntax.shared import READABLE

COMMAND = Command(
    name="clone",
    summary="copy a drive to others, object by object",
    about="Each TARGET gets the very repository of STICK, all at the same time; every object is "
    "checked while it is copied, and everything again at the end. A drive with other apps on it is "
    "left alone, and a damaged STICK is not copied. Stopped at any time, the same command goes on.",
    run="clone:run",
    arguments=(
        Argument(
            name="stick",
            metavar="STICK",
            help="the drive, directory or image to copy",
            values=READABLE.values,
        ),
        Argument(
            name="targets",
            metavar="TARGET",
            help="drives or directories to copy it to",
            count=Count.SOME,
            values=(ValueKind.TARGET, ValueKind.DIRECTORY),
        ),
    ),
    options=(
        Option(
            name="--trust-drive-keys",
            help="let the drive's own keys count where this computer knows none",
        ),
        Option(name="--allow-unsigned", help="copy what has no signatures"),
        Option(name="--no-verify", help="do not check the drives at the end"),
        Option(name="--yes", help="do not ask"),
    ),
)
