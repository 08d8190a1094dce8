"""How fast a phase is and how long it will take: numbers that settle rather than jump.

Time is told by the caller, in seconds of any clock that only goes forward.
"""

from __future__ import annotations

from collections import deque

from msgspec import Struct

from app.progress import Advanced

_WINDOW = 30.0
"""Seconds of which the pace is told."""
_STEP = 0.5
"""Seconds between two measurements."""
_SETTLED = 3.0
"""Seconds before anything is said."""
_PATIENCE = 10.0
"""Seconds without anything done after which that is all there is to tell."""

_MINUTE = 60.0
_HOUR = 3600.0
_TOLD = (
    *(10.0, 30.0),
    *(minutes * _MINUTE for minutes in (1, 2, 3, 5, 10, 15, 30)),
    *(hours * _HOUR for hours in (1, 2, 3, 5, 10, 24)),
)
"""The remaining times that are told. Each is at least half as long again as the one before, so that
one always leaves out a third when it gives way to the next."""
_CLOSE = 1.05
"""So many times what is told it may be."""
_MORE = 4 / 3
"""So many times what is told it has to be before more is told."""


class Pace(Struct, frozen=True):
    """What to tell a person.

    Attributes:
        share: how much is done, 0 to 1; None while nothing is known of the whole.
        rate: bytes a second; None until it has settled.
        left: seconds, as `RemainingTime` tells them; None until they are known, and at the end.
        still: seconds in which nothing has been done; None while something is. Neither rate nor
            remaining time are known then.
    """

    share: float | None
    rate: float | None
    left: float | None
    still: float | None = None


class _Sample(Struct, frozen=True):
    """Bytes and work (see `_work`) done after so many seconds of running."""

    time: float
    bytes: int
    work: int


class Rate:
    """Of one phase, from its beginning."""

    def __init__(self, now: float) -> None:
        self._last = now
        self._running = 0.0
        self._samples: deque[_Sample] = deque()
        self._ends: deque[tuple[float, float]] = deque()
        self._remaining = RemainingTime()
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
            self._forget_rest()
            return Pace(share, None, None, self._still)
        self._running += elapsed
        # What was there before took no time.
        come = event.bytes - event.there
        work = come if event.bytes_total else done
        first = self._measure(_Sample(self._running, come, work))
        passed = self._running - first.time
        if self._running < _SETTLED or passed <= 0:
            return Pace(share, None, None)
        rate = (come - first.bytes) / passed
        speed = (work - first.work) / passed
        left = self._left(total - done, speed)
        return Pace(share, rate if rate > 0 else None, left)

    def _measure(self, now: _Sample) -> _Sample:
        """Note where it is; where it was at the beginning of what is looked at."""
        if not self._samples or now.time - self._samples[-1].time >= _STEP:
            self._samples.append(now)
        while len(self._samples) > 1 and self._samples[1].time <= now.time - _WINDOW:
            self._samples.popleft()
        return self._samples[0]

    def _forget_rest(self) -> None:
        """The time in which nothing was done."""
        samples = self._samples
        while len(samples) > 1 and samples[-1].work == samples[-2].work:
            samples.pop()
        if samples:
            self._running = samples[-1].time
        while self._ends and self._ends[-1][0] > self._running:
            self._ends.pop()

    def _left(self, work: int, speed: float) -> float | None:
        """The median of all that was measured lately of when it will end."""
        now = self._running
        if work <= 0 or speed <= 0:
            return None
        if not self._ends or now - self._ends[-1][0] >= _STEP:
            self._ends.append((now, now + work / speed))
        while self._ends[0][0] < now - _WINDOW:
            self._ends.popleft()
        return self._remaining.tell(max(0.0, _median([end for _, end in self._ends]) - now))


class RemainingTime:
    """Few and round numbers, one of which stays until it is wrong by a third."""

    def __init__(self) -> None:
        self._told: float | None = None

    def tell(self, seconds: float) -> float:
        """What to tell of so many seconds: hardly ever less."""
        least = seconds / _CLOSE
        rounded = next((step for step in _TOLD if least <= step), _TOLD[-1])
        while rounded < least:
            rounded *= 2
        told = self._told
        if told is None or rounded < told or seconds > told * _MORE:
            self._told = told = rounded
        return told


def _work(event: Advanced) -> tuple[int, int]:
    """Done and total: bytes tell best how far a phase is, where their total is known."""
    if event.bytes_total:
        return event.bytes, event.bytes_total
    return event.objects, event.objects_total


def _median(numbers: list[float]) -> float:
    # The module statistics takes a third as long to import as all of a small command.
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    return (ordered[middle] + ordered[~middle]) / 2
