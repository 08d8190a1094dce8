"""Remotes as a list, with the fingerprints of their keys once these are known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from app.flatpak.remotes.remote import Remote, RemoteOrigin
from ui.i18n.filling import filled
from ui.i18n.fingerprints import grouped
from ui.i18n.tips import tip

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class Role(IntEnum):
    REMOTE = Qt.ItemDataRole.UserRole
    LINES = Qt.ItemDataRole.UserRole + 1
    """What is said below the name, a line each."""


class RemotesModel(QAbstractListModel):
    """In the order in which they are searched."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._remotes: Sequence[Remote] = ()
        self._keys: dict[str, tuple[str, ...]] = {}

    def show_remotes(self, remotes: Iterable[Remote]) -> None:
        self.beginResetModel()
        self._remotes = tuple(remotes)
        self.endResetModel()

    def show_keys(self, keys: dict[str, tuple[str, ...]]) -> None:
        """Fingerprints by the name of the remote."""
        self._keys = keys
        if self._remotes:
            self.dataChanged.emit(self.index(0), self.index(len(self._remotes) - 1))

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._remotes)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        remote = self._remotes[index.row()]
        match role:
            case Role.REMOTE:
                return remote
            case Role.LINES:
                return self._lines(remote)
            case Qt.ItemDataRole.DisplayRole:
                return remote.label
            case Qt.ItemDataRole.ToolTipRole:
                return tip("\n".join(self._lines(remote)))
            case Qt.ItemDataRole.AccessibleTextRole:
                return ". ".join((remote.label, *self._lines(remote)))
        return None

    def _lines(self, remote: Remote) -> tuple[str, str]:
        where = self._source(remote)
        if not remote.listed:
            where = filled(self.tr("%1, switched off"), where)
        fingerprints = self._keys.get(remote.name)
        if fingerprints is None:
            key = self.tr("Looking at its key…")
        elif not fingerprints:
            key = self.tr("No key: nothing from it can be verified, so it is refused")
        else:
            prints = ", ".join(map(grouped, fingerprints))
            key = filled(self.tr("Key %1"), prints)
        return f"{remote.address} \N{MIDDLE DOT} {where}", key

    def _source(self, remote: Remote) -> str:
        texts = {
            RemoteOrigin.GIVEN: self.tr("only for now"),
            RemoteOrigin.ADDED: self.tr("added by you"),
            RemoteOrigin.USER: self.tr("your flatpak has it"),
            RemoteOrigin.SYSTEM: self.tr("flatpak on this computer has it"),
            RemoteOrigin.PREDEFINED: self.tr("predefined on this computer"),
            RemoteOrigin.BUILT_IN: self.tr("comes with Satchel"),
        }
        other = filled(self.tr("flatpak has it in %1"), remote.installation)
        return texts.get(remote.origin, other)
