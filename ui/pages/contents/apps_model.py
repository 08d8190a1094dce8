"""The apps on a drive as a list: those with updates or trouble first, then by name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import IntEnum

from msgspec import Struct, field
from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from app.stick.planning.news import News
from ui.i18n.filling import filled
from ui.i18n.language_names import named
from ui.i18n.numbers import sized
from ui.i18n.stick_words import needs_flatpak, plain_name, unsigned
from ui.models.drive_apps import AppKind, DriveApp
from ui.models.file_words import from_a_file

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_FEW_LANGUAGES = 2


class AppState(IntEnum):
    """What there is to say of an app; the first in the list first."""

    LEAVING = 0
    """It is damaged, and its source does not have it any more."""
    DAMAGED = 1
    UPDATE = 2
    RENAMED = 3
    GONE = 4
    """Its source does not have it any more."""
    HELD = 5
    """What is newer cannot go onto the drive."""
    ENDED = 6
    UNSIGNED = 7
    """Nobody vouches for it."""
    PLAIN = 8


class AppLine(Struct, frozen=True):
    """An app and what its row says.

    Attributes:
        pill: in two or three words; empty if there is nothing to say.
        marked: it is to come off.
        comes_off, leaves: what the row says then, at length and in short.
        about: what the pill means, in a sentence or two; empty where that is plain.
        can_come_off, can_update: what can be done to it now.
    """

    app: DriveApp
    state: AppState
    pill: str
    languages: str
    size: str
    marked: bool = False
    comes_off: str = ""
    leaves: str = ""
    about: str = ""
    can_come_off: bool = False
    can_update: bool = False

    @property
    def spoken(self) -> str:
        app = self.app
        version = QCoreApplication.translate("DriveApps", "Version %1")
        told = filled(version, app.version) if app.version else ""
        state = self.comes_off if self.marked else self.pill
        parts = (app.name, app.summary, told, self.languages, state, self.size)
        return ". ".join(part for part in parts if part)


class Upkeep(Struct, frozen=True):
    """What is known about all of them, and what can be done to them.

    Attributes:
        damaged, marked: refs.
        changeable: whether any can be taken off, and updated.
    """

    news: News = field(default_factory=News)
    damaged: Collection[str] = frozenset()
    marked: Collection[str] = ()
    changeable: bool = False


class AppsModel(QAbstractListModel):
    """The `AppLine` is in the user role."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[AppLine, ...] = ()

    @property
    def lines(self) -> tuple[AppLine, ...]:
        return self._lines

    def show_apps(self, apps: Sequence[DriveApp], upkeep: Upkeep, *, still: bool = False) -> None:
        """``still``: somebody points at a row, so that each stays where it is."""
        places = {line.app.ref: place for place, line in enumerate(self._lines)}
        lines = [_line(app, upkeep) for app in apps]
        if still and {app.ref for app in apps} == places.keys():
            lines.sort(key=lambda line: places[line.app.ref])
        else:
            lines.sort(key=_place)
        same = [line.app.ref for line in lines] == [line.app.ref for line in self._lines]
        if same:
            self._lines = tuple(lines)
            if lines:
                self.dataChanged.emit(self.index(0), self.index(len(lines) - 1))
            return
        self.beginResetModel()
        self._lines = tuple(lines)
        self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        match role:
            case Qt.ItemDataRole.UserRole:
                return line
            case Qt.ItemDataRole.DisplayRole:
                return line.app.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return line.spoken
            case Qt.ItemDataRole.ToolTipRole:
                return line.about or None
        return None


def _place(line: AppLine) -> tuple[AppState, str, str]:
    """What is unsigned is no trouble that has to stand first."""
    state = AppState.PLAIN if line.state is AppState.UNSIGNED else line.state
    return state, line.app.name.casefold(), line.app.ref


