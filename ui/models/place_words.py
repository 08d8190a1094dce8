"""What is said about a place: on its card, to a screen reader, and to who asks why."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from PySide6.QtCore import QCoreApplication, QObject

from app.drive.drive import Drive
from app.drive.safety.obstacles import Obstacle
from app.drive.udisks.mounting import EncryptedError
from app.drive.udisks.renaming import NotRenamedError
from ui.i18n.drive_names import distinction, hardware
from ui.i18n.filling import filled
from ui.i18n.numbers import day_told, drive_sized, sized
from ui.i18n.wording import worded, worded_together
from ui.models.place import Place, PlaceKind

_FILE_SYSTEMS = {"vfat": "FAT32", "exfat": "exFAT", "ntfs": "NTFS", "btrfs": "Btrfs", "xfs": "XFS"}
_UNREADABLE = (Obstacle.NOT_FORMATTED, Obstacle.MEMBER, Obstacle.SWAP)
_PROTECTED = (Obstacle.WRITE_PROTECTED, Obstacle.READ_ONLY)


class PlaceState(Enum):
    """How it stands with a place, in a word or two."""

    READY = "ready"
    APPS = "apps"
    UPDATES = "updates"
    INTERRUPTED = "interrupted"
    IN_USE = "in use"
    READ_ONLY = "read-only"
    DAMAGED = "damaged"
    FULL = "full"
    LOCKED = "locked"
    NOT_READABLE = "not readable"
    UNKNOWN = "unknown"
    """Nobody has looked yet, or there is nothing to look at."""


class _Counts(QObject):
    """Numbers in words: lupdate finds their plural forms in ``tr`` only."""

    def apps(self, number: int) -> str:
        return self.tr("%n app(s)", "", number)

    def updates(self, number: int) -> str:
        return self.tr("%n update(s)", "", number)

    def apps_are_on_it(self, number: int) -> str:
        return self.tr("%n app(s) are on it.", "", number)

    def were_being_written(self, number: int) -> str:
        return self.tr("%n app(s) were being written.", "", number)


def file_system(kind: str) -> str:
    """What people call it."""
    return _FILE_SYSTEMS.get(kind, kind)


def about(place: Place, drives: Iterable[Drive] = ()) -> str:
    """Make and size; among ``drives`` also where it is plugged in, if it is not plain without."""
    if place.kind is PlaceKind.DEMO:
        text = QCoreApplication.translate("Places", "Made up, %1")
        return filled(text, drive_sized(place.size)) if place.size else ""
    if place.drive is None:
        return str(place.root)
    return distinction(place.name, place.drive, drives) or hardware(place.drive)


def state(place: Place, *, in_use: bool = False) -> PlaceState:
    """``in_use``: something is being done to it."""
    obstacles = place.obstacles
    overview = place.overview
    if in_use:
        return PlaceState.IN_USE
    if Obstacle.LOCKED in obstacles:
        return PlaceState.LOCKED
    if any(each in obstacles for each in _UNREADABLE):
        return PlaceState.NOT_READABLE
    if any(each in obstacles for each in _PROTECTED):
        return PlaceState.READ_ONLY
    if overview is None or place.error is not None:
        return PlaceState.UNKNOWN
    if overview.damaged:
        return PlaceState.DAMAGED
    if overview.interrupted:
        return PlaceState.INTERRUPTED
    if overview.stick and overview.apps:
        return PlaceState.UPDATES if overview.updates else PlaceState.APPS
    return PlaceState.FULL if Obstacle.FULL in obstacles else PlaceState.READY


def state_text(place: Place, wanted: PlaceState) -> str:
    """In a word or two; empty if there is nothing to say."""
    counts = _Counts()
    overview = place.overview
    apps = counts.apps(overview.apps) if overview is not None else ""
    match wanted:
        case PlaceState.READY:
            return QCoreApplication.translate("Places", "Ready")
        case PlaceState.APPS:
            return apps
        case PlaceState.UPDATES:
            updates = counts.updates(overview.updates or 0) if overview is not None else ""
            return f"{apps}, {updates}"
        case PlaceState.INTERRUPTED:
            return QCoreApplication.translate("Places", "Interrupted")
        case PlaceState.IN_USE:
            return QCoreApplication.translate("Places", "In use")
        case PlaceState.READ_ONLY:
            return QCoreApplication.translate("Places", "Read-only")
        case PlaceState.DAMAGED:
            return QCoreApplication.translate("Places", "Damaged")
        case PlaceState.FULL:
            return QCoreApplication.translate("Places", "Full")
        case PlaceState.LOCKED:
            return QCoreApplication.translate("Places", "Locked")
        case PlaceState.NOT_READABLE:
            return QCoreApplication.translate("Places", "Not readable, must be erased")
        case PlaceState.UNKNOWN:
            return ""


def line(place: Place) -> tuple[str, str]:
    """What is on it, or what stands in the way: a sentence, and what is said beside it."""
    if place.trouble is not None:
        return _trouble(place), ""
    if place.error is not None:
        return worded(place.error.message), ""
    obstacle = next((each for each in place.obstacles if each.forbids), None)
    if obstacle is not None and obstacle is not Obstacle.NOT_MOUNTED:
        return in_the_way(obstacle), ""
    if place.root is None:
        return "", QCoreApplication.translate("Places", "Choose it to see what is on it.")
    if place.overview is None:
        return "", QCoreApplication.translate("Places", "Looking at what is on it…")
    if place.is_interrupted:
        return _interrupted(place)
    return _contents(place)


def _trouble(place: Place) -> str:
    """What did not work; why is told to those who ask."""
    if isinstance(place.trouble, NotRenamedError):
        return QCoreApplication.translate("Places", "It could not be renamed.")
    if place.root is not None:
        return QCoreApplication.translate("Places", "It cannot be ejected just now.")
    if isinstance(place.trouble, EncryptedError):
        return in_the_way(Obstacle.LOCKED)
    return QCoreApplication.translate("Places", "This computer cannot open this drive.")


def _interrupted(place: Place) -> tuple[str, str]:
    unfinished = place.unfinished
    if unfinished is None:
        apps = place.overview.apps if place.overview is not None else 0
        text = QCoreApplication.translate("Places", "What is written is kept.")
        return (_Counts().apps_are_on_it(apps) if apps else ""), text
    total = len(unfinished.job.refs)
    if not total:
        # An update, or apps that were to come off.
        told = QCoreApplication.translate("Places", "What is on it was being changed.")
    elif unfinished.here:
        text = QCoreApplication.translate("Places", "%1 of %2 apps are on it.")
        told = filled(text, str(unfinished.here), str(total))
    else:
        told = _Counts().were_being_written(total)
    if unfinished.left is None or not unfinished.kept:
        return told, QCoreApplication.translate("Places", "What is written is kept.")
    kept = QCoreApplication.translate("Places", "%1 of %2 is written and kept.")
    return told, filled(kept, sized(unfinished.kept), sized(unfinished.kept + unfinished.left))


def _contents(place: Place) -> tuple[str, str]:
    overview = place.overview
    assert overview is not None
    if overview.damaged:
        text = QCoreApplication.translate("Places", "The apps on it are damaged.")
        return text, QCoreApplication.translate("Places", "Writing them again repairs it.")
    free = QCoreApplication.translate("Places", "%1 free.")
    told = filled(free, sized(overview.space.free))
    if Obstacle.FULL in place.obstacles:
        return told, QCoreApplication.translate("Places", "There is no room for apps.")
    if not overview.stick:
        return told, QCoreApplication.translate("Places", "No apps on it yet.")
    if overview.made is None:
        return told, ""
    written = QCoreApplication.translate("Places", "Written on %1.")
    return told, filled(written, day_told(overview.made))


def in_the_way(obstacle: Obstacle) -> str:
    """What keeps apps from going there, in one sentence."""
    match obstacle:
        case Obstacle.BUILT_IN:
            return QCoreApplication.translate("Places", "It is built into this computer.")
        case Obstacle.NO_MEDIUM:
            return QCoreApplication.translate("Places", "There is no card in this reader.")
        case Obstacle.WRITE_PROTECTED:
            return QCoreApplication.translate("Places", "It is write-protected.")
        case Obstacle.LOCKED:
            return QCoreApplication.translate("Places", "It asks for a password.")
        case Obstacle.MEMBER:
            return QCoreApplication.translate("Places", "It belongs together with other drives.")
        case Obstacle.READ_ONLY:
            return QCoreApplication.translate(
                "Places", "This computer can read it, but not write to it."
            )
        case Obstacle.FULL:
            return QCoreApplication.translate("Places", "There is no room for apps.")
    return QCoreApplication.translate("Places", "This computer cannot read this kind of drive.")


def why(place: Place) -> str:
    """What it means, and what to do about it; empty where nothing is in the way."""
    error = place.trouble or place.error
    if error is not None:
        return worded_together(error.message, error.hint)
    obstacle = next((each for each in place.obstacles if each.forbids), None)
    if obstacle is None or obstacle is Obstacle.NOT_MOUNTED:
        return ""
    return f"{in_the_way(obstacle)} {_advice(obstacle)}"


def _advice(obstacle: Obstacle) -> str:
    match obstacle:
        case Obstacle.BUILT_IN:
            return QCoreApplication.translate("Places", "Take a drive that can be carried away.")
        case Obstacle.NO_MEDIUM:
            return QCoreApplication.translate("Places", "Put one in.")
        case Obstacle.WRITE_PROTECTED:
            return QCoreApplication.translate("Places", "Look for a small switch on its side.")
        case Obstacle.LOCKED:
            return QCoreApplication.translate(
                "Places",
                "Unlock it in your file manager, or take another drive: classroom computers could "
                "not read it either.",
            )
        case Obstacle.READ_ONLY:
            return QCoreApplication.translate(
                "Places",
                "It is damaged, or of a kind that cannot be changed. Take another drive, or erase "
                "this one and set it up again.",
            )
        case Obstacle.FULL:
            return QCoreApplication.translate("Places", "Delete what is no longer needed there.")
    return QCoreApplication.translate(
        "Places",
        "Erased and set up again, it can be used; what is on it would be lost. Or take another "
        "drive.",
    )


def spoken(place: Place, drives: Iterable[Drive] = (), *, chosen: bool = False) -> str:
    """All that the card shows."""
    told, beside = line(place)
    parts = [place.name, about(place, drives), state_text(place, state(place)), told, beside]
    if chosen:
        parts.append(QCoreApplication.translate("Places", "chosen"))
    return ". ".join(part.rstrip(".") for part in parts if part)
