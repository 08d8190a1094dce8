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

_MORE = 1.1
"""So many times what was told it has to be before more is told."""


class Progress(Struct, frozen=True):
    """How far a phase is.

    Attributes:
        share: 0 to 1; None while nothing is known of the whole.
        objects, total: repository objects.
        bytes, bytes_total: as stored, or as that takes room (`Room`); a total of 0 is not known.
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


class Room(Struct, frozen=True):
    """What a job takes on its drive, as people are told: Review says it in clusters, and the bar
    counts up to the number that was looked over, whatever the job finds out on its way.

    Attributes:
        takes: bytes with the cluster size of the drive.
        total: the same as stored; 0 where that is not known.
    """

    takes: int
    total: int

    @classmethod
    def of(cls, estimate: Estimate) -> Room:
        return cls(estimate.takes, estimate.total)

    def going_on(self, before: Room) -> Room:
        """The same for a job that goes on: what was told ``before`` stays, unless that was far too
        little."""
        return self if self.takes > before.takes * _MORE else replace(self, takes=before.takes)

    @property
    def _factor(self) -> float:
        return self.takes / self.total if self.total else 1.0

    def progress(self, progress: Progress) -> Progress:
        """With amounts as they take room."""
        if not (self.total and progress.bytes_total):
            return progress
        # More than was estimated is told as soon as it is known; less is not worth a jump.
        whole = max(self.takes, round(progress.bytes_total * self._factor))
        done = round(whole * progress.bytes / progress.bytes_total)
        return replace(progress, bytes=done, bytes_total=whole)

    def apps(self, event: AppsAdvanced) -> AppsAdvanced:
        """Likewise, of each app."""
        factor = self._factor
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
