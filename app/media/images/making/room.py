"""Whether what goes into an image fits."""

from __future__ import annotations

from collections.abc import Callable

from app.errors import Cause, DriveError
from app.message import Message, Size

_STEP = 1 << 20


class ImageTooSmallError(DriveError):
    """What should be in it does not fit."""

    cause = Cause.FULL


def rounded(size: int) -> int:
    """Up to a whole MiB."""
    return -(-size // _STEP) * _STEP


def fitting(least: int, needed_at: Callable[[int], int]) -> int:
    """Bytes of a file system that takes its content, with a little room.

    ``needed_at``: what one of so many bytes has to have: its own tables grow with it.
    """
    size = least
    while True:
        wanted = needed_at(size)
        wanted += wanted // 50
        if wanted <= size:
            return rounded(size)
        size = rounded(wanted)


def check_room(needed: int, size: int, *, exact: bool = True) -> None:
    """Whether a file system of ``size`` bytes can hold what needs so many, or without ``exact``
    more. Raises ImageTooSmallError."""
    if needed > size:
        raise ImageTooSmallError(
            Message(
                "An image of {size} is too small: {needed} are needed.",
                size=Size(size),
                needed=Size(needed),
            )
            if exact
            else Message(
                "An image of {size} is too small: more than {needed} are needed.",
                size=Size(size),
                needed=Size(needed),
            ),
            Message("Make it larger with --size, leave --size out, or choose fewer apps."),
        )
