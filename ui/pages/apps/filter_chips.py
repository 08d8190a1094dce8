"""While somebody searches: what may be left out, as a row of chips."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.flatpak.catalogue.browse import Sort
from ui.controllers.search import Filter, Search, SearchCriteria
from ui.pages.apps.categories import category_names
from ui.widgets.chips import ChipItem, ChipRow

_CATEGORY = "category:"
_MOST_CATEGORIES = 3


class FilterChips(QWidget):
    """The categories of what was found, and the filters that people ask for most."""

    def __init__(self, criteria: SearchCriteria, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._criteria = criteria
        self._likely: list[str] = []
        self._likely_for: Sort | None = None
        self._language = ""
        self._chips = ChipRow(self.tr("Filters"), exclusive=False)
        self._chips.toggled.connect(self._toggle)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._chips)
        criteria.changed.connect(self._refresh)
        self._refresh(criteria.search)

    def show_categories(self, counts: Mapping[str, int]) -> None:
        """How many there are of each among what was found.

        Chips stay where they are as long as they lead somewhere.
        """
        search = self._criteria.search
        names = category_names()
        known = [code for code in counts if code in names]
        enough = len(self._likely) == min(len(known), _MOST_CATEGORIES)
        kept = self._likely_for is search.sort and enough and set(self._likely) <= set(known)
        if search.text.strip() and kept:
            return
        self._likely_for = search.sort
        ranked = sorted(known, key=lambda code: (-counts[code], names[code]))
        self._likely = ranked[:_MOST_CATEGORIES]
        self._refresh(search)

    def show_language(self, name: str) -> None:
        """Of the classroom; empty for none but English."""
        self._language = name
        self._refresh(self._criteria.search)

    def _refresh(self, search: Search) -> None:
        names = category_names()
        likely = list(self._likely)
        if search.category and search.category not in likely:
            likely.insert(0, search.category)
        filters = [
            (Filter.OFFLINE, self.tr("Works offline")),
            (Filter.LANGUAGE, self._language),
            (Filter.SMALL, self.tr("Under 500 MB")),
            (Filter.VERIFIED, self.tr("Verified")),
        ]
        rarely = {
            Filter.FREE: self.tr("Free licence"),
            Filter.SUPPORTED: self.tr("Gets updates"),
            Filter.ON_DRIVE: self.tr("On the drive"),
            Filter.INSTALLED: self.tr("On this computer"),
        }
        filters += [(which, text) for which, text in rarely.items() if which in search.filters]
        self._chips.show_chips(
            [
                *(
                    ChipItem(_CATEGORY + code, names.get(code, code), code == search.category)
                    for code in likely
                ),
                *(
                    ChipItem(which.name, text, which in search.filters)
                    for which, text in filters
                    if text
                ),
            ]
        )

    def _toggle(self, key: str, on: bool) -> None:
        if key.startswith(_CATEGORY):
            self._criteria.set_category(key.removeprefix(_CATEGORY) if on else "")
        else:
            self._criteria.set_filter(Filter[key], on)
