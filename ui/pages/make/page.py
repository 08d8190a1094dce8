"""Make: the job as it goes, and, finished, what comes next."""

from __future__ import annotations

from PySide6.QtCore import QTime, QUrl
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.replacing import replace
from ui.controllers.announcements import Announcements
from ui.controllers.job import JobController, JobState, JobStatus, LogEntry
from ui.controllers.made_drive import EjectionState, MadeDriveController, MadeStatus, NextStep
from ui.controllers.recovery import RecoveryController, RemoteKeys
from ui.dialogs.computers import ComputersDialog
from ui.dialogs.ejecting import eject_once_agreed
from ui.dialogs.keys import KeysDialog
from ui.dialogs.rehearsal import RehearsalDialog
from ui.i18n.filling import filled
from ui.i18n.numbers import clock_told
from ui.pages.base import Page
from ui.pages.make.done_view import DoneView
from ui.pages.make.face import Action, Face, face_of
from ui.pages.make.job_view import JobView
from ui.pages.make.log_lines import log_line
from ui.pages.make.many_part import ManyPart
from ui.pages.make.print_steps import print_steps
from ui.pages.make.stop_question import stop_question
from ui.pages.make.work_words import work_words
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.state.works.planned import PlannedWork
from ui.state.works.work import Work, WorkKind, WorkOutcome
from ui.style.symbol import Symbol
from ui.tasks.bridge import Bridge
from ui.widgets.buttons import Button, Kind
from ui.widgets.dialog import Question
from ui.widgets.empty_state import EmptyState
from ui.widgets.overlapping_icons import OverlappingIcons


