"""Paints apps: as lines of a list, or as cells of a grid."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPalette,
    QPen,
    QTextLayout,
)
from PySide6.QtWidgets import (
    QApplication,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from app.flatpak.catalogue.remote_catalogue import Row
from ui.pages.apps.app_icons import AppIcons
from ui.pages.apps.app_list import AppListModel, Role
from ui.style import icons, style
from ui.style.symbol import Symbol

_LINE_ICON = 5 * style.GRID
_CELL = QSize(17 * style.GRID, 0)
_MARK = 5 * style.GRID
"""Wide enough to be hit."""

_Index = QModelIndex | QPersistentModelIndex


class AppDelegate(QStyledItemDelegate):
    """A check mark, the icon, the name with what sets it apart, and in lists the summary."""

    def __init__(self, model: AppListModel, pictures: AppIcons, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._pictures = pictures
        self._grid = False

    def set_grid(self, grid: bool) -> None:
        self._grid = grid

    def sizeHint(self, option: QStyleOptionViewItem, _index: _Index) -> QSize:
        line = QFontMetrics(style.font(style.Text.BODY, bold=True)).lineSpacing()
        if self._grid:
            return QSize(_CELL.width(), style.Icon.LARGE + 2 * line + 4 * style.GRID)
        height = max(line + option.fontMetrics.lineSpacing(), _LINE_ICON) + 2 * style.GRID
        return QSize(_MARK + _LINE_ICON, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        own.text = ""
        # What is left is the background of all of it.
        own.features = QStyleOptionViewItem.ViewItemFeature.None_
        own.showDecorationSelected = True
        widget = option.widget
        drawer = widget.style() if widget is not None else QApplication.style()
        painter.save()
        drawer.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, own, painter, widget)
        row: Row = index.data(Role.ROW)
        notes: Sequence[str] = index.data(Role.NOTES)
        if self._grid:
            self._paint_cell(painter, own, row)
        else:
            self._paint_line(painter, own, row, notes)
        self._paint_mark(painter, own, index)
        if own.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(style.accent(own.palette))
            painter.drawRoundedRect(own.rect.adjusted(1, 1, -2, -2), style.HALF, style.HALF)
        painter.restore()

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: _Index,
    ) -> bool:
        """A click on the mark chooses; elsewhere it only shows more about the app."""
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            inside = self._mark(option.rect).contains(event.position().toPoint())
            if inside and event.button() == Qt.MouseButton.LeftButton:
                return model.setData(index, None, Qt.ItemDataRole.CheckStateRole)
        return False

    # Parts

    def _mark(self, area: QRect) -> QRect:
        """Where a click chooses."""
        height = _MARK if self._grid else area.height()
        return QRect(area.left(), area.top(), _MARK, height)

    def _paint_mark(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Styles draw theirs for white backgrounds: in the dark some cannot be seen."""
        place = QRect(0, 0, style.Icon.SMALL, style.Icon.SMALL)
        place.moveCenter(self._mark(option.rect).center())
        colour, _ = _colours(option)
        checked = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 1.5 if checked else 1.0))
        painter.setBrush(style.accent(option.palette) if checked else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(place), style.HALF, style.HALF)
        if checked:
            ratio = painter.device().devicePixelRatioF()
            ink = style.on_accent(option.palette)
            painter.drawPixmap(place, icons.pixmap(Symbol.CHECK, style.Icon.SMALL, ink, ratio))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_line(
        self, painter: QPainter, option: QStyleOptionViewItem, row: Row, notes: Sequence[str]
    ) -> None:
        area = option.rect.adjusted(_MARK, style.GRID, -style.GAP, -style.GRID)
        picture = QRect(0, 0, _LINE_ICON, _LINE_ICON)
        picture.moveCenter(QRect(area.left(), area.top(), _LINE_ICON, area.height()).center())
        self._paint_icon(painter, option, row, picture)
        text = area.adjusted(_LINE_ICON + style.GAP, 0, 0, 0)
        colour, faded = _colours(option)
        bold = style.font(style.Text.BODY, bold=True)
        first, second = QFontMetrics(bold), option.fontMetrics
        top = text.top() + (text.height() - first.lineSpacing() - second.lineSpacing()) // 2
        line = QRect(text.left(), top, text.width(), first.lineSpacing())
        aside = "  ".join(notes)
        wide = min(second.horizontalAdvance(aside) + style.HALF, line.width() * 2 // 5)
        painter.setPen(faded)
        painter.setFont(option.font)
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(
            QRect(line.right() - wide, line.top(), wide + 1, line.height()),
            flags | Qt.AlignmentFlag.AlignRight,
            second.elidedText(aside, Qt.TextElideMode.ElideRight, wide),
        )
        self._paint_name(painter, option, row, bold, line.adjusted(0, 0, -wide - style.GAP, 0))
        painter.setPen(faded)
        painter.setFont(option.font)
        below = QRect(text.left(), line.bottom() + 1, text.width(), second.lineSpacing())
        summary = self._model.summary(row) or row.ref
        painter.drawText(
            below,
            flags | Qt.AlignmentFlag.AlignLeft,
            second.elidedText(summary, Qt.TextElideMode.ElideRight, below.width()),
        )
        painter.setPen(colour)

    def _paint_name(
        self, painter: QPainter, option: QStyleOptionViewItem, row: Row, font: QFont, area: QRect
    ) -> None:
        colour, _ = _colours(option)
        metrics = QFontMetrics(font)
        badge = style.Icon.SMALL + style.HALF if row.component.verified else 0
        name = metrics.elidedText(
            self._model.name(row), Qt.TextElideMode.ElideRight, max(area.width() - badge, 0)
        )
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        if badge:
            left = area.left() + metrics.horizontalAdvance(name) + style.HALF
            top = area.center().y() - style.Icon.SMALL // 2 + 1
            ratio = painter.device().devicePixelRatioF()
            painter.drawPixmap(
                left, top, icons.pixmap(Symbol.BADGE, style.Icon.SMALL, colour, ratio)
            )

    def _paint_cell(self, painter: QPainter, option: QStyleOptionViewItem, row: Row) -> None:
        area = option.rect.adjusted(style.GRID, style.GAP, -style.GRID, -style.GRID)
        side = style.Icon.LARGE
        picture = QRect(area.center().x() - side // 2, area.top(), side, side)
        self._paint_icon(painter, option, row, picture)
        colour, _ = _colours(option)
        bold = style.font(style.Text.BODY, bold=True)
        text = area.adjusted(0, side + style.GRID, 0, 0)
        painter.setPen(colour)
        painter.setFont(bold)
        for number, line in enumerate(_two_lines(self._model.name(row), bold, text.width())):
            height = QFontMetrics(bold).lineSpacing()
            place = QRect(text.left(), text.top() + number * height, text.width(), height)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, line)

    def _paint_icon(
        self, painter: QPainter, option: QStyleOptionViewItem, row: Row, area: QRect
    ) -> None:
        picture = self._pictures.get(row)
        if picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(area, picture)
            return
        _, faded = _colours(option)
        name = Symbol.GRID if row.ref.startswith("app/") else Symbol.LAYERS
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(area, icons.pixmap(name, area.width(), faded, ratio))


def _colours(option: QStyleOptionViewItem) -> tuple[QColor, QColor]:
    """For text, and for text that matters less."""
    palette = option.palette
    if option.state & QStyle.StateFlag.State_Selected:
        active = option.state & QStyle.StateFlag.State_Active
        group = QPalette.ColorGroup.Active if active else QPalette.ColorGroup.Inactive
        colour = palette.color(group, QPalette.ColorRole.HighlightedText)
        return colour, colour
    return palette.text().color(), style.quiet(palette)


def _two_lines(text: str, font: QFont, width: int) -> list[str]:
    layout = QTextLayout(text, font)
    layout.beginLayout()
    first = layout.createLine()
    first.setLineWidth(width)
    layout.endLayout()
    end = first.textStart() + first.textLength()
    lines = [text[:end].strip()]
    if text[end:]:
        metrics = QFontMetrics(font)
        lines.append(metrics.elidedText(text[end:], Qt.TextElideMode.ElideRight, width))
    return lines
