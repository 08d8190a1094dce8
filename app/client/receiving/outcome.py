"""What installing from sticks came to."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from app.client.receiving.refusal import Refusal
from app.client.receiving.trusting import UnknownKey
from app.progress import Notice


class Result(StrEnum):
    """What became of a ref.

    Attributes:
        THERE: it was there already, and not older.
        ELSEWHERE: it is there from another source, and was left as it is.
        STALE: it was there already, and could not be updated.
        MISSING: it is not installed.
    """

    INSTALLED = "installed"
    UPDATED = "updated"
    THERE = "there"
    ELSEWHERE = "elsewhere"
    STALE = "stale"
    MISSING = "missing"

    @property
    def good(self) -> bool:
        return self not in (Result.STALE, Result.MISSING)


class Received(Struct, frozen=True):
    """A ref at the end.

    Attributes:
        commit: what is installed; None if it is not.
        checked: the commit that was checked; None if none was good.
    """

    collection: str
    ref: str
    name: str
    asked: bool
    result: Result
    commit: str | None
    checked: str | None
    refusal: Refusal | None = None


class Outcome(Struct, frozen=True):
    """``refs``: what was asked for first. ``bytes``: that were copied and checked."""

    refs: tuple[Received, ...]
    unknown_keys: tuple[UnknownKey, ...]
    notices: tuple[Notice, ...]
    bytes: int
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether everything that was asked for is installed."""
        return all(each.result.good for each in self.refs if each.asked)

    @property
    def exit_code(self) -> int:
        if self.ok:
            return 0
        reasons = [
            each.refusal.exit_code
            for each in self.refs
            if each.asked and not each.result.good and each.refusal is not None
        ]
        return max(reasons, default=1)
