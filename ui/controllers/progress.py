"""How far work is and how long it will take, as people are told it."""

from __future__ import annotations

import time
from collections.abc import Callable

from msgspec import Struct

from app.progress import Advanced, AppPlace, AppsAdvanced
from app.rate import Rate
from app.replacing import replace
from app.stick.planning.sizes import Estimate

Clock = Callable[[], float]
"""Seconds that only go forward."""


class Progress(Struct, frozen=True):
    """How far a phase is.

    Attributes:
        share: 0 to 1; None while nothing is known of the whole.
        objects, total: repository objects.
        bytes, bytes_total: as stored, or as that takes room (`times`); a total of 0 is not known.
        rate: bytes a second; None while it is not known.
        left: seconds that it will still take; None while they are not known.
        still: seconds in which nothing has been done; None while something is.
        app: which is being fetched.
    """

    share: float | None
    objects: int
    total: int
    bytes: int
    bytes_total: int = 0
    rate: float | None = None
    left: float | None = None
    still: float | None = None
    app: AppPlace | None = None

    def times(self, factor: float) -> Progress:
        """The same with other amounts: what is there as it takes room on the drive."""
        return replace(
            self,
            bytes=round(self.bytes * factor),
            bytes_total=round(self.bytes_total * factor),
        )


def room_factor(estimate: Estimate) -> float:
    """Room on the drive for a byte that is stored: Review says what a job takes in clusters.

    The number that the bar counts up to is then the one that was looked over.
    """
    return estimate.takes / estimate.total if estimate.total else 1.0


def taking_room(event: AppsAdvanced, factor: float) -> AppsAdvanced:
    """`room_factor` for the apps of a job."""
    return AppsAdvanced(
        tuple(
            replace(
                app,
                bytes=round(app.bytes * factor),
                bytes_total=round(app.bytes_total * factor),
            )
            for app in event.apps
        )
    )


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
            share=pace.share,
            objects=event.objects,
            total=total,
            bytes=event.bytes,
            bytes_total=event.bytes_total,
            rate=pace.rate,
            left=pace.left,
            still=pace.still,
            app=event.app,
        )
        return self._last

    def rest(self) -> Progress | None:
        """The work stood still until now because somebody wanted that; it has no pace."""
        self._rate.rest(self._clock())
        if self._last is None:
            return None
        return replace(self._last, rate=None, left=None, still=None)
