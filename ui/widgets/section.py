"""A part of a page under a heading of its own."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.style import style
from ui.widgets import labels


class Section(QWidget):
    """A heading, a sentence that explains it, and below them what is in ``body``."""

    def __init__(self, heading: str, meaning: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(style.GRID)
        self.body.addWidget(labels.heading(heading, self))
        if meaning:
            self.body.addWidget(labels.body(meaning, quiet=True, parent=self))
