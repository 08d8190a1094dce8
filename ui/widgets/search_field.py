"""A line to search in."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.style import icons, style
from ui.style.look import look
from ui.style.symbol import Symbol

_LONGEST = 200


class SearchField(QLineEdit):
    """Signals:
    left_downwards(): the person goes on to what was found.
    confirmed(): Return was pressed; what it does is up to those who listen, not to a dialog.
    """

    left_downwards = Signal()
    confirmed = Signal()

    def __init__(self, prompt: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(prompt)
        self.setAccessibleName(prompt)
        self.setClearButtonEnabled(True)
        self.setMaxLength(_LONGEST)
        self.setMinimumHeight(4 * style.GRID)
        self._glass = QAction(self)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self._draw()

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
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)

    def _draw(self) -> None:
        self._glass.setIcon(icons.icon(Symbol.SEARCH, colour=look().soft))
