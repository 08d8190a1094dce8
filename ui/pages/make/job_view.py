"""A job under way: its steps, how far it is, a picture of it, and buttons to hold it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.progress import Advanced, Phase
from ui.controllers.job import JobState, JobStatus
from ui.controllers.progress import Progress
from ui.i18n.filling import filled
from ui.i18n.numbers import lasting, sized
from ui.pages.make.phase_steps import STEPS, PhaseSteps, Step
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.buttons import tall
from ui.widgets.labels import Label
from ui.widgets.work_map import WorkMap

_PERMILLE = 1000


def phase_sentence(phase: Phase) -> str:
    """What a phase does."""
    return {
        Phase.TRUST: QCoreApplication.translate("JobView", "Checking signatures"),
        Phase.DOWNLOAD: QCoreApplication.translate("JobView", "Downloading and checking"),
        Phase.FLUSH: QCoreApplication.translate(
            "JobView", "Writing to the drive. Do not unplug it."
        ),
        Phase.WRITE: QCoreApplication.translate("JobView", "Finishing"),
        Phase.VERIFY: QCoreApplication.translate("JobView", "Reading everything back"),
    }.get(phase, phase.value)


class JobView(QWidget):
    """Signals:
    pause_pressed(), stop_pressed(): of the buttons; the first also lets it go on.
    """

    pause_pressed = Signal()
    stop_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps = PhaseSteps(self)
        self._heading = labels.heading(parent=self)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._numbers = Label(parent=self)
        self._numbers.setFont(style.digits(self._numbers.font()))
        self._left = Label(parent=self)
        self._left.setFont(style.digits(self._left.font()))
        self._left.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._map = WorkMap(self)
        self._pause = QPushButton(self)
        self._pause.clicked.connect(self.pause_pressed)
        self._stop = QPushButton(self.tr("Stop"), self)
        icons.give(self._stop, Symbol.STOP)
        self._stop.clicked.connect(self.stop_pressed)
        tall(self._pause, self._stop)
        numbers = QHBoxLayout()
        numbers.addWidget(self._numbers, 1)
        numbers.addWidget(self._left)
        buttons = QHBoxLayout()
        buttons.setSpacing(style.GRID)
        buttons.addWidget(self._pause)
        buttons.addWidget(self._stop)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.GRID)
        layout.addWidget(self._steps)
        layout.addWidget(self._heading)
        layout.addWidget(self._bar)
        layout.addLayout(numbers)
        layout.addWidget(self._map, 1)
        layout.addLayout(buttons)

    def show_start(self) -> None:
        """A job begins."""
        self._map.begin()
        self._numbers.setText("")
        self._left.setText("")

    def show_phase(self, status: JobStatus) -> None:
        sentence = phase_sentence(status.phase)
        self._steps.show_step(STEPS.get(status.phase, Step.SIGNATURES))
        self._heading.setText(sentence)
        self._map.begin_phase(status.phase)
        # Nothing tells how far the others are.
        self._bar.setRange(0, _PERMILLE if status.measured else 0)
        self._bar.setValue(0)
        self._bar.setAccessibleName(sentence)
        self._left.setText("")

    def show_status(self, status: JobStatus) -> None:
        match status.state:
            case JobState.RUNNING:
                self._heading.setText(phase_sentence(status.phase))
            case JobState.PAUSED:
                self._heading.setText(self.tr("Paused"))
            case JobState.STOPPING:
                self._heading.setText(self.tr("Stopping…"))
            case JobState.FINISHED:
                self._show_end()
        self._pause.setText(self.tr("Go on") if status.paused else self.tr("Pause"))
        icon = Symbol.CHEVRON_RIGHT if status.paused else Symbol.PAUSE
        icons.give(self._pause, icon)
        self._pause.setVisible(status.under_way)
        self._stop.setVisible(status.under_way)
        self._pause.setEnabled(status.can_pause)
        self._stop.setEnabled(status.can_stop)

    def show_progress(self, progress: Progress) -> None:
        if progress.share is not None:
            self._bar.setValue(round(progress.share * _PERMILLE))
        self._numbers.setText(
            filled(self.tr("%1 of %2"), sized(progress.bytes), sized(progress.bytes_total))
        )
        told = []
        if progress.rate is not None:
            told.append(filled(self.tr("%1 a second"), sized(progress.rate)))
        if progress.left is not None:
            told.append(filled(self.tr("about %1 left"), lasting(progress.left)))
        if progress.still is not None:
            text = self.tr("Waiting: nothing has moved for %1")
            told.append(filled(text, lasting(progress.still)))
        self._left.setText(", ".join(told))

    def show_advanced(self, event: Advanced) -> None:
        self._map.advance(event)

    def _show_end(self) -> None:
        self._steps.show_all_done()
        self._heading.setText(self.tr("Done"))
        self._bar.setRange(0, _PERMILLE)
        self._bar.setValue(_PERMILLE)
        self._left.setText("")
