"""The plan for what is chosen: made, looked at, and approved by the person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from functools import partial

from PySide6.QtCore import QObject, Signal

from app.errors import InterruptedByUser, SatchelError
from app.flatpak.remotes.known import Known
from app.progress import CancelToken, Reporter
from app.stick.environment import Environment
from app.stick.planning.plan import Plan
from app.stick.planning.session import PlanRequest, make_plan
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.tasks.bridge import Bridge, Task


class PlanState(Enum):
    """Of the plan for what is chosen."""

    NO_DRIVE = auto()
    """No drive is chosen; it may have been pulled out just now."""
    NO_APPS = auto()
    """Nothing is chosen, or nobody has asked for the plan yet."""
    PLANNING = auto()
    FAILED = auto()
    READY = auto()


@dataclass(frozen=True, slots=True)
class PlanStatus:
    """``plan`` while it is ready, ``error`` while it has failed."""

    state: PlanState
    plan: Plan | None = None
    error: SatchelError | None = None


class PlanController(QObject):
    """Makes the plan anew whenever somebody looks at it and there is none.

    Signals:
        status_changed(object): the `PlanStatus` is another.
        approved(): the person said yes to the plan.
        go(object): to the page of that `PageName`.

    Attributes:
        status: the `PlanStatus` now.
    """

    status_changed = Signal(object)
    approved = Signal()
    go = Signal(object)

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._task: Task | None = None
        self._shown = False
        self.status = self._nothing()
        session.plan_changed.connect(self._plan_changed)

    # What the person does

    def enter(self) -> None:
        """The plan is being looked at."""
        self._shown = True
        if self._session.plan is None and self._task is None:
            self.make()

    def leave(self) -> None:
        self._shown = False
        self._drop()
        if self._session.plan is None:
            self._change(self._nothing())

    def make(self) -> None:
        """Make the plan for what is chosen now, whatever there was."""
        self._drop()
        request = self._session.request()
        self._change(PlanStatus(PlanState.PLANNING) if request is not None else self._nothing())
        self._session.set_plan(None)
        if request is not None:
            self._task = self._bridge.run(
                partial(_plan, request, self._session.environment, self._session.known),
                done=self._finish,
                failed=self._fail,
            )

    def approve(self) -> None:
        """Yes to the plan; where it has been carried out already, it is made anew first."""
        if self._session.outcome is not None:
            self.make()
        else:
            self._session.approve()
            self.approved.emit()

    def choose(self) -> None:
        """To where what is missing is chosen."""
        chosen = self._session.target is not None
        self.go.emit(PageName.APPS if chosen else PageName.DRIVE)

    # What comes of it

    def _finish(self, plan: Plan) -> None:
        self._task = None
        self._session.set_plan(plan)

    def _fail(self, error: SatchelError) -> None:
        self._task = None
        if isinstance(error, InterruptedByUser):
            self._change(self._nothing())
        else:
            self._change(PlanStatus(PlanState.FAILED, error=error))

    def _plan_changed(self) -> None:
        plan = self._session.plan
        if plan is not None:
            self._change(PlanStatus(PlanState.READY, plan))
        elif self.status.state is PlanState.READY:
            self._change(self._nothing())
            if self._shown:
                self.make()

    # States

    def _nothing(self) -> PlanStatus:
        chosen = self._session.target is not None
        return PlanStatus(PlanState.NO_APPS if chosen else PlanState.NO_DRIVE)

    def _drop(self) -> None:
        if self._task is not None:
            self._task.drop()
            self._task = None

    def _change(self, status: PlanStatus) -> None:
        if status != self.status:
            self.status = status
            self.status_changed.emit(status)


def _plan(
    request: PlanRequest,
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: CancelToken,
) -> Plan:
    return make_plan(request, environment, known, report, cancel)
