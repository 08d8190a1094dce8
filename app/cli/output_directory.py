"""A directory on the command line that something is made in."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from app.errors import UsageError
from app.message import Message


def output_directory(text: str, *, parents: bool) -> Path:
    """Absolute; it need not be there, and with ``parents`` nor those above it. Raises UsageError
    for what cannot become one."""
    path = Path(text).absolute()
    try:
        os.lstat(path)
    except OSError as error:
        if error.errno in (errno.ENAMETOOLONG, errno.ELOOP):
            raise UsageError(
                Message("{path} cannot be made: {reason}.", path=path, reason=error.strerror),
                Message("Name another directory."),
            ) from error
    for each in (path, *path.parents):
        if os.path.isdir(each):
            break
        if os.path.islink(each) and not os.path.exists(each):
            raise UsageError(
                Message("{path} is a link that leads nowhere.", path=each),
                Message("Remove it, or name another directory."),
            )
        if os.path.exists(each):
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
