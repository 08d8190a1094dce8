"""What the system refuses on this computer itself: nobody should look at the drive for it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import DriveError
from app.fs.files import AccessDeniedError, DriveFullError
from app.message import Message
from app.remedy import Remedy

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class ComputerError(DriveError):
    """A place on this computer is not as it has to be."""


@contextmanager
def own_errors(doing: Message) -> Iterator[None]:
    """Turn an `OSError` of the block into the `DriveError` that explains it; `DriveFullError` where
    there is no room.

    ``doing``: as "adding a source".
    """
    try:
        yield
    except OSError as error:
        raise _explained(error, doing) from error


def _explained(error: OSError, doing: Message) -> DriveError:
    if error.errno in _FULL:
        return DriveFullError(
            Message("This computer has no room left: {doing} failed.", doing=doing),
            Message("Make room on this computer, then run the same command again."),
        )
    reason = os.strerror(error.errno) if error.errno else str(error)
    place = error.filename or ""
    text = Message(
        "On this computer {doing} failed: {reason} ({place}).",
        doing=doing,
        reason=reason,
        place=place,
    )
    if error.errno in _DENIED:
        return AccessDeniedError(text, Remedy.GET_PERMISSION)
    return ComputerError(
        text, Message("Look at that file or directory, then run the same command again.")
    )
