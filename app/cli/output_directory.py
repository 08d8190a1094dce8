"""A directory on the command line that something is made in."""

from __future__ import annotations

from pathlib import Path

from app.errors import UsageError
from app.message import Message


def output_directory(text: str, *, parents: bool) -> Path:
    """Absolute; it need not be there, and with ``parents`` nor those above it. Raises UsageError
    for what cannot become one."""
    path = Path(text).absolute()
    for each in (path, *path.parents):
        if each.is_dir():
            break
        if each.is_symlink() and not each.exists():
            raise UsageError(
                Message("{path} is a link that leads nowhere.", path=each),
                Message("Remove it, or name another directory."),
            )
        if each.exists():
            raise UsageError(
                Message("{path} is not a directory.", path=each),
                Message("Name a new directory, or one that is there."),
            )
        if each != path and not parents:
            raise UsageError(
                Message("There is no directory {path}.", path=each),
                Message("Make it first, or name another place."),
            )
    return path
