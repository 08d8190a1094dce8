"""What the choice costs, worked out elsewhere, one question after the other.

Without a drive it is asked of one that is imagined: an empty one as they are sold.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.errors import SatchelError
from app.flatpak.bundles.given import GivenBundle
from app.flatpak.remotes.directories import ALL_INSTALLED
from app.flatpak.remotes.known import Known
from app.progress import CancelToken, Reporter, silent
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.near import look_near
from app.stick.planning.changes import Changes
from app.stick.planning.cost import Addition, Cost
from app.stick.planning.imagined_drive import imagined_drive
from app.stick.planning.options import Options
from app.stick.planning.plan import AppOnDrive
from app.stick.planning.request import look_at
from app.stick.planning.session import PlanSession
from app.stick.planning.target_state import TargetState
from ui.state.session import Session
from ui.tasks.bridge import Bridge, Task


class ChoiceCost(Struct, frozen=True):
    """Attributes:
    chosen: whether anything was.
    on_drive: every ref on the stick.
    apps: those on the stick.
    imagined: there is no drive.
    elsewhere: those on each of the other drives, where the same is for several.
    """

    cost: Cost
    chosen: bool
    on_drive: frozenset[str]
    apps: tuple[AppOnDrive, ...] = ()
    imagined: bool = False
    elsewhere: tuple[tuple[AppOnDrive, ...], ...] = ()


class _Freshness(Enum):
    """Of what the answers rest on."""

    CURRENT = auto()
    STALE = auto()
    """The drive has to be read again."""
    OUTDATED = auto()
    """Everything has to be."""


class _Drives(Struct, frozen=True):
    """Attributes:
    state: of the one that is asked about.
    elsewhere: the apps on each of the others.
    """

    state: TargetState
    elsewhere: tuple[tuple[AppOnDrive, ...], ...]


class _Answer(Struct, frozen=True):
    """The session that was used, what else is known of drives, and what came of it."""

    session: PlanSession | None
    result: Any
    error: SatchelError | None
    elsewhere: tuple[tuple[AppOnDrive, ...], ...] = ()


class CostController(QObject):
    """Signals:
    estimated(object): `ChoiceCost`, for the choice as it is now.
    refused(object): why it cannot be told or cannot be, a `SatchelError`.
    compared(str, object): ref and its `Addition` to the choice, or the error.
    """

    estimated = Signal(object)
    refused = Signal(object)
    compared = Signal(str, object)

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._task: Task | None = None
        self._plans: PlanSession | None = None
        self._elsewhere: tuple[tuple[AppOnDrive, ...], ...] = ()
        self._freshness = _Freshness.OUTDATED
        self._offline = False
        self._estimating = False
        self._comparing: tuple[str, str] | None = None
        self._compared = ""
        bridge.keep(self)

    @property
    def offline(self) -> bool:
        """Whether nobody is asked, as `reset` had it."""
        return self._offline

    def close(self) -> None:
        """For the bridge, when nothing is running any more."""
        if self._plans is not None:
            self._plans.close()
            self._plans = None

    def reset(self, *, offline: bool) -> None:
        """Another drive, other remotes. ``offline``: ask nobody, use what was fetched."""
        self._freshness = _Freshness.OUTDATED
        self._offline = offline

    def drive_changed(self) -> None:
        """The drive may have changed."""
        if self._freshness is _Freshness.CURRENT:
            self._freshness = _Freshness.STALE

    def estimate(self) -> None:
        """`estimated` or `refused` tells about the choice as it will be then."""
        self._estimating = True
        self._next()

    def compare(self, remote: str, ref: str) -> None:
        """`compared` tells what this adds; only the last one that was asked about."""
        self._comparing = remote, ref
        self._next()

    def _next(self) -> None:
        if self._task is not None or self._bridge.ending.requested:
            return
        target = self._session.tightest
        root = target.root if target is not None else None
        others = tuple(each.root for each in self._session.targets if each is not target)
        choice = self._session.choice
        refs = choice.texts
        ask: Callable[[PlanSession], Any]
        done: Callable[[_Answer], None]
        if self._estimating:
            self._estimating = False
            off = tuple((app.collection, app.ref) for app in choice.coming_off)
            ask = partial(
                _estimate, refs, choice.files, choice.options, Changes(off=off), root is None
            )
            done = self._tell_cost
        elif self._comparing is not None:
            remote, ref = self._comparing
            self._comparing = None
            self._compared = ref
            ask = partial(_compare, refs, f"{remote}:{ref}", choice.options)
            done = self._tell_addition
        else:
            return
        self._task = self._bridge.run(
            partial(
                _work,
                self._plans,
                self._elsewhere,
                read=partial(_read, root, others, self._session.environment),
                freshness=self._freshness,
                open_session=partial(
                    _open,
                    self._session.environment,
                    self._session.known,
                    self._bridge.ending,
                    self._offline,
                ),
                ask=ask,
            ),
            done=done,
            failed=self._stopped,
        )
        self._freshness = _Freshness.CURRENT

    def _tell_cost(self, answer: _Answer) -> None:
        self._take_back(answer)
        if self._freshness is _Freshness.OUTDATED:
            # About another drive, or what other remotes have.
            self._estimating = True
        elif answer.error is None:
            self.estimated.emit(replace(answer.result, elsewhere=answer.elsewhere))
        # Another choice since: what was wrong with this one is of no interest.
        elif not self._estimating:
            self.refused.emit(answer.error)
        self._next()

    def _tell_addition(self, answer: _Answer) -> None:
        self._take_back(answer)
        if self._comparing is None:
            self.compared.emit(self._compared, answer.error or answer.result)
        self._next()

    def _take_back(self, answer: _Answer) -> None:
        self._task = None
        self._plans, self._elsewhere = answer.session, answer.elsewhere

    def _stopped(self, error: SatchelError) -> None:
        """It broke off where nobody thought of it. What it worked with may be half done."""
        self._task = None
        self.close()
        self._freshness = _Freshness.OUTDATED
        if not self._estimating:
            self.refused.emit(error)
        self._next()


def _read(
    root: Path | None,
    others: tuple[Path, ...],
    environment: Environment,
    cancel: CancelToken,
) -> _Drives:
    state = imagined_drive() if root is None else look_at(root, environment)
    elsewhere = []
    for other in others:
        cancel.check()
        elsewhere.append(_apps_on(other, environment))
    return _Drives(state, tuple(elsewhere))


def _apps_on(root: Path, environment: Environment) -> tuple[AppOnDrive, ...]:
    """None on one that cannot be read: Review says so of it."""
    try:
        return look_at(root, environment).apps
    except SatchelError:
        return ()


def _open(
    environment: Environment,
    known: Known,
    cancel: CancelToken,
    offline: bool,
    drive: TargetState,
) -> PlanSession:
    near = look_near((), ALL_INSTALLED, environment.flatpak)
    return PlanSession(drive, environment, known, silent, cancel, offline=offline, near=near)


def _work(
    before: PlanSession | None,
    elsewhere: tuple[tuple[AppOnDrive, ...], ...],
    _report: Reporter,
    cancel: CancelToken,
    *,
    read: Callable[[CancelToken], _Drives],
    freshness: _Freshness,
    open_session: Callable[[TargetState], PlanSession],
    ask: Callable[[PlanSession], Any],
) -> _Answer:
    session, reading = before, False
    try:
        if session is not None and freshness is _Freshness.OUTDATED:
            session.close()
            session = None
        if session is None or freshness is _Freshness.STALE:
            reading = True
            drives = read(cancel)
            reading = False
            elsewhere = drives.elsewhere
            if session is None:
                session = open_session(drives.state)
            else:
                session.refresh(drives.state)
        return _Answer(session, ask(session), None, elsewhere)
    except SatchelError as error:
        if reading and session is not None:
            # It knows the drive as it was.
            session.close()
            session = None
        return _Answer(session, None, error, elsewhere)


def _estimate(
    refs: tuple[str, ...],
    files: tuple[GivenBundle, ...],
    options: Options,
    changes: Changes,
    imagined: bool,
    session: PlanSession,
) -> ChoiceCost:
    cost = session.cost(refs, options, changes, bundles=files)
    return ChoiceCost(cost, bool(refs or files), session.carried, session.apps, imagined)


def _compare(refs: tuple[str, ...], added: str, options: Options, session: PlanSession) -> Addition:
    return session.addition(refs, added, options)
