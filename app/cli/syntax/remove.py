"""``satchel remove``."""

from __future__ import annotations

from app.cli.syntax.model import Command, Option
from app.cli.syntax.shared import CHANGE, ON_DRIVE, TARGET

COMMAND = Command(
    name="remove",
    summary="take apps off a drive, with what nothing else needs",
    about="Needs no network. What stays is installable at every moment; stopped at any time, the "
    "same command goes on where it stopped. The room is really free afterwards.",
    run="remove:run",
    arguments=(TARGET, ON_DRIVE),
    options=(
        Option(
            name="--unused",
            help="also all that came along once and that nothing needs any more; then REF may be "
            "left out",
        ),
        *CHANGE,
    ),
)
