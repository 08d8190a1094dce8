"""``satchel info``."""

from __future__ import annotations

from app.cli.syntax.model import Argument, Command, ValueKind
from app.cli.syntax.shared import ARCH, REF_HELP, REMOTE

COMMAND = Command(
    name="info",
    summary="everything about one app",
    run="info:run",
    arguments=(
        Argument(name="ref", metavar="REF", help=REF_HELP, values=(ValueKind.APP, ValueKind.FILE)),
    ),
    options=(*REMOTE, ARCH),
)
