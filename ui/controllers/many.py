"""The same apps for several drives: a job a drive, and whatever drives come next."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.drive.drive import Drive
from app.drive.recognition import come_back
from app.errors import SatchelError
from app.replacing import replace
from app.stick.writing.many import Shared
from ui.controllers.drive_job import DriveJob, Wanted, row_of
from ui.controllers.drive_work import share_among, trim_cache
from ui.controllers.many_view import LEFT_ALONE, READY, UNDER_WAY, DriveRow, ManyStatus, RowState
from ui.controllers.progress import Clock
from ui.i18n.drive_names import hardware_and_port, volume_name
from ui.models import place_words
from ui.models.place import Place, places_of
from ui.state.drives import is_same
from ui.state.page_name import PageName
from ui.state.session import DriveCopy, DrivePlan, Session, Target
from ui.state.works.work import WorkContext
from ui.tasks.bridge import Bridge, Task

_SECOND_MS = 1000
_SOON_MS = 150
_WAITS = (15, 30, 60)
"""Seconds until the next try without internet; the last of them from then on."""


class ManyController(QObject):
    """Carries out the session's plans, one for each target, each in a thread of its own.

    Drives that come while it keeps going are looked at, and get what is chosen by then; those with
    other files on them only once somebody has said so. Those that were plugged in before are left
    alone, unless they were chosen.

    Signals:
        status_changed(object): the `ManyStatus` is another.
        drive_ended(object): so has one of the drives; the `DriveRow`.
        all_ended(): nothing is under way any more.
        go(object): to the page of that `PageName`.

    """

    status_changed = Signal(object)
    drive_ended = Signal(object)
    all_ended = Signal()
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
        self._clock = clock
        self._jobs: list[DriveJob] = []
        self._begun: tuple[DrivePlan | DriveCopy, ...] = ()
        self._shared: Shared | None = None
        self._sharing: Task | None = None
        self._waiting: list[DriveJob] = []
        self._seen: tuple[Drive, ...] = ()
        self._shown = False
        self._tries = 0
        self._names: dict[str, str] = {}
        self._seconds = QTimer(self)
        self._seconds.setInterval(_SECOND_MS)
        self._seconds.timeout.connect(self.count_down)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._tell)
        self._around = self._told = ManyStatus()
        session.drives.changed.connect(self._look_at_drives)
        session.plan_changed.connect(self._plan_changed)

    # What the person does

    def enter(self) -> None:
        """It is looked at; what the person has said yes to begins."""
        self._shown = True
        session = self._session
        current = self._current if session.approved else ()
        if current and current is not self._begun and not self.status.under_way:
            self._begin()
        session.tells_of_drives = bool(self._jobs)

    def leave(self) -> None:
        self._shown = False
        self.keep_going(wanted=False)
        self._forget()
        self._session.tells_of_drives = self.status.under_way

    def pause_or_resume(self) -> None:
        paused = not self.status.paused
        for job in self._jobs:
            job.pause(wanted=paused)
        self._tell(paused=paused)

    def stop(self) -> None:
        self.keep_going(wanted=False)
        for job in self._end_sharing():
            job.stop_waiting()
        for job in self._jobs:
            if job.row.state in UNDER_WAY:
                job.stop()

    def eject(self, number: int | None = None) -> None:
        """The drive of that row; None: all of them."""
        for job in self._of(number):
            job.eject()

    def roots(self, number: int | None = None) -> list[Path]:
        """Where those are mounted."""
        return [job.target.root for job in self._of(number) if job.target is not None]

    def try_again(self, number: int) -> None:
        """What failed there, with what is chosen now."""
        job = self._job(number)
        if job is not None and job.row.can_try_again:
            self._again(job)

    def try_all_again(self) -> None:
        for job in self._jobs:
            if job.row.can_try_again:
                self._again(job)

    def try_now(self) -> None:
        """Perhaps there is internet again."""
        self._seconds.stop()
        for job in self._jobs:
            if job.row.state is RowState.OFFLINE:
                self._again(job)

    def answer(self, number: int, *, use: bool) -> None:
        """Whether the drive of that row is meant."""
        job = self._job(number)
        if job is None or job.row.state is not RowState.ASKING:
            return
        if use:
            self._write(job)
        else:
            job.decline()

    def keep_going(self, *, wanted: bool) -> None:
        """Whether drives that are plugged in from now on get the same apps."""
        if wanted == self.status.keeps_going:
            return
        self._seen = self._session.drives.drives
        self._tell(keeps_going=wanted)
        if wanted:
            self.eject()
        else:
            for job in self._jobs:
                asking = job.row.state is RowState.ASKING
                if asking or (job.row.state is RowState.LOOKING and not job.confirmed):
                    job.decline()

    def take_over(self, target: Target, *, ejected: bool) -> None:
        """A drive that has just been made alone is the first of several."""
        if self._jobs:
            return
        self._begun = self._current
        self._names_of_choice()
        job = self._new_job(row_of(target, 1), target.drive)
        job.take(target, None)
        job.change(state=RowState.EJECTED if ejected else RowState.READY)
        self._session.tells_of_drives = True
        self._tell()

    def make_others(self) -> None:
        """The same choice for other drives."""
        self._session.set_target(None)
        self.go.emit(PageName.DRIVE)

    # Jobs

    def _begin(self) -> None:
        self._clear()
        self._begun = self._current
        self._names_of_choice()
        source, apps = "", 0
        for each in self._begun:
            job = self._new_job(row_of(each.target, len(self._jobs) + 1), each.target.drive)
            if isinstance(each, DrivePlan):
                job.take(each.target, each.plan)
            else:
                job.take_copy(each)
                source, apps = each.work.source, len(each.work.apps)
        self._tell(paused=False, source=source, apps=apps)
        for job in self._jobs:
            self._write(job)

    def _names_of_choice(self) -> None:
        self._names = {chosen.ref: chosen.name for chosen in self._session.choice.refs}

    def _new_job(self, row: DriveRow, drive: Drive | None) -> DriveJob:
        job = DriveJob(self._bridge, row, drive, self._clock, self)
        job.changed.connect(self._hear_change)
        job.planned.connect(partial(self._write, job))
        job.ended.connect(partial(self._end, job))
        self._jobs.append(job)
        return job

    def _write(self, job: DriveJob) -> None:
        """As soon as it is known what its job shares with others."""
        job.confirmed = True
        job.change(state=RowState.WAITING)
        if job.copy is not None:
            job.begin_copy(WorkContext(self._session.environment, self._session.known))
            job.pause(wanted=self.status.paused)
            return
        if self._shared is not None:
            self._start(job, self._shared)
            return
        self._waiting.append(job)
        if self._sharing is None:
            at_once = (each for each in self._jobs if each.row.state in UNDER_WAY)
            plans = tuple(each.plan for each in at_once if each.plan is not None)
            self._sharing = self._bridge.run(
                partial(share_among, plans, self._session.environment),
                done=self._begin_waiting,
                failed=self._fail_waiting,
                guarded=True,
            )

    def _begin_waiting(self, shared: Shared) -> None:
        self._shared = shared
        for job in self._end_sharing():
            self._start(job, shared)

    def _start(self, job: DriveJob, shared: Shared) -> None:
        job.begin(shared, self._session.known, self._names)
        job.pause(wanted=self.status.paused)

    def _fail_waiting(self, error: SatchelError) -> None:
        for job in self._end_sharing():
            job.fail(error)

    def _end_sharing(self) -> list[DriveJob]:
        """What others share is another question; those that waited for the answer."""
        if self._sharing is not None:
            self._sharing.drop()
        waiting, self._waiting, self._sharing = self._waiting, [], None
        return waiting

    def _again(self, job: DriveJob) -> None:
        """With what is chosen now, for a drive as it is now."""
        place = job.place_now(self._session.drives)
        found = place is not None and self._look(job, place)
        if not found and job.plan is not None:
            self._write(job)

    def _look(self, job: DriveJob, place: Place) -> bool:
        """At what its drive is now; False where nothing is chosen for it any more."""
        wanted = self.wanted()
        if job.copy is not None:
            job.find_again(place)
        elif wanted is not None:
            job.look(place, wanted, confirmed=True)
        return job.copy is not None or wanted is not None

    def wanted(self) -> Wanted | None:
        """What a drive gets that comes now; None if nothing is chosen."""
        session = self._session
        request = session.request_for_any()
        if request is None:
            return None
        self._names_of_choice()
        return Wanted(
            request, session.environment, session.known, self._names, session.accepted_terms
        )

    def _end(self, job: DriveJob) -> None:
        self._notice(job)
        row = job.row
        if row.check is not None and job.judged_as_usual:
            self._session.checks.remember(row.check)
        if row.state is RowState.READY:
            self._tries = 0
            self._session.made_today.note()
            if self._session.ejects_when_finished or self.status.keeps_going:
                job.eject()
        if row.state is RowState.OFFLINE and not self._seconds.isActive():
            wait = _WAITS[min(self._tries, len(_WAITS) - 1)]
            self._tries += 1
            self._tell(wait=wait)
            self._seconds.start()
        self._tell()
        if row.state is not RowState.OFFLINE:
            self.drive_ended.emit(row)
        if not self.status.under_way:
            self._shared = None
            self._session.tells_of_drives = self._shown
            self._bridge.run(partial(trim_cache, self._session.environment))
            self.all_ended.emit()

    def count_down(self) -> None:
        """A second has passed."""
        if self.status.count(frozenset({RowState.OFFLINE})) == 0:
            self._seconds.stop()
        elif self.status.wait > 1:
            self._tell(wait=self.status.wait - 1)
        else:
            self.try_now()

    # Drives that come and go

    def _look_at_drives(self) -> None:
        drives = self._session.drives
        if not self._jobs or drives.looking:
            return
        for job in self._jobs:
            self._notice(job)
            self._use_after_all(job)
        if self.status.keeps_going and self._shown:
            for drive in drives.drives:
                if not any(is_same(drive, each) for each in self._seen):
                    self._take(drive)
        self._seen = drives.drives

    def _notice(self, job: DriveJob) -> None:
        """Whether it is plugged in; what was pulled out too early goes on once it is back."""
        if job.drive is None:
            return
        there = self._session.drives.find(job.drive) is not None
        job.notice(there=there)
        if there:
            return
        if job.row.state is RowState.ASKING:
            job.decline()
        if self._shown or self.status.under_way:
            self._go_on_with(job)

    def _go_on_with(self, job: DriveJob) -> None:
        if job.row.state is not RowState.UNPLUGGED or job.identity is None:
            return
        back = come_back(job.identity, self._session.drives.drives)
        if back is None:
            return
        place = next(each for each in places_of(back[0]) if each.volume == back[1])
        if self._look(job, place):
            self._seen = (*self._seen, back[0])

    def _use_after_all(self, job: DriveJob) -> None:
        """What could not be used when it came: its file systems are found a little later."""
        if job.row.state is RowState.UNUSABLE and job.row.there:
            place, wanted = job.place_now(self._session.drives), self.wanted()
            if place is not None and wanted is not None:
                job.change(name=place.name)
                job.look(place, wanted, confirmed=False)

    def _take(self, drive: Drive) -> None:
        """It was plugged in while it keeps going."""
        places = places_of(drive)
        place = next((each for each in places if each.is_usable and each.volume), None)
        wanted = self.wanted()
        name = place.name if place is not None else volume_name(drive, None)
        job = self._next_row(name, drive)
        if place is not None and wanted is not None:
            job.look(place, wanted, confirmed=False)
        else:
            job.change(state=RowState.UNUSABLE, reason=place_words.why(places[0]))

    def _next_row(self, name: str, drive: Drive) -> DriveJob:
        """That of a drive that is done and was pulled out of this port; else one more."""
        about = hardware_and_port(drive)
        done = READY | LEFT_ALONE
        free = (
            job
            for job in self._jobs
            if job.row.state in done and not job.row.there
            # What is switched off is gone, and may still wait to be pulled out.
            if job.drive is not None and job.drive.port == drive.port
        )
        before = next(free, None)
        if before is None:
            return self._new_job(DriveRow(len(self._jobs) + 1, name, about), drive)
        place = self._jobs.index(before)
        job = self._new_job(DriveRow(before.row.number, name, about), drive)
        self._jobs[place] = self._jobs.pop()
        before.deleteLater()
        return job

    # States

    def _of(self, number: int | None) -> list[DriveJob]:
        return [job for job in self._jobs if number in (None, job.row.number)]

    def _job(self, number: int) -> DriveJob | None:
        return next(iter(self._of(number)), None)

    def _plan_changed(self) -> None:
        """Another plan, or none: of interest is what somebody is reading only."""
        if not self._shown:
            self._forget()

    def _forget(self) -> None:
        others = not self._begun or self._current is not self._begun
        if self._jobs and others and not self.status.under_way:
            self._clear()
            self._tell(keeps_going=False, paused=False, source="")

    def _clear(self) -> None:
        self._seconds.stop()
        self._end_sharing()
        for job in self._jobs:
            job.forget()
            job.deleteLater()
        self._jobs, self._begun, self._shared = [], (), None

    @property
    def _current(self) -> tuple[DrivePlan | DriveCopy, ...]:
        """What the session has for several drives."""
        return self._session.copies or self._session.plans

    @property
    def status(self) -> ManyStatus:
        """As it is now, though it may not have been told yet."""
        rows = tuple(job.row for job in self._jobs)
        return replace(self._around, rows=rows, made=self._session.made_today.count)

    def _hear_change(self) -> None:
        """How far each is changes all the time: that is told a few times a second only."""
        if [row.state for row in self.status.rows] != [row.state for row in self._told.rows]:
            self._tell()
        elif not self._soon.isActive():
            self._soon.start()

    def _tell(self, **around: Any) -> None:
        """``around``: fields of `ManyStatus` that are others now."""
        self._soon.stop()
        self._around = replace(self._around, **around)
        status = self.status
        if status != self._told:
            self._told = status
            self.status_changed.emit(status)
