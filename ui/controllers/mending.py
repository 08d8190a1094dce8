"""What a repair of the drive that is looked at would do, and that it begins."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.errors import SatchelError
from app.flatpak.remotes.known import Known
from app.progress import CancelToken, Reporter
from app.replacing import replace
from app.severity import Severity
from app.stick.checking.report import CheckReport
from app.stick.environment import Environment
from app.stick.mending.foreseeing import plan_repair
from app.stick.mending.plan import RepairPlan
from app.stick.mending.request import RepairRequest
from ui.controllers.inspection import InspectionController
from ui.models.place import other_places
from ui.state.session import Session
from ui.state.works.planned import listed_on
from ui.state.works.repair import RepairWork, readable
from ui.tasks.bridge import Bridge, Task


class RepairOutlook(Struct, frozen=True):
    """What is known of a repair that has not begun.

    Attributes:
        plan: what it would do; None while nobody knows.
        looking: whether that is being found out.
    """

    plan: RepairPlan | None = None
    looking: bool = False


class _Asked(Struct, frozen=True):
    """What an outlook rests on."""

    check: CheckReport
    request: RepairRequest
    known: Known


class MendingController(QObject):
    """Of the place that is inspected: looked at as soon as a check has found something.

    Signals:
        changed(): `outlook` is another.

    Attributes:
        outlook: the `RepairOutlook` now.
    """

    changed = Signal()

    def __init__(
        self, session: Session, bridge: Bridge, inspection: InspectionController, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._inspection = inspection
        self._task: Task | None = None
        self._asked: _Asked | None = None
        self.outlook = RepairOutlook()
        inspection.check_changed.connect(self.look)

    @property
    def would_help(self) -> bool:
        """Whether any of what was found goes away by it, as far as is known."""
        plan = self.outlook.plan
        if plan is None:
            return True
        stays = {each.finding for each in plan.unhealed}
        return any(
            finding.severity is Severity.ERROR and finding not in stays
            for finding in plan.check.findings
        )

    @property
    def mends_unseen(self) -> bool:
        """Whether it makes something of what cannot even be read."""
        return self._inspection.error is not None and self._inspection.mendable

    def begin(self) -> bool:
        """Say yes to it; the place is the session's target. False where there is nothing."""
        inspection, root = self._inspection.inspection, self._inspection.root
        if root is None or (inspection is None and not self.mends_unseen):
            return False
        apps = listed_on(inspection) if inspection is not None else ()
        self._session.begin(RepairWork(self._request(root), apps))
        return True

    def stop(self) -> None:
        """Nobody looks any more."""
        if self._task is not None:
            self._task.drop()
            self._task = None
            self._asked = None
            self.outlook = RepairOutlook()

    def _request(self, root: Path) -> RepairRequest:
        """Other drives that are plugged in may have what is missing."""
        places = other_places(self._session.drives.drives, (), root)
        others = tuple(place.root for place in places if place.root is not None)
        return RepairRequest(root, sources=others)

    def look(self) -> None:
        """At what the check found, unless that has been done with the same drives and sources:
        others may have what is missing."""
        report, root = self._inspection.check.report, self._inspection.root
        asked = None
        if report is not None and not report.ok and root is not None:
            asked = _Asked(report, self._request(root), self._session.known)
        if asked == self._asked:
            return
        self.stop()
        self._asked = asked
        self.outlook = RepairOutlook()
        if asked is not None:
            self._task = self._bridge.run(
                partial(_foresee, asked, self._session.environment),
                done=self._keep,
                failed=self._give_up,
            )
            self.outlook = RepairOutlook(looking=True)
        self.changed.emit()

    def _keep(self, plan: RepairPlan) -> None:
        self._task = None
        self.outlook = RepairOutlook(plan)
        self.changed.emit()

    def _give_up(self, _error: SatchelError) -> None:
        """A repair will tell it, should somebody want one."""
        self._task = None
        self.outlook = RepairOutlook()
        self.changed.emit()


def _foresee(
    asked: _Asked, environment: Environment, report: Reporter, cancel: CancelToken
) -> RepairPlan:
    request = replace(asked.request, sources=readable(asked.request.sources))
    return plan_repair(request, environment, asked.known, report, cancel, asked.check)
