"""The few signs that widgets draw themselves, since they turn, grow or fill with them."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

_WIDTH = 0.085
"""Of the lines, as a share of the sign's side: 1.5 at 18 pixels."""


class Stroke(Enum):
    """Points of a line in a square of side 1."""

    CHECK = ((0.2, 0.53), (0.41, 0.73), (0.8, 0.3))
    DASH = ((0.22, 0.5), (0.78, 0.5))
    DOWN = ((0.25, 0.39), (0.5, 0.64), (0.75, 0.39))
    UP = ((0.25, 0.61), (0.5, 0.36), (0.75, 0.61))
    FORWARD = ((0.39, 0.25), (0.64, 0.5), (0.39, 0.75))
    BACK = ((0.61, 0.25), (0.36, 0.5), (0.61, 0.75))


def paint_stroke(painter: QPainter, place: QRectF, stroke: Stroke, colour: QColor) -> None:
    """In the middle of ``place``, as large as fits."""
    side = min(place.width(), place.height())
    left = place.center().x() - side / 2
    top = place.center().y() - side / 2
    points = [QPointF(left + x * side, top + y * side) for x, y in stroke.value]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(colour, max(1.5, side * _WIDTH))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPolyline(QPolygonF(points))
    painter.restore()


def onward(*, mirrored: bool) -> Stroke:
    """To where one reads on."""
    return Stroke.BACK if mirrored else Stroke.FORWARD
