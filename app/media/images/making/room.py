"""Whether what goes into an image fits."""

from __future__ import annotations

from app.errors import Cause, DriveError
from app.message import Message, Size

_STEP = 1 << 20


class ImageTooSmallError(DriveError):
    """What should be in it does not fit."""

    cause = Cause.FULL


def rounded(size: int) -> int:
    """Up to a whole MiB."""
    return -(-size // _STEP) * _STEP


def check_room(needed: int, size: int) -> None:
    """Raises ImageTooSmallError."""
    if needed > size:
        raise ImageTooSmallError(
            Message(
                "An image of {size} is too small: {needed} are needed.",
                size=Size(size),
                needed=Size(needed),
            ),
            Message("Make it larger with --size, leave --size out, or choose fewer apps."),
        )
