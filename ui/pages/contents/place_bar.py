"""Which drive or folder is looked at: a list of them, and a button for any other folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QPushButton, QSizePolicy, QWidget

from ui.models.place import Place, PlaceKind, demo_place, places_of
from ui.models.places import PlacesModel
from ui.state.session import Session, Target
from ui.style import icons
from ui.widgets.buttons import tall
from ui.widgets.flow import Flow


class PlaceBar(QWidget):
    """It follows the session's target, unless somebody says otherwise.

    Signals:
        changed(): the list, or what is known of the chosen one, is another.
        chosen(): somebody wants to look at `place`.

    Attributes:
        gone: the name of what was looked at until it was pulled out; else empty.
    """

    changed = Signal()
    chosen = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._folders: list[Path] = []
        self._chosen: tuple[object, ...] | None = None
        self._syncing = False
        self.gone = ""
        self._places = PlacesModel(self)
        self._list = QComboBox(self)
        self._list.setModel(self._places)
        self._list.setAccessibleName(self.tr("Drive or folder to look at"))
        self._list.setMinimumContentsLength(16)
        self._list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._list.currentIndexChanged.connect(self._choose)
        self._folder = QPushButton(self.tr("Open a folder…"), self)
        icons.give(self._folder, "folder", role=self._folder.foregroundRole())
        self._folder.clicked.connect(self.ask_for_folder)
        self._row = Flow()
        self._row.addWidget(self._list)
        self.add(self._folder)
        self.setLayout(self._row)
        self.setFocusProxy(self._list)
        session.drives.changed.connect(self.sync)
        session.target_changed.connect(self._follow)
        self._follow()

    def add(self, button: QPushButton) -> None:
        """One more beside the others."""
        tall(button)
        self._list.setMinimumHeight(button.minimumHeight())
        self._row.addWidget(button)

    @property
    def place(self) -> Place | None:
        """The chosen one."""
        return next((one for one in self._places.places if one.key == self._chosen), None)

    @property
    def is_empty(self) -> bool:
        return not self._places.rowCount()

    def take_as_target(self) -> None:
        """What is looked at is what will be written to."""
        place, target = self.place, self._session.target
        if place is None or place.root is None:
            return
        if target is None or not _is_target(target, place):
            self._session.set_target(Target(place.root, place.name, place.drive, place.volume))

    def sync(self) -> None:
        """Show the drives and folders as they are now."""
        before = self.place
        found = self._found()
        keys = [place.key for place in found]
        if before is not None and before.key not in keys:
            self.gone = before.name
        elif self._chosen in keys:
            self.gone = ""
        if self._chosen not in keys:
            # Nothing takes the place of what was pulled out but by choice.
            self._chosen = keys[0] if keys and not self.gone else None
        self._syncing = True
        self._places.show(found)
        row = self._places.row_of(self._chosen) if self._chosen is not None else None
        self._list.setCurrentIndex(row if row is not None else -1)
        self._syncing = False
        self._list.setEnabled(bool(found))
        self.changed.emit()

    def ask_for_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Open a folder"))
        if chosen:
            path = Path(chosen)
            if path not in self._folders:
                self._folders.append(path)
            self.gone = ""
            self._chosen = Place(PlaceKind.FOLDER, str(path), root=path).key
            self.sync()
            self.chosen.emit()

    def _found(self) -> list[Place]:
        demo = self._session.environment.demo_drive
        places = []
        if demo is not None:
            places.append(demo_place(demo))
        for drive in self._session.drives.drives:
            places += places_of(drive)
        places += [Place(PlaceKind.FOLDER, str(path), root=path) for path in self._folders]
        return places

    def _follow(self) -> None:
        target = self._session.target
        if target is not None:
            known = [place.root for place in self._found()]
            if target.drive is None and target.root not in known:
                self._folders.append(target.root)
            chosen = next((one for one in self._found() if _is_target(target, one)), None)
            if chosen is not None:
                self._chosen = chosen.key
        self.sync()

    def _choose(self, row: int) -> None:
        if not self._syncing and row >= 0:
            self._chosen = self._places.places[row].key
            self.gone = ""
            self.chosen.emit()


def _is_target(target: Target, place: Place) -> bool:
    return target.root == place.root and (target.drive is None) == (place.drive is None)
