"""What is on a drive: its sum, and behind tabs its space, its refs and its check."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTabWidget, QVBoxLayout, QWidget

from app.errors import SatchelError
from app.stick.inspecting.inspect import Inspection, RefKind
from app.stick.inspecting.sizes import Sizes
from ui.controllers.contents import Agreement
from ui.i18n.filling import filled
from ui.i18n.numbers import dated
from ui.i18n.wording import worded
from ui.pages.contents.check_view import CheckView
from ui.pages.contents.refs_model import RefsModel
from ui.pages.contents.refs_table import RefsTable
from ui.pages.contents.space_cells import SpaceModel, cells_of
from ui.pages.contents.treemap import TreeMap
from ui.style import style
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.buttons import tall
from ui.widgets.notice import NoticeLabel
from ui.widgets.state_panel import Stateful


class ContentsView(QWidget):
    """Signals:
    details_wanted(): somebody wants to know more about the collections.
    measuring_wanted(): again, after it went wrong.

    Attributes:
        check: the tab about the check.
    """

    details_wanted = Signal()
    measuring_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Inspection | None = None
        self._facts = labels.body(parent=self)
        self._agreement = NoticeLabel(self)
        self._details = QPushButton(self.tr("Details…"), self)
        tall(self._details)
        self._details.clicked.connect(self.details_wanted)
        texts = QVBoxLayout()
        texts.setSpacing(style.HALF)
        texts.addWidget(self._facts)
        texts.addWidget(self._agreement)
        row = QHBoxLayout()
        row.setSpacing(style.GAP)
        row.addLayout(texts, 1)
        row.addWidget(self._details, 0, Qt.AlignmentFlag.AlignVCenter)
        self._cells = SpaceModel(self)
        self._space = Stateful(TreeMap(self._cells, self), self)
        self._space.panel.acted.connect(self.measuring_wanted)
        self._refs = RefsModel(self)
        self._table = RefsTable(self._refs, self)
        self.check = CheckView(self)
        self._tabs = QTabWidget(self)
        self._tabs.setDocumentMode(True)
        self._tabs.tabBar().setAccessibleName(self.tr("What to look at"))
        for part, title in (
            (self._space, self.tr("Space")),
            (self._table, self.tr("Apps and what they need")),
            (self.check, self.tr("Check")),
        ):
            self._tabs.addTab(_with_margin(part), title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.GRID)
        layout.addLayout(row)
        layout.addWidget(self._tabs, 1)

    def show_inspection(self, inspection: Inspection, sizes: Sizes | None) -> None:
        """Without ``sizes`` they are still being measured."""
        self._facts.setText(self._summed_up(inspection))
        if inspection is not self._shown:
            self._shown = inspection
            self._refs.show_refs(inspection, sizes)

    def show_agreement(self, agreement: Agreement) -> None:
        if agreement.complete:
            text = self.tr("Everything agrees: what is listed is there, and signed.")
            self._agreement.say(text, icon=Symbol.CIRCLE_CHECK, tone=style.Tone.GOOD)
        else:
            problems = " ".join(self._problems(agreement))
            self._agreement.say(problems, icon=Symbol.WARNING, tone=style.Tone.WARN)

    def show_sizes(
        self, inspection: Inspection, sizes: Sizes | None, error: SatchelError | None
    ) -> None:
        """With neither they are still being measured."""
        if sizes is not None:
            cells = cells_of(inspection, sizes)
            if cells != self._cells.cells:
                self._cells.show_cells(cells)
            self._refs.show_sizes(inspection, sizes)
            self._space.show_content()
        elif error is not None:
            self._space.show_panel().show_error(error, action=self.tr("Measure again"))
        else:
            self._space.show_panel().show_loading(
                self.tr("Measuring what takes the space…"),
                self.tr("You can look at the rest meanwhile."),
            )

    def open_check(self) -> None:
        self._tabs.setCurrentIndex(self._tabs.count() - 1)

    def _problems(self, agreement: Agreement) -> list[str]:
        problems = [worded(message) for message in agreement.disagreements]
        if agreement.unlisted:
            problems.append(self.tr("None of its apps can be found."))
        if agreement.unfinished:
            problems.insert(0, self.tr("It was not finished. Make it again to go on."))
        if agreement.damaged:
            problems.append(self.tr("The check found something damaged or missing."))
        return problems

    def _summed_up(self, inspection: Inspection) -> str:
        kinds = [ref.kind for _, ref in inspection.refs]
        apps = kinds.count(RefKind.APP)
        others = len(kinds) - apps - kinds.count(RefKind.LIST)
        parts = [self.tr("%n app(s)", "", apps), self.tr("%n thing(s) they need", "", others)]
        if inspection.made is not None:
            parts.append(filled(self.tr("made on %1"), dated(inspection.made)))
        elif inspection.collections:
            parts.append(self.tr("not made by Satchel"))
        return ", ".join(parts)


def _with_margin(part: QWidget) -> QWidget:
    whole = QWidget()
    layout = QVBoxLayout(whole)
    layout.setContentsMargins(0, style.GRID, 0, 0)
    layout.addWidget(part)
    whole.setFocusProxy(part)
    return whole
