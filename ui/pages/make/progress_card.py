"""How far a job is: the drive that fills, a number, and what it is at."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.progress import AppPlace, Phase
from ui.controllers.job import JobState, JobStatus
from ui.i18n.filling import filled
from ui.i18n.numbers import counted, sized_of
from ui.pages.make.now_label import NowLabel
from ui.pages.make.slot import MessageSlot
from ui.pages.make.step_list import StepList, looks_first
from ui.pages.make.words import doing, line_below, message_of
from ui.style import style
from ui.style.meter import MeterParts, MeterState
from ui.widgets import labels
from ui.widgets.card import Card, Line
from ui.widgets.drive_meter import DriveMeter
from ui.widgets.labels import Label

_METER = (420, 104)
_SMALL_METER = (240, 60)
_WIDE_ENOUGH = 720
_NARROW = 480
"""Under this width the numbers stand below the drive."""
_EDGE = 28
_BESIDE = 36
_SLOT = 76
_LETTERS = 32
"""Of “Now Paintpot, app 5 of 10”, and of names that are longer."""
_ACROSS = QBoxLayout.Direction.LeftToRight
_DOWN = QBoxLayout.Direction.TopToBottom
_METER_STATES = {
    JobState.OFFLINE: MeterState.WAITING,
    JobState.UNPLUGGED: MeterState.WAITING,
    JobState.FAILED: MeterState.FAILED,
}


class ProgressCard(Card):
    """Its slot has the steps, or, in the same place, what happened."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=0, parent=parent)
        self.body.setSpacing(0)
        self._meter = DriveMeter(*_METER, self)
        self._figure = Label(size=style.Text.FIGURE, parent=self)
        self._bytes = labels.strong(parent=self)
        self._bytes.setFont(style.digits(self._bytes.font()))
        self._line = Label(quiet=True, wrap=True, parent=self)
        self._line.setFont(style.digits(self._line.font()))
        self._steps = StepList(self)
        self._now = NowLabel(self)
        self._message = MessageSlot(self)
        self._row = self._steps_row()
        self._line_above = Line(self)
        self._top = self._top_row()
        self.body.addLayout(self._top)
        self.body.addWidget(self._line_above)
        for part in (self._row, self._message):
            part.setMinimumHeight(style.px(_SLOT))
            self.body.addWidget(part)

    def _top_row(self) -> QHBoxLayout:
        numbers = QVBoxLayout()
        numbers.setSpacing(0)
        numbers.addStretch(1)
        for label in (self._figure, self._bytes, self._line):
            numbers.addWidget(label)
        numbers.addStretch(1)
        edge = style.px(_EDGE)
        row = QHBoxLayout()
        row.setContentsMargins(edge, edge, edge, edge)
        row.setSpacing(style.px(_BESIDE))
        row.addWidget(self._meter)
        row.addLayout(numbers, 1)
        return row

    def _steps_row(self) -> QWidget:
        row = QWidget(self)
        self._steps_layout = layout = QHBoxLayout(row)
        layout.setSpacing(style.px(style.GAP))
        layout.addWidget(self._steps, 0, Qt.AlignmentFlag.AlignLeading)
        layout.addStretch(1)
        layout.addWidget(self._now)
        return row

    def show_status(self, status: JobStatus, name: str, app: str) -> None:
        """``name``: of the drive; ``app``: which is being fetched."""
        message = message_of(status, name)
        self._steps.show_status(status)
        progress = status.progress
        share = progress.share if progress is not None and progress.share is not None else 0.0
        self._figure.setText(filled(self.tr("%1 %"), counted(int(100 * share))))
        told = progress is not None and progress.bytes_total
        self._bytes.setText(
            sized_of(progress.bytes, progress.bytes_total) if told and progress else ""
        )
        self._line.setText(line_below(status))
        place = progress.app if progress is not None and status.state is JobState.RUNNING else None
        self._show_now(status, app, place)
        sentence = ", ".join(filter(None, (doing(status), self._bytes.text(), self._line.text())))
        state = _METER_STATES.get(status.state, MeterState.JOB)
        if message is not None and not message.bad and state is MeterState.FAILED:
            state = MeterState.WAITING
        self._meter.show_parts(MeterParts(new=share), state, sentence)
        self._meter.setAccessibleName(self._figure.text())
        if message is not None:
            self._message.say(message)
        for part in (self._row, self._line_above):
            part.setVisible(message is None)
        self._message.setVisible(message is not None)

    def _show_now(self, status: JobStatus, app: str, place: AppPlace | None) -> None:
        """“Now **Paintpot**, app 5 of 10”; of a check, what that does."""
        if status.phase is Phase.VERIFY:
            self._now.say(
                doing(status) if looks_first(status) else self.tr("Reading everything back")
            )
        elif place is None:
            self._now.say("")
        else:
            numbers = counted(place.number), counted(place.total)
            self._now.show_name(self.tr("Now %1, app %2 of %3"), app, *numbers)

    @property
    def message(self) -> MessageSlot:
        return self._message

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= style.px(_WIDE_ENOUGH)
        self._meter.set_design(*(_METER if wide else _SMALL_METER))
        below = self.width() < style.px(_NARROW)
        self._top.setDirection(_DOWN if below else _ACROSS)
        self._top.setSpacing(style.px(style.GRID if below else _BESIDE))
        # Of most names all can be read; whichever it is, it stands at the same place.
        letters = _LETTERS * QFontMetrics(self._now.font()).averageCharWidth()
        room = self.width() - 2 * style.px(_EDGE) - self._steps.sizeHint().width()
        beside = room >= letters
        self._steps_layout.setDirection(_ACROSS if beside else _DOWN)
        above = 0 if beside else style.px(style.GAP)
        self._steps_layout.setContentsMargins(style.px(_EDGE), above, style.px(_EDGE), above)
