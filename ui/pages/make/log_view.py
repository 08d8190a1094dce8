"""What happened, line by line, for those who want to know."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel
from PySide6.QtWidgets import QFrame, QListView, QWidget

from ui.style import style

_HEIGHT = 128


class LogView(QListView):
    """The newest last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = QStringListModel(self)
        self.setModel(self._lines)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("What happened so far"))
        self.setFixedHeight(style.px(_HEIGHT))

    @property
    def lines(self) -> list[str]:
        return self._lines.stringList()

    def clear(self) -> None:
        self._lines.setStringList([])

    def add(self, line: str) -> None:
        row = self._lines.rowCount()
        self._lines.insertRow(row)
        self._lines.setData(self._lines.index(row), line)
        self.scrollToBottom()
