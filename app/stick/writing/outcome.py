"""What a job did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from app.message import NOTHING, Message, Size
from app.ostree.prune import Pruned
from app.stick.planning.holding_back import HeldBack
from app.stick.planning.plan import LEFT_OUT, Plan, Removal
from app.stick.store.record import LeftOut

if TYPE_CHECKING:
    from app.stick.checking.report import CheckReport


def falls_behind(what: Plan | Outcome) -> bool:
    """Whether something stays older than its source has it, or nobody could ask whether it does."""
    return bool(what.unasked or what.held) or any(each.older for each in what.held_back)


def status_of(what: Plan | Outcome) -> int:
    """The exit status if nothing goes wrong: `LEFT_OUT` also where an update leaves something
    behind."""
    return LEFT_OUT if falls_behind(what) or any(each.chosen for each in what.left_out) else 0


class Replaced(Struct, frozen=True):
    """What was on the drive, was damaged, and has come again.

    Attributes:
        objects, bytes: fetched again.
        refs: those it belongs to.
        apps: how many apps could not be installed without it.
    """

    objects: int = 0
    bytes: int = 0
    refs: tuple[str, ...] = ()
    apps: int = 0

    def __bool__(self) -> bool:
        return self.objects > 0

    @property
    def words(self) -> Message:
        """In one sentence; empty if nothing was."""
        if not self:
            return NOTHING
        files = (
            Message("1 file fetched again ({size})", size=Size(self.bytes))
            if self.objects == 1
            else Message(
                "{files} files fetched again ({size})", files=self.objects, size=Size(self.bytes)
            )
        )
        match self.apps:
            case 0:
                return Message("Repaired: {files}.", files=files)
            case 1:
                return Message("1 app repaired: {files}.", files=files)
        return Message("{apps} apps repaired: {files}.", apps=self.apps, files=files)


class Outcome(Struct, frozen=True):
    """What a job did.

    Attributes:
        refs: how many of the plan are on the stick now.
        objects, bytes: fetched, or taken from the cache, and written.
        seconds: from start to end.
        unsigned: collections carried without signatures, because that was accepted.
        left_out: as in the plan, and what upstream did not hand out in the end.
        unasked, held, held_back: as in the plan.
        check: the report of the check at the end, or None if it was not wanted.
        replaced: what was damaged; not among ``objects`` and ``bytes``.
        kept: bytes of ``bytes`` that were on this computer; ``beside``: of these, what
            installations and other repositories had.
        removed: what was taken off.
        pruned: what was freed at the end; None if that was not wanted.
    """

    refs: int
    objects: int
    bytes: int
    seconds: float
    unsigned: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    check: CheckReport | None
    replaced: Replaced = Replaced()
    kept: int = 0
    beside: int = 0
    removed: tuple[Removal, ...] = ()
    pruned: Pruned | None = None
    unasked: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    held_back: tuple[HeldBack, ...] = ()

    @property
    def status(self) -> int:
        """The exit status of the job."""
        return status_of(self) if self.check is None or self.check.ok else 1
