"""``satchel format``."""

from __future__ import annotations

from app.cli.syntax.model import Command, Option
from app.cli.syntax.shared import DRIVE
from app.drive.udisks.mkfs_options import DEFAULT_LABEL, FILE_SYSTEMS
from app.message import Message

_ONE_AT_A_TIME = Message(
    "Drives are formatted one at a time, on purpose: what is wiped by mistake is lost, so each is "
    "named and confirmed by itself."
)

COMMAND = Command(
    name="format",
    summary="wipe a drive and make a new file system on it",
    about="On a terminal it asks for the drive's name first. This computer's own drives are left "
    "alone. One drive at a time, on purpose: there is nothing to format many at once.",
    run="format:run",
    arguments=(DRIVE,),
    options=(
        Option(
            name="--fs",
            metavar="FS",
            default=FILE_SYSTEMS[0],
            help="ext4 (default: best for Linux) or exfat (also for Windows and macOS)",
            suggestions=FILE_SYSTEMS,
        ),
        Option(
            name="--label", metavar="L", default=DEFAULT_LABEL, help=f"its name ({DEFAULT_LABEL})"
        ),
        Option(name="--yes", help="do not ask; all on it will be lost"),
    ),
    absent=dict.fromkeys(("--all-drives", "--also", "--keep-going"), _ONE_AT_A_TIME),
)
