"""Installing what is on a drive on this computer: what there is, and what it comes to."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.client.receiving.clock import ClockError, may_set_clock, set_clock
from app.client.receiving.installation import Place, Scope, usual_scope
from app.client.receiving.job import Means, receive
from app.client.receiving.lending import recover
from app.client.receiving.offered import Key
from app.client.receiving.outcome import Outcome, Received, Result
from app.client.receiving.plan import BundleItem, ImageItem, Item, ReceivePlan, State
from app.client.receiving.planner import plan_receiving
from app.client.receiving.refusal import RefusalKind
from app.client.receiving.request import Computer, Request
from app.client.receiving.unvouched import Unvouched
from app.errors import InterruptedByUser, SatchelError
from app.flatpak.program import FlatpakProgram
from app.flatpak.refs import host_arch
from app.flatpak.remotes.known import Known
from app.message import NOTHING
from app.progress import Advanced, AppTried, CancelToken, Event, Phase, Reporter
from app.replacing import replace
from app.stick.environment import Environment
from ui.controllers.receiving_view import AppRow, Hurdle, ReceivingState, ReceivingView, RowState
from ui.state.session import Session
from ui.tasks.bridge import Bridge, Task

_HURDLES = {
    RefusalKind.KEY: Hurdle.UNKNOWN_KEY,
    RefusalKind.CONTRADICTION: Hurdle.OTHER_KEY,
    RefusalKind.TRUST: Hurdle.UNTRUSTED,
    RefusalKind.UNSIGNED: Hurdle.UNSIGNED,
    RefusalKind.DAMAGED: Hurdle.DAMAGED,
    RefusalKind.MISSING: Hurdle.MISSING,
    RefusalKind.ROOM: Hurdle.ROOM,
}
_STATES = {
    State.INSTALL: RowState.NEW,
    State.UPDATE: RowState.UPDATE,
    State.THERE: RowState.HERE,
    State.ELSEWHERE: RowState.ELSEWHERE,
    State.REFUSED: RowState.REFUSED,
}


class ReceivingController(QObject):
    """Signals: changed(object): the `ReceivingView` is another.

    Attributes:
        view: the `ReceivingView` now.
    """

    changed = Signal(object)

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._task: Task | None = None
        self._root = Path()
        self._names: Mapping[str, str] = {}
        self._scope: Scope | None = None
        self._agreed: frozenset[str] = frozenset()
        self._declined: frozenset[str] = frozenset()
        self._accepted: frozenset[str] = frozenset()
        self._left_unsigned: frozenset[str] = frozenset()
        self._plan: ReceivePlan | None = None
        self._left_out: frozenset[Key] = frozenset()
        self.view = ReceivingView()

    # What a person does

    def start(self, root: Path, names: Mapping[str, str]) -> None:
        """Find out what of the drive at ``root`` can be installed.

        Args:
            names: what apps are called elsewhere in the window, in the person's language, by ref;
                the plan only knows what the drive's record calls them.
        """
        self._root = root
        self._names = names
        self.look_again()

    def look_again(self) -> None:
        """Something may be otherwise now: the clock, what is agreed to, whom it is for."""
        if self._task is not None:
            self._task.drop()
        self._change(
            replace(
                self.view, state=ReceivingState.LOOKING, question=None, unsigned=None, error=None
            )
        )
        request = Request((self._root,), agreed=self._agreed, accepted=self._accepted)
        work = partial(_look, request, self._scope, self._session.environment, self._session.known)
        self._task = self._bridge.run(work, done=self._looked, failed=self._fail)

    def set_clock(self) -> None:
        """To when the drive was made, which is nearer than what it says."""
        if self.view.made is not None:
            try:
                set_clock(self.view.made)
            except SatchelError as error:
                self._fail(error)
            else:
                self.look_again()

    def answer(self, *, agree: bool) -> None:
        """Whether the key that is asked about is the right one."""
        key = self.view.question
        if key is None:
            return
        if agree:
            self._agreed |= {key.fingerprint}
            self.look_again()
        else:
            self._declined |= {key.fingerprint}
            self._ask_or_choose()

    def answer_unsigned(self, *, accept: bool) -> None:
        """Whether what nobody vouches for is wanted all the same."""
        asked = self.view.unsigned
        if asked is None:
            return
        if accept:
            self._accepted |= {asked.address}
            self.look_again()
        else:
            self._left_unsigned |= {asked.address}
            self._ask_or_choose()

    def choose(self, key: Key, *, wanted: bool) -> None:
        """An app; the view knows which can be chosen."""
        if self.view.state is ReceivingState.CHOOSING:
            self._left_out = self._left_out - {key} if wanted else self._left_out | {key}
            self._ask_or_choose()

    def choose_scope(self, scope: Scope) -> None:
        """Whom it is installed for."""
        if scope is not self.view.scope and self.view.state is ReceivingState.CHOOSING:
            self._scope = scope
            self.look_again()

    def install(self) -> None:
        """What is ticked."""
        if self._plan is None or self.view.state is not ReceivingState.CHOOSING:
            return
        plan = self._plan.only({row.key for row in self.view.ticked})
        rows = tuple(
            replace(row, state=RowState.WAITING, is_update=row.state is RowState.UPDATE)
            for row in self.view.ticked
        )
        self._change(replace(self.view, state=ReceivingState.INSTALLING, rows=rows, now=""))
        self._task = self._bridge.run(
            partial(_receive, plan, self._session.environment),
            done=self._finish,
            failed=self._fail,
            progress=self._hear,
        )

    def stop(self) -> None:
        """At the next safe boundary; apps that are installed by then stay."""
        if self._task is None:
            return
        if self.view.under_way:
            self._change(replace(self.view, state=ReceivingState.STOPPING))
            self._task.cancel()
        else:
            self._task.drop()
            self._task = None

    # What follows

    def _looked(self, plan: ReceivePlan) -> None:
        self._task = None
        self._plan = plan
        self._scope = plan.place.scope
        self._ask_or_choose()

    def _ask_or_choose(self) -> None:
        plan = self._plan
        if plan is None:
            return
        asked = (key for key in plan.unknown_keys if key.fingerprint not in self._declined)
        question = next(asked, None)
        unsigned = None if question is not None else self._next_unsigned(plan)
        state = ReceivingState.KEY if question is not None else ReceivingState.CHOOSING
        if unsigned is not None:
            state = ReceivingState.UNSIGNED
        asked_for: tuple[Item | BundleItem | ImageItem, ...] = (
            *plan.asked,
            *plan.beside,
        )
        rows = tuple(_row(item, self._names, self._left_out) for item in asked_for)
        ticked = plan.only({row.key for row in rows if row.ticked})
        self._change(
            ReceivingView(
                state,
                tuple(sorted(rows, key=_order)),
                plan.place.scope,
                question,
                unsigned,
                size=sum(item.installed_size for item in ticked.wanted) + ticked.beside_size,
                free=_free(plan.place.path),
            )
        )

    def _next_unsigned(self, plan: ReceivePlan) -> Unvouched | None:
        asked = (each for each in plan.unsigned if each.address not in self._left_unsigned)
        return next(asked, None)

    def _hear(self, event: Event) -> None:
        match event:
            case Advanced(phase=Phase.COPY):
                self._change(replace(self.view, copied=event.bytes, to_copy=event.bytes_total))
            case Advanced(phase=Phase.INSTALL, app=place) if place is not None:
                self._set_row(place.ref, RowState.UNDER_WAY)
            case AppTried(ref, installed) if installed:
                self._set_row(ref, RowState.INSTALLED)

    def _set_row(self, ref: str, state: RowState) -> None:
        rows = tuple(
            replace(row, state=state)
            if row.ref == ref and row.state is not RowState.INSTALLED
            else row
            for row in self.view.rows
        )
        now = next((row.name for row in rows if row.state is RowState.UNDER_WAY), "")
        self._change(replace(self.view, rows=rows, now=now))

    def _finish(self, ended: Outcome | Stopped) -> None:
        self._task = None
        if isinstance(ended, Stopped):
            rows = tuple(
                replace(
                    row,
                    state=RowState.INSTALLED if row.key in ended.installed else RowState.WAITING,
                )
                for row in self.view.rows
            )
            self._change(replace(self.view, state=ReceivingState.STOPPED, rows=rows, now=""))
            return
        refs = {(each.collection, each.ref): each for each in ended.refs}
        rows = tuple(_ended(row, refs) for row in self.view.rows)
        self._change(
            replace(self.view, state=ReceivingState.DONE, rows=rows, now="", outcome=ended)
        )

    def _fail(self, error: SatchelError) -> None:
        self._task = None
        if isinstance(error, ClockError):
            self._change(
                replace(
                    self.view,
                    state=ReceivingState.CLOCK,
                    made=error.made,
                    sets_clock=may_set_clock(),
                )
            )
        else:
            self._change(replace(self.view, state=ReceivingState.FAILED, error=error))

    def _change(self, view: ReceivingView) -> None:
        self.view = view
        self.changed.emit(view)


class Stopped(Struct, frozen=True):
    """A person stopped it. ``installed``: what is, by then."""

    installed: frozenset[Key]


def _row(
    item: Item | BundleItem | ImageItem, names: Mapping[str, str], left_out: frozenset[Key]
) -> AppRow:
    state = _STATES[item.state]
    name = names.get(str(item.ref)) or item.name
    size = item.installed_size if isinstance(item, Item) else item.size
    row = AppRow(item.key, name, state, size)
    if item.refusal is not None:
        hurdle = _HURDLES.get(item.refusal.kind, Hurdle.OTHER)
        if item.refusal.kind is RefusalKind.FLATPAK:
            hurdle = Hurdle.NEWER_FLATPAK
        return replace(row, hurdle=hurdle, reason=item.refusal.reason)
    return replace(row, ticked=row.can_be_chosen and item.key not in left_out)


_PLACES = (RowState.UPDATE, RowState.NEW, RowState.REFUSED, RowState.ELSEWHERE, RowState.HERE)


def _order(row: AppRow) -> tuple[int, str, str]:
    return _PLACES.index(row.state), row.name.casefold(), row.ref


def _ended(row: AppRow, refs: Mapping[Key, Received]) -> AppRow:
    """As the outcome has it, which has looked at what is installed now."""
    received = refs.get(row.key)
    if received is None or not received.result.good:
        refusal = received.refusal if received is not None else None
        hurdle = _HURDLES.get(refusal.kind, Hurdle.OTHER) if refusal is not None else Hurdle.OTHER
        reason = refusal.reason if refusal is not None else NOTHING
        return replace(row, state=RowState.FAILED, hurdle=hurdle, reason=reason)
    return replace(row, state=RowState.INSTALLED, is_update=received.result is Result.UPDATED)


def _free(path: Path) -> int:
    """Where what is installed will lie; its directory may not be there yet."""
    there = next((each for each in (path, *path.parents) if each.exists()), Path("/"))
    return shutil.disk_usage(there).free


# In a thread of its own


def _look(
    request: Request,
    scope: Scope | None,
    environment: Environment,
    known: Known,
    _report: Reporter,
    cancel: CancelToken,
) -> ReceivePlan:
    """``scope``: None for where most of it is installed already."""
    program = FlatpakProgram.of(environment.variables, environment.flatpak)
    places = {each: Place.of(each, environment.flatpak) for each in Scope}
    for place in places.values():
        recover(place, environment.cache)
    computer = Computer(
        environment.flatpak,
        environment.judges(known),
        host_arch(),
        program.version(),
        frozenset(program.ask("--gl-drivers").split()),
        environment.clock(),
    )
    plan = plan_receiving(request, places[scope or usual_scope()], computer, cancel)
    if scope is not None:
        return plan
    asked = {str(item.ref) for item in plan.asked}
    here = {each: len(asked & place.installed().keys()) for each, place in places.items()}
    most = max(Scope, key=lambda each: (here[each], each is plan.place.scope))
    if most is plan.place.scope:
        return plan
    return plan_receiving(request, places[most], computer, cancel)


def _receive(
    plan: ReceivePlan, environment: Environment, report: Reporter, cancel: CancelToken
) -> Outcome | Stopped:
    program = FlatpakProgram.of(environment.variables, environment.flatpak)
    means = Means(program, environment.cache, environment.flatpak.keyrings, host_arch())
    try:
        return receive(plan, means, report, cancel)
    except InterruptedByUser:
        there = plan.place.installed()
        return Stopped(
            frozenset(
                item.key
                for item in plan.asked
                if item.candidate is not None
                and (known := there.get(str(item.ref))) is not None
                and known.commit == item.candidate.checksum
            )
        )
