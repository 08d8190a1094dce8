"""Make: the job, as it goes."""

from __future__ import annotations

import time
from functools import partial

from PySide6.QtCore import Qt, QTime
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.desktop import notify
from app.errors import InterruptedByUser, SatchelError
from app.flatpak.remotes.known import Known
from app.progress import Advanced, CancelToken, Event, Notice, Phase, PhaseStarted, Placed, Reporter
from app.rate import Rate
from app.stick.environment import Environment
from app.stick.planning.plan import Plan
from app.stick.writing.job import Outcome, run_job
from ui.controllers import failures
from ui.controllers.failures import Written
from ui.controllers.recovery import Recovery
from ui.i18n.filling import filled
from ui.i18n.numbers import counted, lasting, sized
from ui.i18n.wording import worded
from ui.pages.base import Page
from ui.pages.make.log_view import LogView
from ui.pages.make.phase_steps import PhaseSteps
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.style import icons, style
from ui.tasks.bridge import Bridge, Task
from ui.widgets import labels
from ui.widgets.buttons import tall
from ui.widgets.failure_panel import FailurePanel
from ui.widgets.labels import Label
from ui.widgets.state_panel import StatePanel
from ui.widgets.work_map import WorkMap

_STEPS = {
    Phase.TRUST: 0,
    Phase.DOWNLOAD: 1,
    Phase.FLUSH: 2,
    Phase.WRITE: 2,
    Phase.VERIFY: 3,
}
_PAUSABLE = frozenset({Phase.DOWNLOAD, Phase.VERIFY})
_PERMILLE = 1000


