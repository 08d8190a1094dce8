"""What the foot of Drive says, and what its button does, for how it stands with the drives."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QCoreApplication, QObject

from app.stick.planning.duration import duration_message
from ui.controllers.drive_view import DriveState, DriveView
from ui.controllers.resumption import choice_of
from ui.i18n.drive_names import name_among
from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.i18n.wording import worded
from ui.models.place import Place
from ui.state.choice import Choice

_LITTLE = 50_000_000
"""Bytes that take no time worth a word, however slow drive and network are."""


class Next(Enum):
    """What comes next."""

    APPS = auto()
    REVIEW = auto()
    GO_ON = auto()


class _Counts(QObject):
    """Numbers in words: lupdate finds their plural forms in ``tr`` only."""

    def with_room(self, drives: int) -> str:
        return self.tr("%n drive(s), each with %1 free or more.", "", drives)


class FootWords:
    """Attributes:
    next: what the button does.
    can_change: whether what is chosen can be changed instead.
    """

    def __init__(self, view: DriveView, choice: Choice) -> None:
        self._view = view
        self._place = view.chosen
        self._has_choice = not choice.is_empty
        self.next = Next.REVIEW if self._has_choice else Next.APPS
        alone = not view.others
        if self._place is not None and alone and _goes_on(self._place, choice):
            self.next = Next.GO_ON
        self.can_change = (self.next is not Next.APPS) and not view.goes_on

    @property
    def primary(self) -> str:
        match self.next:
            case Next.GO_ON:
                return QCoreApplication.translate("DriveFoot", "Go on")
            case Next.REVIEW:
                return QCoreApplication.translate("DriveFoot", "Review")
        if self._is_ready:
            return QCoreApplication.translate("DriveFoot", "Choose apps")
        return QCoreApplication.translate("DriveFoot", "Choose apps first")

    @property
    def enabled(self) -> bool:
        if self._view.goes_on:
            return False
        # Apps can be chosen without a drive; what comes after needs one.
        return self.next is Next.APPS or self._is_ready

    @property
    def reason(self) -> str:
        """Why the button does nothing now."""
        if self._view.goes_on:
            return QCoreApplication.translate("DriveFoot", "Getting ready to go on…")
        if self._view.others:
            return QCoreApplication.translate("DriveFoot", "Getting the drives ready…")
        if self._place is not None:
            return QCoreApplication.translate("DriveFoot", "Getting the drive ready…")
        if self._view.places:
            return QCoreApplication.translate("DriveFoot", "Choose a drive.")
        return QCoreApplication.translate("DriveFoot", "Plug in a drive, or use a folder.")

    @property
    def text(self) -> str:
        place = self._place
        if self.next is Next.GO_ON and place is not None:
            return _how_it_goes_on(place)
        if self._view.others:
            return self._of_several()
        if place is not None and self._is_ready and place.free is not None:
            text = QCoreApplication.translate("DriveFoot", "%1 has %2 free.")
            return filled(text, self._name(place), sized(place.free))
        if place is not None:
            return ""
        if self._view.state is DriveState.LOOKING:
            return QCoreApplication.translate("DriveFoot", "Looking for drives…")
        if self._view.places:
            return QCoreApplication.translate("DriveFoot", "You can also choose the drive later.")
        return QCoreApplication.translate("DriveFoot", "You can also plug it in later.")

    def _of_several(self) -> str:
        """What is free on each of them."""
        chosen = self._view.all_chosen
        free = [place.free for place in chosen if place.free is not None]
        if not self._is_ready or len(free) < len(chosen):
            return ""
        return filled(_Counts().with_room(len(chosen)), sized(min(free)))

    def _name(self, place: Place) -> str:
        if place.drive is None:
            return place.name
        drives = [each.drive for each in self._view.places if each.drive is not None]
        return name_among(place.name, place.drive, drives)

    @property
    def _is_ready(self) -> bool:
        chosen = self._view.all_chosen
        return bool(chosen) and all(place.can_be_written for place in chosen)


def _goes_on(place: Place, choice: Choice) -> bool:
    """Whether the interrupted job is what is meant: nothing else has been chosen since."""
    if place.unfinished is None or not place.can_go_on:
        return False
    begun = choice_of(place.unfinished.job)
    return choice.is_empty or _meant(choice) == _meant(begun)


def _meant(choice: Choice) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    refs = {(each.ref, each.remote) for each in choice.refs}
    return refs, {(app.collection, app.ref) for app in choice.coming_off}


def _how_it_goes_on(place: Place) -> str:
    unfinished = place.unfinished
    assert unfinished is not None
    if unfinished.left is None:
        return QCoreApplication.translate("DriveFoot", "Goes on where it stopped.")
    if unfinished.left == 0:
        return QCoreApplication.translate("DriveFoot", "Goes on where it stopped: only the check.")
    if unfinished.expected is None and unfinished.left < _LITTLE:
        text = QCoreApplication.translate("DriveFoot", "Goes on where it stopped: %1 to go.")
        return filled(text, sized(unfinished.left))
    text = QCoreApplication.translate("DriveFoot", "Goes on where it stopped: %1 to go, %2.")
    return filled(text, sized(unfinished.left), worded(duration_message(unfinished.expected)))
