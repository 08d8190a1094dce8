"""What the choice costs on this drive, in one word and a few numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from app.drive.space import Space
from app.errors import SatchelError
from app.stick.planning.estimate import DoesNotFitError, check_room
from app.stick.planning.plan import Action, Cost


class CostState(Enum):
    """Of what the choice costs on this drive."""

    ESTIMATING = auto()
    NOTHING_CHOSEN = auto()
    FITS = auto()
    MAY_NOT_FIT = auto()
    """It is a guess, and there is room for the least only."""
    TOO_LARGE = auto()
    REFUSED = auto()
    """It cannot be told, or cannot be."""


@dataclass(frozen=True, slots=True)
class CostStatus:
    """At one moment.

    Attributes:
        space: of the drive; None as long as nothing is known of it.
        write: bytes that the choice adds to the drive.
        fetch: bytes to download.
        parts: how many things come along because they are needed.
        error: why it does not fit, or is refused.
        blocks: a job for it would not begin.
    """

    state: CostState = CostState.ESTIMATING
    space: Space | None = None
    write: int = 0
    fetch: int = 0
    parts: int = 0
    error: SatchelError | None = None
    blocks: bool = False


def cost_status(cost: Cost) -> CostStatus:
    """With nothing new chosen, what there is room for."""
    estimate = cost.estimate
    blocks = not cost.fits
    if not any(item.chosen and item.action is not Action.KEEP for item in cost.items):
        return CostStatus(CostState.NOTHING_CHOSEN, estimate.space, blocks=blocks)
    along = sum(not item.chosen and item.action is Action.ADD for item in cost.items)
    status = CostStatus(
        CostState.FITS, estimate.space, estimate.write, estimate.fetch, along, blocks=blocks
    )
    try:
        check_room(estimate)
    except DoesNotFitError as error:
        return replace(status, state=CostState.TOO_LARGE, error=error)
    return replace(status, state=CostState.MAY_NOT_FIT) if cost.left < 0 else status
