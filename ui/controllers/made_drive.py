"""A drive that has just been written: what came of it, ejecting it, and what comes next."""

from __future__ import annotations

from enum import Enum, auto
from functools import partial
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.drive.drive import Drive
from app.drive.recognition import LastingIdentity, come_back
from app.drive.udisks.ejecting import Ejected
from app.errors import SatchelError
from app.flatpak.refs import is_system
from app.replacing import replace
from app.stick.checking.report import CheckReport
from app.stick.checking.soundness import Soundness, Verdict, verdict_on
from app.stick.findings import Code, Finding
from app.stick.kit.contents import PAGE
from app.stick.mending.request import RepairRequest
from app.stick.store.location import KIT_FOLDER
from ui.controllers.drive_work import eject_drive, mounted_at
from ui.models.removal_words import removed_names
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.state.works.repair import RepairWork
from ui.state.works.work import Work, WorkKind, WorkOutcome
from ui.tasks.bridge import Bridge


class EjectionState(Enum):
    """Of the drive."""

    NOT_ASKED = auto()
    UNDER_WAY = auto()
    EJECTED = auto()
    """It can be pulled out."""
    REFUSED = auto()
    """It must not be pulled out yet."""


class NextStep(Enum):
    """What helps most now."""

    WAIT = auto()
    REPAIR = auto()
    EJECT = auto()
    MAKE_ANOTHER = auto()
    SEE_CONTENTS = auto()


_KEPT_BACK = frozenset(
    {
        Code.COMMIT_UNSIGNED,
        Code.UNVOUCHED,
        Code.NEEDS_NEWER_FLATPAK,
        Code.RUNTIME_MISSING,
        Code.EXTRA_DATA_MISSING,
    }
)
"""What a drive is right with, and not every computer gets, or nobody unasked."""


class MadeDrive(Struct, frozen=True):
    """What a job came to, told even when the drive has been pulled out.

    Attributes:
        kind: what was done.
        name: what a person calls the drive.
        apps: (ref, name) of those that are on it now, operating systems among them.
        off: names of those that came off it.
        updated: names of those that are newer than before.
        taken, free: bytes of the drive that it took and that stay free, as the estimate has it.
        page: START-HERE on the drive.
        verdict: of the check.
        until: when the first key or signature on it ends, seconds since 1970; None if none does.
        computers: how many computers said what they need, and get it from this drive.
    """

    kind: WorkKind
    name: str
    apps: tuple[tuple[str, str], ...]
    taken: int
    free: int
    page: Path
    outcome: WorkOutcome
    verdict: Verdict
    until: int | None
    computers: int = 0
    off: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()

    @property
    def systems(self) -> int:
        """How many of `apps` are operating systems."""
        return sum(is_system(ref) for ref, _ in self.apps)

    @property
    def findings(self) -> tuple[Finding, ...]:
        check = self.outcome.check
        return check.findings if check is not None else ()

    @property
    def all_installs(self) -> bool:
        """Whether every computer gets all of it, without being asked."""
        kept_back = any(each.code in _KEPT_BACK for each in self.findings)
        return not (self.outcome.unsigned or kept_back)


class MadeStatus(Struct, frozen=True):
    """At one moment.

    Attributes:
        made: None while nothing has been made.
        error: why the drive was not ejected.
        unsound: whether it should be repaired.
        can_eject: whether there is a drive, and not just a folder.
        reachable: whether what is on it can be opened.
    """

    made: MadeDrive | None = None
    ejection: EjectionState = EjectionState.NOT_ASKED
    error: SatchelError | None = None
    unsound: bool = False
    can_eject: bool = False
    reachable: bool = False

    @property
    def ready(self) -> bool:
        """To be handed out. That nobody vouches for some of it the person has accepted; that is
        told, and nothing is wrong with the drive."""
        if self.made is None:
            return False
        verdict = self.made.verdict
        accepted = verdict.soundness is Soundness.UNVOUCHED and not self.unsound
        return verdict.good or accepted

    @property
    def next_step(self) -> NextStep:
        if self.ejection is EjectionState.UNDER_WAY:
            return NextStep.WAIT
        if self.unsound:
            return NextStep.REPAIR
        if self.can_eject:
            return NextStep.EJECT
        if self.made is not None and not self.made.kind.is_of_the_choice and self.reachable:
            return NextStep.SEE_CONTENTS
        return NextStep.MAKE_ANOTHER


