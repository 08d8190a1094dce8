"""Which of several repositories on a drive is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.style import style
from ui.widgets import labels
from ui.widgets.fields import Combo


class RepositoryChoice(QWidget):
    """Shown only where there is a choice.

    Signals:
        chosen(int): somebody wants to look at the one of that number.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = labels.body(parent=self)
        self._list = Combo(self.tr("Repository on the drive"), self)
        self._list.activated.connect(self.chosen)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.px(style.GRID))
        row.addWidget(self._text, 1)
        row.addWidget(self._list)

    def show_repositories(self, paths: Sequence[str], chosen: str | None) -> None:
        """``chosen`` is one of ``paths``; None for the first."""
        several = len(paths) > 1
        self.setVisible(several)
        if several:
            text = self.tr("There are %n repositories on it. You are looking at:", "", len(paths))
            self._text.setText(text)
        if [self._list.itemText(row) for row in range(self._list.count())] != [*paths]:
            self._list.clear()
            self._list.addItems(paths)
        self._list.setCurrentIndex(paths.index(chosen) if chosen in paths else 0)