def _line(app: DriveApp, upkeep: Upkeep) -> AppLine:
    state, pill = _state(app, upkeep)
    leaves = comes_off = QCoreApplication.translate("DriveApps", "Comes off")
    if app.alone:
        text = QCoreApplication.translate("DriveApps", "Comes off, frees %1")
        comes_off = filled(text, sized(app.alone))
    return AppLine(
        app,
        state,
        pill,
        _beside(app),
        sized(app.alone) if app.alone is not None else "\N{HORIZONTAL ELLIPSIS}",
        marked=app.ref in upkeep.marked,
        comes_off=comes_off,
        leaves=leaves,
        about=_about(state, together=len(upkeep.news.newer) > 1),
        can_come_off=upkeep.changeable,
        can_update=upkeep.changeable and app.ref in upkeep.news.newer,
    )


def _state(app: DriveApp, upkeep: Upkeep) -> tuple[AppState, str]:
    """What there is to say, and how: the worst, or what can be done about it."""
    news = upkeep.news
    if app.ref in news.leaving:
        return AppState.LEAVING, QCoreApplication.translate("DriveApps", "Not to be had any more")
    if app.ref in upkeep.damaged:
        return AppState.DAMAGED, QCoreApplication.translate("DriveApps", "Damaged")
    if app.ref in news.renamed:
        text = QCoreApplication.translate("DriveApps", "Now called %1")
        return AppState.RENAMED, filled(text, plain_name(news.renamed[app.ref]).rpartition(".")[2])
    if app.ref in news.newer:
        version = news.newer[app.ref]
        if version:
            text = QCoreApplication.translate("DriveApps", "Update to %1")
            return AppState.UPDATE, filled(text, version)
        return AppState.UPDATE, QCoreApplication.translate("DriveApps", "Update")
    if app.ref in news.gone:
        return AppState.GONE, QCoreApplication.translate("DriveApps", "No longer offered")
    if app.ref in news.held:
        return AppState.HELD, QCoreApplication.translate("DriveApps", "Cannot be updated")
    if app.ended or app.ref in news.ended:
        return AppState.ENDED, QCoreApplication.translate("DriveApps", "No more updates")
    if app.unsigned:
        return AppState.UNSIGNED, unsigned()
    return AppState.PLAIN, ""


def _beside(app: DriveApp) -> str:
    """Its languages; of what comes from no ordinary source, what it is."""
    match app.kind:
        case AppKind.FILE:
            return from_a_file()
        case AppKind.IMAGE:
            return needs_flatpak()
        case AppKind.ORDINARY:
            return languages_told(app.languages)


def _about(state: AppState, *, together: bool) -> str:
    """``together``: it is not the only one that is newer."""
    match state:
        case AppState.UPDATE if together:
            return QCoreApplication.translate(
                "DriveApps",
                "Apps of one source are updated together: the drive has one list of that source, "
                "which all of them are checked against.",
            )
        case AppState.LEAVING:
            return QCoreApplication.translate(
                "DriveApps",
                "It is damaged, and its source does not have it any more: an update takes it off.",
            )
        case AppState.RENAMED:
            return QCoreApplication.translate(
                "DriveApps",
                "It goes on under another name. An update brings that beside it, and computers "
                "that have the old one get the new one.",
            )
        case AppState.GONE:
            return QCoreApplication.translate(
                "DriveApps", "Its source does not offer it any more. It stays as it is."
            )
        case AppState.HELD:
            return QCoreApplication.translate(
                "DriveApps", "What is newer of it cannot come onto this drive. It stays as it is."
            )
        case AppState.UNSIGNED:
            return QCoreApplication.translate(
                "DriveApps",
                "Nobody vouches for it: on each computer somebody has to agree to take it.",
            )
        case AppState.ENDED:
            return QCoreApplication.translate(
                "DriveApps", "None any more. It stays as it is, and can be installed."
            )
    return ""


def languages_told(codes: Sequence[str], few: int = _FEW_LANGUAGES) -> str:
    """“English, German”; “English, German, +3”."""
    names = sorted({named(code) for code in codes})
    shown = names[:few]
    if len(names) > few:
        shown.append(f"+{len(names) - few}")
    return ", ".join(shown)
