"""A computer's clock that stands before the stick's own date.

School computers with dead batteries start in 1970 or 2001. No key is valid then: flatpak cannot
import one, and leaves a remote behind without it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

from app.errors import SatchelError, TrustError
from app.message import Day, Message
from app.stick.store.stick_state import StickState

SLACK = 24 * 3600
"""Seconds by which clocks may differ: somebody's time zone is set wrongly."""


class ClockError(TrustError):
    """The clock stands before the stick was made.

    Attributes:
        made: when that was, seconds since 1970.
    """

    made: int = 0


def stick_date(sticks: Sequence[StickState]) -> int | None:
    """When the last of them was made, seconds since 1970; None if none tells.

    Of what a stick says about its time the earliest counts: when it was made, and when upstream
    made the lists that it carries.
    """
    dates = []
    for stick in sticks:
        said = [copy.made for copy in stick.copies.values()]
        if stick.record is not None and stick.record.made > 0:
            said.append(stick.record.made)
        known = [moment for moment in said if moment is not None]
        dates += [min(known)] if known else []
    return max(dates, default=None)


def check_clock(sticks: Sequence[StickState], now: float) -> None:
    """Raises ClockError."""
    made = stick_date(sticks)
    if made is None or now >= made - SLACK:
        return
    error = ClockError(
        Message(
            "This computer's clock says {today}, but the drive was made on {made}. With a clock "
            "that is wrong no key is valid, and nothing can be checked.",
            today=Day(int(now)),
            made=Day(made),
        ),
        Message("Set the clock, for example with: sudo date -s @{seconds}", seconds=made),
    )
    error.made = made
    raise error


def may_set_clock() -> bool:
    """Whether this process may: root's does."""
    return os.geteuid() == 0


def set_clock(moment: int) -> None:
    """Let this computer's clock say ``moment``, seconds since 1970. Raises SatchelError."""
    try:
        time.clock_settime(time.CLOCK_REALTIME, moment)
    except OSError as error:
        raise SatchelError(
            Message("The clock cannot be set: {reason}.", reason=error.strerror or ""),
            Message("Set it in the computer's own settings, then try again."),
        ) from error
