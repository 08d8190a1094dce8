"""Buttons with a chevron after their text: there is more below."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QMenu, QWidget

from ui.style import style
from ui.style.look import look
from ui.style.properties import mark
from ui.widgets.buttons import ToolButton, open_below
from ui.widgets.strokes import Stroke, paint_stroke

_SIDE = 18
_EDGE = 10


class ChevronButton(ToolButton):
    """Opens its menu, or what else listens to ``clicked``."""

    def __init__(
        self, text: str, stroke: Stroke = Stroke.DOWN, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._stroke = stroke
        self.setText(text)
        self.setFont(style.medium())
        self._menu: QMenu | None = None
        self.clicked.connect(self._open)
        self._place()

    def menu(self) -> QMenu | None:  # type: ignore[override]
        return self._menu

    def setMenu(self, menu: QMenu) -> None:
        self._menu = menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow down opens it too."""
        if event.key() == Qt.Key.Key_Down and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = style.px(_SIDE)
        edge = style.px(_EDGE)
        left = edge if self.isRightToLeft() else self.width() - edge - side
        place = QRectF(left, (self.height() - side) / 2, side, side)
        painter = QPainter(self)
        # On what is filled with ink the style sheet makes the text light.
        filled = bool(self.property("on"))
        ink = look().page if filled else self.palette().color(QPalette.ColorRole.ButtonText)
        paint_stroke(painter, place, self._stroke, ink)
        painter.end()

    def _open(self) -> None:
        if self._menu is not None:
            open_below(self, self._menu)

    def _place(self) -> None:
        mark(self, "chevron", "left" if self.isRightToLeft() else "right")