class MadeDriveController(QObject):
    """Signals:
    status_changed(object): the `MadeStatus` is another.
    go(object): to the page of that `PageName`.

    Attributes:
        status: the `MadeStatus` now.
    """

    status_changed = Signal(object)
    go = Signal(object)

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._shown = False
        self.status = MadeStatus()
        session.outcome_changed.connect(self._outcome_changed)
        session.drives.changed.connect(self._drives_changed)

    # What the person does

    def enter(self) -> None:
        self._shown = True

    def leave(self) -> None:
        self._shown = False
        if self._session.outcome is None:
            self._show(replace(self.status, made=None))

    def go_on(self) -> None:
        """The next step, whichever it is."""
        match self.status.next_step:
            case NextStep.REPAIR:
                self.repair()
            case NextStep.EJECT:
                self.eject()
            case NextStep.MAKE_ANOTHER:
                self.make_another()
            case NextStep.SEE_CONTENTS:
                self.go.emit(PageName.CONTENTS)

    def eject(self) -> None:
        drive = self._drive
        if drive is None or self.status.ejection is EjectionState.UNDER_WAY:
            return
        self._show(replace(self.status, ejection=EjectionState.UNDER_WAY, error=None))
        eject = partial(eject_drive, drive)
        work = self._bridge.lending.freeing(eject, mounted_at(drive), for_good=True)
        made = self.status.made
        self._bridge.run(
            work, done=partial(self._ejected, made), failed=partial(self._refused, made)
        )

    def repair(self) -> None:
        """What the check found; Make begins with it."""
        work, outcome = self._session.work, self._session.outcome
        if work is not None and outcome is not None:
            apps = outcome.apps if outcome.apps is not None else work.apps
            self._session.begin(RepairWork(RepairRequest(work.root), apps))

    def make_another(self) -> None:
        """The same choice for another drive."""
        self._session.set_target(None)
        self.go.emit(PageName.DRIVE)

    # What came of it

    def _outcome_changed(self) -> None:
        work, outcome = self._session.work, self._session.outcome
        if work is not None and outcome is not None:
            self._show(MadeStatus(self._made(work, outcome)))
            if self._session.ejects_when_finished and self.status.next_step is NextStep.EJECT:
                self.eject()
        else:
            # Ejected or pulled out: what was read here a moment ago stays readable, unless
            # something else is done now.
            stays = self._shown and work is None
            self._show(self.status if stays else replace(self.status, made=None))

    def _made(self, work: Work, outcome: WorkOutcome) -> MadeDrive:
        check, estimate = outcome.check, work.estimate
        free = estimate.left if estimate is not None else 0
        return MadeDrive(
            work.kind,
            self._session.target_name,
            outcome.apps if outcome.apps is not None else work.apps,
            max(estimate.write, outcome.bytes) if estimate is not None else outcome.bytes,
            outcome.free if outcome.free is not None else free,
            work.root / KIT_FOLDER / PAGE,
            outcome,
            verdict_on(check),
            check.until if check is not None else work.until,
            len(self._session.choice.computers) if work.kind.is_of_the_choice else 0,
            removed_names(outcome.removed, work.names),
            outcome.updated,
        )

    def _ejected(self, made: MadeDrive | None, _ejected: Ejected) -> None:
        self._end_ejection(made, EjectionState.EJECTED)

    def _refused(self, made: MadeDrive | None, error: SatchelError) -> None:
        self._end_ejection(made, EjectionState.REFUSED, error)

    def _end_ejection(
        self, made: MadeDrive | None, ejection: EjectionState, error: SatchelError | None = None
    ) -> None:
        """Of what was ``made`` then; another drive may have been made since, and stays in."""
        if self.status.made is None or self.status.made is made:
            self._show(replace(self.status, ejection=ejection, error=error))

    @property
    def _drive(self) -> Drive | None:
        """As it is now: it may have been pulled out, and be back as another device."""
        target, drives = self._session.target, self._session.drives
        if target is None or target.drive is None or drives.looking:
            return target.drive if target is not None else None
        now = drives.find(target.drive)
        if now is not None or target.volume is None:
            return now
        identity = LastingIdentity.of(target.drive, target.volume)
        back = come_back(identity, drives.drives) if identity is not None else None
        return back[0] if back is not None else None

    def _drives_changed(self) -> None:
        if self.status.made is not None:
            self._show(self.status)

    def _is_as_good(self, check: CheckReport) -> bool:
        """Whether it is a copy of what nobody here vouches for either: a repair changes nothing."""
        work = self._session.work
        return work is not None and work.kind is WorkKind.COPY and check.only_unvouched

    def _show(self, status: MadeStatus) -> None:
        """Tell it, with what follows from the session."""
        outcome = self._session.outcome
        check = outcome.check if outcome is not None else None
        there = status.ejection is not EjectionState.EJECTED
        self.status = replace(
            status,
            unsound=check is not None and not (check.ok or self._is_as_good(check)),
            can_eject=self._drive is not None and there,
            reachable=self._session.target is not None and there,
        )
        self.status_changed.emit(self.status)
