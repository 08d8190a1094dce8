"""What happened, line by line, for those who want to know: shown on request."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QListView, QToolButton, QVBoxLayout, QWidget

from ui.style import style

_HEIGHT = 12 * style.GRID


class LogView(QWidget):
    """A disclosure with the lines below it, the newest last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._button = QToolButton(self)
        self._button.setText(self.tr("What happened so far"))
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.setAutoRaise(True)
        self._button.setCheckable(True)
        self._button.toggled.connect(self._disclose)
        self._lines = QStringListModel(self)
        self._view = QListView(self)
        self._view.setModel(self._lines)
        self._view.setUniformItemSizes(True)
        self._view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._view.setAccessibleName(self.tr("What happened so far"))
        self._view.setFixedHeight(_HEIGHT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.HALF)
        layout.addWidget(self._button)
        layout.addWidget(self._view)
        self._disclose(False)

    @property
    def lines(self) -> list[str]:
        return self._lines.stringList()

    def clear(self) -> None:
        self._lines.setStringList([])

    def add(self, line: str) -> None:
        row = self._lines.rowCount()
        self._lines.insertRow(row)
        self._lines.setData(self._lines.index(row), line)
        self._view.scrollToBottom()

    def _disclose(self, shown: bool) -> None:
        self._button.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
        self._view.setVisible(shown)