class MakePage(Page):
    """Shows the job for the session's plan, passes on what holds it, and says what it came to."""

    name = PageName.MAKE
    icon = Symbol.DOWNLOAD
    scrolls = True

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        self._status = JobStatus()
        self._made = MadeStatus()
        self._words = work_words(WorkKind.WRITE, "")
        self._drive = self._at = ""
        self._question: Question | None = None
        self._several = False
        super().__init__(session, bridge, parent)
        self._job = JobController(session, bridge, self)
        self._result = MadeDriveController(session, bridge, self)
        self._recovery = RecoveryController(session, bridge, self)
        self._announcements = Announcements(session, bridge, self)
        self._many = ManyPart(session, bridge, self)
        self._build()
        self._connect()
        self._show_face()

    def _build(self) -> None:
        self._empty = EmptyState(parent=self)
        self._empty.say(
            self.tr("Nothing is being written"), self.tr("Review what will be written first.")
        )
        self._view = JobView(self.session.pictures, self)
        self._done = DoneView(self.session.pictures, self)
        self._faces = (self._empty, self._view, self._done, self._many.view)
        for widget in self._faces:
            self.body.addWidget(widget)
        self._stop = Button(self.tr("Stop"), Kind.STOP, symbol=Symbol.STOP)
        self.foot.lead.addWidget(self._stop)
        self._icons = OverlappingIcons(self.session.pictures, self)
        self.foot.lead.addWidget(self._icons)
        self._second = Button()
        self.foot.side.addWidget(self._second)

    def _connect(self) -> None:
        job, result, recovery = self._job, self._result, self._recovery
        job.started.connect(self._show_start)
        job.status_changed.connect(self._show_status)
        job.phase_began.connect(self._view.show_phase)
        job.advanced.connect(self._view.show_advanced)
        job.apps_advanced.connect(self._view.show_apps)
        job.logged.connect(self._show_entry)
        job.succeeded.connect(self._show_success)
        job.failed.connect(self._show_failure)
        job.go.connect(self.go)
        result.status_changed.connect(self._show_made)
        result.go.connect(self.go)
        recovery.again.connect(job.start)
        recovery.plan_again.connect(job.plan_again)
        recovery.keys_read.connect(self._show_keys)
        recovery.go.connect(self.go)
        self._many.changed.connect(self._show_many)
        self._many.told.connect(self._tell)
        self._many.go.connect(self.go)
        self._many.view.asked.connect(self.reveal)
        self._done.kept_going.connect(self._keep_going)
        self._stop.clicked.connect(self._ask)
        self._second.clicked.connect(self._press_second)
        self._done.opened.connect(self._open_page)
        self._done.printed.connect(self._print)
        self._done.tried.connect(self._try)
        self._done.shared.connect(self.share)
        self._done.computers_wanted.connect(self._show_computers)
        self.session.work_changed.connect(self.changed)

    # What the window asks

    @property
    def _face(self) -> Face:
        """What title, sentence and foot say in the present state."""
        if self._several:
            return self._many.face
        return face_of(self._status, self._made, self._words, self._drive, self._at)

    @property
    def label(self) -> str:
        return self.tr("Make")

    @property
    def value(self) -> str:
        return self._face.value

    @property
    def title(self) -> str:
        return self._face.title

    @property
    def sentence(self) -> str:
        return self._face.sentence

    @property
    def window_title(self) -> str:
        """“38 % CLASSROOM”; empty while nothing is written."""
        if self._several:
            return self._many.window_title
        percent = self._status.percent if self._status.state is not JobState.IDLE else None
        if percent is None or self._made.made is not None:
            return ""
        return filled(self.tr("%1 % %2"), str(percent), self._drive)

    @property
    def foot_text(self) -> str:
        return self._face.foot

    @property
    def tells_what_is_lost(self) -> bool:
        return not self._several and self._status.state is JobState.UNPLUGGED

    @property
    def primary_text(self) -> str:
        return self._face.primary

    @property
    def primary_enabled(self) -> bool:
        return self._face.enabled

    @property
    def primary_is_quiet(self) -> bool:
        return self._face.quiet

    @property
    def primary_icon(self) -> Symbol | None:
        return self._face.icon

    @property
    def complete(self) -> bool:
        return self.session.outcome is not None

    @property
    def begun(self) -> bool:
        return self.session.approved

    def entered(self) -> None:
        self._many.enter()
        self._result.enter()
        if not self._several:
            self._job.enter()

    def left(self) -> None:
        self._many.leave()
        self._job.leave()
        self._result.leave()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._icons.fit(event.size().width())

    def share(self) -> None:
        target = self.session.target
        if target is not None and self._made.ready and self._made.reachable:
            self.share_wanted.emit(replace(target, name=self.session.target_name))

    def primary(self) -> None:
        self._act(self._face.action)

    def _press_second(self) -> None:
        self._act(self._face.second_action)

    def _act(self, action: Action) -> None:
        if self._several:
            self._many.act(action)
            return
        match action:
            case Action.PAUSE:
                self._job.pause_or_resume()
            case Action.TRY_NOW:
                self._job.try_now()
            case Action.LOOK_AGAIN:
                self._job.look_again()
            case Action.RECOVER:
                self._recovery.take(self._face.recovery)
            case Action.RECOVER_OTHERWISE:
                self._recovery.take(self._face.other_recovery)
            case Action.NEXT_STEP:
                self._go_on()
            case Action.NEXT_DRIVE:
                self._result.make_another()
            case Action.SEE_CONTENTS:
                self.go.emit(PageName.CONTENTS)

    # What is shown

    def _show_start(self, work: Work, fresh: bool) -> None:
        self._drive = self.session.target_name
        self._words = work_words(work.kind, self._drive, work.source)
        files = work.files if isinstance(work, PlannedWork) else {}
        self._view.show_start(work.names, files, fresh=fresh)

    def _show_status(self, status: JobStatus) -> None:
        self._status = status
        self._recovery.error = status.error
        self._view.show_status(status, self._drive)
        share = status.progress.share if status.progress is not None else None
        self._announcements.show_progress(share if status.under_way else None)
        self._show_face()

    def _show_made(self, status: MadeStatus) -> None:
        self._made = status
        self._done.show_status(status)
        self._show_face()

    def _show_many(self) -> None:
        self._several = self._many.is_shown
        self._announcements.show_progress(self._many.status.share)
        self._show_face()

    def _go_on(self) -> None:
        if self._made.next_step is NextStep.EJECT:
            roots = [target.root for target in self.session.targets]
            eject_once_agreed(self.bridge, roots, self, self._result.go_on)
        else:
            self._result.go_on()

    def _keep_going(self) -> None:
        """With what has just been made alone as the first of them."""
        target = self.session.target
        if target is not None:
            ejected = self._made.ejection is EjectionState.EJECTED
            self._many.keep_going_after(target, ejected=ejected)

    def _show_face(self) -> None:
        """The part of the page that belongs to the state, and the foot's buttons."""
        face = self._face
        shown: QWidget = self._view
        if self._made.made is not None:
            shown = self._done
        elif self._status.state is JobState.IDLE:
            shown = self._empty
        if self._several:
            shown = self._many.view
        for widget in self._faces:
            widget.setVisible(widget is shown)
        self._stop.setVisible(face.stoppable)
        shows = self._several and face.stoppable and not self._many.status.source
        self._icons.show_apps(self.session.choice.refs if shows else ())
        status = self._many.status if self._several else self._status
        self._stop.setText(self.tr("Stop all") if self._several else self.tr("Stop"))
        self._stop.setEnabled(status.can_stop)
        question, asked = self._question, face.stoppable and status.can_stop
        if question is not None and question.isVisible() and not asked:
            # There is nothing to stop any more.
            question.reject()
        self._second.setVisible(bool(face.second))
        self._second.setText(face.second)
        self.changed.emit()

    def _show_entry(self, entry: LogEntry) -> None:
        clock = QTime.currentTime().toString("HH:mm:ss")
        self._view.log.add(f"{clock}  {log_line(entry)}")

    def _show_success(self, outcome: WorkOutcome) -> None:
        self._at = clock_told(QTime.currentTime())
        sound = outcome.check is None or outcome.check.ok
        text = self.tr("%1 is ready") if sound else self.tr("%1 is not ready")
        self._tell(filled(text, self._drive), self.tr("You can go on in Satchel."))
        self._show_face()

    def _show_failure(self) -> None:
        if self._status.error is not None and self._face.told:
            self._tell(self._face.title, self._face.told)

    def _show_keys(self, keys: tuple[RemoteKeys, ...]) -> None:
        KeysDialog(keys, self).open()

    def _tell(self, title: str, text: str) -> None:
        """To somebody who looks elsewhere."""
        seen = self.isVisible() and self.window().isActiveWindow()
        if not seen:
            QApplication.alert(self.window())
        self._announcements.tell(title, text, seen=seen)

    def _ask(self) -> None:
        if self._several:
            self._question = self._many.ask_to_stop()
        else:
            self._question = stop_question(self._words, self)
            self._question.accepted.connect(self._job.stop)
        self._question.finished.connect(self._forget_question)
        self._question.open()

    def _forget_question(self) -> None:
        self._question = None

    def _open_page(self) -> None:
        made = self._made.made
        if made is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(made.page)))

    def _try(self) -> None:
        made, target = self._made.made, self.session.target
        if made is None or target is None:
            return
        dialog = RehearsalDialog(self.session, self.bridge, repairs=True, parent=self)
        dialog.repair_wanted.connect(self._result.repair)
        dialog.open()
        dialog.begin(target.root, made.apps, made.outcome.check)

    def _show_computers(self) -> None:
        ComputersDialog(self.session.choice, self).open()

    def _print(self) -> None:
        title = self.tr("How the apps get onto a computer")
        print_steps(self, title, self._done.step_words(), self._done.icons)
