"""The way through the window: numbered steps, and apart from them the other pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.i18n.filling import filled
from ui.state.page_name import PageName
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.widgets.labels import Label


class StepState(Enum):
    """Of a step: behind, open, or ahead."""

    DONE = "done"
    CURRENT = "current"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. ``number`` is 0 for pages that are no steps."""

    name: PageName
    label: str
    icon: Symbol
    number: int = 0


class Sidebar(QFrame):
    """Signals: chosen(object): the `PageName` of the entry that was activated."""

    chosen = Signal(object)

    def __init__(
        self, steps: Sequence[Entry], others: Sequence[Entry], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setAccessibleName(self.tr("Steps"))
        self._lines: dict[PageName, _Line] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.GRID, style.MARGIN, style.GRID, style.GAP)
        layout.setSpacing(style.HALF)
        for entry in steps:
            layout.addWidget(self._line(entry))
        layout.addStretch(1)
        for entry in others:
            layout.addWidget(self._line(entry))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def show_state(self, name: PageName, state: StepState, *, enabled: bool) -> None:
        self._lines[name].show_state(state, enabled=enabled)

    def _line(self, entry: Entry) -> _Line:
        line = _Line(entry, self)
        self._lines[entry.name] = line
        line.clicked.connect(line.choose)
        line.chosen.connect(self.chosen)
        return line

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        lines = [line for line in self._lines.values() if line.isEnabled()]
        focus = next((line for line in lines if line.hasFocus()), None)
        move = steps.get(Qt.Key(event.key()))
        if move is None or focus is None:
            super().keyPressEvent(event)
            return
        lines[(lines.index(focus) + move) % len(lines)].setFocus(Qt.FocusReason.TabFocusReason)


class _Line(QToolButton):
    """One entry: icon or tick, number and name. The state is in the tick and the words too."""

    chosen = Signal(object)

    def __init__(self, entry: Entry, parent: QWidget) -> None:
        super().__init__(parent)
        self._entry = entry
        self._state: StepState | None = None
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)
        self._mark = QLabel(self)
        shown = f"{entry.number}  {entry.label}" if entry.number else entry.label
        self._text = Label(shown, style.Text.BODY, parent=self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(style.GRID + style.HALF, 0, style.MARGIN, 0)
        layout.setSpacing(style.GRID + style.HALF)
        layout.addWidget(self._mark)
        layout.addWidget(self._text, 1)
        for part in (self._mark, self._text):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        """Wide enough for bold, so that nothing moves when it becomes the current one."""
        bold = QFontMetrics(style.font(style.Text.BODY, bold=True))
        layout = self.layout()
        assert layout is not None
        sides = layout.contentsMargins()
        width = bold.horizontalAdvance(self._text.text()) + style.Icon.SMALL + layout.spacing()
        height = max(bold.height() + 2 * style.GRID, 5 * style.GRID)
        return QSize(width + sides.left() + sides.right() + style.HALF, height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The current one has a bar beside it, the one with the keyboard a frame."""
        palette = self.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        area = QRectF(self.rect())
        if self._state is StepState.CURRENT or (self.isEnabled() and self.underMouse()):
            painter.setBrush(style.faint(palette))
            painter.drawRoundedRect(area, style.HALF, style.HALF)
        if self._state is StepState.CURRENT:
            painter.setBrush(style.accent(palette))
            bar = QRectF(0, style.GRID, style.HALF, self.height() - 2 * style.GRID)
            painter.drawRoundedRect(bar, style.HALF / 2, style.HALF / 2)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(style.accent(palette), 2))
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), style.HALF, style.HALF)
        painter.end()

    def choose(self) -> None:
        self.chosen.emit(self._entry.name)

    def show_state(self, state: StepState, *, enabled: bool) -> None:
        self.setEnabled(enabled)
        self.setChecked(state is StepState.CURRENT)
        if state is self._state:
            return
        self._state = state
        self.update()
        self._text.set_bold(state is StepState.CURRENT)
        self._text.set_quiet(state is StepState.AHEAD and bool(self._entry.number))
        icons.give(self._mark, Symbol.CHECK if self._is_done else self._entry.icon)
        words = {
            StepState.DONE: self.tr("Step %1, %2, done"),
            StepState.CURRENT: self.tr("Step %1, %2, open now"),
            StepState.AHEAD: self.tr("Step %1, %2, not yet"),
        }
        name = self._entry.label
        if self._entry.number:
            name = filled(words[state], str(self._entry.number), name)
        elif state is StepState.CURRENT:
            name = filled(self.tr("%1, open now"), name)
        self.setAccessibleName(name)

    @property
    def _is_done(self) -> bool:
        return bool(self._entry.number) and self._state is StepState.DONE
