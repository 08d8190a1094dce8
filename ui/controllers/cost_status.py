"""What the choice costs on this drive, or on one that is still to be had, in a few numbers."""

from __future__ import annotations

from enum import Enum, auto

from msgspec import Struct

from app.drive.space import Space
from app.errors import SatchelError
from app.replacing import replace
from app.stick.planning.cost import Cost
from app.stick.planning.estimate import DoesNotFitError, check_room
from app.stick.planning.imagined_drive import smallest_drive
from app.stick.planning.plan import Action


class CostState(Enum):
    """Of what the choice costs."""

    COUNTING = auto()
    """It is another than what was asked about last; the numbers are those of that."""
    NOTHING_CHOSEN = auto()
    NEEDS_DRIVE = auto()
    """There is none yet; `CostStatus.drive` says how large one has to be."""
    FITS = auto()
    MAY_NOT_FIT = auto()
    """It is a guess, and there is room for the least only."""
    TOO_LARGE = auto()
    ALL_THERE = auto()
    """All of it is on the drive already, as it is now."""
    REFUSED = auto()
    """It cannot be told, or cannot be."""


class CostStatus(Struct, frozen=True):
    """At one moment.

    Attributes:
        space: of the drive; None without one, and as long as nothing is known of it.
        write: bytes that the choice adds to the drive.
        fetch: bytes to download.
        parts: how many things come along because they are needed.
        drive: bytes of the smallest drive that will do, as they stand on the package; 0 with one.
        freed: bytes that become free on the drive.
        first: of these, what is free before anything is written; 0 where there is room for both.
        off: how many apps come off it.
        error: why it does not fit, or is refused.
        blocks: a job for it would not begin.
    """

    state: CostState = CostState.COUNTING
    space: Space | None = None
    write: int = 0
    fetch: int = 0
    parts: int = 0
    drive: int = 0
    freed: int = 0
    first: int = 0
    off: int = 0
    error: SatchelError | None = None
    blocks: bool = False

    @property
    def left(self) -> int:
        """Bytes that stay free; less than 0 for what is too much."""
        return self.space.free - self.write + self.freed if self.space is not None else 0

    @property
    def lacking(self) -> int:
        """Bytes that are too much."""
        return max(self.write - self.space.free - self.first, 0) if self.space is not None else 0


def cost_status(cost: Cost, *, chosen: bool, imagined: bool = False) -> CostStatus:
    """``chosen``: whether anything is; ``imagined``: of a drive that is still to be had."""
    estimate = cost.estimate
    space = None if imagined else estimate.space
    blocks = not cost.fits
    off = [each.ref for each in cost.removed] + [each.ref for each in cost.removed_bundles]
    if not chosen and not off:
        return CostStatus(CostState.NOTHING_CHOSEN, space, blocks=blocks)
    changes = any(item.chosen and item.action is not Action.KEEP for item in cost.items)
    changes = changes or any(file.action is not Action.KEEP for file in cost.bundles)
    if not changes and not off:
        return CostStatus(CostState.ALL_THERE, space, blocks=True)
    along = sum(not item.chosen and item.action is Action.ADD for item in cost.items)
    if imagined:
        return CostStatus(
            CostState.NEEDS_DRIVE,
            None,
            # As much as it takes on a drive that Satchel has set up.
            estimate.on_ext4,
            estimate.fetch,
            along,
            smallest_drive(estimate.write),
        )
    status = CostStatus(
        CostState.FITS,
        space,
        estimate.write,
        estimate.fetch,
        along,
        freed=estimate.freed.bytes,
        first=estimate.first,
        off=sum(ref.startswith("app/") for ref in off),
        blocks=blocks,
    )
    try:
        check_room(estimate)
    except DoesNotFitError as error:
        return replace(status, state=CostState.TOO_LARGE, error=error)
    return replace(status, state=CostState.MAY_NOT_FIT) if status.lacking else status
