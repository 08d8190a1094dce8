"""The apps that fit a query, read a page at a time as they come into sight."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from app.flatpak.catalogue.remote_catalogue import Row
from ui.models.app_rows import RowKey, RowList, RowSource, row_key

_PAGE = 48
_Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What the delegate asks for."""

    ROW = Qt.ItemDataRole.UserRole
    NOTES = Qt.ItemDataRole.UserRole + 1


class AppListModel(QAbstractListModel):
    """One column: apps with their name, a check mark for what is chosen, and what to know.

    Signals:
        toggled(object): somebody chose this `Row`, or took it away.
    """

    toggled = Signal(object)

    def __init__(
        self, notes: Callable[[Row], Sequence[str]], parent: QObject | None = None
    ) -> None:
        """``notes``: a few words each on what sets a row apart, in the person's language."""
        super().__init__(parent)
        self._languages: tuple[str, ...] = ()
        self._notes = notes
        self._rows: RowSource = RowList(())
        self._pages: dict[int, Sequence[Row]] = {}
        self._chosen: Set[RowKey] = frozenset()

    def speak(self, languages: Sequence[str]) -> None:
        """The person's languages, best first, from the next `show` on."""
        self._languages = tuple(languages)

    def show(self, rows: RowSource) -> None:
        """Something else was found."""
        self.beginResetModel()
        self._rows = rows
        self._pages = {}
        self.endResetModel()

    def show_chosen(self, chosen: Set[RowKey]) -> None:
        if chosen != self._chosen:
            self._chosen = chosen
            self.refresh()

    def refresh(self) -> None:
        """What is said about the rows may be different now."""
        if self.rowCount():
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))

    def row(self, number: int) -> Row:
        page = number // _PAGE
        if page not in self._pages:
            self._pages[page] = self._rows.rows(page * _PAGE, (page + 1) * _PAGE)
        return self._pages[page][number % _PAGE]

    def place(self, wanted: RowKey) -> QModelIndex:
        """Where a row is among those at the top; invalid elsewhere."""
        for number in range(min(_PAGE, self.rowCount())):
            if row_key(self.row(number)) == wanted:
                return self.index(number)
        return QModelIndex()

    def name(self, row: Row) -> str:
        return row.component.name(self._languages)

    def summary(self, row: Row) -> str:
        return row.component.summary(self._languages)

    # Qt's

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.row(index.row())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.name(row)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self.name(row)
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                parts = (self.summary(row), *self._notes(row))
                return ". ".join(part.rstrip(".") for part in parts if part)
            case Qt.ItemDataRole.CheckStateRole:
                chosen = row_key(row) in self._chosen
                return Qt.CheckState.Checked if chosen else Qt.CheckState.Unchecked
            case Role.ROW:
                return row
            case Role.NOTES:
                return self._notes(row)
        return None

    def setData(self, index: _Index, _value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if not index.isValid() or role != Qt.ItemDataRole.CheckStateRole:
            return False
        self.toggled.emit(self.row(index.row()))
        return True
