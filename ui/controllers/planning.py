"""The plan for what is chosen: made, looked at, changed by leaving out, approved by the person."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.errors import InterruptedByUser, SatchelError
from app.flatpak.remotes.known import Known
from app.progress import CancelToken, Reporter
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.planning.duration import plan_duration
from app.stick.planning.plan import Plan
from app.stick.planning.request import PlanRequest, make_plan
from app.stick.planning.versions import updated_versions
from ui.controllers.planned_drives import MadePlan, made_of, plan_drives, planned
from ui.models.planned_drive import PlannedDrive
from ui.state.choice import Choice, ChosenRef
from ui.state.page_name import PageName
from ui.state.session import Session, Target
from ui.tasks.bridge import Bridge, Task


class PlanState(Enum):
    """Of the plan for what is chosen."""

    NO_DRIVE = auto()
    """No drive is chosen; it may have been pulled out just now."""
    NO_APPS = auto()
    """Nothing is chosen, or nobody has asked for the plan yet."""
    PLANNING = auto()
    RECOUNTING = auto()
    """Something was left out of a plan, which is shown meanwhile without it."""
    FAILED = auto()
    READY = auto()


class PlanStatus(Struct, frozen=True):
    """Of a plan.

    Attributes:
        made: while it is ready or recounted.
        error: while it has failed.
        culprits: of what is chosen, what the error is about.
        accepted: refs whose makers' terms the person has accepted.
    """

    state: PlanState
    made: MadePlan | None = None
    error: SatchelError | None = None
    culprits: tuple[ChosenRef, ...] = ()
    accepted: frozenset[str] = frozenset()

    @property
    def plan(self) -> Plan | None:
        return self.made.plan if self.made is not None else None

    @property
    def can_be_written(self) -> bool:
        """Whether a job for it would begin."""
        plan = self.plan
        if self.state is not PlanState.READY or plan is None:
            return False
        drives = self.made.drives if self.made is not None else ()
        fits = all(each.fits for each in drives) if drives else plan.estimate.fits
        return fits and not plan.chosen_left_out and not self.unaccepted

    @property
    def unaccepted(self) -> frozenset[str]:
        """Refs whose makers' terms have to be accepted before anything is written."""
        terms = self.plan.terms if self.plan is not None else ()
        return frozenset(each.ref for each in terms if not each.accepted) - self.accepted


