"""A drive that has just been written: what came of it, ejecting it, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.drive.drive import Drive
from app.drive.udisks.ejecting import Ejected
from app.errors import SatchelError
from app.flatpak.refs import is_system
from app.stick.checking.soundness import Verdict, verdict_on
from app.stick.findings import Finding
from app.stick.kit.contents import PAGE
from app.stick.store.location import KIT_FOLDER
from app.stick.writing.outcome import Outcome
from ui.controllers.drive_work import eject_drive
from ui.i18n.stick_words import plain_name
from ui.models.removal_words import removed_names
from ui.state.page_name import PageName
from ui.state.session import Session
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
    WRITE_AGAIN = auto()
    EJECT = auto()
    MAKE_ANOTHER = auto()


@dataclass(frozen=True, slots=True)
class MadeDrive:
    """What a job came to, told even when the drive has been pulled out.

    Attributes:
        name: what a person calls the drive.
        apps: (ref, name) of those that are on it now, operating systems among them.
        off: names of those that came off it.
        taken, free: bytes of the drive that it took and that stay free, as the plan has it.
        page: START-HERE on the drive.
        verdict: of the check.
        until: when the first key or signature on it ends, seconds since 1970; None if none does.
        computers: how many computers said what they need, and get it from this drive.
    """

    name: str
    apps: tuple[tuple[str, str], ...]
    taken: int
    free: int
    page: Path | None
    outcome: Outcome
    verdict: Verdict
    until: int | None
    computers: int = 0
    off: tuple[str, ...] = ()

    @property
    def systems(self) -> int:
        """How many of `apps` are operating systems."""
        return sum(is_system(ref) for ref, _ in self.apps)

    @property
    def findings(self) -> tuple[Finding, ...]:
        check = self.outcome.check
        return check.findings if check is not None else ()


@dataclass(frozen=True, slots=True)
class MadeStatus:
    """At one moment.

    Attributes:
        made: None while nothing has been made.
        error: why the drive was not ejected.
        unsound: whether it should be written again.
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
    def next_step(self) -> NextStep:
        if self.ejection is EjectionState.UNDER_WAY:
            return NextStep.WAIT
        if self.unsound:
            return NextStep.WRITE_AGAIN
        return NextStep.EJECT if self.can_eject else NextStep.MAKE_ANOTHER


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
            case NextStep.WRITE_AGAIN:
                self.write_again()
            case NextStep.EJECT:
                self.eject()
            case NextStep.MAKE_ANOTHER:
                self.make_another()

    def eject(self) -> None:
        drive = self._drive
        if drive is None or self.status.ejection is EjectionState.UNDER_WAY:
            return
        self._show(replace(self.status, ejection=EjectionState.UNDER_WAY, error=None))
        self._bridge.run(partial(eject_drive, drive), done=self._ejected, failed=self._refused)

    def write_again(self) -> None:
        # The drive is not what the old plan was made for.
        self._session.set_plan(None)
        self.go.emit(PageName.REVIEW)

    def make_another(self) -> None:
        """The same choice for another drive."""
        self._session.set_target(None)
        self.go.emit(PageName.DRIVE)

    # What came of it

    def _outcome_changed(self) -> None:
        outcome = self._session.outcome
        if outcome is not None:
            self._show(MadeStatus(self._made(outcome)))
            if self._session.ejects_when_finished and self.status.next_step is NextStep.EJECT:
                self.eject()
        else:
            # Ejected or pulled out: what was read here a moment ago stays readable.
            self._show(self.status if self._shown else replace(self.status, made=None))

    def _made(self, outcome: Outcome) -> MadeDrive:
        plan, check = self._session.plan, outcome.check
        until = plan.until if plan is not None else None
        choice = self._session.choice
        names = {chosen.ref: chosen.name for chosen in choice.refs}
        refs: dict[str, None] = {}
        off: tuple[str, ...] = ()
        if plan is not None:
            names = {**{app.ref: app.name for app in plan.staying if app.name}, **names}
            refs = dict.fromkeys(item.ref for item in plan.items)
            refs |= dict.fromkeys(app.ref for app in plan.staying)
            leaving = {app.ref: app.name for app in choice.coming_off}
            off = removed_names(outcome.removed, leaving)
        return MadeDrive(
            self._session.target_name,
            tuple((ref, names.get(ref) or plain_name(ref)) for ref in refs if is_listed(ref)),
            max(plan.estimate.write, outcome.bytes) if plan is not None else outcome.bytes,
            plan.estimate.left if plan is not None else 0,
            plan.location.root / KIT_FOLDER / PAGE if plan is not None else None,
            outcome,
            verdict_on(check),
            check.until if check is not None else until,
            len(choice.computers),
            off,
        )

    def _ejected(self, _ejected: Ejected) -> None:
        self._show(replace(self.status, ejection=EjectionState.EJECTED, error=None))

    def _refused(self, error: SatchelError) -> None:
        self._show(replace(self.status, ejection=EjectionState.REFUSED, error=error))

    @property
    def _drive(self) -> Drive | None:
        target = self._session.target
        return target.drive if target is not None else None

    def _show(self, status: MadeStatus) -> None:
        """Tell it, with what follows from the session."""
        outcome = self._session.outcome
        check = outcome.check if outcome is not None else None
        there = status.ejection is not EjectionState.EJECTED
        self.status = replace(
            status,
            unsound=check is not None and not check.ok,
            can_eject=self._drive is not None and there,
            reachable=self._session.target is not None and there,
        )
        self.status_changed.emit(self.status)


def is_listed(ref: str) -> bool:
    """Whether it is there for itself: an app, or an operating system."""
    return ref.startswith("app/") or is_system(ref)
