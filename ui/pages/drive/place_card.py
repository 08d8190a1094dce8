"""Paints a place as a card: its name, its space, what is on it, what stands in the way."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.models import place_words
from ui.models.place import Place, PlaceKind
from ui.models.places import PlacesModel
from ui.style import colours, icons, style
from ui.style.symbol import Symbol
from ui.widgets.space_bar import paint_space

_SIDE = 6 * style.GRID
_BAR = style.GRID
_EDGE = style.GAP
_ICONS = {
    PlaceKind.DRIVE: Symbol.DRIVE,
    PlaceKind.DEMO: Symbol.DRIVE,
    PlaceKind.FOLDER: Symbol.FOLDER,
}


class PlaceCard(QStyledItemDelegate):
    """One card a row, all of one height. The chosen has a frame, and a tick if it can be used."""

    def sizeHint(
        self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        lines = _height(style.Text.HEADING) + 2 * _height(style.Text.BODY)
        inner = lines + _BAR + 3 * style.GRID
        return QSize(option.rect.width(), inner + 2 * _EDGE + style.GRID)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        place: Place = index.data(PlacesModel.PLACE)
        palette: QPalette = option.palette
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        focused = chosen and bool(option.state & QStyle.StateFlag.State_HasFocus)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(option.rect).adjusted(2, 2, -2, -style.GRID + 2)
        _paint_frame(painter, card, palette, chosen=chosen, focused=focused, hovered=hovered)
        inner = card.adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        _paint_inside(painter, inner, palette, place, chosen=chosen)
        painter.restore()


def _paint_frame(
    painter: QPainter,
    card: QRectF,
    palette: QPalette,
    *,
    chosen: bool,
    focused: bool,
    hovered: bool,
) -> None:
    fill = palette.base().color()
    painter.setBrush(colours.mixed(fill, palette.text().color(), 0.04) if hovered else fill)
    colour = style.accent(palette) if chosen else style.faint(palette)
    painter.setPen(QPen(colour, 3 if focused else 2 if chosen else 1))
    painter.drawRoundedRect(card, style.GRID, style.GRID)


def _paint_inside(
    painter: QPainter, area: QRectF, palette: QPalette, place: Place, *, chosen: bool
) -> None:
    ratio = painter.device().devicePixelRatioF()
    text, quiet = palette.text().color(), style.quiet(palette)
    shade = text if place.can_be_written else quiet
    top = area.top() + (area.height() - _SIDE) / 2
    picture = icons.pixmap(_ICONS[place.kind], _SIDE, shade, ratio)
    painter.drawPixmap(round(area.left()), round(top), picture)
    line = QRectF(area)
    line.setLeft(area.left() + _SIDE + _EDGE)

    line.setHeight(_height(style.Text.HEADING))
    room = place_words.room(place)
    digits = style.digits(style.font(style.Text.BODY))
    end = line.right()
    if chosen and place.can_be_written:
        tick = icons.pixmap(Symbol.CHECK, style.Icon.SMALL, style.accent(palette), ratio)
        end -= style.Icon.SMALL
        middle = line.top() + (line.height() - style.Icon.SMALL) / 2
        painter.drawPixmap(round(end), round(middle), tick)
        end -= style.GRID
    width = _width(room, digits)
    right = QRectF(end - width, line.top(), width, line.height())
    _write(painter, right, room, digits, text)
    name = QRectF(line.left(), line.top(), right.left() - style.GAP - line.left(), line.height())
    _write(painter, name, place.name, style.font(style.Text.HEADING, bold=True), text)

    line.translate(0, line.height() + style.HALF)
    line.setHeight(_height(style.Text.BODY))
    _write(painter, line, place_words.about(place), style.font(style.Text.BODY), quiet)

    line.translate(0, line.height() + style.GRID)
    if place.free is not None and place.size:
        used = max(0.0, min(1.0, 1 - place.free / place.size))
        bar = QRectF(line.left(), line.top(), line.width(), _BAR)
        paint_space(painter, bar, palette, used)

    line.translate(0, _BAR + style.GRID + style.HALF)
    _paint_state(painter, line, palette, place)


def _paint_state(painter: QPainter, line: QRectF, palette: QPalette, place: Place) -> None:
    """What is on it on the left, what stands in the way on the right."""
    usual = style.font(style.Text.BODY)
    left = QRectF(line)
    words = place_words.in_the_way(place)
    if words:
        tone = style.tone(palette, style.Tone.WARN)
        sign = icons.pixmap(
            Symbol.WARNING, style.Icon.SMALL, tone, painter.device().devicePixelRatioF()
        )
        width = _width(words, usual)
        contents = place_words.contents(place)
        start = line.right() - width if contents else line.left() + style.Icon.SMALL + style.HALF
        middle = line.top() + (line.height() - style.Icon.SMALL) / 2
        painter.drawPixmap(round(start) - style.Icon.SMALL - style.HALF, round(middle), sign)
        _write(painter, QRectF(start, line.top(), width, line.height()), words, usual, tone)
        left.setRight(start - style.Icon.SMALL - style.GAP)
    _write(painter, left, place_words.contents(place), usual, palette.text().color())


def _write(painter: QPainter, area: QRectF, text: str, font: QFont, colour: QColor) -> None:
    """One line; what has no room ends in an ellipsis, as it is also in the accessible text."""
    painter.setFont(font)
    painter.setPen(colour)
    shown = QFontMetrics(font).elidedText(
        text, Qt.TextElideMode.ElideRight, max(0, round(area.width()) + 1)
    )
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def _height(size: style.Text) -> int:
    return QFontMetrics(style.font(size)).height()


def _width(text: str, font: QFont) -> float:
    return float(QFontMetrics(font).horizontalAdvance(text))
