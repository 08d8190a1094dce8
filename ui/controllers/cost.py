"""What the choice costs on this drive, worked out elsewhere, one question after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.drive.space import Quota
from app.errors import SatchelError
from app.flatpak.remotes.known import Known
from app.progress import CancelToken, Reporter, silent
from app.stick.environment import Environment
from app.stick.planning.plan import Addition, Cost, Options
from app.stick.planning.session import PlanSession
from app.stick.planning.target_state import read_target
from ui.state.session import Session
from ui.tasks.bridge import Bridge, Task


@dataclass(frozen=True, slots=True)
class ChoiceCost:
    """``on_drive``: every ref on the stick."""

    cost: Cost
    on_drive: frozenset[str]


class _Freshness(Enum):
    """Of what the answers rest on."""

    CURRENT = auto()
    STALE = auto()
    """The drive has to be read again."""
    OUTDATED = auto()
    """Everything has to be."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """The session that was used, and what came of it."""

    session: PlanSession | None
    result: Any
    error: SatchelError | None


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
        self._freshness = _Freshness.OUTDATED
        self._offline = False
        self._estimating = False
        self._comparing: tuple[str, str] | None = None
        self._compared = ""
        bridge.keep(self)

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
        target = self._session.target
        if self._task is not None or target is None or self._bridge.ending.requested:
            return
        choice = self._session.choice
        refs = tuple(f"{chosen.remote}:{chosen.ref}" for chosen in choice.refs)
        ask: Callable[[PlanSession], Any]
        done: Callable[[_Answer], None]
        if self._estimating:
            self._estimating = False
            ask, done = partial(_estimate, refs, choice.options), self._tell_cost
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
                root=target.root,
                quota=self._session.environment.quota,
                freshness=self._freshness,
                open_session=partial(
                    _open,
                    target.root,
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
        if answer.error is None:
            self.estimated.emit(answer.result)
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
        self._plans = answer.session

    def _stopped(self, error: SatchelError) -> None:
        self._task = None
        self.refused.emit(error)


def _open(
    root: Path, environment: Environment, known: Known, cancel: CancelToken, offline: bool
) -> PlanSession:
    drive = read_target(root, quota=environment.quota)
    return PlanSession(drive, environment, known, silent, cancel, offline=offline)


def _work(
    before: PlanSession | None,
    _report: Reporter,
    _cancel: CancelToken,
    *,
    root: Path,
    quota: Quota | None,
    freshness: _Freshness,
    open_session: Callable[[], PlanSession],
    ask: Callable[[PlanSession], Any],
) -> _Answer:
    session = before
    try:
        if session is not None and freshness is _Freshness.OUTDATED:
            session.close()
            session = None
        if session is None:
            session = open_session()
        elif freshness is _Freshness.STALE:
            session.refresh(read_target(root, quota=quota))
        return _Answer(session, ask(session), None)
    except SatchelError as error:
        return _Answer(session, None, error)


def _estimate(refs: tuple[str, ...], options: Options, session: PlanSession) -> ChoiceCost:
    return ChoiceCost(session.cost(refs, options), session.carried)


def _compare(refs: tuple[str, ...], added: str, options: Options, session: PlanSession) -> Addition:
    return session.addition(refs, added, options)
