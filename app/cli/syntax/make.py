"""``satchel make``."""

from __future__ import annotations

from app.cli.syntax.model import Command, Option, ValueKind
from app.cli.syntax.shared import PLAN, REFS, TARGET

COMMAND = Command(
    name="make",
    summary="put apps on a drive; adds to what it has",
    about="On a terminal it shows the plan and asks before it writes. Stopped at any time, it "
    "leaves what was on the drive installable; the same command goes on where it stopped.",
    run="make:run",
    processes="app.ostree.pull.transfer",
    arguments=(TARGET, REFS),
    options=(
        *PLAN,
        Option(name="--no-verify", help="do not check the drive at the end"),
        Option(
            name="--rehearse",
            help="at the end, try the drive as a computer without internet would",
        ),
        Option(name="--yes", help="do not ask"),
        Option(
            name="--also",
            metavar="TARGET",
            help="another drive that gets the same at the same time; may be given several times",
            repeated=True,
            values=(ValueKind.TARGET, ValueKind.DIRECTORY),
        ),
        Option(
            name="--all-drives",
            help="every drive that is plugged in gets it; they are listed, and you are asked; "
            "TARGET may be “auto” then",
        ),
        Option(
            name="--keep-going",
            help="then wait for further drives to be plugged in, and make each, until Ctrl-C; asks "
            "about each drive that was not named; with TARGET “auto” none was",
        ),
        Option(
            name="--label",
            metavar="PATTERN",
            help="--keep-going: drives with such a label, as in 'CLASS*', are not asked about",
            values=(ValueKind.LABEL,),
        ),
        Option(name="--eject", help="at the end, make the drive safe to pull out"),
    ),
)
