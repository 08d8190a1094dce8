"""Which drive or folder is looked at."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.drive.recognition import LastingIdentity, come_back
from ui.models.place import Place, PlaceKey, demo_place, folder_place, places_of
from ui.models.targets import is_target
from ui.state.session import Session, Target


class ViewedPlaceController(QObject):
    """It follows the session's target, unless somebody says otherwise.

    Signals:
        changed(): `places`, or what is known of the chosen one, is another.
        chosen(): somebody wants to look at `place`.

    Attributes:
        places: all that can be chosen.
        unplugged: the name of what was looked at until it was pulled out; else empty.
    """

    changed = Signal()
    chosen = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._folders: list[Path] = []
        self._key: PlaceKey | None = None
        self._awaited: LastingIdentity | None = None
        self.places: tuple[Place, ...] = ()
        self.unplugged = ""
        session.drives.changed.connect(self.refresh)
        session.target_changed.connect(self._follow)
        self._follow()

    @property
    def place(self) -> Place | None:
        """The chosen one."""
        return next((place for place in self.places if place.key == self._key), None)

    @property
    def identity(self) -> object:
        """Of the chosen place, the same when it was pulled out and has come back; None for none."""
        place = self.place
        if place is None:
            return None
        lasting = _lasting(place)
        if lasting is not None:
            back = come_back(lasting, self._session.drives.drives)
            if back == (place.drive, place.volume):
                return lasting
        return place.key

    def choose(self, row: int) -> None:
        """One of `places`, by its number."""
        self._key = self.places[row].key
        self._wait_for(None)
        self.chosen.emit()

    def open_folder(self, path: Path) -> None:
        """Any other folder, or the drive that is mounted there."""
        there = next((place.key for place in self.places if place.root == path), None)
        if there is None:
            self._folders.append(path)
        self._wait_for(None)
        self._key = there or folder_place(path).key
        self.refresh()
        self.chosen.emit()

    def take_as_target(self) -> None:
        """What is looked at is what will be written to."""
        place, target = self.place, self._session.target
        if place is None or place.root is None:
            return
        if target is None or not is_target(target, place):
            self._session.set_target(Target(place.root, place.name, place.drive, place.volume))

    def refresh(self) -> None:
        """The drives and folders as they are now."""
        before = self.place
        places = self._present()
        keys = [place.key for place in places]
        if before is not None and before.key not in keys:
            self._wait_for(before)
        if self._awaited is not None:
            back = come_back(self._awaited, self._session.drives.drives)
            known = {place.key for place in self.places}
            same = (
                place.key
                for place in places
                if (place.drive, place.volume) == back and place.key not in known
            )
            self._key = next(same, self._key)
        if self._key in keys:
            self._wait_for(None)
        else:
            # Nothing else takes the place of what was pulled out but by choice.
            self._key = keys[0] if keys and not self.unplugged else None
        self.places = places
        self.changed.emit()

    def _wait_for(self, place: Place | None) -> None:
        """It was pulled out, and may come back."""
        self.unplugged = place.name if place is not None else ""
        self._awaited = _lasting(place) if place is not None else None

    def _present(self) -> tuple[Place, ...]:
        demo = self._session.environment.demo_drive
        places = []
        if demo is not None:
            places.append(demo_place(demo))
        for drive in self._session.drives.drives:
            places += places_of(drive)
        places += [folder_place(path) for path in self._folders]
        return tuple(places)

    def _follow(self) -> None:
        target = self._session.target
        if target is not None:
            roots = [place.root for place in self._present()]
            if target.drive is None and target.root not in roots:
                self._folders.append(target.root)
            same = (place for place in self._present() if is_target(target, place))
            chosen = next(same, None)
            if chosen is not None:
                self._key = chosen.key
        self.refresh()


def _lasting(place: Place) -> LastingIdentity | None:
    """None for what cannot be recognised."""
    if place.drive is None or place.volume is None:
        return None
    return LastingIdentity.of(place.drive, place.volume)
