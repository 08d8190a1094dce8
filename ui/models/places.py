"""Places as a list model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.drive.drive import Drive
from ui.models import place_words
from ui.models.place import Place, PlaceKey

_Index = QModelIndex | QPersistentModelIndex


class PlacesModel(QAbstractListModel):
    """Places in the order given. Rows come, go and change; what is selected stays so."""

    PLACE = Qt.ItemDataRole.UserRole
    CHOSEN = Qt.ItemDataRole.UserRole + 1
    """Whether apps go there."""
    IN_USE = Qt.ItemDataRole.UserRole + 2
    """Whether something is being done to it."""
    ABOUT = Qt.ItemDataRole.UserRole + 3
    """Make and size, and what else tells it from others."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._places: list[Place] = []
        self._chosen: frozenset[PlaceKey] = frozenset()
        self._in_use: PlaceKey | None = None

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._places)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        place = self._places[index.row()]
        match role:
            case self.PLACE:
                return place
            case self.CHOSEN:
                return place.key in self._chosen
            case self.IN_USE:
                return place.key == self._in_use
            case self.ABOUT:
                return place_words.about(place, self._drives())
            case Qt.ItemDataRole.DisplayRole:
                return place.name
            case Qt.ItemDataRole.AccessibleTextRole:
                chosen = place.key in self._chosen
                return place_words.spoken(place, self._drives(), chosen=chosen)
        return None

    def _drives(self) -> list[Drive]:
        return [place.drive for place in self._places if place.drive is not None]

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(self._places)

    def row_of(self, key: PlaceKey) -> int | None:
        return next((row for row, place in enumerate(self._places) if place.key == key), None)

    def mark(self, chosen: frozenset[PlaceKey], in_use: PlaceKey | None) -> None:
        """Which of them are chosen, and to which something is being done."""
        if (chosen, in_use) != (self._chosen, self._in_use):
            self._chosen, self._in_use = chosen, in_use
            if self._places:
                self.dataChanged.emit(self.index(0), self.index(len(self._places) - 1))

    def show(self, places: Sequence[Place]) -> None:
        """Make it these."""
        keys = [place.key for place in places]
        for row in reversed(range(len(self._places))):
            if self._places[row].key not in keys:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._places[row]
                self.endRemoveRows()
        for row, place in enumerate(places):
            here = self.row_of(place.key)
            if here is None:
                self.beginInsertRows(QModelIndex(), row, row)
                self._places.insert(row, place)
                self.endInsertRows()
            else:
                if here != row:
                    self.beginMoveRows(QModelIndex(), here, here, QModelIndex(), row)
                    self._places.insert(row, self._places.pop(here))
                    self.endMoveRows()
                if self._places[row] != place:
                    self._places[row] = place
                    changed = self.index(row)
                    self.dataChanged.emit(changed, changed)
