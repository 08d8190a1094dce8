"""What the person has chosen so far.

Pages read it and change it; they do not know each other. Data flows one way:
target and choice → plan → work → outcome. Whoever changes one of them takes back what followed
from it. Work on a target that nothing was chosen for begins without choice and plan.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.drive.drive import Drive, Volume
from app.flatpak.remotes.directories import ALL_INSTALLED
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.progress import Notice
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.planning.changes import NO_CHANGES, Changes
from app.stick.planning.options import Options
from app.stick.planning.plan import Plan
from app.stick.planning.request import PlanRequest
from ui.i18n.drive_names import name_among
from ui.i18n.filling import filled
from ui.state.app_pictures import AppPictures
from ui.state.checks import Checks
from ui.state.choice import Choice
from ui.state.drives import Drives
from ui.state.made_today import MadeToday
from ui.state.vouched import with_accepted
from ui.state.works.copy import CopyWork
from ui.state.works.planned import PlannedWork
from ui.state.works.work import Work, WorkOutcome


class Target(Struct, frozen=True):
    """Where the stick is or will be.

    Attributes:
        root: the mount point or directory.
        name: what a person calls it.
        drive, volume: the hardware, where it is a drive and not just a directory.
    """

    root: Path
    name: str
    drive: Drive | None = None
    volume: Volume | None = None


class DrivePlan(Struct, frozen=True):
    """The plan for one of several targets."""

    target: Target
    plan: Plan


class DriveCopy(Struct, frozen=True):
    """What is copied to one of several targets."""

    target: Target
    work: CopyWork


class Stage(Enum):
    """How far it has come with the present target and choice."""

    CHOOSING = "choosing"
    """There is no plan."""
    PLANNED = "planned"
    """There is a plan, and nobody has said yes to it."""
    APPROVED = "approved"
    """The person has said yes; nothing is written before."""
    MADE = "made"
    """The work has ended well."""


class Session(QObject):
    """The state of one window.

    Signals:
        environment_changed(): settings have changed.
        target_changed(), choice_changed(), plan_changed(), work_changed(), outcome_changed(),
        remotes_changed(): the property of that name has another value now.
        targets_changed(): so has `targets`, of which the target is the first; it comes before.
        notice_changed(): so has `notice`, or `unread`.

    Attributes:
        drives: what is plugged in.
        pictures: the icons of apps that are known.
        checks: what checks came to.
        erase_is_wished: the person wants the target erased and set up again; whoever shows drives
            asks about that next.
        ejects_when_finished: the person wants the drive ejected once a job has ended well.
        made_today: how many drives were.
        accepted_terms: of makers, each as a ref and its payload; for as long as the window is open.
        tells_of_drives: somebody shows what becomes of several drives, one by one: nobody else
            tells of those that come and go meanwhile, or chooses any of them.

    The plan and what follows from it: `stage` says how far it has come.
    """

    environment_changed = Signal()
    target_changed = Signal()
    targets_changed = Signal()
    choice_changed = Signal()
    plan_changed = Signal()
    work_changed = Signal()
    outcome_changed = Signal()
    remotes_changed = Signal()
    notice_changed = Signal()

    def __init__(self, environment: Environment, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._environment = environment
        self._targets: tuple[Target, ...] = ()
        self._choice = Choice((), self.default_options)
        self._stage = Stage.CHOOSING
        self._plan: Plan | None = None
        self._plans: tuple[DrivePlan, ...] = ()
        self._copies: tuple[DriveCopy, ...] = ()
        self._work: Work | None = None
        self._outcome: WorkOutcome | None = None
        self._known: Known | None = None
        self._notice = ""
        self._notices = environment.notices
        self._read: frozenset[Notice] = frozenset()
        self.pictures = AppPictures(self)
        self.checks = Checks()
        self.ejects_when_finished = False
        self.erase_is_wished = False
        self.tells_of_drives = False
        self.accepted_terms: frozenset[str] = frozenset()
        self.made_today = MadeToday(environment.clock)
        self.drives = Drives(loops_are_removable=environment.loops_are_removable, parent=self)

    @property
    def environment(self) -> Environment:
        """The computer and the person."""
        return self._environment

    def set_environment(self, environment: Environment) -> None:
        """What `Environment.reloaded` returned; work that reads files, for the bridge."""
        before = self.default_options
        self._environment = environment
        # What was set aside once is not told again.
        self._notices = tuple(dict.fromkeys((*self._notices, *environment.notices)))
        if not self.approved:
            # A job that is under way was said yes to as it is.
            options = self._following(before, self.default_options)
            self.set_choice(replace(self._choice, options=options))
        self.environment_changed.emit()
        self.notice_changed.emit()

    def _following(self, before: Options, usual: Options) -> Options:
        """The choice's options, where what was as the settings said still is."""
        options = self._choice.options
        if not self._choice.refs:
            # Those that are chosen are for one architecture.
            options = replace(options, arch=usual.arch)
        if not self._choice.refs or options.languages == before.languages:
            options = replace(options, languages=usual.languages)
        if not self._choice.refs or options.carry == before.carry:
            options = replace(options, carry=usual.carry)
        if not self._choice.refs or options.gpus == before.gpus:
            options = replace(options, gpus=usual.gpus)
        return options

    @property
    def target(self) -> Target | None:
        return self._targets[0] if self._targets else None

    @property
    def targets(self) -> tuple[Target, ...]:
        """Where the same apps go: the target, and what else was chosen beside it."""
        return self._targets

    def set_target(self, target: Target | None) -> None:
        """This one alone; None for none."""
        self.set_targets((target,) if target is not None else ())

    def set_targets(self, targets: tuple[Target, ...]) -> None:
        """All of these get the same apps."""
        before = self._targets
        if targets == before:
            return
        self._targets = targets
        other = targets[:1] != before[:1]
        if other:
            self.set_notice("")
        if [each.root for each in targets[:1]] != [each.root for each in before[:1]]:
            self._keep_all_there_is()
        self.targets_changed.emit()
        if other:
            self.target_changed.emit()
        self.set_plan(None)

    def _keep_all_there_is(self) -> None:
        """What was to come off was on another drive."""
        if self._choice.without:
            self._choice = replace(self._choice, without=())
            self.choice_changed.emit()

    @property
    def tightest(self) -> Target | None:
        """Of the targets the one with the least room, as far as that is known."""
        return min(self._targets, key=_room, default=None)

    @property
    def tightest_name(self) -> str:
        """What it is called, as the one of several where there are."""
        target = self.tightest
        if target is None or len(self._targets) < 2:
            return self.target_name
        text = self.tr("%1 (least room of %2)")
        return filled(text, self.name_of(target), str(len(self._targets)))

    @property
    def target_name(self) -> str:
        """What the target is called; where another drive is called so too, with what tells the two
        apart. Empty without one."""
        return self.name_of(self.target) if self.target is not None else ""

    def name_of(self, target: Target) -> str:
        """As `target_name`, of any."""
        if target.drive is None:
            return target.name
        return name_among(target.name, target.drive, self.drives.drives)

    @property
    def notice(self) -> str:
        """Something that happened to what was chosen, for people; empty for nothing."""
        return self._notice

    def set_notice(self, notice: str) -> None:
        if notice != self._notice:
            self._notice = notice
            self.notice_changed.emit()

    @property
    def choice(self) -> Choice:
        return self._choice

    def set_choice(self, choice: Choice) -> None:
        if choice != self._choice:
            self._choice = choice
            self.choice_changed.emit()
            self.set_plan(None)

    @property
    def plan(self) -> Plan | None:
        """What the present target and choice come to, once it has been worked out."""
        return self._plan

    @property
    def plans(self) -> tuple[DrivePlan, ...]:
        """The same for each of several targets, in their order; none where there is one. `plan` is
        the one of them that has most to do."""
        return self._plans

    @property
    def copies(self) -> tuple[DriveCopy, ...]:
        """What the person has said yes to where one drive is copied to several."""
        return self._copies

    @property
    def work(self) -> Work | None:
        """What the person has said yes to: what runs on Make, or has run there."""
        return self._work

    @property
    def outcome(self) -> WorkOutcome | None:
        """What the present work did, once it has ended well."""
        return self._outcome

    @property
    def stage(self) -> Stage:
        return self._stage

    @property
    def approved(self) -> bool:
        """Whether the person has said yes to the plan, or to other work."""
        return self._stage in (Stage.APPROVED, Stage.MADE)

    def set_plan(self, plan: Plan | None) -> None:
        """Another plan, which nobody has said yes to; None as soon as it is out of date."""
        if plan is None or plan is not self._plan:
            self._plans = self._copies = ()
            self._enter(Stage.CHOOSING if plan is None else Stage.PLANNED, plan)
        elif self._stage is Stage.MADE:
            # The same is to be done again.
            self._enter(Stage.APPROVED, plan, self._work)

    def set_plans(self, plan: Plan, plans: tuple[DrivePlan, ...]) -> None:
        """A plan for each target, of which there are several; ``plan``: the one to look at."""
        self._plans, self._copies = plans, ()
        self._enter(Stage.PLANNED, plan)

    def approve(self, *, goes_on: bool = False) -> None:
        """The person said yes to the present plan; ``goes_on``: as `PlannedWork` has it."""
        if self._stage is not Stage.PLANNED or self._plan is None:
            return
        if self._plans:
            # Who carries these out has a job for each.
            self._enter(Stage.APPROVED, self._plan)
        else:
            names = {app.ref: app.name for app in self._choice.coming_off}
            names |= {chosen.ref: chosen.name for chosen in self._choice.refs}
            work = PlannedWork(self._plan, self.request(), called=names, goes_on=goes_on)
            self.begin(work)

    def begin(self, work: Work) -> None:
        """The person has pressed a button that says so: Make begins with it as soon as it is shown.

        The target is what it writes to. A plan for what is chosen is out of date afterwards.
        """
        self._copies = ()
        plan = work.plan if isinstance(work, PlannedWork) else None
        if plan is not self._plan or not work.kind.is_of_the_choice:
            self._plans = ()
        self._enter(Stage.APPROVED, plan if work.kind.is_of_the_choice else None, work)

    def begin_copies(self, copies: tuple[DriveCopy, ...]) -> None:
        """As `begin`, for several targets at once, which are those of the session."""
        self._plans, self._copies = (), copies
        self._enter(Stage.APPROVED, None)

    def set_outcome(self, outcome: WorkOutcome) -> None:
        """The present work has ended well."""
        assert self.approved
        if self._stage is not Stage.MADE:
            self.made_today.note()
        self._enter(Stage.MADE, self._plan, self._work, outcome)

    def _enter(
        self,
        stage: Stage,
        plan: Plan | None,
        work: Work | None = None,
        outcome: WorkOutcome | None = None,
    ) -> None:
        """The only place where these four change."""
        before = self._plan, self._work, self._outcome
        self._stage, self._plan, self._work, self._outcome = stage, plan, work, outcome
        if plan is not before[0]:
            self.plan_changed.emit()
        if work is not before[1]:
            self.work_changed.emit()
        if outcome is not before[2]:
            self.outcome_changed.emit()

    @property
    def known(self) -> Known:
        """The remotes this computer knows; none until they have been looked up."""
        return self._known or Known(())

    @property
    def knows_remotes(self) -> bool:
        """Whether they have been looked up."""
        return self._known is not None

    def set_known(self, known: Known) -> None:
        before, self._known = self.known, with_accepted(known, self._environment.settings)
        self.remotes_changed.emit()
        self.notice_changed.emit()
        same = replace(before, notices=()) == replace(self._known, notices=())
        if not same and self._stage is Stage.PLANNED:
            # What is under way was said yes to as it is.
            self.set_plan(None)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What a person should know about settings and remotes."""
        return tuple(dict.fromkeys((*self._notices, *self.known.notices)))

    @property
    def unread(self) -> bool:
        """Whether there are notices that nobody has seen yet."""
        return not self._read.issuperset(self.notices)

    def mark_read(self) -> None:
        """The notices are shown."""
        self._read = frozenset(self.notices)
        self.notice_changed.emit()

    @property
    def remotes(self) -> tuple[Remote, ...]:
        return self.known.remotes

    @property
    def default_options(self) -> Options:
        """Where nothing is said."""
        environment = self._environment
        # What cannot be carried is among what a plan leaves out: who looks takes it out.
        return Options(
            environment.arch,
            gpus=environment.gpus,
            languages=environment.classroom_languages,
            carry=environment.carried_languages,
            with_extra_data=True,
            from_installed=ALL_INSTALLED,
        )

    def request(self) -> PlanRequest | None:
        """What to make a plan of; None while no drive or nothing is chosen."""
        return self._request(self.target.root) if self.target is not None else None

    def request_for_any(self) -> PlanRequest | None:
        """For whatever drive comes next; its ``root`` does not count. Nothing comes off it: nobody
        has looked that over."""
        request = self._request(Path()) if self._choice.refs else None
        return replace(request, changes=NO_CHANGES) if request is not None else None

    def _request(self, root: Path) -> PlanRequest | None:
        if self._choice.is_empty:
            return None
        off = tuple((app.collection, app.ref) for app in self._choice.coming_off)
        return PlanRequest(
            root=root,
            refs=self._choice.texts,
            bundles=self._choice.files,
            remote=None,
            destination=None,
            options=self._choice.options,
            changes=Changes(off=off),
        )


def _room(target: Target) -> float:
    """Bytes that are free, or as many as one likes where nobody knows."""
    free = target.volume.free if target.volume is not None else None
    return float("inf") if free is None else free
