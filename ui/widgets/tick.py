"""The round tick that chooses an app or a drive, for delegates and cards."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ui.style import icons, style
from ui.style.look import look
from ui.style.symbol import Symbol
from ui.style.tokens import size
from ui.widgets.strokes import Stroke, paint_stroke


class Tick(Enum):
    OPEN = "open"
    CHOSEN = "chosen"
    IMPOSSIBLE = "impossible"
    """It cannot be carried: a cloud with a stroke instead."""


def tick_side() -> int:
    return style.px(size("tick"))


def paint_tick(
    painter: QPainter,
    place: QRect,
    tick: Tick,
    *,
    pointed: bool = False,
    enabled: bool = True,
) -> None:
    """In the middle of ``place``, `tick_side` wide. ``pointed``: the mouse is over it."""
    side = tick_side()
    circle = QRectF(0, 0, side, side)
    circle.moveCenter(QRectF(place).center())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    match tick:
        case Tick.IMPOSSIBLE:
            ratio = painter.device().devicePixelRatioF()
            cloud = icons.pixmap(Symbol.CLOUD_OFF, side, look().soft, ratio)
            painter.drawPixmap(circle.topLeft(), cloud)
        case Tick.CHOSEN:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look().accent if enabled else look().control)
            painter.drawEllipse(circle)
            inner = circle.adjusted(side * 0.2, side * 0.2, -side * 0.2, -side * 0.2)
            paint_stroke(painter, inner, Stroke.CHECK, look().on_accent)
        case Tick.OPEN:
            width = look().line_width
            painter.setPen(QPen(look().accent if pointed else look().control, 1.25 * width))
            painter.setBrush(look().card if enabled else look().sunken)
            painter.drawEllipse(circle.adjusted(0.75, 0.75, -0.75, -0.75))
    painter.restore()
