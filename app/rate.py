"""How fast a phase is and how long it will take: numbers that settle rather than jump.

Time is told by the caller, in seconds of any clock that only goes forward.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.progress import Advanced

_MEMORY = 15.0
"""Seconds after which what was measured counts a third."""
_SETTLED = 2.0
"""Seconds before anything is said."""
_FOLLOW = 10.0
"""Seconds in which the remaining time follows what is measured; between, it counts down."""
_PATIENCE = 10.0
"""Seconds without anything done after which that is all there is to tell."""
_STEPS = ((20.0, 1.0), (60.0, 5.0), (3600.0, 60.0), (math.inf, 600.0))
"""Up to so many seconds the remaining time is told in steps of so many."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What to tell a person.

    Attributes:
        share: how much is done, 0 to 1; None while nothing is known of the whole.
        rate: bytes a second; None until it has settled.
        left: seconds, rounded up to steps that do not flicker; None until they are known.
        still: seconds in which nothing has been done; None while something is. Neither rate nor
            remaining time are known then.
    """

    share: float | None
    rate: float | None
    left: float | None
    still: float | None = None


class Rate:
    """Of one phase, from its beginning."""

    def __init__(self, now: float) -> None:
        self._last = now
        self._running = 0.0
        self._bytes = _Average()
        self._work = _Average()
        self._left: float | None = None
        self._done: tuple[int, int] | None = None
        self._still = 0.0

    def rest(self, now: float) -> None:
        """The work stood still until now because somebody wanted that; it does not count."""
        self._last = now
        self._still = 0.0

    def tell(self, event: Advanced, now: float) -> Pace:
        """The pace after ``event``."""
        elapsed = max(0.0, now - self._last)
        self._last = now
        done, total = _work(event)
        share = min(1.0, done / total) if total else None
        before, self._done = self._done, (event.objects, event.bytes)
        self._still = self._still + elapsed if before == self._done else 0.0
        if self._still >= _PATIENCE:
            # When it goes on, it will be about as fast as it was.
            return Pace(share, None, None, self._still)
        self._running += elapsed
        self._bytes.add(event.bytes, elapsed)
        self._work.add(done, elapsed)
        if self._running < _SETTLED:
            return Pace(share, None, None)
        return Pace(share, self._bytes.rate or None, self._remaining(total - done, elapsed))

    def _remaining(self, work: int, elapsed: float) -> float | None:
        speed = self._work.rate
        if work < 0 or speed <= 0:
            self._left = None
            return None
        measured = work / speed
        if self._left is None:
            self._left = measured
        else:
            self._left = max(0.0, self._left - elapsed)
            self._left += (measured - self._left) * (1 - math.exp(-elapsed / _FOLLOW))
        return _in_steps(self._left)


class _Average:
    """Units a second of a number that grows: recent ones count most."""

    def __init__(self) -> None:
        self._before: int | None = None
        self._sum = 0.0
        self._weight = 0.0

    def add(self, value: int, elapsed: float) -> None:
        """``value`` now; less than before where something has to come again."""
        before, self._before = self._before, value
        if elapsed <= 0:
            # What comes at the same moment belongs to the time that follows.
            self._before = before if before is not None else 0
            return
        keep = math.exp(-elapsed / _MEMORY)
        self._sum = self._sum * keep + max(0, value - (before or 0)) * (1 - keep) / elapsed
        self._weight = self._weight * keep + 1 - keep

    @property
    def rate(self) -> float:
        return self._sum / self._weight if self._weight else 0.0


def _work(event: Advanced) -> tuple[int, int]:
    """Done and total: bytes tell best how far a phase is, where their total is known."""
    if event.bytes_total:
        return event.bytes, event.bytes_total
    return event.objects, event.objects_total


def _in_steps(seconds: float) -> float:
    step = next(step for limit, step in _STEPS if seconds <= limit)
    return math.ceil(seconds / step) * step
