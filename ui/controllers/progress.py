"""How far work is and how long it will take, as people are told it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.progress import Advanced
from app.rate import Rate

Clock = Callable[[], float]
"""Seconds that only go forward."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a phase is.

    Attributes:
        share: 0 to 1; None while nothing is known of the whole.
        objects, total: repository objects.
        bytes: as stored.
        rate: bytes a second; None while it is not known.
        left: seconds that it will still take; None while they are not known.
        still: seconds in which nothing has been done; None while something is.
    """

    share: float | None
    objects: int
    total: int
    bytes: int
    rate: float | None = None
    left: float | None = None
    still: float | None = None


class ProgressMeter:
    """Of one phase after the other."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._rate = Rate(clock())
        self._last: Progress | None = None

    def begin_phase(self) -> None:
        """Nothing is known of its pace yet."""
        self._rate = Rate(self._clock())
        self._last = None

    def advance(self, event: Advanced) -> Progress:
        """How far the phase is with ``event``."""
        pace = self._rate.tell(event, self._clock())
        total = max(event.objects_total, event.objects)
        self._last = Progress(
            pace.share, event.objects, total, event.bytes, pace.rate, pace.left, pace.still
        )
        return self._last

    def rest(self) -> Progress | None:
        """The work stood still until now because somebody wanted that; it has no pace."""
        self._rate.rest(self._clock())
        if self._last is None:
            return None
        return replace(self._last, rate=None, left=None, still=None)
