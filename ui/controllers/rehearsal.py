"""Trying a drive as an offline computer would: what each app comes to, one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, auto
from functools import partial
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.client.rehearsing.computer import Computer
from app.client.rehearsing.rehearsal import RehearsalRequest, rehearse
from app.client.rehearsing.trial import AppTrial, Lack, Rehearsal
from app.errors import InterruptedByUser, SatchelError
from app.flatpak.refs import Ref, host_arch
from app.flatpak.remotes.known import Known
from app.progress import Advanced, AppTried, CancelToken, Event, Phase, Reporter
from app.replacing import replace
from app.stick.checking.report import CheckReport
from app.stick.environment import Environment
from ui.state.session import Session
from ui.tasks.bridge import Bridge, Task


class RehearsalState(Enum):
    """Of the whole."""

    PREPARING = auto()
    """It is being found out what is on the drive."""
    TRYING = auto()
    DONE = auto()
    STOPPED = auto()
    FAILED = auto()
    """It could not be tried."""


class TryState(Enum):
    """Of an app."""

    WAITING = auto()
    UNDER_WAY = auto()
    INSTALLS = auto()
    FAILS = auto()


class Obstacle(Enum):
    """Why an app does not install, in the few kinds that people are told."""

    MISSING = auto()
    """Something it needs is not on the drive."""
    NEWER_FLATPAK = auto()
    OTHER = auto()


class TriedRow(Struct, frozen=True):
    """``obstacle``: None unless it fails. ``languages``: those that it does not come in."""

    ref: str
    name: str
    state: TryState = TryState.WAITING
    obstacle: Obstacle | None = None
    languages: tuple[str, ...] = ()


class RehearsalView(Struct, frozen=True):
    """At one moment.

    Attributes:
        now: the name of the app that is being installed.
        rehearsal: once it is done, all of it.
        error: why it could not be tried.
    """

    state: RehearsalState = RehearsalState.PREPARING
    rows: tuple[TriedRow, ...] = ()
    now: str = ""
    rehearsal: Rehearsal | None = None
    error: SatchelError | None = None

    @property
    def under_way(self) -> bool:
        return self.state in {RehearsalState.PREPARING, RehearsalState.TRYING}

    @property
    def failing(self) -> tuple[TriedRow, ...]:
        return tuple(row for row in self.rows if row.state is TryState.FAILS)

    @property
    def installing(self) -> int:
        """How many install."""
        return sum(row.state is TryState.INSTALLS for row in self.rows)


class RehearsalController(QObject):
    """Signals: changed(object): the `RehearsalView` is another.

    Attributes:
        view: the `RehearsalView` now.
    """

    changed = Signal(object)

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._task: Task | None = None
        self.view = RehearsalView()

    def start(self, root: Path, apps: Iterable[tuple[str, str]], check: CheckReport | None) -> None:
        """Try what is on a drive: its apps as (ref, name). ``check``: of it, if there is one."""
        named = [(Ref.parse_or_none(ref), name) for ref, name in apps]
        here = [(ref, name) for ref, name in named if ref is not None]
        arches = {ref.arch for ref, _ in here}
        arch = host_arch() if host_arch() in arches or not arches else min(arches)
        rows = tuple(TriedRow(str(ref), name) for ref, name in here if ref.arch == arch)
        self._change(RehearsalView(rows=rows))
        environment = self._session.environment
        request = RehearsalRequest(
            (root,),
            (),
            Computer(arch, environment.classroom_languages),
            checks=(check,) if check is not None else (),
            every_way=False,
        )
        self._task = self._bridge.run(
            partial(_rehearse, request, environment, self._session.known),
            done=self._finish,
            failed=self._fail,
            progress=self._hear,
        )

    def stop(self) -> None:
        """At the next safe boundary; nothing stays of it."""
        if self._task is not None:
            self._task.cancel()

    def _hear(self, event: Event) -> None:
        match event:
            case Advanced(phase=Phase.REHEARSE, app=place) if place is not None:
                self._set_state(place.ref, TryState.UNDER_WAY)
            case AppTried(ref, installed):
                self._set_state(ref, TryState.INSTALLS if installed else TryState.FAILS)

    def _set_state(self, ref: str, state: TryState) -> None:
        rows = tuple(replace(row, state=state) if row.ref == ref else row for row in self.view.rows)
        now = next((row.name for row in rows if row.state is TryState.UNDER_WAY), self.view.now)
        self._change(replace(self.view, state=RehearsalState.TRYING, rows=rows, now=now))

    def _finish(self, rehearsal: Rehearsal) -> None:
        self._task = None
        trials = {trial.ref: trial for way in rehearsal.ways for trial in way.apps}
        rows = tuple(_told(row, trials[row.ref]) for row in self.view.rows if row.ref in trials)
        self._change(RehearsalView(state=RehearsalState.DONE, rows=rows, rehearsal=rehearsal))

    def _fail(self, error: SatchelError) -> None:
        self._task = None
        stopped = isinstance(error, InterruptedByUser)
        state = RehearsalState.STOPPED if stopped else RehearsalState.FAILED
        self._change(replace(self.view, state=state, error=error))

    def _change(self, view: RehearsalView) -> None:
        self.view = view
        self.changed.emit(view)


def _told(row: TriedRow, trial: AppTrial) -> TriedRow:
    if trial.installed:
        languages = tuple(each.name for each in trial.missing if each.kind is Lack.LANGUAGE)
        return replace(row, state=TryState.INSTALLS, languages=languages)
    lacks = {each.kind for each in trial.missing}
    obstacle = Obstacle.OTHER
    if Lack.NEWER_FLATPAK in lacks:
        obstacle = Obstacle.NEWER_FLATPAK
    elif lacks:
        obstacle = Obstacle.MISSING
    return replace(row, state=TryState.FAILS, obstacle=obstacle)


def _rehearse(
    request: RehearsalRequest,
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: CancelToken,
) -> Rehearsal:
    return rehearse(request, environment, known, report, cancel)
