"""What takes the space on a drive, as cells of a picture. A list model, largest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum

from msgspec import Struct
from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from app.stick.inspecting.bundles import InspectedBundle
from app.stick.inspecting.images import InspectedImage
from app.stick.inspecting.inspection import InspectedRef, Inspection
from app.stick.inspecting.sizes import Share, Sizes
from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.i18n.stick_words import called, plain_name
from ui.i18n.tips import tip
from ui.models.drive_apps import DriveApp, apps_of, needing_all, users_of

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()

MOST = 28
"""Cells that can be told apart at a glance; what is smaller is put together,"""
_SMALLEST = 250
"""and what is smaller than this part of the whole, which is hard to point at."""
_MOST_PARTS = 300
"""Of what is shared, that are told one by one: there may be thousands, the largest first."""
_FEW_NAMES = 3


class _Counts(QObject):
    """Numbers in words: lupdate finds their plural forms in ``tr`` only."""

    def sharing(self, number: int) -> str:
        return self.tr("Shared by %n", "", number)

    def more(self, number: int) -> str:
        return self.tr("%n more", "", number)

    def small(self, number: int) -> str:
        return self.tr("%n small one(s)", "", number)


class CellKind(Enum):
    """What takes the space."""

    APP = "app"
    SHARED = "shared"
    """All that several apps need; it can be opened."""
    PART = "part"
    """Of what is shared."""
    LIST = "list"
    UNUSED = "unused"
    SMALL = "small"
    """Several together; they can be opened."""


class SpaceCell(Struct, frozen=True):
    """A part of the picture.

    Attributes:
        bytes: what it takes on the file system.
        detail: a sentence about it.
        ref: of an app.
        inside: what it is made of, where it can be opened.
    """

    kind: CellKind
    name: str
    bytes: int
    detail: str
    ref: str = ""
    inside: tuple[SpaceCell, ...] = ()

    @property
    def spoken(self) -> str:
        return f"{self.name}, {sized(self.bytes)}. {self.detail}"


def cells_of(inspection: Inspection, sizes: Sizes) -> tuple[SpaceCell, ...]:
    """Everything on the drive once, largest first."""
    apps = apps_of(inspection, sizes)
    cells = [_app(app) for app in apps if app.alone]
    parts = _parts(inspection, sizes)
    if cells and len(parts) > 1:
        cells.append(_shared(parts))
    else:
        cells += parts
    if sizes.unused:
        text = QCoreApplication.translate("Space", "Left over from before; it does no harm.")
        name = QCoreApplication.translate("Space", "Needed by nothing")
        cells.append(SpaceCell(CellKind.UNUSED, name, sizes.unused, text))
    return _largest(cells)


def _app(app: DriveApp) -> SpaceCell:
    alone, shared = app.alone or 0, app.shared or 0
    if shared:
        text = QCoreApplication.translate("Space", "%1 alone, and uses %2 that others use too.")
    else:
        text = QCoreApplication.translate("Space", "%1 alone; it shares nothing with others.")
    detail = filled(text, sized(alone), sized(shared))
    return SpaceCell(CellKind.APP, app.name, alone, detail, app.ref)


def _shared(parts: Sequence[SpaceCell]) -> SpaceCell:
    return SpaceCell(
        CellKind.SHARED,
        QCoreApplication.translate("Space", "Shared by all apps"),
        sum(part.bytes for part in parts),
        QCoreApplication.translate("Space", "What apps need to run. It is there only once."),
        inside=_largest(parts),
    )


def _parts(inspection: Inspection, sizes: Sizes) -> list[SpaceCell]:
    """What does not belong to one app alone."""
    refs = {ref.ref: ref for _, ref in inspection.refs}
    users = users_of(inspection)
    parts: list[SpaceCell] = []
    small = count = 0
    for share in sizes.shares:
        needing = needing_all(users, [ref for _, ref in share.refs])
        if len(needing) == 1:
            continue
        if len(parts) < _MOST_PARTS:
            parts.append(_part(share, refs, sorted(needing)))
        else:
            small, count = small + share.bytes, count + 1
    if count:
        text = QCoreApplication.translate("Space", "What few apps need together.")
        parts.append(SpaceCell(CellKind.SMALL, _Counts().small(count), small, text))
    parts += _runtimes_beside(inspection)
    if sizes.overhead:
        text = QCoreApplication.translate("Space", "So that computers find and trust the apps.")
        name = QCoreApplication.translate("Space", "Lists, keys and directories")
        parts.append(SpaceCell(CellKind.LIST, name, sizes.overhead, text))
    return parts


def _runtimes_beside(inspection: Inspection) -> Iterator[SpaceCell]:
    """Of runtimes and extensions that are there as files; apps that are have cells of their own."""
    text = QCoreApplication.translate("Space", "What apps need to run. It is there only once.")
    beside: tuple[InspectedBundle | InspectedImage, ...] = (*inspection.bundles, *inspection.images)
    for each in beside:
        if not each.ref.startswith("app/"):
            yield SpaceCell(CellKind.PART, each.name or plain_name(each.ref), each.size, text)


def _part(share: Share, refs: Mapping[str, InspectedRef], needing: Sequence[str]) -> SpaceCell:
    names = list(dict.fromkeys(_name(ref, refs) for _, ref in share.refs))
    name = names[0] if len(names) == 1 else _Counts().sharing(len(names))
    if len(names) > 1:
        text = QCoreApplication.translate("Space", "Needed by %1; it is there only once.")
        detail = filled(text, _listed(names))
    elif needing:
        text = QCoreApplication.translate("Space", "Needed by %1.")
        detail = filled(text, _listed([_name(ref, refs) for ref in needing]))
    else:
        detail = QCoreApplication.translate("Space", "Old computers look for apps in it.")
    return SpaceCell(CellKind.PART, name, share.bytes, detail)


def _name(ref: str, refs: Mapping[str, InspectedRef]) -> str:
    return called(refs[ref]) if ref in refs else plain_name(ref)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_FEW_NAMES])
    if len(names) <= _FEW_NAMES:
        return shown
    more = _Counts().more(len(names) - _FEW_NAMES)
    return f"{shown}, {more}"


def _largest(cells: Iterable[SpaceCell]) -> tuple[SpaceCell, ...]:
    """What is too small to point at becomes one, which can be opened."""
    ordered = sorted(cells, key=lambda cell: (-cell.bytes, cell.name))
    total = sum(cell.bytes for cell in ordered)
    large = [cell for cell in ordered[:MOST] if cell.bytes * _SMALLEST >= total]
    rest = ordered[len(large) :]
    if len(rest) < 2:
        return tuple(ordered)
    small = SpaceCell(
        CellKind.SMALL,
        _Counts().small(len(rest)),
        sum(cell.bytes for cell in rest),
        f"{_listed([cell.name for cell in rest])}.",
        # Of hundreds of them the smallest are again one.
        inside=_largest(rest) if large else tuple(rest),
    )
    return tuple(sorted([*large, small], key=lambda cell: -cell.bytes))


class SpaceModel(QAbstractListModel):
    """The `SpaceCell` is in the user role."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cells: tuple[SpaceCell, ...] = ()

    @property
    def cells(self) -> tuple[SpaceCell, ...]:
        return self._cells

    def show_cells(self, cells: tuple[SpaceCell, ...]) -> None:
        self.beginResetModel()
        self._cells = cells
        self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._cells)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        cell = self._cells[index.row()]
        match role:
            case Qt.ItemDataRole.UserRole:
                return cell
            case Qt.ItemDataRole.DisplayRole:
                return cell.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return cell.spoken
            case Qt.ItemDataRole.ToolTipRole:
                return tip(cell.spoken)
        return None
