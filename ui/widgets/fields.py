"""Fields to type in or choose from, with what they are for above and what is wrong below."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStyleOptionComplex,
    QStyleOptionSpinBox,
    QVBoxLayout,
    QWidget,
)

from ui.i18n.tips import tip
from ui.style import style
from ui.style.look import look
from ui.style.properties import mark
from ui.widgets import labels
from ui.widgets.labels import Ink
from ui.widgets.strokes import Stroke, paint_stroke

_CHEVRON = 18
_LEAST_COMBO = 160
_CHEVRON_IN_NUMBER = 14


class Field(QWidget):
    """A line to type in.

    Attributes: line: where one types.
    """

    def __init__(self, text: str, example: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit(self)
        self.line.setPlaceholderText(example)
        self.line.setAccessibleName(text.replace("&", ""))
        self._label = labels.body(text, parent=self)
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

    def rename(self, text: str) -> None:
        """What it is for from now on, as a text without a key."""
        self.line.setAccessibleName(text)
        # Else “R&D” had one: it may be a name, and be broken anywhere.
        self._label.setBuddy(None)  # type: ignore[arg-type]
        self._label.setText(text)

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
        self.currentTextChanged.connect(self._tell)

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        super().initStyleOption(option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        kind = QStyle.ComplexControl.CC_ComboBox
        room = self.style().subControlRect(kind, option, part, self).width() - _spare()
        option.currentText = self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, room
        )

    def _tell(self) -> None:
        """As a tip, where it is longer than there is room for."""
        text = self.currentText()
        self.setToolTip(tip(text) if self.sizeHint().width() > self.width() else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width() + _spare(), hint.height())

    def minimumSizeHint(self) -> QSize:
        """Names can be without end."""
        least = super().minimumSizeHint()
        return QSize(min(least.width(), style.px(_LEAST_COMBO)), least.height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        _paint_arrow(self, option, Stroke.DOWN)


def _spare() -> int:
    """Between a text and the arrow."""
    return style.px(style.HALF)


class NumberField(QSpinBox):
    """A whole number. The wheel scrolls what it stands in."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        _inset(self.lineEdit())

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        _paint_arrows(self)


class DecimalField(QDoubleSpinBox):
    """A number with decimals. The wheel scrolls what it stands in."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        _inset(self.lineEdit())

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        _paint_arrows(self)


def _inset(line: QLineEdit) -> None:
    """As the style sheet does it for a line by itself."""
    line.setTextMargins(*(style.px(style.INNER), 0) * 2)


def _paint_arrows(field: NumberField | DecimalField) -> None:
    option = QStyleOptionSpinBox()
    field.initStyleOption(option)
    for stroke in (Stroke.UP, Stroke.DOWN):
        _paint_arrow(field, option, stroke)


def _paint_arrow(widget: QWidget, option: QStyleOptionComplex, stroke: Stroke) -> None:
    """Where the style has the button, for which the style sheet has no picture."""
    control = QStyle.ComplexControl.CC_ComboBox
    part = QStyle.SubControl.SC_ComboBoxArrow
    side = style.px(_CHEVRON)
    if isinstance(option, QStyleOptionSpinBox):
        control = QStyle.ComplexControl.CC_SpinBox
        part = QStyle.SubControl.SC_SpinBoxDown
        if stroke is Stroke.UP:
            part = QStyle.SubControl.SC_SpinBoxUp
        side = style.px(_CHEVRON_IN_NUMBER)
    button = widget.style().subControlRect(control, option, part, widget)
    place = QRectF(0, 0, side, side)
    place.moveCenter(QRectF(button).center())
    painter = QPainter(widget)
    paint_stroke(painter, place, stroke, look().text if widget.isEnabled() else look().disabled)
    painter.end()
