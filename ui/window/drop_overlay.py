"""What lies over the window while files are dragged across it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.style import style
from ui.style.look import look
from ui.style.meter import MeterParts, MeterState, paint_meter
from ui.style.tokens import radius

_METER = (300, 76)
_DIMMED = 0.86
_AROUND = 36


class DropOverlay(QWidget):
    """The page, dimmed, and a drive that is not there yet."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        # What is under it stays the target.
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def rise(self) -> None:
        """Over everything in the window."""
        self.setGeometry(self._window.rect())
        self.raise_()
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        page = look().page
        page.setAlphaF(_DIMMED)
        painter.fillRect(self.rect(), page)
        width, height = map(style.px, _METER)
        area = QRectF(0, 0, width, height)
        area.moveCenter(QRectF(self.rect()).center())
        font = style.font(style.Text.HEADING)
        below = area.translated(0, height + style.px(style.GAP))
        below.setHeight(QFontMetrics(font).height())
        around = style.px(_AROUND)
        plate = area.united(below).adjusted(-around, -around, around, around)
        painter.setPen(QPen(look().line, look().line_width))
        painter.setBrush(look().card)
        rounding = style.px(radius("dialog"))
        painter.drawRoundedRect(plate, rounding, rounding)
        paint_meter(painter, area, MeterParts(), MeterState.GHOST)
        painter.setFont(font)
        painter.setPen(look().text)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self.tr("Drop to add"))
        painter.end()
