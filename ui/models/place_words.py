"""What is said about a place: on its card, to a screen reader, and when it is chosen."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject

from app.drive.safety.obstacles import Obstacle
from ui.i18n.filling import filled
from ui.i18n.numbers import dated, sized
from ui.i18n.wording import worded
from ui.models.place import Place

_FILE_SYSTEMS = {"vfat": "FAT32", "exfat": "exFAT", "ntfs": "NTFS", "btrfs": "Btrfs", "xfs": "XFS"}
_DOT = " \N{MIDDLE DOT} "


class _Counts(QObject):
    """Numbers in words: lupdate finds their plural forms in ``tr`` only."""

    def apps(self, number: int) -> str:
        return self.tr("%n app(s)", "", number)

    def updates(self, number: int) -> str:
        return self.tr("%n update(s)", "", number)


def file_system(kind: str) -> str:
    """What people call it."""
    return _FILE_SYSTEMS.get(kind, kind)


def about(place: Place) -> str:
    """The hardware, its size, its file system."""
    if place.drive is None:
        return str(place.root)
    parts = [place.drive.name if place.name != place.drive.name else ""]
    size = place.volume.size if place.volume is not None else place.drive.size
    parts.append(sized(size) if size else "")
    if place.volume is not None:
        parts.append(file_system(place.volume.file_system))
    return _DOT.join(part for part in parts if part)


def room(place: Place) -> str:
    """“12 GB of 32 GB free”; empty if unknown."""
    if place.free is None:
        return ""
    text = QCoreApplication.translate("Places", "%1 of %2 free")
    return filled(text, sized(place.free), sized(place.size))


def contents(place: Place) -> str:
    """“14 apps, made 3 May, 5 updates”; empty where nobody can look."""
    if place.error is not None:
        return worded(place.error.message)
    if place.root is None:
        return ""
    overview = place.overview
    if overview is None:
        return QCoreApplication.translate("Places", "Looking at what is on it…")
    if overview.damaged:
        return QCoreApplication.translate("Places", "The apps on it are damaged")
    if not overview.stick:
        return QCoreApplication.translate("Places", "No apps on it yet")
    counts = _Counts()
    parts = [counts.apps(overview.apps)]
    if overview.made is not None:
        made = QCoreApplication.translate("Places", "made %1")
        parts.append(filled(made, dated(overview.made)))
    if overview.updates == 0:
        parts.append(QCoreApplication.translate("Places", "no updates known"))
    elif overview.updates:
        parts.append(counts.updates(overview.updates))
    if overview.interrupted:
        parts.append(QCoreApplication.translate("Places", "not finished"))
    return ", ".join(parts)


def in_the_way(place: Place) -> str:
    """In a word or two; empty if nothing is."""
    return ", ".join(map(_short, place.obstacles))


def spoken(place: Place) -> str:
    """All that the card shows."""
    parts = (place.name, about(place), room(place), contents(place), in_the_way(place))
    return ". ".join(part for part in parts if part)


def _short(obstacle: Obstacle) -> str:
    match obstacle:
        case Obstacle.BUILT_IN:
            return QCoreApplication.translate("Places", "built in")
        case Obstacle.NO_MEDIUM:
            return QCoreApplication.translate("Places", "empty reader")
        case Obstacle.NOT_FORMATTED:
            return QCoreApplication.translate("Places", "not formatted")
        case Obstacle.WRITE_PROTECTED:
            return QCoreApplication.translate("Places", "write-protected")
        case Obstacle.LOCKED:
            return QCoreApplication.translate("Places", "encrypted")
        case Obstacle.MEMBER:
            return QCoreApplication.translate("Places", "part of something larger")
        case Obstacle.SWAP:
            return QCoreApplication.translate("Places", "swap space")
        case Obstacle.NOT_MOUNTED:
            return QCoreApplication.translate("Places", "not mounted")
        case Obstacle.READ_ONLY:
            return QCoreApplication.translate("Places", "read-only")
        case Obstacle.FULL:
            return QCoreApplication.translate("Places", "no room")
        case Obstacle.FAT:
            return QCoreApplication.translate("Places", "no large files")


def explained(obstacle: Obstacle) -> str:
    """What it means, and what to do about it."""
    match obstacle:
        case Obstacle.BUILT_IN:
            return QCoreApplication.translate(
                "Places", "It is built into this computer. Take a drive that can be carried away."
            )
        case Obstacle.NO_MEDIUM:
            return QCoreApplication.translate(
                "Places", "There is no card in this reader. Put one in."
            )
        case Obstacle.NOT_FORMATTED:
            return QCoreApplication.translate(
                "Places",
                "It has no file system that this computer knows. Format it to use it; what is on "
                "it will be lost.",
            )
        case Obstacle.WRITE_PROTECTED:
            return QCoreApplication.translate(
                "Places", "It is write-protected. Look for a small switch on its side."
            )
        case Obstacle.LOCKED:
            return QCoreApplication.translate(
                "Places",
                "It is encrypted. Unlock it in your file manager, or take another drive: "
                "classroom computers could not read it either.",
            )
        case Obstacle.MEMBER:
            return QCoreApplication.translate(
                "Places", "It belongs together with other drives. Take another drive."
            )
        case Obstacle.SWAP:
            return QCoreApplication.translate(
                "Places", "It is meant for swapping and holds no files. Take another drive."
            )
        case Obstacle.NOT_MOUNTED:
            return QCoreApplication.translate(
                "Places", "It is plugged in, but not mounted. Mount it to see what is on it."
            )
        case Obstacle.READ_ONLY:
            return QCoreApplication.translate(
                "Places",
                "It can be read, but not written: its file system is damaged, or of a kind that "
                "cannot be changed. Take another place, or format the drive.",
            )
        case Obstacle.FULL:
            return QCoreApplication.translate(
                "Places", "There is no room for apps on it. Delete what is no longer needed there."
            )
        case Obstacle.FAT:
            return QCoreApplication.translate(
                "Places",
                "FAT32 holds no file over 4 GB, and some large apps have one. Formatted as ext4 or "
                "exFAT it would.",
            )


def file_system_advice(place: Place) -> str:
    """Why the file system suits apps badly; empty if it does not."""
    wasted, free, cluster = place.wasted, place.free, place.cluster
    if not wasted or free is None or cluster is None:
        return ""
    text = QCoreApplication.translate(
        "Places",
        "Every file takes at least %1 KiB here, and apps are made of many small files: filled "
        "with apps, about %2 of the free %3 would be wasted. Formatted for apps it would not.",
    )
    return filled(text, str(cluster // 1024), sized(wasted), sized(free))
