"""The refs on a drive as a table that sorts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum

from msgspec import Struct
from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from app.stick.inspecting.facts import HEADS
from app.stick.inspecting.inspection import Inspection, RefKind
from app.stick.inspecting.sizes import NOTHING, Sizes
from ui.i18n.filling import filled
from ui.i18n.numbers import dated, sized
from ui.i18n.stick_words import called, signer, state
from ui.i18n.tips import tip
from ui.i18n.wording import worded

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_KINDS = tuple(RefKind)

SORT = Qt.ItemDataRole.UserRole


class RefColumn(IntEnum):
    NAME = 0
    SIZE = 1
    DATE = 2
    VERSION = 3
    STATE = 4
    SIGNER = 5
    LANGUAGES = 6


_NUMBERS = (RefColumn.SIZE, RefColumn.DATE)


def _shape(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in _NUMBERS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class _Line(Struct, frozen=True):
    texts: tuple[str, ...]
    keys: tuple[int | str, ...]
    tips: Mapping[int, str]


class RefsModel(QAbstractTableModel):
    """A line a ref. `SORT` is what to sort by: dates and sizes as numbers, apps before others."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: Sequence[_Line] = ()
        self._refs: list[tuple[str, str]] = []

    def show_refs(self, inspection: Inspection, sizes: Sizes | None) -> None:
        """Without ``sizes`` they are still being measured. Where these are the same refs as before
        nothing moves, and what is selected stays so."""
        refs = [(collection, ref.ref) for collection, ref in inspection.refs]
        if refs == self._refs:
            self._show_anew(inspection, sizes, RefColumn(0), max(RefColumn))
            return
        self.beginResetModel()
        self._refs, self._lines = refs, tuple(_lines(inspection, sizes))
        self.endResetModel()

    def show_sizes(self, inspection: Inspection, sizes: Sizes) -> None:
        """The same refs, now measured: nothing moves, and what is selected stays so."""
        self._show_anew(inspection, sizes, RefColumn.SIZE, RefColumn.SIZE)

    def _show_anew(
        self, inspection: Inspection, sizes: Sizes | None, first: RefColumn, last: RefColumn
    ) -> None:
        self._lines = tuple(_lines(inspection, sizes))
        if self._lines:
            end = self.index(len(self._lines) - 1, last)
            self.dataChanged.emit(self.index(0, first), end)

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(RefColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return worded(HEADS[RefColumn(section).name.lower()])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _shape(section)
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        line, column = self._lines[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return line.texts[column]
            case Qt.ItemDataRole.ToolTipRole:
                return tip(line.tips.get(column, line.texts[column]))
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{self.headerData(column, Qt.Orientation.Horizontal)}: {line.texts[column]}"
            case Qt.ItemDataRole.TextAlignmentRole:
                return _shape(column)
            case _ if role == SORT:
                return line.keys[column]
        return None


def _lines(inspection: Inspection, sizes: Sizes | None) -> list[_Line]:
    lines = []
    for collection, ref in inspection.refs:
        size = sizes.refs.get((collection, ref.ref), NOTHING) if sizes is not None else None
        name = called(ref)
        total = size.own + size.shared if size is not None else 0
        texts = (
            name,
            sized(total) if size is not None else "\N{HORIZONTAL ELLIPSIS}",
            dated(ref.timestamp),
            ref.version,
            state(ref),
            signer(ref),
            ", ".join(ref.languages),
        )
        keys: tuple[int | str, ...] = (
            f"{_KINDS.index(ref.kind)}{name.casefold()}",
            total,
            ref.timestamp if ref.timestamp is not None else -1,
            *(text.casefold() for text in texts[RefColumn.VERSION :]),
        )
        tips: dict[int, str] = {
            RefColumn.NAME: "\n".join(part for part in (ref.ref, worded(ref.reason)) if part)
        }
        if ref.signer:
            tips[RefColumn.SIGNER] = ref.signer
        if size is not None:
            text = QCoreApplication.translate(
                "RefsModel", "Only for it: %1. Shared with others: %2."
            )
            text = filled(text, sized(size.own), sized(size.shared))
            tips[RefColumn.SIZE] = text
        lines.append(_Line(texts, keys, tips))
    return lines
