"""``satchel prune``."""

from __future__ import annotations

from app.cli.syntax.model import Command, Option
from app.cli.syntax.shared import DESTINATION_REPO, TARGET

COMMAND = Command(
    name="prune",
    summary="free what nothing on a drive needs any more",
    about="That are files of no app, what interrupted downloads have left, and temporary files. "
    "What other programs keep in the same repository stays. satchel remove and satchel update do "
    "it by themselves.",
    run="prune:run",
    arguments=(TARGET,),
    options=(
        DESTINATION_REPO,
        Option(
            name="--forgotten",
            help="free as well what was there when the drive's lists were lost, and nothing names "
            "any more",
        ),
        Option(name="--dry-run", help="tell how much it would be; write nothing"),
    ),
)
