"""The job that writes the drive: what it is doing, how far it is, and how it ended."""

from __future__ import annotations

import time
from enum import Enum, auto
from functools import partial

from msgspec import Struct
from PySide6.QtCore import QObject, QTimer, Signal

from app.drive.recognition import LastingIdentity
from app.errors import Cause, SatchelError
from app.fs.files import DriveFullError
from app.progress import Advanced, AppsAdvanced, Event, Notice, Phase, PhaseStarted
from app.replacing import replace
from app.stick.planning.sizes import Estimate
from ui.controllers.failures import Written, written_after
from ui.controllers.progress import Clock, Progress, ProgressMeter, Room
from ui.controllers.shortage import Shortage, free_at, shortage_of
from ui.state.page_name import PageName
from ui.state.session import Session, Target
from ui.state.works.planned import PlannedWork
from ui.state.works.work import Work, WorkContext, WorkKind, WorkOutcome
from ui.tasks.bridge import Bridge, Task

_SECOND_MS = 1000
_WAITS = (15, 30, 60)
"""Seconds until the next try without internet; the last of them from then on."""


class JobState(Enum):
    """Of one piece of work on a drive."""

    IDLE = auto()
    """There is no job."""
    RUNNING = auto()
    PAUSED = auto()
    """It begins nothing new."""
    STOPPING = auto()
    """It was asked to stop and has not yet."""
    OFFLINE = auto()
    """There is no internet; it tries again by itself."""
    UNPLUGGED = auto()
    """Its drive was pulled out; it goes on by itself when that is back."""
    RESUMING = auto()
    """What is on the drive is looked at again, to go on."""
    FINISHED = auto()
    FAILED = auto()


_UNDER_WAY = frozenset({JobState.RUNNING, JobState.PAUSED, JobState.STOPPING})
_BROKEN_OFF = frozenset({JobState.OFFLINE, JobState.UNPLUGGED, JobState.FAILED})

_MEASURED = frozenset({Phase.DOWNLOAD, Phase.COPY, Phase.VERIFY})
"""They tell how far they are, and can be paused."""


class JobStatus(Struct, frozen=True):
    """A job at one moment.

    Attributes:
        paused: it was paused, whether or not it is stopping since.
        error: why it failed, or does not go on just now.
        written: how far it had come then.
        progress: of its phase, or of the last that told.
        wait: seconds until it tries again.
        kind: what it is called.
        shortage: what its drive lacks, once it is known, where it failed because that is full.
    """

    state: JobState = JobState.IDLE
    phase: Phase = Phase.TRUST
    paused: bool = False
    error: SatchelError | None = None
    written: Written = Written.NOTHING
    progress: Progress | None = None
    wait: int = 0
    kind: WorkKind = WorkKind.WRITE
    shortage: Shortage | None = None

    @property
    def under_way(self) -> bool:
        return self.state in _UNDER_WAY

    @property
    def measured(self) -> bool:
        """Whether the phase tells how far it is; only then it can be paused."""
        return self.phase in _MEASURED

    @property
    def can_pause(self) -> bool:
        """Whether it can be paused, or go on."""
        return self.state is JobState.PAUSED or (self.state is JobState.RUNNING and self.measured)

    @property
    def can_stop(self) -> bool:
        return self.state in {JobState.RUNNING, JobState.PAUSED, JobState.OFFLINE}

    @property
    def percent(self) -> int | None:
        """How far it is; None while nobody knows."""
        share = self.progress.share if self.progress is not None else None
        return int(100 * share) if share is not None else None


LogEntry = Phase | JobState | Notice | SatchelError
"""What is worth a line: a phase or state that begins, a notice, an error."""


