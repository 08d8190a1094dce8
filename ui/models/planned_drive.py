"""One of several drives that are to get the same apps, as it was looked over."""

from __future__ import annotations

from msgspec import Struct, field

from app.errors import SatchelError
from app.stick.planning.duration import Expected
from app.stick.planning.plan import Plan
from app.stick.planning.versions import Versions
from ui.state.session import Target


class PlannedDrive(Struct, frozen=True):
    """One of several drives.

    Attributes:
        plan: None if there can be none.
        error: why not.
        expected, versions: as of a plan for one drive.
    """

    target: Target
    plan: Plan | None = None
    error: SatchelError | None = None
    expected: Expected | None = None
    versions: Versions = field(default_factory=dict)

    @property
    def fits(self) -> bool:
        return self.plan is not None and self.plan.estimate.fits
