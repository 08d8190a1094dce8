"""How the cells of the picture of the space look."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPalette, QPen

from ui.i18n.numbers import sized
from ui.pages.contents.space_cells import CellKind, SpaceCell
from ui.style import colours, style

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


def _fill(palette: QPalette, kind: CellKind) -> QColor:
    return colours.mixed(palette.base().color(), style.accent(palette), _PATTERNS[kind][0])


def draw_ground(painter: QPainter, palette: QPalette, kind: CellKind, area: QRectF) -> None:
    """The ground of a cell: colour, pattern, outline."""
    corner = min(style.HALF, area.width() / 8, area.height() / 8)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_fill(palette, kind))
    painter.drawRoundedRect(area, corner, corner)
    ink = colours.mixed(_fill(palette, kind), palette.text().color(), 0.22)
    painter.setBrush(QBrush(ink, _PATTERNS[kind][1]))
    painter.setPen(QPen(colours.mixed(palette.base().color(), palette.text().color(), 0.35), 1))
    painter.drawRoundedRect(area, corner, corner)


def draw_cell(painter: QPainter, palette: QPalette, cell: SpaceCell, area: QRect) -> None:
    frame = QRectF(area).adjusted(1.5, 1.5, -1.5, -1.5)
    if frame.width() < 2 or frame.height() < 2:
        painter.fillRect(area, colours.mixed(palette.base().color(), palette.text().color(), 0.35))
        return
    draw_ground(painter, palette, cell.kind, frame)
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


def draw_focus(painter: QPainter, palette: QPalette, area: QRect, *, focused: bool) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    colour = style.accent(palette) if focused else palette.text().color()
    painter.setPen(QPen(colour, 3 if focused else 1))
    painter.drawRoundedRect(QRectF(area).adjusted(2, 2, -2, -2), style.HALF, style.HALF)
