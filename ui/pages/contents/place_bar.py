"""Which drive or folder is looked at: a list of them, and a button for any other folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QComboBox, QFileDialog, QPushButton, QSizePolicy, QWidget

from ui.controllers.viewed_place import ViewedPlaceController
from ui.models.places import PlacesModel
from ui.style import icons
from ui.style.symbol import Symbol
from ui.widgets.buttons import tall
from ui.widgets.flow import Flow


class PlaceBar(QWidget):
    """Draws what a `ViewedPlaceController` knows, and passes on what is chosen."""

    def __init__(self, controller: ViewedPlaceController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._showing = False
        self._places = PlacesModel(self)
        self._list = QComboBox(self)
        self._list.setModel(self._places)
        self._list.setAccessibleName(self.tr("Drive or folder to look at"))
        self._list.setMinimumContentsLength(16)
        self._list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._list.currentIndexChanged.connect(self._choose)
        self._folder = QPushButton(self.tr("Open a folder…"), self)
        icons.give(self._folder, Symbol.FOLDER)
        self._folder.clicked.connect(self.ask_for_folder)
        self._row = Flow()
        self._row.addWidget(self._list)
        self.add(self._folder)
        self.setLayout(self._row)
        self.setFocusProxy(self._list)
        controller.changed.connect(self._show)
        self._show()

    def add(self, button: QPushButton) -> None:
        """One more beside the others."""
        tall(button)
        self._list.setMinimumHeight(button.minimumHeight())
        self._row.addWidget(button)

    def ask_for_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Open a folder"))
        if chosen:
            self._controller.open_folder(Path(chosen))

    def _show(self) -> None:
        controller = self._controller
        self._showing = True
        self._places.show(controller.places)
        place = controller.place
        row = self._places.row_of(place.key) if place is not None else None
        self._list.setCurrentIndex(row if row is not None else -1)
        self._showing = False
        self._list.setEnabled(bool(controller.places))

    def _choose(self, row: int) -> None:
        if not self._showing and row >= 0:
            self._controller.choose(row)
