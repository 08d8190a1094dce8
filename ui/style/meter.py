"""The drive, lying on its side: the one drawing of space and of progress.

A plug, a body, the hole for a lanyard. The body fills from the plug: what is used, what a job
adds, what stays free. External disks and folders are the same body without a plug. Where text
runs from the right, the whole drive lies the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, auto

from msgspec import Struct
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from ui.style.look import look

_RADIUS = 0.3
"""This and what follows are shares of the body's height."""
_INSET = 0.09
_PLUG_WIDTH = 0.49
_PLUG_HEIGHT = 0.57
_PLUG_RADIUS = 0.06
_CONTACT = (0.18, 0.13, 0.1)
"""From the plug's end, width, height."""
_CONTACT_FROM_MIDDLE = 0.115
_HOLE_FROM_END = 0.365
_HOLE_RADIUS = 0.117
_TICK = ((-0.21, -0.01), (-0.034, 0.185), (0.303, -0.21))
"""From the middle of the body, in shares of its height."""
_TICK_WIDTH = 0.085
_GAP = 1.5
_HOLE_FROM_HEIGHT = 30
_SMALLEST_PART = 2.0
"""Pixels: whatever is not nothing can be seen."""
_DASHES = [5.0, 4.0]
_MOST_USED = 0.92
"""Of the body where the rest is too much."""


class MeterState(Enum):
    """What the drawing says; words beside it say the same."""

    ROOM = auto()
    """What is on the drive, and what is to come."""
    JOB = auto()
    """All of the body is the job."""
    WAITING = auto()
    FAILED = auto()
    """As far as it came."""
    TOO_MUCH = auto()
    """More than there is room for: up to the end."""
    READY = auto()
    GHOST = auto()
    """No drive yet."""


class MeterParts(Struct, frozen=True):
    """Shares of the body, 0 to 1; of a job only ``new`` counts."""

    used: float = 0.0
    new: float = 0.0

    @classmethod
    def of(cls, capacity: int, *, used: int = 0, new: int = 0) -> MeterParts:
        """From numbers of bytes."""
        if capacity <= 0:
            return cls()
        before = min(max(used / capacity, 0.0), 1.0)
        return cls(before, min(max(new / capacity, 0.0), 1.0 - before))


def paint_meter(
    painter: QPainter,
    rect: QRectF,
    parts: MeterParts,
    state: MeterState,
    *,
    plug: bool = True,
) -> None:
    """The drive in ``rect``, of the rectangle's height and width."""
    with _drawing(painter, rect):
        body = body_of(rect, plug=plug)
        if plug:
            _paint_plug(painter, rect, body, ghost=state is MeterState.GHOST)
        _paint_body(painter, body, ghost=state is MeterState.GHOST)
        if state is not MeterState.GHOST:
            _paint_fill(painter, body, parts, state)
            if body.height() >= _HOLE_FROM_HEIGHT:
                _paint_hole(painter, body)
        if state is MeterState.READY:
            _paint_tick(painter, body)


def body_of(rect: QRectF, *, plug: bool) -> QRectF:
    """The body of a drive in ``rect``, with the plug on the left."""
    away = rect.height() * _PLUG_WIDTH if plug else 0.0
    half = look().line_width / 2
    return rect.adjusted(round(away) + half, half, -half, -half)


@contextmanager
def _drawing(painter: QPainter, rect: QRectF) -> Iterator[None]:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if painter.layoutDirection() == Qt.LayoutDirection.RightToLeft:
        painter.translate(2 * rect.center().x(), 0)
        painter.scale(-1, 1)
    yield
    painter.restore()


def outline(*, dashed: bool = False) -> QPen:
    """The pen that draws a drive's edge."""
    pen = QPen(look().control, look().line_width)
    if dashed:
        pen.setDashPattern(_DASHES)
    return pen


def _paint_plug(painter: QPainter, rect: QRectF, body: QRectF, *, ghost: bool) -> None:
    height = rect.height()
    half = look().line_width / 2
    under = height * _RADIUS
    place = QRectF(0, 0, body.left() - rect.left() - half + under, round(height * _PLUG_HEIGHT))
    place.moveTopLeft(QPointF(rect.left() + half, 0))
    place.moveCenter(QPointF(place.center().x(), rect.center().y()))
    painter.setPen(outline(dashed=ghost))
    radius = height * _PLUG_RADIUS
    if ghost:
        # Nothing covers what would lie below the body.
        painter.setClipRect(rect.adjusted(0, 0, body.left() - rect.right(), 0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(place, radius, radius)
        painter.setClipping(False)
        return
    painter.setBrush(look().plug)
    painter.drawRoundedRect(place, radius, radius)
    away, width, tall = (height * share for share in _CONTACT)
    for side in (-1, 1):
        contact = QRectF(place.left() + away, 0, round(width), round(tall))
        middle = place.center().y() + side * height * _CONTACT_FROM_MIDDLE
        contact.moveCenter(QPointF(contact.center().x(), middle))
        painter.fillRect(QRectF(contact.toRect()), look().control)


def _paint_body(painter: QPainter, body: QRectF, *, ghost: bool) -> None:
    painter.setPen(outline(dashed=ghost))
    painter.setBrush(Qt.BrushStyle.NoBrush if ghost else look().meter_free)
    radius = body.height() * _RADIUS
    painter.drawRoundedRect(body, radius, radius)


def _paint_fill(painter: QPainter, body: QRectF, parts: MeterParts, state: MeterState) -> None:
    inset = body.height() * _INSET
    inside = body.adjusted(inset, inset, -inset, -inset)
    radius = body.height() * _RADIUS - inset
    shape = QPainterPath()
    shape.addRoundedRect(inside, radius, radius)
    left = inside.left()
    used = parts.used if state in {MeterState.ROOM, MeterState.TOO_MUCH} else 0.0
    if state is MeterState.TOO_MUCH:
        # Also where nothing is free: what is too much has to be seen.
        used = min(used, _MOST_USED)
    if used > 0:
        right = _edge(inside, left, used)
        _fill_part(painter, shape, left, right, look().meter_used)
        left = right + _GAP
    new = parts.new
    if state is MeterState.READY:
        new = 1.0
    elif state is MeterState.TOO_MUCH:
        new = 1.0 - used
    if new > 0:
        right = _edge(inside, left, used + new)
        _fill_part(painter, shape, left, right, _shade(state))


def _edge(inside: QRectF, left: float, share: float) -> float:
    """Where a part ends that begins at ``left``; whole pixels, so that the edge is sharp."""
    right = round(inside.left() + inside.width() * share)
    return min(max(right, left + _SMALLEST_PART), inside.right())


def _fill_part(
    painter: QPainter, shape: QPainterPath, left: float, right: float, colour: QColor
) -> None:
    part = QPainterPath()
    bounds = shape.boundingRect()
    part.addRect(QRectF(left, bounds.top(), right - left, bounds.height()))
    painter.fillPath(shape.intersected(part), colour)


def _shade(state: MeterState) -> QColor:
    if state is MeterState.WAITING:
        return look().warm
    if state in {MeterState.FAILED, MeterState.TOO_MUCH}:
        return look().bad
    return look().meter_new


def _paint_hole(painter: QPainter, body: QRectF) -> None:
    height = body.height()
    painter.setPen(outline())
    painter.setBrush(look().meter_free)
    middle = QPointF(body.right() - height * _HOLE_FROM_END, body.center().y())
    painter.drawEllipse(middle, height * _HOLE_RADIUS, height * _HOLE_RADIUS)


def _paint_tick(painter: QPainter, body: QRectF) -> None:
    height, middle = body.height(), body.center()
    pen = QPen(look().on_accent, height * _TICK_WIDTH)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    # A tick is not mirrored where text runs from the right.
    mirrored = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
    side = -1 if mirrored else 1
    painter.drawPolyline([middle + QPointF(side * x * height, y * height) for x, y in _TICK])
