"""Make: the job, as it goes."""

from __future__ import annotations

from PySide6.QtCore import QTime
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from app.errors import InterruptedByUser, SatchelError
from app.progress import Notice, Phase
from app.stick.planning.plan import Plan
from app.stick.writing.outcome import Outcome
from ui.controllers.announcements import Announcements
from ui.controllers.job import JobController, JobState, JobStatus, LogEntry
from ui.controllers.progress import Progress
from ui.controllers.recovery import RecoveryController, RemoteKeys
from ui.dialogs.keys import KeysDialog
from ui.i18n.wording import worded, worded_together
from ui.pages.base import Page
from ui.pages.make.job_view import JobView, phase_sentence
from ui.pages.make.log_view import LogView
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.style.symbol import Symbol
from ui.tasks.bridge import Bridge
from ui.widgets.failure_panel import FailurePanel
from ui.widgets.state_panel import StatePanel


class MakePage(Page):
    """Shows the job for the session's plan, and passes on what holds it."""

    name = PageName.MAKE
    icon = Symbol.SAVE

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        self._status = JobStatus()
        super().__init__(session, bridge, parent)
        self._controller = JobController(session, bridge, self)
        self._recovery = RecoveryController(session, bridge, self)
        self._announcements = Announcements(session, bridge, self)
        self._build()
        self._connect()

    def _build(self) -> None:
        self._panel = StatePanel(self)
        self._panel.show_empty(
            self.tr("Nothing is being written"),
            self.tr("Review what will be written first."),
            icon=Symbol.SAVE,
        )
        self._failure = FailurePanel(self)
        self._view = JobView(self)
        self._stack = QStackedWidget(self)
        for widget in (self._panel, self._failure, self._view):
            self._stack.addWidget(widget)
        self._log = LogView(self)
        self._log.hide()
        self.body.addWidget(self._stack, 1)
        self.body.addWidget(self._log)

    def _connect(self) -> None:
        controller, recovery, session = self._controller, self._recovery, self.session
        controller.started.connect(self._show_start)
        controller.status_changed.connect(self._show_status)
        controller.phase_began.connect(self._view.show_phase)
        controller.progressed.connect(self._view.show_progress)
        controller.progressed.connect(self._announce_progress)
        controller.advanced.connect(self._view.show_advanced)
        controller.logged.connect(self._show_entry)
        controller.succeeded.connect(self._show_success)
        controller.failed.connect(self._show_failure)
        controller.go.connect(self.go)
        self._view.pause_pressed.connect(controller.pause_or_resume)
        self._view.stop_pressed.connect(controller.stop)
        self._failure.chosen.connect(recovery.take)
        recovery.again.connect(controller.start)
        recovery.plan_again.connect(controller.review_again)
        recovery.keys_read.connect(self._show_keys)
        recovery.go.connect(self.go)
        session.plan_changed.connect(self.changed)
        session.outcome_changed.connect(self.retitle)
        session.outcome_changed.connect(self.changed)

    # What the window asks

    @property
    def label(self) -> str:
        return self.tr("Make")

    @property
    def title(self) -> str:
        if self._status.state is JobState.FAILED:
            return self.tr("The drive is not finished")
        if self.complete:
            return self.tr("The drive is written")
        return self.tr("Writing to the drive")

    @property
    def primary_text(self) -> str:
        return self.tr("See the result") if self.complete else ""

    @property
    def complete(self) -> bool:
        return self.session.outcome is not None

    def entered(self) -> None:
        self._controller.enter()

    def left(self) -> None:
        self._controller.leave()

    # What is shown

    def _show_start(self, _plan: Plan, fresh: bool) -> None:
        if fresh:
            self._log.clear()
        self._view.show_start()

    def _show_status(self, status: JobStatus) -> None:
        self._status = status
        self._view.show_status(status)
        shown: QWidget = self._view
        if status.state is JobState.IDLE:
            shown = self._panel
        elif status.error is not None:
            self._recovery.error = status.error
            self._failure.show_failure(status.error, status.written)
            shown = self._failure
        self._stack.setCurrentWidget(shown)
        self._log.setVisible(status.state is not JobState.IDLE)
        if not status.under_way:
            self._announcements.show_progress(None)
        self.retitle()
        self.changed.emit()

    def _announce_progress(self, progress: Progress) -> None:
        self._announcements.show_progress(progress.share)

    def _show_entry(self, entry: LogEntry) -> None:
        clock = QTime.currentTime().toString("HH:mm:ss")
        self._log.add(f"{clock}  {self._line(entry)}")

    def _line(self, entry: LogEntry) -> str:
        match entry:
            case Phase():
                return phase_sentence(entry)
            case Notice(_, message, hint):
                return worded_together(message, hint)
            case SatchelError():
                return worded(entry.message)
            case JobState.FINISHED:
                return self.tr("Done")
            case JobState.PAUSED:
                return self.tr("Paused")
            case _:
                return self.tr("Going on")

    def _show_success(self, outcome: Outcome) -> None:
        sound = outcome.check is None or outcome.check.ok
        self._tell(
            self.tr("The drive is ready") if sound else self.tr("The drive is not sound"),
            self.tr("You can go on in Satchel."),
        )
        if self.isVisible():
            self.proceed.emit()

    def _show_failure(self, error: SatchelError) -> None:
        if not isinstance(error, InterruptedByUser):
            self._tell(self.tr("The drive is not finished"), worded(error.message))

    def _show_keys(self, keys: tuple[RemoteKeys, ...]) -> None:
        KeysDialog(keys, self).open()

    def _tell(self, title: str, text: str) -> None:
        """To somebody who looks elsewhere."""
        seen = self.isVisible() and self.window().isActiveWindow()
        if not seen:
            QApplication.alert(self.window())
        self._announcements.tell(title, text, seen=seen)
