"""Graphics drivers to choose from, and a search among them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ui.style import style
from ui.widgets.row_padding import PaddedRowDelegate
from ui.widgets.search_field import SearchField


class DriverList(QWidget):
    def __init__(
        self, offered: Sequence[str], chosen: Sequence[str], parent: QWidget | None = None
    ) -> None:
        """Names as `Options.gpus` has them."""
        super().__init__(parent)
        self._search = SearchField(self.tr("Search drivers"), self)
        self._list = QListWidget(self)
        self._list.setAccessibleName(self.tr("Graphics drivers"))
        self._list.setUniformItemSizes(True)
        self._list.setItemDelegate(PaddedRowDelegate(self._list))
        # What was named once and is offered no more can still be taken away.
        for name in dict.fromkeys((*chosen, *offered)):
            item = QListWidgetItem(name, self._list)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            on = name in chosen
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self._search.textChanged.connect(self._filter)
        self._search.left_downwards.connect(self._enter)
        self._search.confirmed.connect(self._enter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.GRID)
        layout.addWidget(self._search)
        layout.addWidget(self._list, 1)

    @property
    def chosen(self) -> tuple[str, ...]:
        items = (self._list.item(number) for number in range(self._list.count()))
        return tuple(item.text() for item in items if item.checkState() == Qt.CheckState.Checked)

    def _filter(self, text: str) -> None:
        words = text.lower().replace(".", "-").split()
        for number in range(self._list.count()):
            item = self._list.item(number)
            item.setHidden(not all(word in item.text().lower() for word in words))

    def _enter(self) -> None:
        first = next(
            (n for n in range(self._list.count()) if not self._list.item(n).isHidden()), None
        )
        if first is not None:
            self._list.setCurrentRow(first)
            self._list.setFocus(Qt.FocusReason.OtherFocusReason)