class JobController(QObject):
    """Runs the session's work, once the person has said yes to it.

    What passes by itself is waited for: the internet, and the drive that was pulled out.

    Signals:
        status_changed(object): the `JobStatus` is another.
        started(object, bool): this `Work` begins; whether it is another than last time.
        phase_began(object): it goes on with another phase; the `JobStatus` then.
        advanced(object), apps_advanced(object): `Advanced` and `AppsAdvanced`, for pictures of it.
        logged(object): a `LogEntry`.
        succeeded(object): it has come to its end; the `WorkOutcome` is in the session.
        failed(object): it has not, and does not go on by itself; the `SatchelError`.
        go(object): to the page of that `PageName`.

    Attributes:
        status: the `JobStatus` now.
    """

    status_changed = Signal(object)
    started = Signal(object, bool)
    phase_began = Signal(object)
    advanced = Signal(object)
    apps_advanced = Signal(object)
    logged = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)
    go = Signal(object)

    def __init__(
        self,
        session: Session,
        bridge: Bridge,
        parent: QObject | None = None,
        *,
        clock: Clock = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._meter = ProgressMeter(clock)
        self._task: Task | None = None
        self._work: Work | None = None
        self._looking: Task | None = None
        self._target: Target | None = None
        self._shown = False
        self._tries = 0
        self._room: Room | None = None
        self._seconds = QTimer(self)
        self._seconds.setInterval(_SECOND_MS)
        self._seconds.timeout.connect(self.count_down)
        self.status = JobStatus()
        session.work_changed.connect(self._work_changed)
        session.target_changed.connect(self._target_changed)

    # What the person does

    def enter(self) -> None:
        """The job is being looked at; one that the person has said yes to begins."""
        self._shown = True
        self._begin_what_is_wanted()

    def _begin_what_is_wanted(self) -> None:
        work = self._session.work
        if work is not None and work is not self._work and not self.status.under_way:
            self.start()

    def leave(self) -> None:
        self._shown = False
        self._forget()

    def start(self) -> None:
        """Do the session's work, from the beginning or from where it stopped."""
        work = self._session.work
        if work is None or self.status.under_way:
            self.review_again()
            return
        fresh = work is not self._work
        self._room = self._room_for(work)
        self._work, self._target = work, self._session.target
        self._seconds.stop()
        self.started.emit(work, fresh)
        self._change(JobStatus(JobState.RUNNING, kind=work.kind))
        self._task = self._bridge.run(
            self._bridge.lending.freeing(partial(work.run, self._context), (work.root,)),
            done=self._finish,
            failed=self._fail,
            progress=self._hear,
            guarded=True,
        )
        self._begin(Phase.TRUST)

    def _room_for(self, work: Work) -> Room | None:
        """What was told of the same work stays where that goes on without another look at it."""
        if work.estimate is None:
            return None
        room, before = Room.of(work.estimate), self._work
        if self._room is None or before is None:
            return room
        goes_on = work is before or (isinstance(work, PlannedWork) and work.goes_on)
        same = dict(before.apps).keys() == dict(work.apps).keys()
        return room.going_on(self._room) if goes_on and same and self._is_same_drive else room

    @property
    def _is_same_drive(self) -> bool:
        """Whether the target is where the work before this wrote to."""
        before, now = self._target, self._session.target
        if before is None or now is None:
            return False
        identity = _identity(now)
        return identity == _identity(before) if identity is not None else now.root == before.root

    @property
    def _context(self) -> WorkContext:
        return WorkContext(self._session.environment, self._session.known)

    def pause_or_resume(self) -> None:
        if self._task is None or not self.status.can_pause:
            return
        if self._task.paused:
            self._task.resume()
            self._meter.rest()
            state = JobState.RUNNING
        else:
            self._task.pause()
            state = JobState.PAUSED
        self._change(replace(self.status, state=state, paused=state is JobState.PAUSED))
        self.logged.emit(state)

    def stop(self) -> None:
        if not self.status.can_stop:
            return
        if self._task is not None:
            self._task.cancel()
            self._change(replace(self.status, state=JobState.STOPPING))
        else:
            # It waits for the internet.
            self._seconds.stop()
            self._change(replace(self.status, state=JobState.FAILED))

    def try_now(self) -> None:
        """Perhaps there is internet again."""
        if self._work is not None and self._session.work is self._work:
            self.start()
        else:
            self.look_again()

    def look_again(self) -> None:
        """The drive is another than when it was planned: room was made on it, or it is back."""
        work, target = self._work, self._session.target
        if work is None or target is None:
            self.review_again()
            return
        self._seconds.stop()
        self._stop_looking()
        self._session.set_plan(None)
        self._change(replace(self.status, state=JobState.RESUMING, error=None))
        self._looking = self._bridge.run(
            partial(work.again, target.root, self._context), done=self._go_on, failed=self._fail
        )

    def _go_on(self, work: Work) -> None:
        """The person has said yes to it before it was interrupted."""
        self._looking = None
        self._session.begin(work)

    def _stop_looking(self) -> None:
        if self._looking is not None:
            self._looking.drop()
            self._looking = None

    def plan_again(self) -> None:
        """From the beginning, as everything is now."""
        if self.status.kind.is_of_the_choice:
            self.review_again()
        else:
            self.look_again()

    def review_again(self) -> None:
        """To where such work begins: the plan has to be made anew, or a drive and apps chosen."""
        if self.status.kind.is_of_the_choice:
            ready = self._session.request() is not None
            page = PageName.REVIEW if ready else PageName.DRIVE
        else:
            page = PageName.CONTENTS
        self._session.set_plan(None)
        self._work_changed()
        self.go.emit(page)

    # What the job tells

    def _hear(self, event: Event) -> None:
        match event:
            case PhaseStarted(phase):
                self._begin(phase)
                self.logged.emit(phase)
            case AppsAdvanced():
                self.apps_advanced.emit(self._room.apps(event) if self._room else event)
            case Advanced():
                self.advanced.emit(event)
                self._advance(event)
            case Notice():
                self.logged.emit(event)

    def _begin(self, phase: Phase) -> None:
        self._meter.begin_phase()
        written = written_after(self.status.written, phase)
        self._change(replace(self.status, phase=phase, written=written))
        self.phase_began.emit(self.status)

    def _advance(self, event: Advanced) -> None:
        # It got through: next time it is not long until the next try.
        self._tries = 0
        paused = self._task is not None and self._task.paused
        progress = self._meter.rest() if paused else self._meter.advance(event)
        if progress is not None:
            if self._room is not None and self.status.phase is not Phase.VERIFY:
                progress = self._room.progress(progress)
            self._change(replace(self.status, progress=progress))

    def _finish(self, outcome: WorkOutcome) -> None:
        self._task = None
        self._change(replace(self.status, state=JobState.FINISHED, paused=False))
        self.logged.emit(JobState.FINISHED)
        if self._session.work is not self._work:
            # The drive was pulled out, or something else chosen, right at the end.
            self.review_again()
            return
        self._session.set_outcome(outcome)
        if outcome.check is not None and outcome.usual:
            # Its own check counts as one.
            self._session.checks.remember(outcome.check)
        self.succeeded.emit(outcome)

    def _fail(self, error: SatchelError) -> None:
        self._task = self._looking = None
        self.logged.emit(error)
        status = replace(self.status, paused=False, error=error)
        # What somebody has stopped does not go on by itself.
        stopping = status.state is JobState.STOPPING
        match error.cause:
            case Cause.NETWORK if not stopping:
                wait = _WAITS[min(self._tries, len(_WAITS) - 1)]
                self._tries += 1
                self._change(replace(status, state=JobState.OFFLINE, wait=wait))
                self._seconds.start()
            case Cause.PULLED_OUT if self._is_recognisable and not stopping:
                self._change(replace(status, state=JobState.UNPLUGGED))
            case _:
                self._change(replace(status, state=JobState.FAILED))
                self.failed.emit(error)
                if isinstance(error, DriveFullError):
                    self._measure()

    def _measure(self) -> None:
        """What is missing on a drive that is full."""
        work = self._work
        if work is not None and work.estimate is not None and self.status.progress is not None:
            free = free_at(work.root, self._session.environment.quota)
            told = partial(self._tell_shortage, self.status.error, work.estimate)
            self._bridge.run(free, done=told)

    def _tell_shortage(self, error: SatchelError | None, estimate: Estimate, free: int) -> None:
        if self.status.error is error:
            shortage = shortage_of(estimate, self.status.progress, free)
            self._change(replace(self.status, shortage=shortage))

    # What it waits for

    def count_down(self) -> None:
        """A second has passed."""
        wait = self.status.wait - 1
        if self.status.state is not JobState.OFFLINE:
            self._seconds.stop()
        elif wait > 0:
            self._change(replace(self.status, wait=wait))
        else:
            self.try_now()

    @property
    def _is_recognisable(self) -> bool:
        return self._target is not None and _identity(self._target) is not None

    def _target_changed(self) -> None:
        target, lost = self._session.target, self._target
        self._stop_looking()
        waits = self.status.state in {JobState.OFFLINE, JobState.RESUMING}
        if target is None and waits and self._is_recognisable:
            self._seconds.stop()
            self._change(replace(self.status, state=JobState.UNPLUGGED))
        if self.status.state is not JobState.UNPLUGGED or target is None or lost is None:
            return
        if _identity(target) == _identity(lost):
            self.look_again()
        else:
            self._change(JobStatus())

    # States

    def _work_changed(self) -> None:
        """Other work, or none: what failed here is of no interest any more.

        But for somebody who is reading it: a drive that is pulled out takes its work along.
        """
        kept = self.status.state in _BROKEN_OFF or self.status.state is JobState.RESUMING
        if not (self._shown and kept):
            self._forget()
        if self._shown:
            self._begin_what_is_wanted()

    def _forget(self) -> None:
        if not self.status.under_way and self._session.work is not self._work:
            self._seconds.stop()
            self._stop_looking()
            self._change(JobStatus())

    def _change(self, status: JobStatus) -> None:
        if status != self.status:
            self.status = status
            self.status_changed.emit(status)


def _identity(target: Target) -> LastingIdentity | None:
    """None for a folder, and for a drive that cannot be told from others."""
    if target.drive is None or target.volume is None:
        return None
    return LastingIdentity.of(target.drive, target.volume)
