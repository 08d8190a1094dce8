"""``satchel inspect``."""

from __future__ import annotations

from app.cli.syntax.model import Command, Option
from app.cli.syntax.shared import DESTINATION_REPO, OPTIONAL_READABLE

COMMAND = Command(
    name="inspect",
    summary="what is on a drive",
    run="inspect:run",
    arguments=(OPTIONAL_READABLE,),
    options=(
        DESTINATION_REPO,
        Option(name="--sizes", help="also what each takes; looks at every object"),
    ),
)
