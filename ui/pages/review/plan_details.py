"""What only builders want to know of a plan: refs and why, signed lists, notices word by word."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.stick.planning.plan import CollectionPlan, Plan
from ui.i18n.filling import filled
from ui.i18n.fingerprints import grouped
from ui.i18n.numbers import dated
from ui.i18n.wording import worded_together
from ui.pages.review.plan_tree import PlanColumn, PlanTree
from ui.style import style
from ui.widgets import labels

_NAMES = 320


class PlanDetails(QWidget):
    """Grows with what is unfolded in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sources = labels.small(parent=self)
        self._notices = labels.small(parent=self)
        self._model = PlanTree(self)
        self._tree = self._build_tree()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.GRID))
        for widget in (self._sources, self._tree, self._notices):
            layout.addWidget(widget)

    def _build_tree(self) -> QTreeView:
        tree = QTreeView(self)
        tree.setModel(self._model)
        tree.setAccessibleName(self.tr("What will be written and why"))
        tree.setFrameShape(QFrame.Shape.NoFrame)
        tree.setUniformRowHeights(True)
        tree.setAllColumnsShowFocus(True)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        for policy in (tree.setVerticalScrollBarPolicy, tree.setHorizontalScrollBarPolicy):
            policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(PlanColumn.WHY, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(PlanColumn.NAME, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(PlanColumn.NAME, style.px(_NAMES))
        tree.expanded.connect(self._fit)
        tree.collapsed.connect(self._fit)
        return tree

    def show_plan(self, plan: Plan, names: Mapping[str, str]) -> None:
        """``names``: what people call the chosen refs."""
        self._sources.setText("\n".join(map(self._source, plan.collections)))
        self._model.show_plan(plan, names)
        for row in range(self._model.rowCount()):
            self._tree.setFirstColumnSpanned(row, self._tree.rootIndex(), True)
        for index in self._model.open_sections:
            self._tree.expand(index)
        said = (worded_together(notice.message, notice.hint) for notice in plan.notices)
        self._notices.setText("\n".join(said))
        self._notices.setVisible(bool(plan.notices))
        self._fit()

    def _source(self, collection: CollectionPlan) -> str:
        signature = collection.snapshot.signature
        text = self.tr("%1 (%2), list of %3, signed by %4")
        if not collection.is_list_signed:
            text = self.tr("%1 (%2), list of %3, not signed")
        return filled(
            text,
            collection.remote.label,
            collection.remote.address if collection.is_remote else collection.id,
            dated(collection.snapshot.made),
            grouped(signature.fingerprint),
        )

    def _fit(self) -> None:
        """As high as all its lines: the page scrolls as a whole."""
        rows = self._visible_rows(QModelIndex())
        height = self._tree.sizeHintForRow(0) * rows + self._tree.header().sizeHint().height()
        self._tree.setFixedHeight(height + style.px(style.HALF))

    def _visible_rows(self, parent: QModelIndex) -> int:
        count = self._model.rowCount(parent)
        for row in range(self._model.rowCount(parent)):
            index = self._model.index(row, 0, parent)
            if self._tree.isExpanded(index):
                count += self._visible_rows(index)
        return count
