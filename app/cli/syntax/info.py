"""``satchel info``."""

from __future__ import annotations

from app.cli.syntax.model import Argument, Command, Value
from app.cli.syntax.shared import ARCH, REF_HELP, REMOTE

COMMAND = Command(
    name="info",
    summary="everything about one app",
    run="info:run",
    arguments=(Argument(name="ref", metavar="REF", help=REF_HELP, values=(Value.APP, Value.FILE)),),
    options=(*REMOTE, ARCH),
)
