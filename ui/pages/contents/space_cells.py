"""What takes the space on a drive, as cells of a picture. A list model, largest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from app.stick.inspecting.inspect import InspectedRef, Inspection, RefKind
from app.stick.inspecting.sizes import Share, Sizes
from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.i18n.stick_words import called, plain_name
from ui.i18n.tips import tip

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_Place = tuple[str, str]

MOST = 48
"""Cells that can be told apart at a glance; what is smaller is put together."""
_SMALLEST = 250
"""What is smaller than this part of the whole is hard to point at."""
_TOGETHER = 10
"""As long as what is put together is more than this part of the whole, there are more cells,"""
_MOST_OF_ALL = 300
"""up to so many,"""
_SMALLEST_OF_ALL = 1500
"""and down to such a part."""
_FEW_NAMES = 3


class _Counts(QObject):
    """Numbers in words: lupdate finds their plural forms in ``tr`` only."""

    def sharing(self, number: int) -> str:
        return self.tr("Shared by %n", "", number)

    def more(self, number: int) -> str:
        return self.tr("%n more", "", number)

    def small(self, number: int) -> str:
        return self.tr("%n small thing(s)", "", number)


class CellKind(Enum):
    """What takes the space."""

    APP = "app"
    RUNTIME = "runtime"
    EXTENSION = "extension"
    LANGUAGE = "language"
    SHARED = "shared"
    LIST = "list"
    UNUSED = "unused"
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class SpaceCell:
    """A part of the picture.

    Attributes:
        bytes: what it takes on the file system.
        detail: a sentence about it.
    """

    kind: CellKind
    name: str
    bytes: int
    detail: str

    @property
    def spoken(self) -> str:
        return f"{self.name}, {sized(self.bytes)}. {self.detail}"


def cells_of(inspection: Inspection, sizes: Sizes) -> tuple[SpaceCell, ...]:
    """Everything on the stick once, largest first."""
    refs = {(collection, ref.ref): ref for collection, ref in inspection.refs}
    cells = [_cell(share, refs) for share in sizes.shares]
    if sizes.overhead:
        text = QCoreApplication.translate("Space", "So that computers find and trust the apps.")
        name = QCoreApplication.translate("Space", "Lists, keys and directories")
        cells.append(SpaceCell(CellKind.LIST, name, sizes.overhead, text))
    if sizes.unused:
        text = QCoreApplication.translate("Space", "Left over from before; it does no harm.")
        name = QCoreApplication.translate("Space", "Needed by nothing")
        cells.append(SpaceCell(CellKind.UNUSED, name, sizes.unused, text))
    return _largest(cells)


def kind_label(kind: CellKind) -> str:
    """Several of a kind."""
    return {
        CellKind.APP: QCoreApplication.translate("Space", "Apps"),
        CellKind.RUNTIME: QCoreApplication.translate("Space", "Runtimes"),
        CellKind.EXTENSION: QCoreApplication.translate("Space", "Extensions"),
        CellKind.LANGUAGE: QCoreApplication.translate("Space", "Translations"),
        CellKind.SHARED: QCoreApplication.translate("Space", "Shared"),
        CellKind.LIST: QCoreApplication.translate("Space", "Lists and keys"),
        CellKind.UNUSED: QCoreApplication.translate("Space", "Left over"),
        CellKind.SMALL: QCoreApplication.translate("Space", "Small things"),
    }[kind]


def _cell(share: Share, refs: Mapping[_Place, InspectedRef]) -> SpaceCell:
    names = [_name(place, refs) for place in share.refs]
    if len(share.refs) > 1:
        name = _Counts().sharing(len(names))
        text = QCoreApplication.translate("Space", "Needed by %1; it is there only once.")
        return SpaceCell(CellKind.SHARED, name, share.bytes, filled(text, _listed(names)))
    return SpaceCell(_kind(share.refs[0], refs), names[0], share.bytes, _alone(share.refs[0], refs))


def _name(place: _Place, refs: Mapping[_Place, InspectedRef]) -> str:
    ref = refs.get(place)
    return called(ref) if ref is not None else plain_name(place[1])


def _kind(place: _Place, refs: Mapping[_Place, InspectedRef]) -> CellKind:
    ref = refs.get(place)
    return CellKind(ref.kind) if ref is not None else CellKind.LIST


def _alone(place: _Place, refs: Mapping[_Place, InspectedRef]) -> str:
    """About a cell of one ref: what kind of thing that is."""
    ref = refs.get(place)
    if ref is None:
        return QCoreApplication.translate("Space", "Old computers look for apps in it.")
    return {
        RefKind.APP: QCoreApplication.translate("Space", "An app; only it needs this."),
        RefKind.RUNTIME: QCoreApplication.translate("Space", "A runtime, which apps stand on."),
        RefKind.EXTENSION: QCoreApplication.translate(
            "Space", "Adds something to an app or runtime."
        ),
        RefKind.LANGUAGE: QCoreApplication.translate("Space", "Languages of an app or runtime."),
        RefKind.LIST: QCoreApplication.translate(
            "Space", "So that software centres show the apps."
        ),
    }[ref.kind]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_FEW_NAMES])
    if len(names) <= _FEW_NAMES:
        return shown
    more = _Counts().more(len(names) - _FEW_NAMES)
    return f"{shown}, {more}"


def _largest(cells: Iterable[SpaceCell]) -> tuple[SpaceCell, ...]:
    ordered = sorted(cells, key=lambda cell: (-cell.bytes, cell.name))
    total = left = sum(cell.bytes for cell in ordered)
    large: list[SpaceCell] = []
    for cell in ordered:
        enough = left * _TOGETHER <= total
        most, smallest = (MOST, _SMALLEST) if enough else (_MOST_OF_ALL, _SMALLEST_OF_ALL)
        if len(large) >= most or cell.bytes * smallest < total:
            break
        large.append(cell)
        left -= cell.bytes
    rest = ordered[len(large) :]
    if len(rest) < 2:
        return tuple(ordered)
    name = _Counts().small(len(rest))
    detail = f"{_listed([cell.name for cell in rest])}."
    small = SpaceCell(CellKind.SMALL, name, sum(cell.bytes for cell in rest), detail)
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
