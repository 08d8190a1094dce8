"""What to choose from, and for whom."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QTabBar, QWidget

from app.flatpak.catalogue.browse import Sort
from ui.style import icons
from ui.style.symbol import Symbol
from ui.widgets.buttons import tall
from ui.widgets.flow import Flow

_SORTS = (Sort.APPS, Sort.OTHERS)
"""Of the tabs."""


class Toolbar(QWidget):
    """Signals:
    sort_changed(): `sort` is another.
    languages_wanted(): somebody wants to say who the drive is for.
    remote_wanted(): somebody wants to add a remote.
    """

    sort_changed = Signal()
    languages_wanted = Signal()
    remote_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tabs = QTabBar(self)
        self._tabs.setAccessibleName(self.tr("What to choose from"))
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.addTab(self.tr("Apps"))
        self._tabs.addTab(self.tr("Runtimes and extensions"))
        self._tabs.currentChanged.connect(self.sort_changed)
        languages = QPushButton(self.tr("Languages and graphics…"), self)
        icons.give(languages, Symbol.GLOBE)
        languages.clicked.connect(self.languages_wanted)
        remote = QPushButton(self.tr("Add a remote…"), self)
        icons.give(remote, Symbol.PLUS)
        remote.clicked.connect(self.remote_wanted)
        tall(languages, remote)
        row = Flow()
        row.addWidget(self._tabs)
        row.add_stretch()
        row.addWidget(languages)
        row.addWidget(remote)
        self.setLayout(row)

    @property
    def sort(self) -> Sort:
        return _SORTS[self._tabs.currentIndex()]
