"""A list whose items are cells of a picture: the larger the cell, the more."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from ui.pages.contents.space_cells import SpaceCell, SpaceModel
from ui.pages.contents.squarify import Area, squarify
from ui.pages.contents.treemap_drawing import draw_cell, draw_chosen, draw_focus
from ui.state.app_pictures import AppPictures
from ui.style import style

_Index = QModelIndex | QPersistentModelIndex
_GAP = 4
EDGE = 4
"""Around the cells: room for the ring of the chosen one."""


class TreeMapView(QListView):
    """Cells instead of lines; everything else is a list's, also for screen readers.

    Signals:
        looked_at(object): the `SpaceCell` that is chosen, or None.
        opened(object): a `SpaceCell` that holds others is to be looked into.
        closed(): back to where one came from.
    """

    looked_at = Signal(object)
    opened = Signal(object)
    closed = Signal()

    def __init__(self, model: SpaceModel, pictures: AppPictures, parent: QWidget) -> None:
        super().__init__(parent)
        self._areas: list[QRect] = []
        self._pictures = pictures
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.setMouseTracking(True)
        self.setProperty("surface", "none")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        for set_policy in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            set_policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(self._look_at)
        self.clicked.connect(self._open)
        pictures.arrived.connect(self.viewport().update)

    # Where the cells are

    def doItemsLayout(self) -> None:
        super().doItemsLayout()
        model = self.model()
        assert isinstance(model, SpaceModel)
        edge, size = style.px(EDGE), self.viewport().size()
        areas = squarify(
            [cell.bytes for cell in model.cells],
            Area(edge, edge, size.width() - 2 * edge, size.height() - 2 * edge),
        )
        half = style.px(_GAP) // 2
        self._areas = [
            _pixels(area, size.width(), mirrored=self.isRightToLeft()).adjusted(
                half, half, -half, -half
            )
            for area in areas
        ]
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def visualRect(self, index: _Index) -> QRect:
        row = index.row()
        return self._areas[row] if 0 <= row < len(self._areas) else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        for row, area in enumerate(self._areas):
            if area.contains(point):
                return self.model().index(row, 0)
        return QModelIndex()

    def scrollTo(
        self,
        _index: _Index,
        _hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """All of it is always in sight."""

    def updateGeometries(self) -> None:
        """Nothing ever scrolls."""

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return 0

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        self.selectionModel().select(self.indexAt(rect.center()), command)

    def visualRegionForSelection(self, _selection: QItemSelection) -> QRegion:
        return QRegion(self.viewport().rect())

    def sizeHint(self) -> QSize:
        return QSize(60 * style.GRID, 30 * style.GRID)

    def minimumSizeHint(self) -> QSize:
        return QSize(20 * style.GRID, 12 * style.GRID)

    # Going through them

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, _modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        if not self._areas:
            return QModelIndex()
        here = self.currentIndex().row()
        last = len(self._areas) - 1
        if here < 0 or action is _Action.MoveHome:
            return self.model().index(0, 0)
        if action is _Action.MoveEnd:
            return self.model().index(last, 0)
        if action in _STEPS:
            there = max(0, min(last, here + _STEPS[action]))
        else:
            there = beside(self._areas, here, *_WAYS[action])
        return self.model().index(there, 0)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard is always somewhere."""
        by_key = event.reason() in _BY_KEY
        if by_key and not self.currentIndex().isValid() and self.model().rowCount():
            self.setCurrentIndex(self.model().index(0, 0))
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space:
                self._open(self.currentIndex())
            case Qt.Key.Key_Backspace | Qt.Key.Key_Escape:
                self.closed.emit()
            case _:
                super().keyPressEvent(event)

    def _look_at(self, index: QModelIndex) -> None:
        self.looked_at.emit(index.data(Qt.ItemDataRole.UserRole) if index.isValid() else None)

    def _open(self, index: QModelIndex) -> None:
        cell = index.data(Qt.ItemDataRole.UserRole) if index.isValid() else None
        if isinstance(cell, SpaceCell) and cell.inside:
            self.opened.emit(cell)

    # How they look

    def paintEvent(self, _event: QPaintEvent) -> None:
        model = self.model()
        assert isinstance(model, SpaceModel)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side, ratio = style.px(style.Icon.ROW), self.devicePixelRatioF()
        for cell, area in zip(model.cells, self._areas, strict=False):
            if area.isEmpty():
                continue
            picture, hue = None, 0
            if cell.ref:
                picture = self._pictures.shown(cell.ref, cell.name, side, ratio)
                hue = self._pictures.hue(cell.ref, cell.name)
            draw_cell(painter, cell, QRectF(area), picture, hue)
        chosen = self.currentIndex().row()
        if 0 <= chosen < len(self._areas) and not self._areas[chosen].isEmpty():
            draw_chosen(painter, QRectF(self._areas[chosen]))
        if self.hasFocus() and self.property("keyed"):
            # What is chosen is so without the focus, too.
            draw_focus(painter, QRectF(self.viewport().rect()))
        painter.end()


_BY_KEY = {
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
}
_Action = QAbstractItemView.CursorAction
_STEPS = {
    _Action.MoveNext: 1,
    _Action.MovePrevious: -1,
    _Action.MovePageDown: 10,
    _Action.MovePageUp: -10,
}
_WAYS = {
    _Action.MoveLeft: (-1, 0),
    _Action.MoveRight: (1, 0),
    _Action.MoveUp: (0, -1),
    _Action.MoveDown: (0, 1),
}


def beside(areas: Sequence[QRect], here: int, x: int, y: int) -> int:
    """The cell that the arrow key in that direction leads to; ``here`` if there is none.

    Of those that lie beyond the edge, the one nearest to the middle of the present one.
    """
    start = areas[here]
    best, least = here, float("inf")
    for place, area in enumerate(areas):
        if area.isEmpty() or place == here:
            continue
        if x:
            beyond = area.left() - start.right() if x > 0 else start.left() - area.right()
            off = _outside(start.center().y(), area.top(), area.bottom())
        else:
            beyond = area.top() - start.bottom() if y > 0 else start.top() - area.bottom()
            off = _outside(start.center().x(), area.left(), area.right())
        if beyond > 0 and beyond + 2 * off < least:
            best, least = place, beyond + 2 * off
    return best


def _outside(at: int, first: int, last: int) -> int:
    return max(first - at, at - last, 0)


def _pixels(area: Area, width: int, *, mirrored: bool) -> QRect:
    left, right = round(area.left), round(area.left + area.width)
    if mirrored:
        left, right = width - right, width - left
    top = round(area.top)
    return QRect(left, top, right - left, round(area.top + area.height) - top)
