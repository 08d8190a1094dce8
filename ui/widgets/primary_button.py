"""The one button of a page that leads on, in the accent colour."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QPushButton, QWidget

from ui.style import colours, style


class PrimaryButton(QPushButton):
    """A push button in the accent colour.

    It paints itself: styles mix a button's colour with their own, and then text on it may not be
    readable.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.text()) + 2 * style.MARGIN
        height = self.fontMetrics().height() + 2 * style.GRID
        return QSize(max(width, 16 * style.GRID), max(height, 4 * style.GRID))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette = self.palette()
        fill, ink = style.accent(palette), style.on_accent(palette)
        if not self.isEnabled():
            fill = style.faint(palette)
            ink = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText)
        elif self.isDown():
            fill = colours.mixed(fill, palette.shadow().color(), 0.25)
        elif self.underMouse():
            fill = colours.mixed(fill, palette.shadow().color(), 0.1)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        area = QRectF(self.rect())
        painter.drawRoundedRect(area, style.HALF, style.HALF)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(ink, 2))
            painter.drawRoundedRect(area.adjusted(3, 3, -3, -3), style.HALF / 2, style.HALF / 2)
        painter.setPen(ink)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextShowMnemonic
        painter.drawText(self.rect(), flags, self.text())
        painter.end()