class MakePage(Page):
    """Runs the job for the session's plan and shows it."""

    name = PageName.MAKE
    icon = "write"

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        self._unfinished = False
        super().__init__(session, bridge, parent)
        self._task: Task | None = None
        self._plan: Plan | None = None
        self._reached = Written.NOTHING
        self._phase = Phase.TRUST
        self._rate = Rate(time.monotonic())
        self._stack = QStackedWidget(self)
        self._panel = StatePanel(self)
        self._failure = FailurePanel(self)
        self._work = self._build()
        for widget in (self._panel, self._failure, self._work):
            self._stack.addWidget(widget)
        self._stack.currentChanged.connect(self._name_it)
        self._log = LogView(self)
        self.body.addWidget(self._stack, 1)
        self.body.addWidget(self._log)
        self._panel.show_empty(
            self.tr("Nothing is being written"),
            self.tr("Review what will be written first."),
            icon="write",
        )
        self._log.hide()
        self._recovery = Recovery(session, bridge, self)
        self._failure.chosen.connect(self._recovery.take)
        self._recovery.again.connect(self._start)
        self._recovery.plan_again.connect(self._back_to_review)
        self._recovery.go.connect(self.go)
        session.plan_changed.connect(self._plan_changed)
        session.outcome_changed.connect(self.retitle)
        session.outcome_changed.connect(self.changed)

    def _build(self) -> QWidget:
        work = QWidget(self)
        self._steps = PhaseSteps(
            (
                self.tr("Signatures"),
                self.tr("Download"),
                self.tr("Write"),
                self.tr("Check"),
            ),
            work,
        )
        self._heading = labels.heading(parent=work)
        self._bar = QProgressBar(work)
        self._bar.setTextVisible(False)
        self._numbers = Label(parent=work)
        self._numbers.setFont(style.digits(self._numbers.font()))
        self._left = Label(parent=work)
        self._left.setFont(style.digits(self._left.font()))
        self._left.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._map = WorkMap(work)
        self._pause = QPushButton(work)
        self._pause.clicked.connect(self._press_pause)
        self._stop = QPushButton(self.tr("Stop"), work)
        icons.give(self._stop, "stop", role=self._stop.foregroundRole())
        self._stop.clicked.connect(self._press_stop)
        tall(self._pause, self._stop)
        numbers = QHBoxLayout()
        numbers.addWidget(self._numbers, 1)
        numbers.addWidget(self._left)
        buttons = QHBoxLayout()
        buttons.setSpacing(style.GRID)
        buttons.addWidget(self._pause)
        buttons.addWidget(self._stop)
        buttons.addStretch(1)
        layout = QVBoxLayout(work)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.GRID)
        layout.addWidget(self._steps)
        layout.addWidget(self._heading)
        layout.addWidget(self._bar)
        layout.addLayout(numbers)
        layout.addWidget(self._map, 1)
        layout.addLayout(buttons)
        return work

    @property
    def label(self) -> str:
        return self.tr("Make")

    @property
    def title(self) -> str:
        if self._unfinished:
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

    def _name_it(self) -> None:
        self._unfinished = self._stack.currentWidget() is self._failure
        self.retitle()

    def entered(self) -> None:
        fresh = self.session.plan is not self._plan
        if self.session.approved and fresh and self._task is None:
            self._start()

    def left(self) -> None:
        self._forget()

    # The job

    def _start(self) -> None:
        """Do what the session's plan says, from the beginning or from where it stopped."""
        plan = self.session.plan
        if plan is None or self._task is not None:
            self._back_to_review()
            return
        if plan is not self._plan:
            self._log.clear()
        self._plan = plan
        self._reached = Written.NOTHING
        self._map.begin(plan.estimate.objects)
        self._numbers.setText("")
        self._left.setText("")
        self._log.show()
        self._stack.setCurrentWidget(self._work)
        self._task = self.bridge.run(
            partial(_make, plan, self.session.environment, self.session.known),
            done=self._done,
            failed=self._failed,
            progress=self._heard,
            guarded=True,
        )
        self._begin(Phase.TRUST)
        self._show_buttons()

    def _done(self, outcome: Outcome) -> None:
        self._task = None
        self._steps.show_step(len(set(_STEPS.values())))
        self._heading.setText(self.tr("Done"))
        self._bar.setRange(0, _PERMILLE)
        self._bar.setValue(_PERMILLE)
        self._left.setText("")
        self._note(self.tr("Done"))
        self._show_buttons()
        if self.session.plan is not self._plan:
            # The drive was pulled out, or something else chosen, right at the end.
            self._back_to_review()
            return
        self.session.set_outcome(outcome)
        sound = outcome.check is None or outcome.check.ok
        self._tell(
            self.tr("The drive is ready") if sound else self.tr("The drive is not sound"),
            self.tr("You can go on in Satchel."),
        )
        if self.isVisible():
            self.proceed.emit()

    def _failed(self, error: SatchelError) -> None:
        self._task = None
        self._recovery.error = error
        self._note(worded(error.message))
        self._failure.show_failure(error, self._reached)
        self._stack.setCurrentWidget(self._failure)
        if not isinstance(error, InterruptedByUser):
            self._tell(self.tr("The drive is not finished"), worded(error.message))
        self.changed.emit()

    def _plan_changed(self) -> None:
        """Another plan, or none: what failed here is of no interest any more.

        But for somebody who is reading it: a drive that is pulled out takes its plan along.
        """
        reading = self.isVisible() and self._stack.currentWidget() is self._failure
        if not reading:
            self._forget()
        self.changed.emit()

    def _forget(self) -> None:
        if self._task is None and self.session.plan is not self._plan:
            self._stack.setCurrentWidget(self._panel)
            self._log.hide()

    def _back_to_review(self) -> None:
        self.session.set_plan(None)
        self.go.emit(PageName.REVIEW if self.session.request() is not None else PageName.DRIVE)

    def _tell(self, title: str, text: str) -> None:
        """To somebody who looks elsewhere."""
        if not (self.isVisible() and self.window().isActiveWindow()):
            QApplication.alert(self.window())
            self.bridge.run(partial(_notify, title, text))

    # What it reports

    def _heard(self, event: Event) -> None:
        match event:
            case PhaseStarted(phase):
                self._begin(phase)
                self._note(self._sentence(phase))
            case Placed():
                self._map.place(event)
            case Advanced():
                self._advance(event)
            case Notice(_, message, hint):
                self._note(f"{worded(message)} {worded(hint)}".rstrip())

    def _begin(self, phase: Phase) -> None:
        self._phase = phase
        self._reached = failures.written_after(self._reached, phase)
        self._rate = Rate(time.monotonic())
        self._steps.show_step(_STEPS.get(phase, 0))
        sentence = self._sentence(phase)
        self._heading.setText(sentence)
        self._map.begin_phase(phase)
        # Nothing tells how far these are.
        self._bar.setRange(0, 0 if phase not in _PAUSABLE else _PERMILLE)
        self._bar.setValue(0)
        self._bar.setAccessibleName(sentence)
        self._left.setText("")
        self._show_buttons()

    def _advance(self, event: Advanced) -> None:
        now = time.monotonic()
        task = self._task
        if task is not None and task.paused:
            self._rate.rest(now)
            self._left.setText("")
            return
        pace = self._rate.tell(event, now)
        if pace.share is not None:
            self._bar.setValue(round(pace.share * _PERMILLE))
        text = self.tr("%1 of %2 parts, %3")
        total = max(event.objects_total, event.objects)
        self._numbers.setText(
            filled(text, counted(event.objects), counted(total), sized(event.bytes))
        )
        told = []
        if pace.rate is not None:
            told.append(filled(self.tr("%1 a second"), sized(pace.rate)))
        if pace.left is not None:
            told.append(filled(self.tr("about %1 left"), lasting(pace.left)))
        if pace.still is not None:
            text = self.tr("Waiting: nothing has moved for %1")
            told.append(filled(text, lasting(pace.still)))
        self._left.setText(", ".join(told))

    def _sentence(self, phase: Phase) -> str:
        return {
            Phase.TRUST: self.tr("Checking signatures"),
            Phase.DOWNLOAD: self.tr("Downloading and checking"),
            Phase.FLUSH: self.tr("Writing to the drive. Do not unplug it."),
            Phase.WRITE: self.tr("Finishing"),
            Phase.VERIFY: self.tr("Reading everything back"),
        }.get(phase, phase)

    def _note(self, line: str) -> None:
        clock = QTime.currentTime().toString("HH:mm:ss")
        self._log.add(f"{clock}  {line}")

    # Buttons

    def _press_pause(self) -> None:
        if self._task is None:
            return
        if self._task.paused:
            self._task.resume()
            self._rate.rest(time.monotonic())
            self._heading.setText(self._sentence(self._phase))
            self._note(self.tr("Going on"))
        else:
            self._task.pause()
            self._heading.setText(self.tr("Paused"))
            self._note(self.tr("Paused"))
        self._show_buttons()

    def _press_stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._heading.setText(self.tr("Stopping…"))
            self._show_buttons()

    def _show_buttons(self) -> None:
        task = self._task
        stopping = task is not None and task.stopping
        paused = task is not None and task.paused
        self._pause.setText(self.tr("Go on") if paused else self.tr("Pause"))
        name = "forward" if paused else "pause"
        icons.give(self._pause, name, role=self._pause.foregroundRole())
        self._pause.setVisible(task is not None)
        self._stop.setVisible(task is not None)
        self._pause.setEnabled(not stopping and (paused or self._phase in _PAUSABLE))
        self._stop.setEnabled(task is not None and not stopping)


def _make(
    plan: Plan, environment: Environment, known: Known, report: Reporter, cancel: CancelToken
) -> Outcome:
    return run_job(plan, environment, known, report, cancel)


def _notify(title: str, text: str, _report: Reporter, _cancel: CancelToken) -> None:
    notify(title, text)
