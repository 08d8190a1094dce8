"""One of several drives: its meter, its name, how it stands, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.controllers.many_view import READY, UNDER_WAY, DriveRow, RowState
from ui.i18n.filling import filled
from ui.i18n.numbers import counted
from ui.pages.make import many_words
from ui.style import icons, style
from ui.style.look import look
from ui.style.meter import MeterParts, MeterState
from ui.style.symbol import Symbol
from ui.style.tokens import radius
from ui.widgets import labels
from ui.widgets.announcing import announce
from ui.widgets.buttons import Button
from ui.widgets.drive_meter import DriveMeter
from ui.widgets.flow import Flow
from ui.widgets.guard import means_something_else
from ui.widgets.labels import Ink, Label

_METER = (240, 44)
_SMALL_METER = (150, 36)
_NO_METER = (0, 0)
_LARGE_FROM = 900
_METER_FROM = 700
"""Widths of a row in design pixels; less leaves no room for a drawing."""
_BELOW_UNDER = 440
"""Less leaves no room for the name beside what is said, nor for a button."""
_HEIGHT = 66
_SIDE = 20
_NUMBER = 34
_NAME = 236

_SIGNS: dict[RowState, tuple[Symbol, style.Tone | None]] = {
    RowState.LOOKING: (Symbol.SEARCH, None),
    RowState.ASKING: (Symbol.QUESTION, style.Tone.WARN),
    RowState.WAITING: (Symbol.CLOCK, None),
    RowState.WRITING: (Symbol.DOWNLOAD, None),
    RowState.SAVING: (Symbol.SAVE, None),
    RowState.CHECKING: (Symbol.SHIELD_CHECK, None),
    RowState.STOPPING: (Symbol.STOP, None),
    RowState.OFFLINE: (Symbol.CLOUD_OFF, style.Tone.WARN),
    RowState.READY: (Symbol.CHECK, style.Tone.GOOD),
    RowState.EJECTING: (Symbol.CHECK, style.Tone.GOOD),
    RowState.EJECTED: (Symbol.CHECK, style.Tone.GOOD),
    RowState.UNSOUND: (Symbol.SHIELD_WARNING, style.Tone.BAD),
    RowState.UNPLUGGED: (Symbol.UNPLUGGED, style.Tone.WARN),
    RowState.FAILED: (Symbol.CROSS, style.Tone.BAD),
    RowState.ALREADY: (Symbol.CHECK, None),
    RowState.DECLINED: (Symbol.MINUS, None),
    RowState.UNUSABLE: (Symbol.WARNING, style.Tone.WARN),
}
_INKS = {style.Tone.GOOD: Ink.ACCENT, style.Tone.WARN: Ink.WARM, style.Tone.BAD: Ink.BAD}
_METERS = {
    RowState.ASKING: MeterState.GHOST,
    RowState.DECLINED: MeterState.GHOST,
    RowState.UNUSABLE: MeterState.GHOST,
    RowState.ALREADY: MeterState.READY,
    RowState.READY: MeterState.READY,
    RowState.EJECTING: MeterState.READY,
    RowState.EJECTED: MeterState.READY,
    RowState.OFFLINE: MeterState.WAITING,
    RowState.UNPLUGGED: MeterState.WAITING,
    RowState.FAILED: MeterState.FAILED,
    RowState.UNSOUND: MeterState.FAILED,
}


class ManyRow(QWidget):
    """Signals:
    ejected(int), explained(int): the button for that in the row of this number.
    answered(int, bool): whether the drive is meant.
    """

    ejected = Signal(int)
    explained = Signal(int)
    answered = Signal(int, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: DriveRow | None = None
        self._ends = (False, False)
        self._paused = False
        self._drawn: tuple[Symbol, str, style.Tone | None] | None = None
        self._number = Label(size=style.Text.STRONG, quiet=True, parent=self)
        self._meter = DriveMeter(*_METER, self)
        self._name = labels.strong(parent=self)
        self._about = labels.small(parent=self)
        self._sign = QLabel(self)
        self._state = labels.strong(parent=self)
        self._line = labels.small(parent=self)
        self._line.setFont(style.digits(self._line.font()))
        self._percent = Label(size=style.Text.HEADING, parent=self)
        self._percent.setFont(style.digits(self._percent.font()))
        self._percent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._answers = QWidget(self)
        self._use = Button(self.tr("Use it"), small=True, parent=self._answers)
        self._not = Button(self.tr("Not this one"), small=True, parent=self._answers)
        self._button = Button(small=True, parent=self)
        self._use.clicked.connect(self._take)
        self._not.clicked.connect(self._decline)
        self._button.clicked.connect(self._act)
        self.setMinimumHeight(style.px(_HEIGHT))
        self._lay_out()

    def _lay_out(self) -> None:
        self._number.setFixedWidth(style.px(_NUMBER))
        named, said = QVBoxLayout(), QVBoxLayout()
        for column, parts in (
            (named, (self._name, self._about)),
            (said, (self._state, self._line, self._answers)),
        ):
            column.setSpacing(0)
            column.addStretch(1)
            for part in parts:
                column.addWidget(part)
            column.addStretch(1)
        answers = Flow()
        answers.setContentsMargins(0, style.px(style.HALF), 0, 0)
        answers.addWidget(self._use)
        answers.addWidget(self._not)
        self._answers.setLayout(answers)
        row = QHBoxLayout(self)
        side = style.px(_SIDE)
        row.setContentsMargins(side, style.px(style.GRID), side, style.px(style.GRID))
        row.setSpacing(0)
        row.addWidget(self._number)
        row.addWidget(self._meter)
        row.addSpacing(style.px(_SIDE))
        named.setContentsMargins(0, 0, 0, 0)
        self._named = QWidget(self)
        self._named.setLayout(named)
        stands = QHBoxLayout()
        stands.setSpacing(style.px(style.GAP))
        stands.addWidget(self._sign)
        stands.addLayout(said, 1)
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._both.setSpacing(style.px(style.INNER))
        self._both.addWidget(self._named)
        self._both.addLayout(stands, 1)
        row.addLayout(self._both, 1)
        row.addSpacing(style.px(style.GRID))
        row.addWidget(self._percent)
        row.addWidget(self._button)
        self._said, self._across = said, row

    @property
    def row(self) -> DriveRow:
        assert self._row is not None
        return self._row

    @property
    def asks(self) -> bool:
        """Whether it waits for an answer."""
        return self.row.state is RowState.ASKING

    def show_row(self, row: DriveRow, *, paused: bool, ends: tuple[bool, bool]) -> None:
        """``ends``: whether it is the first one of its card, and the last."""
        if (row, paused, ends) == (self._row, self._paused, self._ends):
            return
        before, self._row, self._ends, self._paused = self._row, row, ends, paused
        asks = self.asks
        self._number.setText(str(row.number))
        self._name.setText(row.name)
        self._about.setText(row.about)
        symbol, tone = _SIGNS[row.state]
        if row.state in (RowState.WRITING, RowState.CHECKING) and paused:
            symbol = Symbol.PAUSE
        token = "soft" if tone is None and row.state not in UNDER_WAY else "text"
        if self._drawn != (symbol, token, tone):
            self._drawn = symbol, token, tone
            icons.give(self._sign, symbol, token=token, tone=tone, side=style.Icon.SMALL)
        word = many_words.state_word(row, paused=paused)
        self._state.setText(many_words.question(row) if asks else word)
        self._state.set_ink(_INKS[tone] if tone is not None and not asks else Ink.TEXT)
        line = many_words.state_line(row, paused=paused)
        self._line.setText(line)
        self._line.setVisible(bool(line))
        self._show_meter(row)
        self._show_buttons(row)
        told = many_words.spoken(row, paused=paused)
        self.setAccessibleName(told)
        if before is not None and before.state is not row.state and row.state not in UNDER_WAY:
            announce(self, told)
        self.update()

    def _show_meter(self, row: DriveRow) -> None:
        share = row.share or 0.0
        state = _METERS.get(row.state, MeterState.JOB)
        if state is MeterState.READY or (state is MeterState.FAILED and not share):
            share = 1.0
        said = many_words.state_line(row, paused=False)
        self._meter.show_parts(MeterParts(new=share), state, said, plug=row.plug)
        self._meter.setAccessibleName(row.name)
        told = row.share is not None and row.state in UNDER_WAY
        self._percent.setText(filled(self.tr("%1 %"), counted(int(100 * share))) if told else "")

    def _show_buttons(self, row: DriveRow) -> None:
        asks = row.state is RowState.ASKING
        text = ""
        if many_words.has_details(row):
            text = self.tr("Details")
        elif row.can_eject:
            text = self.tr("Eject")
        if text != self._button.text():
            means_something_else(self._button)
        self._button.setText(text)
        self._button.setVisible(bool(text))
        self._answers.setVisible(asks)
        self._percent.setVisible(bool(self._percent.text()))
        # Which of them is meant the name tells.
        which = filled(self.tr("Drive %1, %2"), str(row.number), row.name)
        for button in (self._button, self._use, self._not):
            button.setAccessibleDescription(which)

    def _take(self) -> None:
        self.answered.emit(self.row.number, True)

    def _decline(self) -> None:
        self.answered.emit(self.row.number, False)

    def _act(self) -> None:
        if many_words.has_details(self.row):
            self.explained.emit(self.row.number)
        else:
            self.ejected.emit(self.row.number)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = event.size().width()
        size = _METER if width >= style.px(_LARGE_FROM) else _SMALL_METER
        self._meter.set_design(*(size if width >= style.px(_METER_FROM) else _NO_METER))
        below = width < style.px(_BELOW_UNDER)
        if below != (self._said.indexOf(self._button) >= 0):
            if below:
                self._said.insertWidget(self._said.count() - 1, self._button)
            else:
                self._across.addWidget(self._button)
        if below:
            self._both.setDirection(QBoxLayout.Direction.TopToBottom)
            self._both.setSpacing(style.px(style.HALF))
            self._named.setMinimumWidth(0)
            self._named.setMaximumWidth(width)
        else:
            self._both.setDirection(QBoxLayout.Direction.LeftToRight)
            self._both.setSpacing(style.px(style.INNER))
            # In every row what follows stands at the same place.
            self._named.setFixedWidth(min(style.px(_NAME), width // 4))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """On a tinted ground up to the card's edge, if it is ready."""
        if self._row is None or self._row.state not in READY:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        corner = style.px(radius("card")) - 1
        first, last = self._ends
        place = QRectF(self.rect())
        shape = QPainterPath()
        shape.addRoundedRect(
            place.adjusted(0, 0 if first else -corner, 0, 0 if last else corner), corner, corner
        )
        painter.setClipRect(self.rect())
        painter.fillPath(shape, look().accent_tint)
        painter.end()
