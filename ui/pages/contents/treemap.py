"""A picture of what takes the space: the larger the cell, the more."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.pages.contents.space_cells import CellKind, SpaceCell, SpaceModel, kind_label
from ui.pages.contents.treemap_drawing import draw_ground
from ui.pages.contents.treemap_view import TreeMapView
from ui.style import style
from ui.widgets import labels
from ui.widgets.flow import Flow
from ui.widgets.labels import Label

_SWATCH = 2 * style.GRID


class TreeMap(QWidget):
    """The picture, what its patterns mean, and a sentence about the cell that is looked at."""

    def __init__(self, model: SpaceModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.view = TreeMapView(model, self)
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

    def _show_cell(self, cell: SpaceCell | None) -> None:
        hint = self.tr("Point at a part, or go through them with the arrow keys.")
        self._about.setText(cell.spoken if cell is not None else hint)


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
        draw_ground(painter, self.palette(), self._kind, area)
        painter.end()
