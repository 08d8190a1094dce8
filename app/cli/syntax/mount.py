"""``satchel mount``."""

from __future__ import annotations

from app.cli.syntax.model import Command
from app.cli.syntax.shared import DRIVE

COMMAND = Command(
    name="mount",
    summary="make the files on a drive reachable, and say where",
    run="mount:run",
    arguments=(DRIVE,),
)
