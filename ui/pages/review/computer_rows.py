"""The computers that said what they need, below each other: what each will get."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.stick.planning.for_computer import ForComputer
from ui.models.computer_words import computer_items
from ui.models.messages import MessageItem
from ui.style import style
from ui.widgets import labels
from ui.widgets.labels import Ink


class ComputerRows(QWidget):
    """A name in bold, and a line or more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: tuple[MessageItem, ...] = ()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(style.px(style.GRID))

    @property
    def items(self) -> tuple[MessageItem, ...]:
        """What is shown."""
        return self._items

    def show_computers(self, computers: Iterable[ForComputer], chosen: frozenset[str]) -> None:
        """As of `computer_items`."""
        items = computer_items(computers, chosen)
        if items == self._items:
            return
        self._items = items
        while (old := self._layout.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for item in items:
            self._layout.addWidget(self._row(item))

    def _row(self, item: MessageItem) -> QWidget:
        row = QWidget(self)
        layout = QVBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(labels.strong(item.heading, row))
        ink = Ink.WARM if item.tone is style.Tone.WARN else Ink.SOFT
        layout.addWidget(labels.small(item.text, ink=ink, parent=row))
        return row
