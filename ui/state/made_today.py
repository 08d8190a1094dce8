"""How many drives were made today, in this window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime


class MadeToday:
    """``clock``: seconds since 1970."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._day = self._today()
        self._count = 0

    def note(self) -> None:
        """One more."""
        self._count, self._day = self.count + 1, self._today()

    @property
    def count(self) -> int:
        return self._count if self._day == self._today() else 0

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock()).astimezone().date()
