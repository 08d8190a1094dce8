"""The icon of an app in a row of a dialog."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.state.app_pictures import AppPictures
from ui.style import style
from ui.style.app_icons import paint_app_icon

_ICON = 32


class AppIcon(QWidget):
    """A letter stands for it until the picture is there."""

    def __init__(self, pictures: AppPictures, parent: QWidget) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._ref = self._name = ""
        self.setFixedSize(style.px(_ICON), style.px(_ICON))
        pictures.arrived.connect(self.update)

    def show_app(self, ref: str, name: str) -> None:
        self._ref, self._name = ref, name
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        side = style.px(_ICON)
        picture = self._pictures.shown(self._ref, self._name, side, self.devicePixelRatioF())
        paint_app_icon(painter, QRectF(0, 0, side, side), picture)
        painter.end()
