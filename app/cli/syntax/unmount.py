"""``satchel unmount``."""

from __future__ import annotations

from app.cli.syntax.model import Command
from app.cli.syntax.shared import DRIVE

COMMAND = Command(
    name="unmount",
    summary="the opposite; the drive stays plugged in",
    run="unmount:run",
    arguments=(DRIVE,),
)
