"""Goes on with a job that was interrupted: what was approved once is planned anew, and approved."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from app.errors import SatchelError
from app.flatpak.remotes.known import Known
from app.progress import CancelToken, Reporter
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.memory.unfinished_jobs import UnfinishedJob
from app.stick.planning.news import UPDATE
from app.stick.planning.plan import AppOnDrive, Plan
from app.stick.planning.request import PlanRequest, make_plan
from ui.controllers.remaining_work import job_options
from ui.i18n.stick_words import plain_name
from ui.state.choice import Choice, ChosenRef
from ui.state.session import Session
from ui.state.works.planned import PlannedWork
from ui.state.works.work import WorkKind
from ui.tasks.bridge import Bridge, Task


def choice_of(job: UnfinishedJob) -> Choice:
    """What a job was to do, as it was chosen."""
    refs = tuple(
        ChosenRef(each.ref, each.remote, each.name or plain_name(each.ref)) for each in job.refs
    )
    off = tuple(
        AppOnDrive(each.collection, each.ref, "", each.name or plain_name(each.ref))
        for each in job.off
    )
    return Choice(refs, job_options(job), without=off)


class Resumption(QObject):
    """For the target of the session, which has come back or was chosen again.

    Nothing is written by it: Make begins with what is approved.

    Signals:
        changed(): `under_way` is another.
        approved(): the session has a plan that is approved; on to Make.
        failed(object): why there is none, a `SatchelError`; the choice stays.
    """

    changed = Signal()
    approved = Signal()
    failed = Signal(object)

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._task: Task | None = None
        self._request: PlanRequest | None = None
        session.target_changed.connect(self.stop)
        session.choice_changed.connect(self.stop)

    @property
    def under_way(self) -> bool:
        return self._task is not None

    def start(self, choice: Choice | None = None) -> None:
        """The person has said that it goes on: with ``choice``, or with what is chosen now."""
        session = self._session
        if choice is not None:
            session.set_choice(choice)
        request = session.request()
        self.stop()
        session.set_plan(None)
        if request is not None:
            self._task = self._bridge.run(
                partial(_plan, request, session.environment, session.known),
                done=self._planned,
                failed=self._refused,
            )
            self.changed.emit()

    def go_on(self, job: UnfinishedJob) -> None:
        """The person has said so, of a job that this computer remembers."""
        if not job.update:
            self.start(choice_of(job))
            return
        self.stop()
        session, target = self._session, self._session.target
        if target is None:
            return
        # Nobody looks who could leave something out.
        options = replace(job_options(job), strict=False)
        request = PlanRequest(target.root, (), None, None, options, changes=UPDATE)
        self._request = request
        self._task = self._bridge.run(
            partial(_plan, request, session.environment, session.known),
            done=self._update_planned,
            failed=self._refused,
        )
        self.changed.emit()

    def stop(self) -> None:
        """Something else was chosen, or the drive was pulled out."""
        if self._task is not None:
            self._task.drop()
            self._task = None
            self.changed.emit()

    def _planned(self, plan: Plan) -> None:
        self._task = None
        self._session.set_plan(plan)
        self._session.approve(goes_on=True)
        self.changed.emit()
        self.approved.emit()

    def _update_planned(self, plan: Plan) -> None:
        self._task = None
        self._session.begin(PlannedWork(plan, self._request, WorkKind.UPDATE, goes_on=True))
        self.changed.emit()
        self.approved.emit()

    def _refused(self, error: SatchelError) -> None:
        self._task = None
        self.changed.emit()
        self.failed.emit(error)


def _plan(
    request: PlanRequest,
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: CancelToken,
) -> Plan:
    return make_plan(request, environment, known, report, cancel)
