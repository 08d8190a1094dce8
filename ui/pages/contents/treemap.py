"""The map of a drive: opened up, with what takes the space in it; the larger, the more."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.pages.contents.space_cells import CellKind, SpaceCell, SpaceModel
from ui.pages.contents.treemap_drawing import SIGNS, draw_drive, plug_width
from ui.pages.contents.treemap_view import EDGE, TreeMapView
from ui.state.app_pictures import AppPictures
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.buttons import Button

_AROUND = 13
_NARROW = 560
_ICON = 28
_LINE = 44


class TreeMap(QWidget):
    """The picture, and a line about what is chosen in it.

    What several apps share, and what is small, can be opened: it then takes the whole picture.
    """

    def __init__(
        self, model: SpaceModel, pictures: AppPictures, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._pictures = pictures
        self._cells: tuple[SpaceCell, ...] = ()
        self._path: list[SpaceCell] = []
        self._drive = _OpenedDrive(self)
        self.view = TreeMapView(model, pictures, self._drive)
        self.view.setAccessibleName(self.tr("What takes the space"))
        self._drive.hold(self.view)
        self._icon = QLabel(self)
        self._name = labels.strong(parent=self)
        self._name.setWordWrap(False)
        self._detail = labels.body(quiet=True, parent=self)
        self._open = Button(self.tr("Open"), small=True, parent=self)
        self._back = Button(self.tr("All of the drive"), small=True, parent=self)
        self._back.set_symbol(Symbol.CHEVRON_LEFT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.GRID))
        layout.addWidget(self._drive, 1)
        layout.addWidget(self._line())
        self.setFocusProxy(self.view)
        self.view.looked_at.connect(self._show_cell)
        self.view.opened.connect(self.open)
        self.view.closed.connect(self.close_opened)
        self._open.clicked.connect(self._open_chosen)
        self._back.clicked.connect(self.close_opened)
        pictures.arrived.connect(self._show_chosen)
        self._show_cell(None)

    def _line(self) -> QWidget:
        line = QWidget(self)
        # It is there before something is chosen: nothing moves.
        line.setMinimumHeight(style.px(_LINE))
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.px(style.INNER))
        row.addWidget(self._icon)
        row.addWidget(self._name)
        row.addWidget(self._detail, 1)
        row.addWidget(self._open)
        row.addWidget(self._back)
        return line

    @property
    def about(self) -> str:
        """What is said about the cell that is chosen."""
        return " ".join(part for part in (self._name.text(), self._detail.text()) if part)

    def show_cells(self, cells: tuple[SpaceCell, ...], *, plug: bool) -> None:
        """``plug``: it is a drive that is plugged in as it is, and no disk or folder."""
        self._drive.set_plug(plug)
        if cells != self._cells:
            self._cells = cells
            self._path.clear()
            self._show_level()

    def open(self, cell: SpaceCell) -> None:
        """Look into a cell that holds others."""
        self._path.append(cell)
        self._show_level()
        self.view.setCurrentIndex(self._model.index(0))

    def close_opened(self) -> None:
        """Back to where it was opened, and to the cell that was."""
        if self._path:
            cell = self._path.pop()
            self._show_level()
            if cell in self._model.cells:
                self.view.setCurrentIndex(self._model.index(self._model.cells.index(cell)))

    def _show_level(self) -> None:
        cells = self._path[-1].inside if self._path else self._cells
        self._model.show_cells(cells)
        self._back.setVisible(bool(self._path))
        self._show_cell(None)

    def _open_chosen(self) -> None:
        cell = self.view.currentIndex().data(Qt.ItemDataRole.UserRole)
        if isinstance(cell, SpaceCell) and cell.inside:
            self.open(cell)

    def _show_chosen(self) -> None:
        self._show_cell(self.view.currentIndex().data(Qt.ItemDataRole.UserRole))

    def _show_cell(self, cell: SpaceCell | None) -> None:
        self._icon.setVisible(cell is not None)
        self._name.setVisible(cell is not None or bool(self._path))
        self._open.setVisible(cell is not None and bool(cell.inside))
        if cell is None:
            self._name.setText(self._path[-1].name if self._path else "")
            self._detail.setText(
                self._path[-1].detail
                if self._path
                else self.tr("Click a part, or go through them with the arrow keys.")
            )
            return
        self._name.setText(cell.name)
        if cell.kind is CellKind.APP:
            self._detail.setText(cell.detail)
            side, ratio = style.px(_ICON), self.devicePixelRatioF()
            icons.take(self._icon)
            self._icon.setPixmap(self._pictures.scaled(cell.ref, cell.name, side, ratio))
        else:
            self._detail.setText(filled(self.tr("%1. %2"), sized(cell.bytes), cell.detail))
            icons.give(self._icon, SIGNS[cell.kind], side=style.Icon.MEDIUM)


class _OpenedDrive(QWidget):
    """Draws the drive around what it holds."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._plug = True
        self._inside = QVBoxLayout(self)

    def hold(self, view: QWidget) -> None:
        self._inside.addWidget(view)
        self._place()

    def set_plug(self, plug: bool) -> None:
        self._plug = plug
        self._place()
        self.update()

    @property
    def _has_plug(self) -> bool:
        """In a narrow window the room is for the cells."""
        return self._plug and self.width() >= style.px(_NARROW)

    def _place(self) -> None:
        around = style.px(_AROUND - EDGE) - 2
        left, right = around + plug_width(plug=self._has_plug), around
        if self.isRightToLeft():
            left, right = right, left
        self._inside.setContentsMargins(left, around, right, around)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.isRightToLeft():
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        draw_drive(painter, QRectF(self.rect()), plug=self._has_plug)
        painter.end()
