"""How many requests may be under way at once: all that are wanted, or what a busy server bears.

Why: decision D30.
"""

from __future__ import annotations

import sys
import time

_LONGEST_PAUSE = 30.0
"""Seconds between tries at a busy server that does not say how long it wants to be left alone."""


class RequestPace:
    """After a pause it feels its way: one request, then one more for each answer.

    Attributes:
        limit: requests under way while all is well.
        not_before: until then, as `time.monotonic` counts, there is a pause.
    """

    def __init__(self, limit: int, backoff: float) -> None:
        """``backoff``: seconds of the first pause, where the server names none."""
        self.limit = limit
        self.not_before = 0.0
        self._allowed = sys.maxsize
        self._backoff = self._first_backoff = backoff

    @property
    def room(self) -> int:
        """How many requests may be under way now, if there is no pause."""
        return min(self.limit, self._allowed)

    def answered(self) -> None:
        """A request was answered well."""
        if self._allowed < self.limit:
            self._allowed += 1
            if self._allowed == self.limit:
                self._allowed, self._backoff = sys.maxsize, self._first_backoff

    def rests(self, not_before: float) -> bool:
        """Whether there is a pause now; ``not_before`` is what all processes know of it."""
        if not_before > self.not_before:
            self.not_before = not_before
            self._allowed = 1
        return time.monotonic() < self.not_before

    def pause(self, wait: int) -> float | None:
        """Seconds to rest, after the server asked for ``wait`` or, with 0, did not say.

        None for the answer to what was under way when the pause began.
        """
        if wait:
            return float(wait)
        if time.monotonic() < self.not_before:
            return None
        pause, self._backoff = self._backoff, min(2 * self._backoff, _LONGEST_PAUSE)
        return pause
