"""What lies over the window while files are dragged across it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.style import style
from ui.style.look import look
from ui.style.meter import MeterParts, MeterState, paint_meter

_METER = (300, 76)
_DIMMED = 0.86


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
        paint_meter(painter, area, MeterParts(), MeterState.GHOST)
        painter.setFont(style.font(style.Text.HEADING))
        painter.setPen(look().text)
        below = QRectF(self.rect())
        below.setTop(area.bottom() + style.px(style.GAP))
        painter.drawText(
            below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, self.tr("Drop to add")
        )
        painter.end()
