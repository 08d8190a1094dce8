"""How far something is: a ring that becomes a tick or a cross."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.style import icons, style
from ui.style.look import look
from ui.style.symbol import Symbol
from ui.widgets.strokes import Stroke, paint_stroke

_SIGN = 22


class RingState(Enum):
    """What it looks like."""

    OPEN = "open"
    UNDER_WAY = "under way"
    GOOD = "good"
    BAD = "bad"


class Ring(QWidget):
    """A ring, which becomes a tick or a cross."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = RingState.OPEN
        self.setFixedSize(style.px(_SIGN), style.px(_SIGN))

    def show_state(self, state: RingState) -> None:
        if state is not self._state:
            self._state = state
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = look().line_width
        place = QRectF(self.rect()).adjusted(width, width, -width, -width)
        side = place.width()
        inner = place.adjusted(side * 0.2, side * 0.2, -side * 0.2, -side * 0.2)
        match self._state:
            case RingState.OPEN:
                painter.setPen(QPen(look().control, width))
                painter.drawEllipse(place)
            case RingState.UNDER_WAY:
                # It stands still: what moves in the corner of the eye is no news.
                painter.setPen(QPen(look().line_strong, 2 * width))
                painter.drawEllipse(place)
                painter.setPen(QPen(look().accent, 2 * width))
                painter.drawArc(place, 90 * 16, -110 * 16)
            case RingState.GOOD:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look().accent)
                painter.drawEllipse(place)
                paint_stroke(painter, inner, Stroke.CHECK, look().on_accent)
            case RingState.BAD:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look().bad)
                painter.drawEllipse(place)
                pixels = round(inner.width())
                cross = icons.pixmap(Symbol.CROSS, pixels, look().on_bad, self.devicePixelRatioF())
                painter.drawPixmap(inner.topLeft(), cross)
        painter.end()
