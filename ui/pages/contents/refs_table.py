"""The table of what is on a drive."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ui.pages.contents.refs_model import SORT, RefColumn, RefsModel
from ui.style import style

_Index = QModelIndex | QPersistentModelIndex
_GROUND = QStyle.PrimitiveElement.PE_PanelItemViewItem
_WIDEST = 28 * style.GRID


class _PaddedCell(QStyledItemDelegate):
    """Room on both sides, so that what is on the right and what is on the left stay apart."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        ground = QStyleOptionViewItem(option)
        self.initStyleOption(ground, index)
        ground.text = ""
        widget = ground.widget
        widget.style().drawPrimitive(_GROUND, ground, painter, widget)
        inner = QStyleOptionViewItem(option)
        inner.rect = option.rect.adjusted(style.HALF, 0, -style.HALF, 0)
        super().paint(painter, inner, index)


class RefsTable(QTableView):
    """Sorts by what its head is clicked on; apps first."""

    def __init__(self, model: RefsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(_PaddedCell(self))
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSortRole(SORT)
        self._sorted.setSourceModel(model)
        self.setModel(self._sorted)
        self.setAccessibleName(self.tr("Everything on the drive"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setFont(style.digits(style.font(style.Text.BODY)))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + style.GRID)
        heads = self.horizontalHeader()
        heads.setHighlightSections(False)
        heads.setMaximumSectionSize(2 * _WIDEST)
        heads.setSectionsMovable(True)
        self.setSortingEnabled(True)
        self.sortByColumn(RefColumn.NAME, Qt.SortOrder.AscendingOrder)
        model.modelReset.connect(self._fit)

    def _fit(self) -> None:
        """Columns as wide as what is in them, but none takes everything."""
        self.resizeColumnsToContents()
        for column in RefColumn:
            self.setColumnWidth(column, min(self.columnWidth(column) + style.GAP, _WIDEST))
        size = self.fontMetrics().horizontalAdvance("999.9 GB") + 3 * style.GRID
        self.setColumnWidth(RefColumn.SIZE, max(self.columnWidth(RefColumn.SIZE), size))