class PlanController(QObject):
    """Makes the plan anew whenever somebody looks at it and there is none.

    Signals:
        status_changed(object): the `PlanStatus` is another.
        approved(): the person said yes to the plan.
        left_out(str): the app of that name is no longer chosen; `restore` takes that back.
        kept(str): the app of that name does not come off the drive any more; likewise.
    carried_without(): a part that comes from its maker does not come along; likewise.
        go(object): to the page of that `PageName`.

    Attributes:
        status: the `PlanStatus` now.
    """

    status_changed = Signal(object)
    approved = Signal()
    left_out = Signal(str)
    kept = Signal(str)
    carried_without = Signal()
    go = Signal(object)

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._task: Task | None = None
        self._shown = False
        self._recounting = False
        self._made: MadePlan | None = None
        self._before: Callable[[], None] | None = None
        self.status = self._nothing()
        session.plan_changed.connect(self._plan_changed)
        session.targets_changed.connect(self._request_changed)
        session.choice_changed.connect(self._request_changed)
        session.remotes_changed.connect(self._remotes_changed)

    # What the person does

    def enter(self) -> None:
        """The plan is being looked at."""
        self._shown = True
        if self._session.plan is None and self._task is None:
            self.make()

    def leave(self) -> None:
        self._shown = False
        self._before = None
        self._drop()
        if self._session.plan is None:
            self._change(self._nothing())

    def make(self) -> None:
        """Make the plan for what is chosen now, whatever there was."""
        self._make(PlanState.PLANNING)

    def _make(self, state: PlanState) -> None:
        self._drop()
        request = self._session.request()
        meanwhile = self._made if state is PlanState.RECOUNTING else None
        self._change(PlanStatus(state, meanwhile) if request is not None else self._nothing())
        self._session.set_plan(None)
        if request is not None:
            plan = partial(_plan, request)
            if len(self._session.targets) > 1:
                plan = partial(plan_drives, request, self._session.targets)
            self._task = self._bridge.run(
                partial(plan, self._session.environment, self._session.known),
                done=self._finish,
                failed=self._fail,
            )

    def leave_out(self, ref: str) -> None:
        """Take something out of the choice; the plan is counted again in place."""
        choice = self._session.choice
        taken = next((each for each in choice.refs if each.ref == ref), None)
        if taken is None:
            return
        self._before = partial(self._choose, choice)
        self._choose(replace(choice, refs=tuple(each for each in choice.refs if each != taken)))
        self.left_out.emit(taken.name)

    def keep(self, ref: str) -> None:
        """What was to come off the drive stays; likewise."""
        choice = self._session.choice
        app = next((each for each in choice.without if each.ref == ref), None)
        if app is None:
            return
        self._before = partial(self._choose, choice)
        staying = tuple(each for each in choice.without if each.ref != ref)
        self._choose(replace(choice, without=staying))
        self.kept.emit(app.name)

    def carry_rest(self, ref: str) -> None:
        """Without a part that comes from its maker; likewise."""
        choice = self._session.choice
        declined = (*choice.options.declined, ref)
        self._before = partial(self._choose, choice)
        self._choose(replace(choice, options=replace(choice.options, declined=declined)))
        self.carried_without.emit()

    def accept_terms(self, ref: str, accepted: bool) -> None:
        """Of the maker of a part, as they are now."""
        told = _told(self.status.plan, ref)
        terms = self._session.accepted_terms
        self._session.accepted_terms = terms | told if accepted else terms - told
        self._change(replace(self.status, accepted=self._accepted(self.status.plan)))

    def _accepted(self, plan: Plan | None) -> frozenset[str]:
        terms = plan.terms if plan is not None else ()
        accepted = self._session.accepted_terms
        return frozenset(each.ref for each in terms if _told(plan, each.ref) <= accepted)

    def leave_out_drive(self, root: Path) -> None:
        """Take one of several drives out; nothing has to be worked out for it."""
        session = self._session
        taken = next((each for each in session.targets if each.root == root), None)
        if taken is None or self._made is None:
            return
        self._before = partial(self._take_drives, session.targets, self._made.drives)
        left = tuple(each for each in self._made.drives if each.target != taken)
        self._take_drives(tuple(each for each in session.targets if each != taken), left)
        self.left_out.emit(session.name_of(taken))

    def restore(self) -> None:
        """It is as it was before something was left out, or kept."""
        before, self._before = self._before, None
        if before is not None:
            before()

    def _take_drives(self, targets: tuple[Target, ...], drives: tuple[PlannedDrive, ...]) -> None:
        self._recounting = True
        self._session.set_targets(targets)
        self._recounting = False
        once = self._made.once if self._made is not None else True
        made = made_of(drives) if len(drives) > 1 else None
        if made is not None:
            self._finish(replace(made, once=once))
        else:
            self._make(PlanState.PLANNING)

    def _choose(self, choice: Choice) -> None:
        # The plan that this takes back is shown until there is another.
        self._recounting = True
        self._session.set_choice(choice)
        self._recounting = False
        self._make(PlanState.RECOUNTING if self._made is not None else PlanState.PLANNING)

    def approve(self) -> None:
        """Yes to the plan; where it has been carried out already, it is made anew first."""
        if self._session.outcome is not None:
            self.make()
        elif self.status.can_be_written:
            self._session.approve()
            self.approved.emit()

    def choose(self) -> None:
        """To where what is missing is chosen."""
        chosen = self._session.target is not None
        self.go.emit(PageName.APPS if chosen else PageName.DRIVE)

    # What comes of it

    def _finish(self, made: MadePlan) -> None:
        self._task = None
        self._made = made
        if made.drives:
            self._session.set_plans(made.plan, planned(made.drives))
        else:
            self._session.set_plan(made.plan)

    def _fail(self, error: SatchelError) -> None:
        self._task = None
        if isinstance(error, InterruptedByUser):
            self._change(self._nothing())
        else:
            said = str(error.message)
            culprits = tuple(each for each in self._session.choice.refs if each.ref in said)
            self._change(PlanStatus(PlanState.FAILED, error=error, culprits=culprits))

    def _plan_changed(self) -> None:
        plan = self._session.plan
        if plan is not None:
            if self._made is None or self._made.plan is not plan:
                self._made = MadePlan(plan)
                # Made by somebody else, for a job that goes on.
                look = partial(_look_at, plan, self._session.environment)
                self._bridge.run(look, done=self._looked)
            self._show_made(self._made if self._session.plans else replace(self._made, drives=()))
        elif self.status.state is PlanState.READY and not self._recounting:
            self._change(self._nothing())
            if self._shown:
                self.make()

    def _looked(self, made: MadePlan) -> None:
        if self._session.plan is made.plan:
            self._show_made(made)

    def _show_made(self, made: MadePlan) -> None:
        self._made = made
        accepted = self._accepted(made.plan)
        self._change(PlanStatus(PlanState.READY, made, accepted=accepted))

    def _request_changed(self) -> None:
        """What is being planned, or could not be, is not what is wanted any more."""
        if self._recounting or not self._shown:
            return
        if self._task is not None or self.status.state is PlanState.FAILED:
            self.make()

    def _remotes_changed(self) -> None:
        """What was missing may be had now, and what is being planned be nowhere."""
        if self._shown and (self._task is not None or self.status.state is PlanState.FAILED):
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


def _told(plan: Plan | None, ref: str) -> frozenset[str]:
    """Of what comes from the maker: another version has to be accepted anew."""
    terms = plan.terms if plan is not None else ()
    return frozenset().union(*(each.told for each in terms if each.ref == ref))


def _plan(
    request: PlanRequest,
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: CancelToken,
) -> MadePlan:
    plan = make_plan(request, environment, known, report, cancel)
    return _look_at(plan, environment, report, cancel)


def _look_at(
    plan: Plan, environment: Environment, _report: Reporter, cancel: CancelToken
) -> MadePlan:
    """What else there is to know of it."""
    duration = plan_duration(plan, environment)
    return MadePlan(plan, duration, updated_versions(plan, environment, cancel))
