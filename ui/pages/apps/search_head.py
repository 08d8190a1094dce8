"""Right of the title: the search field, filters, and what else there is to do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.flatpak.catalogue.browse import Order, Sort
from app.flatpak.remotes.remote import Remote
from ui.controllers.search import Filter, Search, SearchCriteria
from ui.i18n.filling import filled
from ui.i18n.numbers import counted
from ui.style import style
from ui.style.properties import mark
from ui.style.symbol import Symbol
from ui.widgets.buttons import Kind, MenuButton
from ui.widgets.menu import Menu
from ui.widgets.search_field import SearchField

_WIDEST = 420


class SearchHead(QWidget):
    """Signals:
    languages_wanted(), source_wanted(), file_wanted(), list_wanted(), needs_wanted(),
        systems_wanted(): somebody chose that in the menu.
    tiles_wanted(bool): tiles rather than rows.
    """

    languages_wanted = Signal()
    source_wanted = Signal()
    file_wanted = Signal()
    list_wanted = Signal()
    needs_wanted = Signal()
    systems_wanted = Signal()
    tiles_wanted = Signal(bool)

    def __init__(self, criteria: SearchCriteria, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._criteria = criteria
        keys = QKeySequence(QKeySequence.StandardKey.Find)
        self.field = SearchField(self.tr("Search apps"), self, keys=keys)
        self.field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.field.setMaximumWidth(style.px(_WIDEST))
        self.field.textChanged.connect(criteria.set_text)
        find = QShortcut(keys, self)
        find.activated.connect(self._find)
        self._filters: dict[Filter, QAction] = {}
        self._sources: QActionGroup | None = None
        self._filter_menu = Menu(self)
        self._filter_button = MenuButton(
            self._filter_menu, self.tr("Filters"), symbol=Symbol.FILTER, kind=Kind.SECONDARY
        )
        self._build_filters()
        self._menu = Menu(self)
        self._build_menu()
        more = MenuButton(self._menu, self.tr("More for the apps"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.px(style.GRID))
        row.addWidget(self.field, 1)
        row.addWidget(self._filter_button)
        row.addWidget(more)
        criteria.changed.connect(self._show)

    def show_count(self, apps: int) -> None:
        """How many there are to search."""
        short = self.tr("Search")
        self.field.set_prompt(self.tr("Search %n app(s)", "", apps) if apps else short, short)

    def show_language(self, name: str) -> None:
        """Of the classroom; empty for none but English."""
        action = self._filters[Filter.LANGUAGE]
        action.setVisible(bool(name))
        action.setText(filled(self.tr("In %1"), name))

    def show_remotes(self, remotes: Sequence[Remote]) -> None:
        """Where there are several, one of them can be looked at alone."""
        self._source_menu.clear()
        self._source_menu.menuAction().setVisible(len(remotes) > 1)
        self._sources = QActionGroup(self)
        for text, name in (
            (self.tr("All sources"), ""),
            *((each.label, each.name) for each in remotes),
        ):
            action = self._source_menu.entry(text.replace("&", "&&"))
            action.setCheckable(True)
            action.setData(name)
            action.setChecked(name == self._criteria.search.remote)
            self._sources.addAction(action)
        self._sources.triggered.connect(self._set_source)

    def show_on_drive(self, anything: bool) -> None:
        """Whether there is something on the drive."""
        self._filters[Filter.ON_DRIVE].setVisible(anything)

    def _build_filters(self) -> None:
        for which, text in (
            (Filter.OFFLINE, self.tr("Works offline")),
            (Filter.LANGUAGE, ""),
            (Filter.SMALL, self.tr("Under 500 MB")),
            (Filter.VERIFIED, self.tr("Verified developer")),
            (Filter.FREE, self.tr("Free licence")),
            (Filter.SUPPORTED, self.tr("Gets updates")),
            (Filter.ON_DRIVE, self.tr("On the drive")),
            (Filter.INSTALLED, self.tr("On this computer")),
        ):
            action = self._filter_menu.entry(text)
            action.setCheckable(True)
            action.setData(which)
            action.triggered.connect(self._set_filter)
            self._filters[which] = action
        self.show_language("")
        self.show_on_drive(False)
        self._source_menu = self._filter_menu.below(self.tr("Source"))
        self._source_menu.menuAction().setVisible(False)
        self._filter_menu.line()
        self._clear = self._filter_menu.entry(self.tr("Clear filters"))
        self._clear.triggered.connect(self._clear_filters)
        self._clear.setVisible(False)

    def _build_menu(self) -> None:
        menu = self._menu
        for text, wanted in (
            (self.tr("Languages…"), self.languages_wanted),
            (self.tr("Add a source…"), self.source_wanted),
            (self.tr("Add an app from a file…"), self.file_wanted),
            (self.tr("Open a list…"), self.list_wanted),
            (self.tr("What computers need…"), self.needs_wanted),
        ):
            menu.entry(text).triggered.connect(wanted)
        installed = menu.entry(self.tr("Apps on this computer…"))
        installed.triggered.connect(self._filters[Filter.INSTALLED].trigger)
        menu.line()
        self._orders = QActionGroup(self)
        for order, text in (
            (Order.BEST, self.tr("Sort by relevance")),
            (Order.NAME, self.tr("Sort by name")),
            (Order.SIZE, self.tr("Sort by size")),
            (Order.NEWEST, self.tr("Sort by newest")),
        ):
            action = menu.entry(text)
            action.setCheckable(True)
            action.setData(order)
            action.setChecked(order is Order.BEST)
            self._orders.addAction(action)
        self._orders.triggered.connect(self._set_order)
        menu.line()
        views = QActionGroup(self)
        rows = menu.entry(self.tr("List"))
        self._tiles = menu.entry(self.tr("Tiles"))
        for action in (rows, self._tiles):
            action.setCheckable(True)
            views.addAction(action)
        rows.setChecked(True)
        self._tiles.toggled.connect(self.tiles_wanted)
        menu.line()
        self._technical = menu.entry(self.tr("Technical parts"))
        self._technical.setCheckable(True)
        self._technical.triggered.connect(self._criteria.set_technical)
        menu.entry(self.tr("Operating systems…"), self.systems_wanted)

    def _show(self, search: Search) -> None:
        if self.field.text() != search.text:
            self.field.setText(search.text)
        for which, action in self._filters.items():
            action.setChecked(which in search.filters)
        for action in self._orders.actions():
            action.setChecked(Order(action.data()) is search.order)
        self._technical.setChecked(search.sort is Sort.OTHERS)
        number = len(search.filters) + bool(search.remote)
        self._clear.setVisible(bool(number))
        text = self.tr("Filters")
        if number:
            text = filled(self.tr("%1 (%2)"), text, counted(number))
        self._filter_button.set_name(text)
        mark(self._filter_button, "on", bool(number))

    def _find(self) -> None:
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def _set_filter(self, on: bool) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self._criteria.set_filter(action.data(), on)

    def _set_source(self, action: QAction) -> None:
        self._criteria.set_remote(action.data())

    def _set_order(self, action: QAction) -> None:
        # Qt gives back the text of what is one.
        self._criteria.set_order(Order(action.data()))

    def _clear_filters(self) -> None:
        for which in self._criteria.search.filters:
            self._criteria.set_filter(which, False)
        self._criteria.set_remote("")
