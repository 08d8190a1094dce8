"""Fields to type in or choose from, with what they are for above and what is wrong below."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QVBoxLayout,
    QWidget,
)

from ui.style import style
from ui.style.look import look
from ui.style.properties import mark
from ui.widgets import labels
from ui.widgets.labels import Ink, Label
from ui.widgets.strokes import Stroke, paint_stroke

_CHEVRON = 18


class Field(QWidget):
    """A line to type in.

    Attributes: line: where one types.
    """

    def __init__(self, text: str, example: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit(self)
        self.line.setPlaceholderText(example)
        self.line.setAccessibleName(text.replace("&", ""))
        self._label = Label(text, style.Text.BODY, parent=self)
        self._label.setBuddy(self.line)
        self._error = labels.small(ink=Ink.BAD, parent=self)
        self._error.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.HALF))
        for widget in (self._label, self.line, self._error):
            layout.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setFocusProxy(self.line)

    @property
    def text(self) -> str:
        """What was typed, without spaces around it."""
        return self.line.text().strip()

    @property
    def error(self) -> str:
        return self._error.text()

    def refuse(self, error: str) -> None:
        """What is wrong with it; empty for nothing."""
        if error == self._error.text():
            return
        self._error.setText(error)
        self._error.setVisible(bool(error))
        self.line.setAccessibleDescription(error)
        mark(self.line, "wrong", bool(error))
        if error:
            QAccessible.updateAccessibility(QAccessibleEvent(self.line, QAccessible.Event.Alert))


class Combo(QComboBox):
    """A choice of a few. The wheel scrolls what it stands in, and never changes it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        arrow = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxArrow,
            self,
        )
        side = style.px(_CHEVRON)
        place = QRectF(0, 0, side, side)
        place.moveCenter(QRectF(arrow).center())
        painter = QPainter(self)
        paint_stroke(
            painter, place, Stroke.DOWN, look().text if self.isEnabled() else look().disabled
        )
        painter.end()
