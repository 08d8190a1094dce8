"""The apps on a drive as a list: those with trouble first, then by name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from ui.i18n.filling import filled
from ui.i18n.language_names import named
from ui.i18n.numbers import sized
from ui.models.drive_apps import DriveApp

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_FEW_LANGUAGES = 2


class AppTrouble(IntEnum):
    """What is the matter with an app; the worst first."""

    DAMAGED = 0
    ENDED = 1
    NONE = 2


@dataclass(frozen=True, slots=True)
class AppLine:
    """An app and what its row says."""

    app: DriveApp
    trouble: AppTrouble
    languages: str
    size: str

    @property
    def pill(self) -> str:
        """In two or three words; empty if nothing is the matter."""
        return {
            AppTrouble.DAMAGED: QCoreApplication.translate("DriveApps", "Damaged"),
            AppTrouble.ENDED: QCoreApplication.translate("DriveApps", "No more updates"),
            AppTrouble.NONE: "",
        }[self.trouble]

    @property
    def spoken(self) -> str:
        app = self.app
        version = QCoreApplication.translate("DriveApps", "Version %1")
        told = filled(version, app.version) if app.version else ""
        parts = (app.name, app.summary, told, self.languages, self.pill, self.size)
        return ". ".join(part for part in parts if part)


class AppsModel(QAbstractListModel):
    """The `AppLine` is in the user role."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[AppLine, ...] = ()

    @property
    def lines(self) -> tuple[AppLine, ...]:
        return self._lines

    def show_apps(self, apps: Sequence[DriveApp], damaged: Collection[str]) -> None:
        """``damaged`` are refs. Where the order stays the same nothing moves."""
        lines = tuple(
            sorted(
                (_line(app, damaged) for app in apps),
                key=lambda line: (line.trouble, line.app.name.casefold(), line.app.ref),
            )
        )
        same = [line.app.ref for line in lines] == [line.app.ref for line in self._lines]
        if same:
            self._lines = lines
            if lines:
                self.dataChanged.emit(self.index(0), self.index(len(lines) - 1))
            return
        self.beginResetModel()
        self._lines = lines
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
        return None


def _line(app: DriveApp, damaged: Collection[str]) -> AppLine:
    trouble = AppTrouble.NONE
    if app.ref in damaged:
        trouble = AppTrouble.DAMAGED
    elif app.ended:
        trouble = AppTrouble.ENDED
    size = sized(app.alone) if app.alone is not None else "\N{HORIZONTAL ELLIPSIS}"
    return AppLine(app, trouble, languages_told(app.languages), size)


def languages_told(codes: Sequence[str], few: int = _FEW_LANGUAGES) -> str:
    """“English, German”; “English, German, +3”."""
    names = sorted({named(code) for code in codes})
    shown = names[:few]
    if len(names) > few:
        shown.append(f"+{len(names) - few}")
    return ", ".join(shown)
