"""The apps that fit a query, read a page at a time as they come into sight."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from enum import IntEnum
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QStringListModel, Qt, Signal

from app.flatpak.catalogue.remote_catalogue import Row
from ui.i18n.numbers import sized
from ui.models.app_rows import PAGE, RowKey, RowList, RowSource, row_key
from ui.pages.apps.badges import Badge
from ui.widgets.tick import Tick

_TOP = 48
"""Rows among which one is looked for again after another search."""
_Index = QModelIndex | QPersistentModelIndex
_FLAGS = (
    Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsUserCheckable
    | Qt.ItemFlag.ItemNeverHasChildren
)

_STATES = {Tick.CHOSEN: Qt.CheckState.Checked, Tick.PARTLY: Qt.CheckState.PartiallyChecked}


class Role(IntEnum):
    """What is asked of a row beside its name."""

    ROW = Qt.ItemDataRole.UserRole


class Said(Struct, frozen=True):
    """What is said of an app: ``size`` of what cannot be carried is empty, it would say nothing."""

    name: str
    summary: str
    size: str
    badges: Sequence[Badge]


class AppListModel(QStringListModel):
    """One column: apps with their name, a tick for what is chosen, and what to know.

    Qt's own model counts the rows: views ask for their number several times a row, and of
    thousands of rows asking Python takes longer than a letter may.

    Signals:
        toggled(object): somebody chose this `Row`, or took it away.
        refused(object): somebody wanted to choose this `Row`, which cannot go on a drive.
    """

    toggled = Signal(object)
    refused = Signal(object)

    def __init__(
        self, notes: Callable[[Row], Sequence[Badge]], parent: QObject | None = None
    ) -> None:
        """``notes``: what is said of a row in a word or two."""
        super().__init__(parent)
        self._languages: tuple[str, ...] = ()
        self._notes = notes
        self._rows: RowSource = RowList(())
        self._pages: dict[int, Sequence[Row]] = {}
        # What was painted is mostly painted again.
        self._said: dict[int, Said] = {}
        self._chosen: Set[RowKey] = frozenset()
        self._ticked: Set[str] = frozenset()
        self._partly: Set[str] = frozenset()

    def speak(self, languages: Sequence[str]) -> None:
        """The person's languages, best first, from the next `show` on."""
        self._languages = tuple(languages)

    def show(self, rows: RowSource) -> None:
        """Something else was found."""
        self._rows = rows
        self._pages = {}
        self._said = {}
        self.setStringList([""] * len(rows))

    def show_chosen(
        self,
        chosen: Set[RowKey],
        ticked: Set[str] = frozenset(),
        partly: Set[str] = frozenset(),
    ) -> None:
        """``ticked``: full refs that are, wherever the row is from: they are there already.
        ``partly``: likewise, of what only some of several drives have."""
        if (chosen, ticked, partly) != (self._chosen, self._ticked, self._partly):
            self._chosen, self._ticked, self._partly = chosen, ticked, partly
            self.refresh()

    def refresh(self) -> None:
        """What is said about the rows may be different now."""
        self._said = {}
        if self.rowCount():
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))

    def row(self, number: int) -> Row:
        page = number // PAGE
        if page not in self._pages:
            self._pages[page] = self._rows.rows(page * PAGE, (page + 1) * PAGE)
        return self._pages[page][number % PAGE]

    def said(self, number: int) -> Said:
        """About a row."""
        said = self._said.get(number)
        if said is None:
            row = self.row(number)
            said = Said(self.name(row), self.summary(row), _size(row), self._notes(row))
            self._said[number] = said
        return said

    def place(self, wanted: RowKey) -> QModelIndex:
        """Where a row is among those at the top; invalid elsewhere."""
        number = self._rows.find(*wanted, _TOP)
        return self.index(number) if number is not None else QModelIndex()

    def name(self, row: Row) -> str:
        return row.component.name(self._languages)

    def summary(self, row: Row) -> str:
        """One line; of technical parts their ref, as who looks for them knows them by it."""
        if not row.ref.startswith("app/"):
            return row.component.summary(self._languages) or row.ref
        return row.component.summary(self._languages) or self.tr("Its source does not describe it.")

    def tick(self, row: Row) -> Tick:
        if row_key(row) in self._chosen or row.ref in self._ticked:
            return Tick.CHOSEN
        if row.ref in self._partly:
            return Tick.PARTLY
        return Tick.OPEN if row.facts.bar is None else Tick.IMPOSSIBLE

    # Qt's

    def flags(self, index: _Index) -> Qt.ItemFlag:
        return _FLAGS if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.row(index.row())
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return self.name(row)
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                said = self.said(index.row())
                parts = (said.summary, *(badge.text for badge in said.badges), said.size)
                return ". ".join(part.rstrip(".") for part in parts if part)
            case Qt.ItemDataRole.CheckStateRole:
                return _STATES.get(self.tick(row), Qt.CheckState.Unchecked)
            case Role.ROW:
                return row
        return None

    def setData(self, index: _Index, _value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if not index.isValid() or role != Qt.ItemDataRole.CheckStateRole:
            return False
        row = self.row(index.row())
        refused = self.tick(row) is Tick.IMPOSSIBLE
        (self.refused if refused else self.toggled).emit(row)
        return True


def _size(row: Row) -> str:
    facts = row.facts
    return sized(facts.download_size) if facts.download_size and facts.bar is None else ""
