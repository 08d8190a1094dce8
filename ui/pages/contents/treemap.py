"""A picture of what takes the space: the larger the cell, the more."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
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
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFocusEvent,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QVBoxLayout,
    QWidget,
)

from ui.i18n.numbers import sized
from ui.pages.contents.space_cells import Cell, CellKind, SpaceModel, kind_label
from ui.pages.contents.squarify import Area, squarify
from ui.style import style
from ui.widgets import labels
from ui.widgets.flow import Flow
from ui.widgets.labels import Label

_Index = QModelIndex | QPersistentModelIndex

_SWATCH = 2 * style.GRID
_FEWEST_LETTERS = 5
_AT_START = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_PATTERNS = {
    CellKind.APP: (0.30, Qt.BrushStyle.NoBrush),
    CellKind.RUNTIME: (0.14, Qt.BrushStyle.BDiagPattern),
    CellKind.EXTENSION: (0.14, Qt.BrushStyle.FDiagPattern),
    CellKind.LANGUAGE: (0.14, Qt.BrushStyle.Dense7Pattern),
    CellKind.SHARED: (0.06, Qt.BrushStyle.DiagCrossPattern),
    CellKind.LIST: (0.0, Qt.BrushStyle.NoBrush),
    CellKind.UNUSED: (0.0, Qt.BrushStyle.Dense6Pattern),
    CellKind.SMALL: (0.0, Qt.BrushStyle.CrossPattern),
}
"""Of each kind: how much of the accent colour, and its pattern, so that colour is not needed."""


class TreeMap(QWidget):
    """The picture, what its patterns mean, and a sentence about the cell that is looked at."""

    def __init__(self, model: SpaceModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.view = _View(model, self)
        self.view.setAccessibleName(self.tr("What takes the space"))
        self.view.looked_at.connect(self._show_cell)
        model.modelReset.connect(self._show_model)
        self._keys = {kind: _LegendEntry(kind, self) for kind in CellKind}
        self._about = labels.body(parent=self)
        self._about.setMinimumHeight(self._about.fontMetrics().height())
        legend = Flow(style.GAP)
        for key in self._keys.values():
            legend.addWidget(key)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.GRID)
        layout.addWidget(self.view, 1)
        layout.addWidget(self._about)
        layout.addLayout(legend)
        self.setFocusProxy(self.view)
        self._show_model()

    @property
    def about(self) -> str:
        """What is said about the cell that is looked at."""
        return self._about.text()

    def _show_model(self) -> None:
        kinds = {cell.kind for cell in self._model.cells}
        for kind, key in self._keys.items():
            key.setVisible(kind in kinds)
        self._show_cell(None)

    def _show_cell(self, cell: Cell | None) -> None:
        hint = self.tr("Point at a part, or go through them with the arrow keys.")
        self._about.setText(cell.spoken if cell is not None else hint)


class _View(QListView):
    """Cells instead of lines; everything else is a list's, also for screen readers.

    Signals:
        looked_at(object): the `Cell` that the pointer or the keyboard is on, or None.
    """

    looked_at = Signal(object)

    def __init__(self, model: SpaceModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._areas: list[QRect] = []
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        for set_policy in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            set_policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.entered.connect(self._look_at)
        self.viewportEntered.connect(self._look_away)
        self.selectionModel().currentChanged.connect(self._look_at)

    # Where the cells are

    def doItemsLayout(self) -> None:
        super().doItemsLayout()
        model = self.model()
        assert isinstance(model, SpaceModel)
        size = self.viewport().size()
        areas = squarify(
            [cell.bytes for cell in model.cells], Area(0, 0, size.width(), size.height())
        )
        self._areas = [_pixels(area) for area in areas]
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
        if not self.currentIndex().isValid() and self.model().rowCount():
            self.setCurrentIndex(self.model().index(0, 0))
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._look_away()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._look_away()

    def _look_at(self, index: QModelIndex) -> None:
        self.looked_at.emit(index.data(Qt.ItemDataRole.UserRole) if index.isValid() else None)

    def _look_away(self) -> None:
        """No longer at what the pointer was on; what the keyboard is on remains."""
        self._look_at(self.currentIndex())

    # How they look

    def paintEvent(self, _event: QPaintEvent) -> None:
        model = self.model()
        assert isinstance(model, SpaceModel)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.currentIndex().row()
        for row, (cell, area) in enumerate(zip(model.cells, self._areas, strict=False)):
            if not area.isEmpty():
                _draw_cell(painter, self.palette(), cell, area)
                if row == chosen:
                    _draw_focus(painter, self.palette(), area, focused=self.hasFocus())
        painter.end()


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


def _pixels(area: Area) -> QRect:
    left, top = round(area.left), round(area.top)
    return QRect(
        left, top, round(area.left + area.width) - left, round(area.top + area.height) - top
    )


def _fill(palette: QPalette, kind: CellKind) -> QColor:
    return style.mixed(palette.base().color(), style.accent(palette), _PATTERNS[kind][0])


def _draw(painter: QPainter, palette: QPalette, kind: CellKind, area: QRectF) -> None:
    """The ground of a cell: colour, pattern, outline."""
    corner = min(style.HALF, area.width() / 8, area.height() / 8)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_fill(palette, kind))
    painter.drawRoundedRect(area, corner, corner)
    ink = style.mixed(_fill(palette, kind), palette.text().color(), 0.22)
    painter.setBrush(QBrush(ink, _PATTERNS[kind][1]))
    painter.setPen(QPen(style.mixed(palette.base().color(), palette.text().color(), 0.35), 1))
    painter.drawRoundedRect(area, corner, corner)


def _draw_cell(painter: QPainter, palette: QPalette, cell: Cell, area: QRect) -> None:
    frame = QRectF(area).adjusted(1.5, 1.5, -1.5, -1.5)
    if frame.width() < 2 or frame.height() < 2:
        painter.fillRect(area, style.mixed(palette.base().color(), palette.text().color(), 0.35))
        return
    _draw(painter, palette, cell.kind, frame)
    inside = frame.adjusted(style.GRID, style.HALF, -style.GRID, -style.HALF)
    bold, usual = style.font(style.Text.BODY, bold=True), style.digits(style.font(style.Text.BODY))
    height = QFontMetrics(bold).height()
    wide = inside.width() >= _FEWEST_LETTERS * QFontMetrics(bold).averageCharWidth()
    if not wide or inside.height() < height:
        return
    name = QFontMetrics(bold).elidedText(
        cell.name, Qt.TextElideMode.ElideRight, round(inside.width())
    )
    size = sized(cell.bytes)
    lines = [(name, bold)]
    fits = QFontMetrics(usual).horizontalAdvance(size) <= inside.width()
    if inside.height() >= 2 * height and fits:
        lines.append((size, usual))
    ground = _fill(palette, cell.kind)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    longest = max(QFontMetrics(font).horizontalAdvance(text) for text, font in lines)
    # A quiet place in the pattern, so that the words stay readable.
    painter.drawRoundedRect(
        QRectF(inside.left() - style.HALF, inside.top(), longest + style.GRID, height * len(lines)),
        style.HALF,
        style.HALF,
    )
    painter.setPen(palette.text().color())
    top = inside.top()
    for text, font in lines:
        painter.setFont(font)
        painter.drawText(QRectF(inside.left(), top, inside.width(), height), _AT_START, text)
        top += height


def _draw_focus(painter: QPainter, palette: QPalette, area: QRect, *, focused: bool) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    colour = style.accent(palette) if focused else palette.text().color()
    painter.setPen(QPen(colour, 3 if focused else 1))
    painter.drawRoundedRect(QRectF(area).adjusted(2, 2, -2, -2), style.HALF, style.HALF)


class _LegendEntry(QWidget):
    """A kind, its pattern, and what it is called."""

    def __init__(self, kind: CellKind, parent: QWidget) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.GRID)
        layout.addWidget(_Swatch(kind, self))
        layout.addWidget(Label(kind_label(kind), parent=self))


class _Swatch(QWidget):
    def __init__(self, kind: CellKind, parent: QWidget) -> None:
        super().__init__(parent)
        self._kind = kind
        self.setFixedSize(_SWATCH, _SWATCH)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        _draw(painter, self.palette(), self._kind, area)
        painter.end()
