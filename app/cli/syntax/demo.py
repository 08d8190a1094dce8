"""``satchel demo``."""

from __future__ import annotations

from app.cli.syntax.model import Command

COMMAND = Command(
    name="demo",
    summary="the whole job against the built-in demo remote, on a throwaway drive",
    about="It needs neither network nor drive, and leaves nothing behind. Where flatpak is "
    "installed, an app is installed from the drive that was made.",
    run="demo:run",
)
