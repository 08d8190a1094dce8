"""The job of one of several drives: looked at where nobody has chosen it, written, ejected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.drive.drive import Drive
from app.drive.recognition import LastingIdentity
from app.drive.udisks.ejecting import Ejected
from app.drive.udisks.mounting import mount
from app.errors import Cause, InterruptedByUser, SatchelError, UsageError
from app.flatpak.remotes.known import Known
from app.message import Message
from app.progress import Advanced, CancelToken, Event, PhaseStarted, Reporter
from app.remedy import Remedy
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.planning.plan import Plan
from app.stick.planning.request import PlanRequest, make_plans
from app.stick.writing.admission import Admission, Decision, Judgement, judge
from app.stick.writing.as_planned import check_as_planned
from app.stick.writing.many import DriveResult, Shared, make_one
from ui.controllers.drive_work import eject_drive, mounted_at
from ui.controllers.failures import written_after
from ui.controllers.many_view import STATE_OF, UNDER_WAY, DriveRow, RowState
from ui.controllers.progress import Clock, ProgressMeter, Room
from ui.i18n.drive_names import hardware_and_port
from ui.i18n.stick_words import plain_name
from ui.models.place import Place, folder_place, places_of
from ui.models.removal_words import removed_names
from ui.state.drives import Drives
from ui.state.session import DriveCopy, Target
from ui.state.works.copy import CopyWork
from ui.state.works.work import WorkContext, WorkOutcome
from ui.tasks.bridge import Bridge, Task, Work

_STOPPED = Message("Stopped as you asked.")


class Wanted(Struct, frozen=True):
    """What drives get that come now.

    Attributes:
        names: what people call the chosen refs.
        accepted_terms: as `Session.accepted_terms`.
    """

    request: PlanRequest
    environment: Environment
    known: Known
    names: Mapping[str, str]
    accepted_terms: frozenset[str] = frozenset()


class LookedAt(Struct, frozen=True):
    """A drive that is mounted: what it would get, and whether it may."""

    root: Path
    plan: Plan
    judgement: Judgement


class DriveJob(QObject):
    """Signals:
    changed(): `row` is another.
    planned(): it may be written to, by `begin`.
    ended(): its job has come to an end, whichever.
    ejected(): it has been, or was not.

    Attributes:
        row: how it stands.
        target: where it is written to; None while it is not mounted.
        plan: what is written; None while that is not known.
        copy: what is copied to it instead.
        drive: the hardware; None for a folder.
        identity: by which it is known when it is back; None if it cannot be.
        confirmed: whether somebody has said that it is meant.
    """

    changed = Signal()
    planned = Signal()
    ended = Signal()
    ejected = Signal()

    def __init__(
        self, bridge: Bridge, row: DriveRow, drive: Drive | None, clock: Clock, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._meter = ProgressMeter(clock)
        self._clock = clock
        self._room: Room | None = None
        self._refs: frozenset[tuple[str, str]] = frozenset()
        self._names: Mapping[str, str] = {}
        self._task: Task | None = None
        self._place: Place | None = None
        self.row = row
        self.drive = drive
        self.target: Target | None = None
        self.plan: Plan | None = None
        self.copy: CopyWork | None = None
        self.identity: LastingIdentity | None = None
        self.confirmed = True

    # What is done with it

    def take(self, target: Target, plan: Plan | None) -> None:
        """It was looked over on Review; without ``plan`` it has been written."""
        self.target, self.plan, self.drive = target, plan, target.drive
        if target.drive is not None and target.volume is not None:
            self.identity = LastingIdentity.of(target.drive, target.volume)

    def take_copy(self, copy: DriveCopy) -> None:
        """Somebody has said that another drive is to be copied to it."""
        self.take(copy.target, None)
        self.copy = copy.work

    def find_again(self, place: Place) -> None:
        """Mount what is copied to: it is back, or tried again."""
        self._place, self.drive = place, place.drive
        self.change(state=RowState.LOOKING, there=True, error=None, progress=None, reason="")
        self._task = self._bridge.run(partial(_mount, place), done=self._found, failed=self.fail)

    def look(self, place: Place, wanted: Wanted, *, confirmed: bool) -> None:
        """It has come, or is back: mount it, and find out what it would get. ``confirmed``: it
        was meant before."""
        self._place, self.drive, self.confirmed = place, place.drive, confirmed
        self.change(state=RowState.LOOKING, there=True, error=None, progress=None, reason="")
        self._task = self._bridge.run(
            partial(_look, place, wanted, confirmed), done=self._looked, failed=self.fail
        )

    def begin(self, shared: Shared, known: Known, names: Mapping[str, str]) -> None:
        """Write what is planned."""
        assert self.plan is not None
        assert self.target is not None
        self._names = names
        self._room = self._room_for(self.plan)
        self._start(partial(_make, self.plan, shared, known, names), self._made)

    def _room_for(self, plan: Plan) -> Room:
        """What was told stays where the same apps go on."""
        room, before = Room.of(plan.estimate), self._room
        refs = frozenset((item.collection, item.ref) for item in plan.items)
        same, self._refs = refs == self._refs, refs
        return room.going_on(before) if same and before is not None else room

    def begin_copy(self, context: WorkContext) -> None:
        """Copy to it. Why by itself: decision D324."""
        assert self.copy is not None
        self._start(partial(self.copy.run, context), self._copied)

    def _start(self, work: Work, done: Callable[[Any], None]) -> None:
        assert self.target is not None
        self._meter.begin_phase()
        self.change(
            state=RowState.WAITING, error=None, check=None, progress=None, lacking=(), off=()
        )
        self._task = self._bridge.run(
            self._bridge.lending.freeing(work, (self.target.root,)),
            done=done,
            failed=self.fail,
            progress=self._hear,
            guarded=True,
        )

    def decline(self) -> None:
        """It is not meant."""
        self.forget()
        self.change(state=RowState.DECLINED)

    def place_now(self, drives: Drives) -> Place | None:
        """Where its drive is."""
        if self.drive is None:
            return folder_place(self.target.root) if self.target is not None else None
        now = drives.find(self.drive)
        usable = (place for place in places_of(now) if place.is_usable) if now else ()
        return next((place for place in usable if place.volume is not None), None)

    def pause(self, *, wanted: bool) -> None:
        if self._task is None:
            return
        if wanted:
            self._task.pause()
        else:
            self._task.resume()
            self._rest()

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self.change(state=RowState.STOPPING)
        elif self.row.state is RowState.OFFLINE:
            self.change(state=RowState.FAILED)
            self.ended.emit()

    def stop_waiting(self) -> None:
        """It was to begin, and does not."""
        self.fail(InterruptedByUser(_STOPPED, Remedy.GO_ON))

    def eject(self) -> None:
        if self.drive is None or not self.row.can_eject:
            return
        self.change(state=RowState.EJECTING, error=None)
        eject = partial(eject_drive, self.drive)
        work = self._bridge.lending.freeing(eject, mounted_at(self.drive), for_good=True)
        self._bridge.run(work, done=self._let_go, failed=self._not_ejected)

    def notice(self, *, there: bool) -> None:
        """Whether its drive is plugged in."""
        if there == self.row.there or self.row.state in UNDER_WAY:
            # Its job tells by itself.
            return
        self.change(there=there)

    def forget(self) -> None:
        """Nobody looks at it any more."""
        if self._task is not None and not self._task.guarded:
            self._task.drop()
            self._task = None

    @property
    def judged_as_usual(self) -> bool:
        """Whether its own check was one as somebody asks for."""
        if self.plan is None:
            return self.copy is not None
        options = self.plan.options
        doubtful = any(each.record.unvouched for each in self.plan.bundles)
        return options.runtimes and not options.allow_unsigned and not doubtful

    def change(self, **fields: Any) -> None:
        """Of the row."""
        row = replace(self.row, **fields)
        if row != self.row:
            self.row = row
            self.changed.emit()

    # What is heard of it

    def _looked(self, looked: LookedAt) -> None:
        self._task = None
        if self.row.state is RowState.STOPPING:
            self.stop_waiting()
            return
        place, judgement = self._place, looked.judgement
        assert place is not None
        self.take(Target(looked.root, place.name, place.drive, place.volume), looked.plan)
        match judgement.decision:
            case Decision.ALREADY if self.confirmed:
                # It may not have been checked to the end.
                self.planned.emit()
            case Decision.ALREADY:
                self.change(state=RowState.ALREADY)
            case Decision.ASK:
                self.change(
                    state=RowState.ASKING,
                    entries=judgement.entries,
                    has_apps=judgement.has_apps,
                )
            case Decision.START:
                self.planned.emit()

    def _found(self, root: Path) -> None:
        self._task = None
        if self.row.state is RowState.STOPPING:
            self.stop_waiting()
            return
        place = self._place
        assert place is not None
        assert self.copy is not None
        self.copy = replace(self.copy, root=root)
        self.take(Target(root, place.name, place.drive, place.volume), None)
        self.planned.emit()

    def _hear(self, event: Event) -> None:
        stopping = self.row.state is RowState.STOPPING
        match event:
            case PhaseStarted(phase):
                self._meter.begin_phase()
                written = written_after(self.row.written, phase)
                state = RowState.STOPPING if stopping else STATE_OF.get(phase, self.row.state)
                self.change(state=state, written=written)
            case Advanced():
                paused = self._task is not None and self._task.paused
                progress = self._meter.rest() if paused else self._meter.advance(event)
                if progress and self._room and self.row.state is not RowState.CHECKING:
                    progress = self._room.progress(progress)
                self.change(progress=progress)

    def _rest(self) -> None:
        progress = self._meter.rest()
        if progress is not None:
            self.change(progress=progress)

    def _made(self, result: DriveResult) -> None:
        if result.error is not None:
            self.fail(result.error)
            return
        self._task = None
        outcome = result.outcome
        check = outcome.check if outcome is not None else None
        sound = check is None or check.ok
        state = RowState.READY if sound else RowState.UNSOUND
        left_out = outcome.left_out if outcome is not None else ()
        lacking = tuple(
            self._names.get(each.ref) or plain_name(each.ref) for each in left_out if each.chosen
        )
        off = removed_names(outcome.removed, self._names) if outcome is not None else ()
        self.change(state=state, check=check, progress=None, lacking=lacking, off=off)
        self.ended.emit()

    def _copied(self, outcome: WorkOutcome) -> None:
        self._task = None
        check = outcome.check
        # A copy of what nobody here vouches for is as good as that.
        sound = check is None or check.ok or check.only_unvouched
        state = RowState.READY if sound else RowState.UNSOUND
        self.change(state=state, check=check, progress=None)
        self.ended.emit()

    def fail(self, error: SatchelError) -> None:
        """It has come to an end, or cannot begin."""
        self._task = None
        # What somebody has stopped does not go on by itself.
        stopping = self.row.state is RowState.STOPPING
        match error.cause:
            case Cause.NETWORK if not stopping:
                state = RowState.OFFLINE
            case Cause.PULLED_OUT if self.identity is not None and not stopping:
                state = RowState.UNPLUGGED
            case _:
                state = RowState.FAILED
        self.change(state=state, error=error, there=error.cause is not Cause.PULLED_OUT)
        self.ended.emit()

    def _let_go(self, _ejected: Ejected) -> None:
        self.change(state=RowState.EJECTED)
        self.ejected.emit()

    def _not_ejected(self, error: SatchelError) -> None:
        self.change(state=RowState.READY, error=error)
        self.ejected.emit()


def row_of(target: Target, number: int) -> DriveRow:
    """As nothing has been written to it yet."""
    drive = target.drive
    about = hardware_and_port(drive) if drive is not None else str(target.root)
    return DriveRow(number, target.name, about, plug=drive is not None)


def _look(
    place: Place, wanted: Wanted, confirmed: bool, report: Reporter, cancel: CancelToken
) -> LookedAt:
    root = _mount(place, report, cancel)
    request = replace(wanted.request, root=root)
    [plan] = make_plans(request, [root], wanted.environment, wanted.known, report, cancel)
    if not isinstance(plan, Plan):
        raise plan
    for terms in plan.terms:
        if not (terms.accepted or terms.told <= wanted.accepted_terms):
            # Nobody is there who would read them.
            name = wanted.names.get(terms.ref) or plain_name(terms.ref)
            raise UsageError(
                Message("The terms of the maker of {name} have not been accepted.", name=name),
                Message("Choose this drive on the page Drive, and look over what it gets."),
            )
    return LookedAt(root, plan, judge(plan, Admission(empty=True), confirmed=confirmed))


def _mount(place: Place, _report: Reporter, _cancel: CancelToken) -> Path:
    if place.root is not None:
        return place.root
    assert place.volume is not None
    return mount(place.volume).path


def _make(
    plan: Plan,
    shared: Shared,
    known: Known,
    names: Mapping[str, str],
    report: Reporter,
    cancel: CancelToken,
) -> DriveResult:
    result = make_one(plan, shared, known, report, cancel, names=names)
    if result.outcome is not None:
        # The choice may have changed since: this drive is judged by what it was to get.
        check_as_planned(plan, {each.ref for each in result.outcome.left_out})
    return result
