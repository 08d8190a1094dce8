"""What choices come to, as far as it can be told without asking upstream."""

from __future__ import annotations

from msgspec import Struct

from app.progress import Notice
from app.stick.planning.holding_back import HeldBack
from app.stick.planning.plan import Item, PlannedBundle, Removal
from app.stick.planning.sizes import Estimate
from app.stick.store.record import BundleRecord, LeftOut


class Cost(Struct, frozen=True):
    """What a choice comes to, as far as it can be told without asking upstream.

    Attributes:
        items: every ref that the job would deal with.
        estimate: ``write`` is what the choice adds to the drive.
        left_out, notices, removed, bundles, removed_bundles, held_back: as in `Plan`.
    """

    items: tuple[Item, ...]
    estimate: Estimate
    left_out: tuple[LeftOut, ...]
    notices: tuple[Notice, ...]
    removed: tuple[Removal, ...] = ()
    bundles: tuple[PlannedBundle, ...] = ()
    removed_bundles: tuple[BundleRecord, ...] = ()
    held_back: tuple[HeldBack, ...] = ()

    @property
    def left(self) -> int:
        """As in `Estimate`."""
        return self.estimate.left

    @property
    def fits(self) -> bool:
        """As in `Estimate`."""
        return self.estimate.fits


class Addition(Struct, frozen=True):
    """What one more app adds to a choice.

    Attributes:
        write, fetch: bytes, as in `Estimate`.
        added: what comes along with it.
        shared: what it needs and is there or chosen anyway.
    """

    write: int
    fetch: int
    added: tuple[Item, ...]
    shared: tuple[Item, ...]
