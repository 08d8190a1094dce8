"""A line to search in."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.style import icons, style
from ui.style.look import look
from ui.style.symbol import Symbol

_LONGEST = 200
_WIDE = 320


class SearchField(QLineEdit):
    """A glass at its beginning; at its end the keys that lead here, or a cross that empties it.

    Signals:
        left_downwards(): the person goes on to what was found.
        confirmed(): Return was pressed; what it does is up to those who listen, not to a dialog.
    """

    left_downwards = Signal()
    confirmed = Signal()

    def __init__(
        self, prompt: str, parent: QWidget | None = None, *, keys: QKeySequence | None = None
    ) -> None:
        """``keys``: the shortcut that leads here, only to be shown."""
        super().__init__(parent)
        self._hint = keys.toString(QKeySequence.SequenceFormat.NativeText) if keys else ""
        self._hint = self._hint.replace("+", " ")
        self.set_prompt(prompt)
        self.setMaxLength(_LONGEST)
        self._glass = QAction(self)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self._cross = QAction(self.tr("Clear"), self)
        self._cross.triggered.connect(self.clear)
        self.addAction(self._cross, QLineEdit.ActionPosition.TrailingPosition)
        self.textChanged.connect(self._offer_cross)
        self._offer_cross("")
        self._draw()

    def set_prompt(self, prompt: str) -> None:
        self.setPlaceholderText(prompt)
        self.setAccessibleName(prompt)

    def sizeHint(self) -> QSize:
        return QSize(style.px(_WIDE), super().sizeHint().height())

    def type_on(self, text: str) -> None:
        """Somebody began to type elsewhere."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.setText(self.text() + text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Down:
                self.left_downwards.emit()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.confirmed.emit()
            case Qt.Key.Key_Escape if self.text():
                self.clear()
            case _:
                super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._draw()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._hint or self.text():
            return
        small = style.font(style.Text.SMALL)
        prompt = self.fontMetrics().horizontalAdvance(self.placeholderText())
        hint = QFontMetrics(small).horizontalAdvance(self._hint)
        # The glass and its room before the prompt, and as much between the two.
        if prompt + hint + 3 * self.height() // 2 > self.width():
            return
        painter = QPainter(self)
        painter.setFont(small)
        painter.setPen(look().soft)
        edge = style.px(style.INNER)
        place = self.rect().adjusted(edge, 0, -edge, 0)
        end = Qt.AlignmentFlag.AlignLeft if self.isRightToLeft() else Qt.AlignmentFlag.AlignRight
        flags = end | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(place, flags, self._hint)
        painter.end()

    def _offer_cross(self, text: str) -> None:
        self._cross.setVisible(bool(text))

    def _draw(self) -> None:
        self._glass.setIcon(icons.icon(Symbol.SEARCH, colour=look().soft))
        self._cross.setIcon(icons.icon(Symbol.CROSS))
