"""An address that a camera reads: a QR code, black on white whatever the window's colours are."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.style import style
from ui.style.look import look
from ui.style.tokens import radius

QUIET = 4
"""Modules around it that have to stay white, by ISO/IEC 18004."""
_BLACK = 0xFF000000
_WHITE = 0xFFFFFFFF
_CORRECTION = "m"
"""A seventh of it may be hidden, by a thumb or a reflection."""
_ALWAYS_BUILT = 4


class QrCode(Struct, frozen=True):
    """``rows`` of modules, of which those that are dark are true; without the quiet zone."""

    rows: tuple[tuple[bool, ...], ...]

    @property
    def side(self) -> int:
        """How many modules there are along an edge, with the quiet zone."""
        return len(self.rows) + 2 * QUIET


@lru_cache(maxsize=_ALWAYS_BUILT)
def qr_code(text: str) -> QrCode:
    """The code for ``text``, which is not empty."""
    # Few windows ever show one, and all would start later for it.
    import segno

    made = segno.make(text, error=_CORRECTION, boost_error=False, micro=False)
    return QrCode(tuple(tuple(bool(module) for module in row) for row in made.matrix))


def paint_qr(painter: QPainter, area: QRectF, code: QrCode) -> QRectF:
    """In the middle of ``area``, with modules of whole device pixels, all of one size: else a
    camera sees some wider than others. Where it was painted, quiet zone and all."""
    device = painter.deviceTransform()
    scale = device.m11()
    on_device = device.mapRect(area)
    module = max(1, int(min(on_device.width(), on_device.height())) // code.side)
    side = module * code.side
    left = round(on_device.center().x() - side / 2)
    top = round(on_device.center().y() - side / 2)
    back, _possible = device.inverted()
    place = QRectF(back.map(QPointF(left, top)), QRectF(0, 0, side / scale, side / scale).size())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(place, _drawn(code))
    painter.restore()
    return place


def _drawn(code: QrCode) -> QImage:
    """A pixel a module."""
    image = QImage(code.side, code.side, QImage.Format.Format_RGB32)
    image.fill(_WHITE)
    for y, row in enumerate(code.rows, QUIET):
        for x, dark in enumerate(row, QUIET):
            if dark:
                image.setPixel(x, y, _BLACK)
    return image


class QrView(QWidget):
    """The code on a card of its own, ``side`` design pixels wide."""

    def __init__(self, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._code: QrCode | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def code(self) -> QrCode | None:
        return self._code

    def show_text(self, text: str, described: str) -> None:
        """``described`` says what it is to those who do not see it; empty ``text``: no code."""
        self._code = qr_code(text) if text else None
        self.setAccessibleName(self.tr("QR code") if text else "")
        self.setAccessibleDescription(described)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(style.px(self._side), style.px(self._side))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, corner = look(), style.px(radius("card"))
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(colours.line, colours.line_width))
        painter.setBrush(QColor(Qt.GlobalColor.white) if self._code else colours.sunken)
        painter.drawRoundedRect(area, corner, corner)
        if self._code is not None:
            paint_qr(painter, QRectF(self.rect()).adjusted(2, 2, -2, -2), self._code)
        painter.end()
