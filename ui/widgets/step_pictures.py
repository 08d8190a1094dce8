"""What happens on each computer, as three drawings: plug in, open START-HERE, install."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.style.app_icons import paint_app_icon
from ui.style.look import look
from ui.style.style import px

_SIZE = QSizeF(150, 84)
"""Of a drawing in design pixels; what follows is in them."""
_LINE = 1.6
_LID = QRectF(34.5, 4, 81, 55)
_SCREEN = QRectF(41, 10.5, 68, 42)
_BASE = ((25, 62), (125, 62), (131.5, 79), (18.5, 79))
_PLUG = QRectF(108, 66, 14, 8.5)
_STICK = QRectF(119.5, 62, 28.5, 16.5)
_PAGE = QRectF(51, 16, 35, 31)
_ICON = 14.0
_BETWEEN_ICONS = 7.0
_ICONS = 6
_ICONS_A_ROW = 3
_POINTER = ((0, 0), (0.4, 10.4), (3.1, 8.1), (5, 12), (7, 11), (5.2, 7.2), (8.8, 7))


class Step(Enum):
    """What a pupil does, in this order."""

    PLUG_IN = auto()
    OPEN = auto()
    INSTALL = auto()


class StepPicture(QWidget):
    """One of the drawings; the words beside it say the same."""

    def __init__(self, step: Step, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step = step
        self._icons: tuple[QPixmap, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_apps(self, icons: Sequence[QPixmap]) -> None:
        """What is on the computer in the end."""
        self._icons = tuple(icons[:_ICONS])
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(_SIZE.width()), px(_SIZE.height()))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_step(painter, QRectF(self.rect()), self._step, self._icons)
        painter.end()


def paint_step(painter: QPainter, rect: QRectF, step: Step, icons: Sequence[QPixmap] = ()) -> None:
    """The drawing of ``step`` in the middle of ``rect``, as large as it fits; also for paper."""
    size = _SIZE.scaled(rect.size(), Qt.AspectRatioMode.KeepAspectRatio)
    scale = size.width() / _SIZE.width()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.center() - QPointF(size.width(), size.height()) / 2)
    painter.scale(scale, scale)
    _paint_laptop(painter)
    match step:
        case Step.PLUG_IN:
            _paint_drive(painter)
        case Step.OPEN:
            _paint_page(painter)
        case Step.INSTALL:
            _paint_icons(painter, icons[:_ICONS])
    painter.restore()


def _paint_laptop(painter: QPainter) -> None:
    painter.setPen(_pen(look().control))
    painter.setBrush(look().sunken)
    painter.drawRoundedRect(_LID, 6, 6)
    painter.setBrush(look().plug)
    painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in _BASE]))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look().meter_free)
    painter.drawRoundedRect(_SCREEN, 2, 2)


def _paint_drive(painter: QPainter) -> None:
    painter.setPen(_pen(look().control))
    painter.setBrush(look().meter_free)
    painter.drawRoundedRect(_PLUG, 1, 1)
    # A ring of the ground sets the drive off from the laptop.
    painter.setPen(QPen(look().card, _LINE))
    painter.setBrush(look().accent)
    painter.drawRoundedRect(_STICK, 5, 5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look().meter_free)
    painter.drawEllipse(QPointF(142.5, _STICK.center().y()), 2, 2)


def _paint_page(painter: QPainter) -> None:
    painter.setPen(_pen(look().accent))
    painter.setBrush(look().accent_tint)
    painter.drawRoundedRect(_PAGE, 3, 3)
    for top, length, width, colour in (
        (23.0, 18.0, 3.4, look().accent),
        (29.5, 22.5, 2.4, look().control),
        (35.0, 16.5, 2.4, look().control),
    ):
        painter.setPen(_pen(colour, width))
        painter.drawLine(QPointF(57, top), QPointF(57 + length, top))
    pointer = QPainterPath()
    pointer.addPolygon(QPolygonF([QPointF(81.5 + x, 37 + y) for x, y in _POINTER]))
    pointer.closeSubpath()
    painter.setPen(_pen(look().meter_free, 1.2))
    painter.setBrush(look().text)
    painter.drawPath(pointer)


def _paint_icons(painter: QPainter, icons: Sequence[QPixmap]) -> None:
    rows = -(-len(icons) // _ICONS_A_ROW)
    step = _ICON + _BETWEEN_ICONS
    for number, icon in enumerate(icons):
        row, column = divmod(number, _ICONS_A_ROW)
        columns = min(len(icons), _ICONS_A_ROW)
        middle = _SCREEN.center() + QPointF(
            (column - (columns - 1) / 2) * step, (row - (rows - 1) / 2) * (step - 2)
        )
        place = QRectF(0, 0, _ICON, _ICON)
        place.moveCenter(middle)
        paint_app_icon(painter, place, icon)


def _pen(colour: QColor, width: float = _LINE) -> QPen:
    pen = QPen(colour, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen
