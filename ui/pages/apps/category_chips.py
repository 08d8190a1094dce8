"""For you, and the categories of apps: where to begin."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.controllers.search import Search, SearchCriteria
from ui.pages.apps.categories import category_names
from ui.widgets.chips import ChipItem, ChipRow

_FOR_YOU = ""


class CategoryChips(QWidget):
    """One is on while nothing else is looked for; in a search it makes room for filters."""

    def __init__(self, criteria: SearchCriteria, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._criteria = criteria
        self._present: frozenset[str] = frozenset()
        self._items: list[ChipItem] = []
        self._chips = ChipRow(self.tr("Where to begin"))
        self._chips.toggled.connect(self._choose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._chips)
        criteria.changed.connect(self._show)
        self._show(criteria.search)

    def show_present(self, categories: Collection[str]) -> None:
        """Those of which there are apps."""
        self._present = frozenset(categories)
        self._show(self._criteria.search)

    def _show(self, search: Search) -> None:
        names = {code: name for code, name in category_names().items() if code in self._present}
        if search.category and search.category not in names:
            names[search.category] = category_names().get(search.category, search.category)
        items = [ChipItem(_FOR_YOU, self.tr("For you"), not search.asked)]
        items += (ChipItem(code, name, code == search.category) for code, name in names.items())
        if items != self._items:
            self._items = items
            self._chips.show_chips(items)

    def _choose(self, key: str, on: bool) -> None:
        if key == _FOR_YOU:
            self._criteria.reset()
        elif on:
            self._criteria.set_category(key)
