"""What to look for among the apps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app.flatpak.catalogue.browse import Order, Sort
from app.flatpak.remotes.remote import Remote
from ui.controllers.apps import Filter, Search
from ui.i18n.filling import filled
from ui.i18n.numbers import counted
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.widgets.search_field import SearchField

_LEAST = 14


class FilterBar(QWidget):
    """Signals:
    changed(): the question is another.
    grid_wanted(bool): cells rather than lines.
    """

    changed = Signal()
    grid_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = SearchField(self.tr("Search"), self)
        self.search.textChanged.connect(self.changed)
        self._category = self._combo(self.tr("Category"))
        self._source = self._combo(self.tr("Source"))
        self._source.hide()
        self._filters = QToolButton(self)
        self._filters.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._filters.setMinimumHeight(4 * style.GRID)
        self._filters.setToolButtonStyle(self._filters.toolButtonStyle().ToolButtonTextBesideIcon)
        self._filters.setFocusPolicy(self._category.focusPolicy())
        icons.give(self._filters, Symbol.FILTER)
        menu = QMenu(self._filters)
        self._actions = {
            Filter.FREE: self._action(menu, self.tr("Free licence only")),
            Filter.VERIFIED: self._action(menu, self.tr("Verified to be the developers' own")),
            Filter.SUPPORTED: self._action(menu, self.tr("Not at the end of life")),
            Filter.ON_DRIVE: self._action(menu, self.tr("Already on the drive")),
        }
        menu.addSeparator()
        self._newest = self._action(menu, self.tr("Newest first"))
        self._filters.setMenu(menu)
        self._list = self._view(self.tr("List"), Symbol.LIST)
        self._grid = self._view(self.tr("Grid"), Symbol.GRID)
        self._views = QButtonGroup(self)
        self._views.addButton(self._list)
        self._views.addButton(self._grid)
        self._list.setChecked(True)
        self._grid.toggled.connect(self.grid_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.GRID)
        row.addWidget(self.search, 1)
        row.addWidget(self._category)
        row.addWidget(self._source)
        row.addWidget(self._filters)
        row.addWidget(self._list)
        row.addWidget(self._grid)
        self.show_categories({})
        self._count()

    def criteria(self, sort: Sort) -> Search:
        """What is set here, among those of a sort."""
        return Search(
            text=self.search.text(),
            category=self._category.currentData() or "",
            remote=self._source.currentData() or "",
            filters=self._filters_set(),
            sort=sort,
            order=Order.NEWEST if self._newest.isChecked() else Order.BEST,
        )

    def _filters_set(self) -> frozenset[Filter]:
        return frozenset(name for name, action in self._actions.items() if action.isChecked())

    def reset(self) -> None:
        """Leave nothing out."""
        self.blockSignals(True)
        for action in self._actions.values():
            action.setChecked(False)
        self._category.setCurrentIndex(0)
        self._source.setCurrentIndex(0)
        self.search.clear()
        self.blockSignals(False)
        self._count()
        self.changed.emit()

    def show_remotes(self, remotes: Sequence[Remote]) -> None:
        """Where there are several, one of them can be looked at alone."""
        texts = [(self.tr("All sources"), ""), *((remote.label, remote.name) for remote in remotes)]
        _refill(self._source, texts)
        self._source.setVisible(len(remotes) > 1)

    def show_categories(self, counts: Mapping[str, int]) -> None:
        names = self._category_names()
        known = sorted((names[name], name) for name in counts if name in names)
        texts = [
            (filled(self.tr("%1 (%2)"), text, counted(counts[name])), name) for text, name in known
        ]
        chosen = self._category.currentData()
        if chosen and chosen not in counts:
            texts.append((names.get(chosen, chosen), chosen))
        _refill(self._category, [(self.tr("All categories"), ""), *texts])

    def show_on_drive(self, anything: bool) -> None:
        """Whether there is something on the drive."""
        action = self._actions[Filter.ON_DRIVE]
        action.setEnabled(anything or action.isChecked())

    def _category_names(self) -> dict[str, str]:
        """Those that menus of desktops are made of."""
        return {
            "AudioVideo": self.tr("Sound and video"),
            "Development": self.tr("Programming"),
            "Education": self.tr("Education"),
            "Game": self.tr("Games"),
            "Graphics": self.tr("Graphics"),
            "Network": self.tr("Internet"),
            "Office": self.tr("Office"),
            "Science": self.tr("Science"),
            "Settings": self.tr("Settings"),
            "System": self.tr("System"),
            "Utility": self.tr("Tools"),
        }

    def _combo(self, name: str) -> QComboBox:
        combo = QComboBox(self)
        combo.setAccessibleName(name)
        combo.setMinimumHeight(4 * style.GRID)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(_LEAST)
        combo.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        combo.currentIndexChanged.connect(self.changed)
        return combo

    def _action(self, menu: QMenu, text: str) -> QAction:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.toggled.connect(self._toggled)
        return action

    def _toggled(self) -> None:
        self._count()
        self.changed.emit()

    def _count(self) -> None:
        """How many filters are set is said, not only shown."""
        number = len(self._filters_set())
        text = self.tr("Filters")
        if number:
            text = filled(self.tr("%1 (%2)"), text, counted(number))
        self._filters.setText(text)
        self._filters.setAccessibleName(text)

    def _view(self, name: str, icon: Symbol) -> QToolButton:
        button = QToolButton(self)
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setCheckable(True)
        button.setFixedSize(4 * style.GRID, 4 * style.GRID)
        button.setFocusPolicy(self._category.focusPolicy())
        icons.give(button, icon)
        return button


def _refill(combo: QComboBox, texts: Sequence[tuple[str, str]]) -> None:
    """Other entries, the same choice."""
    chosen = combo.currentData()
    combo.blockSignals(True)
    combo.clear()
    for text, data in texts:
        combo.addItem(text, data)
    combo.setCurrentIndex(max(combo.findData(chosen), 0))
    combo.blockSignals(False)
