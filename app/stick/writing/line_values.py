"""What a line of drives is told, and what it tells."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from app.drive.drive import Drive
from app.drive.udisks.ejecting import Removal
from app.errors import SatchelError
from app.flatpak.remotes.known import Known
from app.progress import Event
from app.stick.planning.plan import Plan
from app.stick.planning.request import PlanRequest
from app.stick.writing.many import DriveResult


class Choice(Struct, frozen=True):
    """What a drive gets that is plugged in now.

    Attributes:
        request: for whatever drive; its ``root`` does not count.
    """

    request: PlanRequest
    known: Known

    @property
    def wanted(self) -> tuple[str, ...]:
        """As it was named, or is kept in a saved choice."""
        return (*self.request.refs, *(each.given for each in self.request.bundles))


class Spot(Struct, frozen=True):
    """A drive from when it is plugged in until it is pulled out.

    Attributes:
        number: counts from 1; the same drive has another one when it comes back.
        name: what people call it: its label, its make, or its directory.
        drive: None for a directory.
        root: where it is mounted; None until that is known.
    """

    number: int
    name: str
    drive: Drive | None
    root: Path | None = None


class Reason(StrEnum):
    """Why nothing is written to a drive."""

    ALREADY = "already"
    """It has all that was chosen, and nothing else was."""
    DECLINED = "declined"
    NOT_MEANT = "not-meant"
    """Its label is not one of those, and nobody is asked."""
    UNUSABLE = "unusable"
    """Nobody had confirmed it, and it would not have worked."""
    GONE = "gone"
    """It was pulled out before anything was written."""
    ENDED = "ended"
    """The line was at its end before anything was written."""


class Waiting(Struct, frozen=True):
    """Nothing is under way: the next drive can be plugged in. Told at the beginning, too."""


class Came(Struct, frozen=True):
    """A drive is looked at."""

    spot: Spot


class Asked(Struct, frozen=True):
    """`Line.answer` is to tell whether it may be written to.

    Attributes:
        entries: what others have at its top, as in `Judgement`; it stays.
        has_apps: there are apps on it; they stay as well.
    """

    spot: Spot
    plan: Plan
    entries: tuple[str, ...]
    has_apps: bool


class Passed(Struct, frozen=True):
    """Nothing is written to it.

    Attributes:
        error: with `Reason.UNUSABLE`, why.
        removal: what it is now that it was ejected, having all that was chosen; else None.
    """

    spot: Spot
    reason: Reason
    error: SatchelError | None = None
    removal: Removal | None = None


class Began(Struct, frozen=True):
    """It is written to from now on."""

    spot: Spot
    plan: Plan


class Working(Struct, frozen=True):
    """How far it is."""

    spot: Spot
    event: Event


class Ended(Struct, frozen=True):
    """What became of it.

    Attributes:
        plan: what it was to get; None if it came to none.
        removal: what it is now that it was ejected; None if it was not.
        not_ejected: why it was not, where it was to be.
        made: how many drives are done by now.
    """

    spot: Spot
    plan: Plan | None
    result: DriveResult
    removal: Removal | None
    not_ejected: SatchelError | None
    made: int = 0


class Rechosen(Struct, frozen=True):
    """Another choice than before holds from this drive on.

    Attributes:
        wanted: as of `Choice`.
    """

    spot: Spot
    wanted: tuple[str, ...]


class Left(Struct, frozen=True):
    """It was pulled out."""

    spot: Spot


LineEvent = Waiting | Came | Asked | Passed | Began | Working | Ended | Rechosen | Left


class Tally(Struct, frozen=True):
    """What a line came to.

    Attributes:
        made: drives that are done.
        failed: those that are not: by an error, damaged, or stopped.
        passed: those that nothing was written to.
        status: the worst exit status of all that were written to; 0 if there were none.
    """

    made: int = 0
    failed: int = 0
    passed: int = 0
    status: int = 0
