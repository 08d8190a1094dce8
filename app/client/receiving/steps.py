"""Tells from what flatpak says which app it is at, and what has become of those before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app.client.receiving.offered import Key
from app.client.receiving.portions import Portion
from app.client.receiving.refusal import Refusal
from app.message import NOTHING
from app.progress import Advanced, AppPlace, AppTried, Phase, PhaseStarted, Reporter


class Steps:
    """Of one run of flatpak's, for what was asked for in ``parts``."""

    def __init__(
        self, parts: Sequence[Portion], is_done: Callable[[Portion], bool], report: Reporter
    ) -> None:
        """``is_done``: whether all of a portion is installed now."""
        self._parts = parts
        self._is_done = is_done
        self._report = report
        self._numbers = {part.asked.ref.id: number for number, part in enumerate(parts, 1)}
        self._now: int | None = None
        self._told: set[int] = set()
        report(PhaseStarted(Phase.INSTALL))

    def hear(self, line: str) -> None:
        """A line of flatpak's output."""
        for word in line.split():
            number = self._numbers.get(word.split("/")[1]) if word.count("/") >= 3 else None
            if number is None:
                continue
            if self._now is not None and number != self._now:
                self._tell_if_done(self._now)
            self._now = number
            total = len(self._parts)
            place = AppPlace(str(self._parts[number - 1].asked.ref), number, total)
            self._report(Advanced(Phase.INSTALL, number - 1, total, 0, 0, app=place))

    def end(self, failed: Mapping[Key, Refusal]) -> None:
        """``failed``: why, by what was asked for, of what is not installed."""
        for number, part in enumerate(self._parts, 1):
            refusal = failed.get(part.asked.key)
            if refusal is None:
                self._tell_if_done(number)
            else:
                self._report(AppTried(str(part.asked.ref), False, refusal.reason))
        total = len(self._parts)
        self._report(Advanced(Phase.INSTALL, total, total, 0, 0))

    def _tell_if_done(self, number: int) -> None:
        part = self._parts[number - 1]
        if number not in self._told and self._is_done(part):
            self._told.add(number)
            self._report(AppTried(str(part.asked.ref), True, NOTHING))
