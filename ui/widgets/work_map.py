"""A picture of the work: every cell is as many bytes, from planned to written to verified."""

from __future__ import annotations

import math
from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.progress import Advanced, Phase
from ui.i18n.filling import filled
from ui.i18n.numbers import counted
from ui.models.work_cells import CellState, WorkCell, WorkCells
from ui.style import colours, style
from ui.style.look import look
from ui.widgets.flow import Flow
from ui.widgets.labels import Label

_LARGEST = 6 * style.GRID
_SWATCH = 2 * style.GRID


class WorkMap(QWidget):
    """The cells and what they mean. States differ in their drawing too, not only in colour.

    ``checks_only``: nothing is planned and written, but what is there is checked.
    """

    def __init__(self, parent: QWidget | None = None, *, checks_only: bool = False) -> None:
        super().__init__(parent)
        self._work = WorkCells()
        self._cells = _Cells(self)
        unseen = {CellState.EMPTY, *((CellState.PLANNED,) if checks_only else ())}
        states = [state for state in CellState if state not in unseen]
        self._keys = {state: _LegendEntry(state, self, checks_only=checks_only) for state in states}
        legend = Flow(style.GAP)
        for key in self._keys.values():
            legend.addWidget(key)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.GRID)
        layout.addWidget(self._cells, 1)
        layout.addLayout(legend)
        self.setAccessibleName(self.tr("A picture of the work"))
        self._show()

    def begin(self) -> None:
        """New work, of which nothing is known."""
        self._work.begin()
        self._show()

    def begin_phase(self, phase: Phase) -> None:
        """What an earlier phase of that name showed is no longer so."""
        self._work.begin_phase(phase)
        self._show()

    def advance(self, event: Advanced) -> None:
        self._work.advance(event)
        self._show()

    def counts(self) -> dict[CellState, int]:
        """Cells in each state."""
        return self._work.counts()

    def _show(self) -> None:
        self._cells.show_cells(self._work.cells)
        damaged = self._work.damaged
        self._keys[CellState.DAMAGED].show_number(damaged)
        self._keys[CellState.DAMAGED].setVisible(damaged > 0)
        told = [self._share_of(state) for state in self._keys if state is not CellState.DAMAGED]
        if damaged:
            told.append(self._keys[CellState.DAMAGED].text)
        text = ", ".join(told)
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    def _share_of(self, state: CellState) -> str:
        counts = self.counts()
        share = 100 * counts[state] // sum(counts.values())
        return filled(self.tr("%1: %2 %"), self._keys[state].text, str(share))


class _Cells(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown: tuple[WorkCell, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(40 * style.GRID, 16 * style.GRID)

    def minimumSizeHint(self) -> QSize:
        return QSize(20 * style.GRID, 8 * style.GRID)

    def show_cells(self, cells: tuple[WorkCell, ...]) -> None:
        if cells != self._shown:
            self._shown = cells
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for area, (state, share) in zip(self._areas(), self._shown, strict=True):
            _draw(painter, area, state)
            if share > 0:
                following = CellState(state.value + 1)
                painter.save()
                height = area.height() * share
                part = QRectF(area.left(), area.bottom() - height, area.width(), height)
                painter.setClipRect(part)
                _draw(painter, area, following)
                painter.restore()
        painter.end()

    def _areas(self) -> Iterator[QRectF]:
        """Squares in rows as long as the widget is wide."""
        number = len(self._shown)
        width, height = max(1, self.width()), max(1, self.height())
        columns = max(1, math.ceil(math.sqrt(number * width / height)))
        columns = 1 << max(0, round(math.log2(columns)))
        rows = math.ceil(number / columns)
        side = min(width / columns, height / rows, _LARGEST)
        gap = 2.0 if side >= style.GRID else 1.0
        for place in range(number):
            left, top = place % columns * side, place // columns * side
            yield QRectF(left, top, side - gap, side - gap)


def _draw(painter: QPainter, area: QRectF, state: CellState) -> None:
    """A cell: outline; half full; full with a tick; red with a cross."""
    ink = look().bad if state is CellState.DAMAGED else look().accent
    painter.setPen(QPen(look().line_strong if state is CellState.EMPTY else look().control, 1))
    fill = {
        CellState.EMPTY: QBrush(Qt.BrushStyle.NoBrush),
        CellState.PLANNED: QBrush(look().card),
        CellState.WRITTEN: QBrush(colours.mixed(look().card, ink, 0.4)),
        CellState.VERIFIED: QBrush(ink),
        CellState.DAMAGED: QBrush(look().card),
    }[state]
    frame = area.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setBrush(fill)
    painter.drawRoundedRect(frame, 2, 2)
    if state is CellState.VERIFIED:
        painter.setPen(QPen(look().on_accent, max(1.0, area.width() / 10)))
        painter.drawPolyline(
            [_at(area, x, y) for x, y in ((0.25, 0.55), (0.42, 0.72), (0.75, 0.3))]
        )
    elif state is CellState.DAMAGED:
        painter.setPen(QPen(ink, max(1.5, area.width() / 7)))
        painter.drawLine(_at(area, 0.2, 0.2), _at(area, 0.8, 0.8))
        painter.drawLine(_at(area, 0.8, 0.2), _at(area, 0.2, 0.8))


def _at(area: QRectF, x: float, y: float) -> QPointF:
    return QPointF(area.left() + x * area.width(), area.top() + y * area.height())


class _LegendEntry(QWidget):
    """A state and its drawing."""

    def __init__(self, state: CellState, parent: QWidget, *, checks_only: bool) -> None:
        super().__init__(parent)
        texts = {
            CellState.PLANNED: QCoreApplication.translate("WorkMap", "planned"),
            CellState.WRITTEN: QCoreApplication.translate("WorkMap", "written"),
            CellState.VERIFIED: QCoreApplication.translate("WorkMap", "checked"),
            CellState.DAMAGED: QCoreApplication.translate("WorkMap", "%1 damaged"),
        }
        if checks_only:
            texts[CellState.WRITTEN] = QCoreApplication.translate("WorkMap", "to check")
        self._text = texts[state]
        self._label = Label(self._text, parent=self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.GRID)
        layout.addWidget(_Swatch(state, self))
        layout.addWidget(self._label)

    @property
    def text(self) -> str:
        return self._label.text()

    def show_number(self, number: int) -> None:
        self._label.setText(filled(self._text, counted(number)))


class _Swatch(QLabel):
    def __init__(self, state: CellState, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = state
        self.setFixedSize(_SWATCH, _SWATCH)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _draw(painter, QRectF(self.rect()), self._state)
        painter.end()
