"""The apps of a job, each as far as it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum

from msgspec import Struct
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.progress import AppProgress
from ui.i18n.filling import filled
from ui.i18n.numbers import sized, sized_of
from ui.i18n.stick_words import plain_name

_Index = QModelIndex | QPersistentModelIndex


class FillingApp(Struct, frozen=True):
    """An app as people know it.

    Attributes:
        bytes, total: of it and of all that comes along for it.
        saved: nothing of it is missing any more.
    """

    ref: str
    name: str
    bytes: int = 0
    total: int = 0
    saved: bool = False

    @property
    def share(self) -> float:
        if self.saved:
            return 1.0
        return min(1.0, self.bytes / self.total) if self.total else 0.0

    @property
    def size(self) -> str:
        """“24 MB”; “176 of 320 MB” of one that is being written."""
        if not self.total:
            return ""
        under_way = 0 < self.bytes < self.total and not self.saved
        return sized_of(self.bytes, self.total) if under_way else sized(self.total)


class FillingRole(IntEnum):
    APP = Qt.ItemDataRole.UserRole
    """The `FillingApp`."""


class FillingModel(QAbstractListModel):
    """Names are those that the person chose by; others are read from the ref."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names: Mapping[str, str] = {}
        self._apps: list[FillingApp] = []
        self._files: list[FillingApp] = []

    @property
    def apps(self) -> tuple[FillingApp, ...]:
        return tuple(self._apps)

    def name(self, ref: str) -> str:
        return self._names.get(ref) or plain_name(ref)

    def begin(self, names: Mapping[str, str], files: Mapping[str, int] | None = None) -> None:
        """Another job; ``names`` by ref. ``files``: bytes of each app that is one, by ref: it is
        written as a whole, so that nothing tells how far it is."""
        self._names = names
        self.beginResetModel()
        self._files = [
            FillingApp(ref, self.name(ref), 0, size) for ref, size in (files or {}).items()
        ]
        self._apps = list(self._files)
        self.endResetModel()

    def show(self, apps: Sequence[AppProgress]) -> None:
        shown = [
            FillingApp(app.ref, self.name(app.ref), app.bytes, app.bytes_total, app.saved)
            for app in apps
        ]
        shown += self._files
        if [app.ref for app in shown] != [app.ref for app in self._apps]:
            self.beginResetModel()
            self._apps = shown
            self.endResetModel()
            return
        for row, app in enumerate(shown):
            if app != self._apps[row]:
                self._apps[row] = app
                self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._apps)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        app = self._apps[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return app.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(app)
            case FillingRole.APP:
                return app
        return None

    def _spoken(self, app: FillingApp) -> str:
        text = self.tr("%1, %2, saved") if app.saved else self.tr("%1, %2")
        return filled(text, app.name, app.size)
