"""A sentence with an icon before it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.widgets import labels


class NoticeLabel(QWidget):
    """Shown while it has something to say; the icon says how serious it is, beside the words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = QLabel(self)
        self._icon.setFixedWidth(style.px(style.Icon.SMALL))
        self._text = labels.body(parent=self)
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.GRID))
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._text, 1)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text() if not self.isHidden() else ""

    def say(self, text: str, *, icon: Symbol = Symbol.INFO, tone: style.Tone | None = None) -> None:
        """An empty text hides it."""
        self._text.setText(text)
        if text:
            icons.give(self._icon, icon, tone=tone)
        self.setVisible(bool(text))
