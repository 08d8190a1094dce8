"""Lines of lists with some room around their text, for eyes and fingers."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from ui.style import style


class PaddedRowDelegate(QStyledItemDelegate):
    """The style's own lines, a cell of the grid higher."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return super().sizeHint(option, index) + QSize(0, style.GRID)
