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
    PARTLY = "partly"
    """Of several that are meant, some have it."""
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
            paint_stroke(painter, _inner(circle), Stroke.CHECK, look().on_accent)
        case Tick.PARTLY:
            _paint_circle(painter, circle, pointed=True, enabled=enabled)
            paint_stroke(painter, _inner(circle), Stroke.DASH, look().accent)
        case Tick.OPEN:
            _paint_circle(painter, circle, pointed=pointed, enabled=enabled)
    painter.restore()


def _paint_circle(painter: QPainter, circle: QRectF, *, pointed: bool, enabled: bool) -> None:
    colour = look().accent if pointed else look().control
    painter.setPen(QPen(colour, 1.25 * look().line_width))
    painter.setBrush(look().card if enabled else look().sunken)
    painter.drawEllipse(circle.adjusted(0.75, 0.75, -0.75, -0.75))


def _inner(circle: QRectF) -> QRectF:
    away = circle.width() * 0.2
    return circle.adjusted(away, away, -away, -away)
