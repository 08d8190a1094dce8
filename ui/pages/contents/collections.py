"""The collections on a drive with their lists, for those who build repositories."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.stick.inspecting.facts import Fact, collection_facts
from app.stick.inspecting.inspect import InspectedCollection, Inspection
from ui.i18n.tips import tip
from ui.i18n.wording import worded
from ui.style import style
from ui.widgets import labels
from ui.widgets.buttons import tall
from ui.widgets.row_padding import PaddedRowDelegate

_SIZE = (80, 50)


class CollectionsDialog(QDialog):
    """Read-only; every value can be copied."""

    def __init__(
        self, inspection: Inspection, places: tuple[str, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Details"))
        self.resize(*map(style.grown, _SIZE))
        place = labels.body(str(inspection.location.shown), parent=self)
        place.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        place.setAccessibleName(self.tr("Place of the repository"))
        self._model = QStandardItemModel(self)
        self._model.setHorizontalHeaderLabels([self.tr("What"), self.tr("Value")])
        for collection in inspection.collections:
            self._model.appendRow(self._rows(collection))
        here = inspection.location.repository_path
        if others := [place for place in places if place != here]:
            texts = self.tr("More repositories on this drive"), ", ".join(others)
            self._model.appendRow([_item(text) for text in texts])
        view = QTreeView(self)
        view.setModel(self._model)
        view.setAccessibleName(self.tr("Collections and their lists"))
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setAlternatingRowColors(True)
        view.setItemDelegate(PaddedRowDelegate(view))
        view.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        view.expandAll()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        tall(*buttons.buttons())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.MARGIN, style.MARGIN, style.MARGIN, style.GAP)
        layout.setSpacing(style.GAP)
        layout.addWidget(place)
        layout.addWidget(view, 1)
        layout.addWidget(buttons)

    def _rows(self, collection: InspectedCollection) -> list[QStandardItem]:
        first = _item(collection.label)
        problems = [worded(problem) for problem in collection.disagreements]
        for problem in problems or [self.tr("Everything agrees.")]:
            first.appendRow([_item(self.tr("Do they agree?")), _item(problem)])
        for fact in collection_facts(collection):
            first.appendRow(_row(fact))
        return [first, _item(collection.id)]


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
