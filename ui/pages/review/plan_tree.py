"""A plan as a tree: what was chosen, below it what it needs; what stays comes last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum

from msgspec import Struct, field
from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics

from app.flatpak.refs import LOCALE, Ref, is_system
from app.stick.planning.outline import Branch, outline
from app.stick.planning.plan import Action, Item, Plan
from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.i18n.stick_words import plain_name, translations_of
from ui.i18n.tips import tip
from ui.i18n.wording import worded
from ui.style import style

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class PlanColumn(IntEnum):
    NAME = 0
    WHY = 1
    ACTION = 2
    SIZE = 3


class _Node(Struct):
    """A line: a section (without an item) or a branch."""

    texts: tuple[str, str, str, str]
    tip: str = ""
    section: bool = False
    parent: int = -1
    row: int = 0
    children: list[int] = field(default_factory=list)


class PlanTree(QAbstractItemModel):
    """Read-only. Internal IDs of indexes are places in a list."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._nodes: list[_Node] = []
        self._top: list[int] = []

    def show_plan(self, plan: Plan, names: Mapping[str, str]) -> None:
        """``names``: what people call the chosen refs."""
        self.beginResetModel()
        self._nodes, self._top = [], []
        parts = outline(plan.items)
        for heading, branches in (
            (self.tr("Your choice and what it needs"), parts.chosen),
            (self.tr("Comes with it"), parts.beside),
            (self.tr("Stays as it is"), parts.kept),
        ):
            if branches:
                self._add_section(heading, branches, names)
        self.endResetModel()

    @property
    def open_sections(self) -> list[QModelIndex]:
        """Those that are about what is written."""
        last = self.tr("Stays as it is")
        return [
            self.createIndex(self._nodes[place].row, 0, place)
            for place in self._top
            if self._nodes[place].texts[0] != last or len(self._top) == 1
        ]

    def _add_section(
        self, heading: str, branches: Sequence[Branch], names: Mapping[str, str]
    ) -> None:
        place = self._add(_Node((heading, "", "", ""), section=True))
        for branch in branches:
            self._add_branch(branch, place, names)

    def _add_branch(self, branch: Branch, parent: int, names: Mapping[str, str]) -> None:
        item = branch.item
        size = sized(item.download_size) if item.download_size and not branch.again else ""
        if item.action is Action.KEEP:
            size = ""
        # The reason is that of the place where it stands with all it needs.
        why = "" if branch.again else worded(branch.reason)
        action = self.tr("counted above") if branch.again else self._action(item.action)
        hint = tip("\n".join(filter(None, (why, item.ref))))
        node = _Node((self._name(item, names), why, action, size), tip=hint)
        node.parent = parent
        place = self._add(node)
        for need in branch.needs:
            self._add_branch(need, place, names)

    def _add(self, node: _Node) -> int:
        place = len(self._nodes)
        self._nodes.append(node)
        siblings = self._top if node.parent < 0 else self._nodes[node.parent].children
        node.row = len(siblings)
        siblings.append(place)
        return place

    def _name(self, item: Item, names: Mapping[str, str]) -> str:
        ref = Ref.parse_or_none(item.ref)
        if ref is None:
            return plain_name(item.ref) if is_system(item.ref) else self.tr("The catalogue")
        name = names.get(item.ref, "")
        if name and name != item.ref:
            return name
        if ref.kind == "app":
            return ref.id
        if ref.id.endswith(LOCALE):
            id = ref.id.removesuffix(LOCALE)
            of = (names[ref] for ref in item.needed_by if ref in names)
            return translations_of(next(of, id))
        return filled(self.tr("%1 (%2)"), ref.id, ref.branch)

    def _action(self, action: Action) -> str:
        return {
            Action.ADD: self.tr("new"),
            Action.UPDATE: self.tr("updated"),
            Action.KEEP: self.tr("on the drive"),
        }[action]

    # What Qt asks

    def index(self, row: int, column: int, parent: _Index = _NOWHERE) -> QModelIndex:
        siblings = self._children(parent)
        if not (0 <= row < len(siblings) and 0 <= column < len(PlanColumn)):
            return QModelIndex()
        return self.createIndex(row, column, siblings[row])

    def parent(self, index: _Index = _NOWHERE) -> QModelIndex:  # type: ignore[override]
        if not index.isValid():
            return QModelIndex()
        place = self._nodes[index.internalId()].parent
        if place < 0:
            return QModelIndex()
        return self.createIndex(self._nodes[place].row, 0, place)

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return len(self._children(parent)) if parent.column() <= 0 else 0

    def columnCount(self, _parent: _Index = _NOWHERE) -> int:
        return len(PlanColumn)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        node, column = self._nodes[index.internalId()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return node.texts[column]
            case Qt.ItemDataRole.ToolTipRole:
                return node.tip
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(filter(None, node.texts)) if column == 0 else node.texts[column]
            case Qt.ItemDataRole.TextAlignmentRole if column == PlanColumn.SIZE:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.SizeHintRole if column == PlanColumn.NAME:
                height = QFontMetrics(style.font(style.Text.BODY)).height()
                return QSize(0, height + style.GRID)
            case Qt.ItemDataRole.FontRole if node.section:
                return style.font(style.Text.BODY, bold=True)
            case Qt.ItemDataRole.FontRole if column == PlanColumn.SIZE:
                return style.digits(style.font(style.Text.BODY))
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == PlanColumn.SIZE else None
            return (side or Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DisplayRole:
            return {
                PlanColumn.NAME: self.tr("Name"),
                PlanColumn.WHY: self.tr("Why"),
                PlanColumn.ACTION: self.tr("State"),
                PlanColumn.SIZE: self.tr("Download"),
            }[PlanColumn(section)]
        return None

    def _children(self, parent: _Index) -> list[int]:
        return self._nodes[parent.internalId()].children if parent.isValid() else self._top
