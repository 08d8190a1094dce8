"""A plan: its key numbers, the room on the drive, what is written and why, what to know."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QVBoxLayout, QWidget

from app.stick.planning.plan import Plan
from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.models.messages import from_notice
from ui.pages.review.key_numbers import KeyNumbers
from ui.pages.review.plan_tree import PlanColumn, PlanTree
from ui.style import style
from ui.widgets.message_list import MessageList
from ui.widgets.space_bar import SpaceBar

_MOST_NOTICES = 18 * style.GRID


class PlanView(QWidget):
    """All of a plan."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers = KeyNumbers(
            (self.tr("to download"), self.tr("on the drive"), self.tr("free afterwards")), self
        )
        self._space = SpaceBar(self)
        self._model = PlanTree(self)
        self._tree = self._build_tree()
        self._notices = MessageList(self.tr("Worth reading"), self)
        self._notices.setMaximumHeight(_MOST_NOTICES)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.GAP)
        layout.addWidget(self._numbers)
        layout.addWidget(self._space)
        layout.addWidget(self._tree, 1)
        layout.addWidget(self._notices)

    def _build_tree(self) -> QTreeView:
        tree = QTreeView(self)
        tree.setModel(self._model)
        tree.setAccessibleName(self.tr("What will be written and why"))
        tree.setUniformRowHeights(True)
        tree.setAllColumnsShowFocus(True)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(PlanColumn.WHY, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(PlanColumn.NAME, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(PlanColumn.NAME, 34 * style.GRID)
        return tree

    def show_plan(self, plan: Plan, names: Mapping[str, str]) -> None:
        """``names``: what people call the chosen refs."""
        estimate = plan.estimate
        about = self.tr("%1") if estimate.exact else self.tr("about %1")
        self._numbers.show_values(
            [
                filled(about, sized(size))
                for size in (estimate.fetch, estimate.write, max(0, estimate.left))
            ]
        )
        space = estimate.space
        self._space.show_space(space.total, space.total - space.free, estimate.write)
        self._model.show_plan(plan, names)
        for row in range(self._model.rowCount()):
            self._tree.setFirstColumnSpanned(row, self._tree.rootIndex(), True)
        for index in self._model.open_sections:
            self._tree.expandRecursively(index)
        self._notices.show_messages(map(from_notice, plan.notices))
        self._notices.setVisible(bool(plan.notices))
