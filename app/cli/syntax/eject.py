"""``satchel eject``."""

from __future__ import annotations

from app.cli.syntax.model import Command
from app.cli.syntax.shared import DRIVE

COMMAND = Command(
    name="eject",
    summary="make a drive safe to pull out",
    run="eject:run",
    arguments=(DRIVE,),
)
