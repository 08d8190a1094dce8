"""Rows that are painted, and tell in a tip what of them could not be shown."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from ui.i18n.tips import tip

_Index = QModelIndex | QPersistentModelIndex


class TellingDelegate(QStyledItemDelegate):
    """Its ``paint`` calls `keep_cut`; what else there is to tell is the model's tip."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cut: dict[int, tuple[str, ...]] = {}

    def keep_cut(self, index: _Index, texts: Iterable[str]) -> None:
        """``texts``: what ended in an ellipsis in that row, now that it was painted."""
        self._cut[index.row()] = tuple(texts)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: _Index,
    ) -> bool:
        if event.type() != QEvent.Type.ToolTip:
            return super().helpEvent(event, view, option, index)
        about = index.data(Qt.ItemDataRole.ToolTipRole)
        told = (*self._cut.get(index.row(), ()), about or "")
        QToolTip.showText(event.globalPos(), tip("\n".join(filter(None, told))), view)
        return True
