"""What is on a drive for those who build repositories: every ref, the lists of the collections."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.stick.inspecting.facts import Fact, collection_facts
from app.stick.inspecting.inspection import InspectedCollection, Inspection
from app.stick.inspecting.sizes import Sizes
from ui.i18n.tips import tip
from ui.i18n.wording import worded
from ui.pages.contents.refs_model import RefsModel
from ui.pages.contents.refs_table import RefsTable
from ui.pages.contents.repository_choice import RepositoryChoice
from ui.style import style
from ui.widgets import labels
from ui.widgets.buttons import Button
from ui.widgets.row_padding import PaddedRowDelegate
from ui.widgets.segments import Segments
from ui.widgets.tab_order import go_on

_SIZE = (940, 560)


class BuildersDialog(QDialog):
    """Read-only; every value can be copied.

    Signals:
        repository_chosen(int): the one of that number is to be looked at.
        data_wanted(object): a report as JSON, in the file of that path.
    """

    repository_chosen = Signal(int)
    data_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Details for builders"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.resize(*map(style.px, _SIZE))
        self._place = labels.body(quiet=True, parent=self)
        self._place.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._repositories = RepositoryChoice(self)
        self._repositories.chosen.connect(self.repository_chosen)
        self._refs = RefsModel(self)
        self._lists = QStandardItemModel(self)
        self._parts = QStackedWidget(self)
        self._parts.addWidget(RefsTable(self._refs, self))
        self._parts.addWidget(self._tree())
        segments = Segments(
            self.tr("What to look at"), (self.tr("Refs"), self.tr("Collections")), self
        )
        segments.chosen.connect(self._parts.setCurrentIndex)
        head = QHBoxLayout()
        head.setSpacing(style.px(style.GAP))
        head.addWidget(self._place, 1)
        head.addWidget(segments)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(4 * (style.px(style.SECTION),)))
        layout.setSpacing(style.px(style.GAP))
        layout.addLayout(head)
        layout.addWidget(self._repositories)
        layout.addWidget(self._parts, 1)
        layout.addLayout(self._foot())

    def focusNextPrevChild(self, forward: bool) -> bool:
        return go_on(self, forward=forward)

    def _tree(self) -> QTreeView:
        view = QTreeView(self)
        view.setModel(self._lists)
        view.setAccessibleName(self.tr("Collections and their lists"))
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setAlternatingRowColors(True)
        view.setItemDelegate(PaddedRowDelegate(view))
        view.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self._view = view
        return view

    def _foot(self) -> QHBoxLayout:
        data = Button(self.tr("Save as data…"), parent=self)
        data.clicked.connect(self._ask_for_file)
        close = Button(self.tr("Close"), parent=self)
        close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(data)
        foot.addStretch(1)
        foot.addWidget(close)
        return foot

    def show_inspection(
        self, inspection: Inspection, sizes: Sizes | None, repositories: tuple[str, ...]
    ) -> None:
        """Without ``sizes`` they are still being measured; ``repositories``: all on the drive."""
        place = str(inspection.location.shown)
        self._place.setText(place)
        here = inspection.location.repository_path
        self._repositories.show_repositories(repositories, here)
        self._refs.show_refs(inspection, sizes)
        self._lists.clear()
        self._lists.setHorizontalHeaderLabels([self.tr("What"), self.tr("Value")])
        for collection in inspection.collections:
            self._lists.appendRow(self._rows(collection))
        self._view.expandAll()

    def _rows(self, collection: InspectedCollection) -> list[QStandardItem]:
        first = _item(collection.label)
        problems = [worded(problem) for problem in collection.disagreements]
        for problem in problems or [self.tr("Everything agrees.")]:
            first.appendRow([_item(self.tr("Do they agree?")), _item(problem)])
        for fact in collection_facts(collection):
            first.appendRow(_row(fact))
        return [first, _item(collection.collection_id or collection.url)]

    def _ask_for_file(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save as data"), "report.json", self.tr("Data (*.json)")
        )
        if chosen:
            path = Path(chosen)
            self.data_wanted.emit(path if path.suffix else path.with_suffix(".json"))


def _row(fact: Fact) -> list[QStandardItem]:
    first = _item(worded(fact.name))
    for detail in fact.details:
        first.appendRow(_row(detail))
    return [first, _item(worded(fact.value))]


def _item(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setEditable(False)
    item.setToolTip(tip(text))
    return item
