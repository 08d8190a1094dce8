"""``satchel diff``."""

from __future__ import annotations

from app.cli.syntax.model import Argument, Command, Count, Option
from app.cli.syntax.shared import READABLE, REMOTE

COMMAND = Command(
    name="diff",
    summary="what differs between two drives, or between a drive and upstream",
    about="Tells what only one of them has, what is newer or older on OTHER, and what is damaged "
    "on either. Changes nothing.",
    run="diff:run",
    arguments=(
        READABLE,
        Argument(
            name="other",
            metavar="OTHER",
            help="the drive, directory or image to compare with",
            count=Count.OPTIONAL,
            values=READABLE.values,
        ),
    ),
    options=(
        Option(name="--upstream", help="compare with what upstream offers now"),
        Option(name="--contents", help="also read the contents of every file; takes longer"),
        *REMOTE,
    ),
)
