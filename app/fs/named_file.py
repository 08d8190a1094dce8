"""Files that somebody has named, anywhere on this computer."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from app.errors import DriveError
from app.fs.files import replace_file
from app.message import Message


class FileNotWrittenError(DriveError):
    """It cannot be written."""


def write_named_file(path: Path, data: bytes) -> None:
    """In place of a file that was there; a device or a pipe is written to, and stays.

    Raises FileNotWrittenError.
    """
    try:
        put_in_place(path, data)
    except OSError as error:
        raise FileNotWrittenError(
            Message(
                "{path} cannot be written: {reason}.", path=path, reason=error.strerror or error
            ),
            Message("Name a file in a directory that is there, and in which you may write."),
        ) from error


def put_in_place(path: Path, data: bytes) -> None:
    """The same, for who has words of their own for what goes wrong. Raises OSError."""
    if _takes_writing(path):
        with open(path, "wb") as there:
            there.write(data)
    else:
        replace_file(path, data)


def _takes_writing(path: Path) -> bool:
    """Whether something is there that no file may take the place of."""
    try:
        return not stat.S_ISREG(os.stat(path).st_mode)
    except FileNotFoundError:
        return False
