"""Paints a place as a card: its name, its space, what is on it, what stands in the way."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui import icons, look
from ui.models import place_words
from ui.models.places import Kind, Place, PlacesModel
from ui.widgets.space_bar import paint_space

_SIDE = 6 * look.GRID
_BAR = look.GRID
_EDGE = look.GAP
_ICONS = {Kind.DRIVE: "drive", Kind.DEMO: "drive", Kind.FOLDER: "folder"}


class PlaceCard(QStyledItemDelegate):
    """One card a row, all of one height. The chosen has a frame, and a tick if it can be used."""

    def sizeHint(
        self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        lines = _height(look.Text.HEADING) + 2 * _height(look.Text.BODY)
        inner = lines + _BAR + 3 * look.GRID
        return QSize(option.rect.width(), inner + 2 * _EDGE + look.GRID)

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
        card = QRectF(option.rect).adjusted(2, 2, -2, -look.GRID + 2)
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
    painter.setBrush(look.mixed(fill, palette.text().color(), 0.04) if hovered else fill)
    colour = look.accent(palette) if chosen else look.faint(palette)
    painter.setPen(QPen(colour, 3 if focused else 2 if chosen else 1))
    painter.drawRoundedRect(card, look.GRID, look.GRID)


def _paint_inside(
    painter: QPainter, area: QRectF, palette: QPalette, place: Place, *, chosen: bool
) -> None:
    ratio = painter.device().devicePixelRatioF()
    text, quiet = palette.text().color(), look.quiet(palette)
    shade = text if place.can_be_written else quiet
    top = area.top() + (area.height() - _SIDE) / 2
    picture = icons.pixmap(_ICONS[place.kind], _SIDE, shade, ratio)
    painter.drawPixmap(round(area.left()), round(top), picture)
    line = QRectF(area)
    line.setLeft(area.left() + _SIDE + _EDGE)

    line.setHeight(_height(look.Text.HEADING))
    room = place_words.room(place)
    digits = look.digits(look.font(look.Text.BODY))
    end = line.right()
    if chosen and place.can_be_written:
        tick = icons.pixmap("done", look.Icon.SMALL, look.accent(palette), ratio)
        end -= look.Icon.SMALL
        middle = line.top() + (line.height() - look.Icon.SMALL) / 2
        painter.drawPixmap(round(end), round(middle), tick)
        end -= look.GRID
    width = _width(room, digits)
    right = QRectF(end - width, line.top(), width, line.height())
    _write(painter, right, room, digits, text)
    name = QRectF(line.left(), line.top(), right.left() - look.GAP - line.left(), line.height())
    _write(painter, name, place.name, look.font(look.Text.HEADING, bold=True), text)

    line.translate(0, line.height() + look.HALF)
    line.setHeight(_height(look.Text.BODY))
    _write(painter, line, place_words.about(place), look.font(look.Text.BODY), quiet)

    line.translate(0, line.height() + look.GRID)
    if place.free is not None and place.size:
        used = max(0.0, min(1.0, 1 - place.free / place.size))
        bar = QRectF(line.left(), line.top(), line.width(), _BAR)
        paint_space(painter, bar, palette, used)

    line.translate(0, _BAR + look.GRID + look.HALF)
    _paint_state(painter, line, palette, place)


def _paint_state(painter: QPainter, line: QRectF, palette: QPalette, place: Place) -> None:
    """What is on it on the left, what stands in the way on the right."""
    usual = look.font(look.Text.BODY)
    left = QRectF(line)
    words = place_words.in_the_way(place)
    if words:
        tone = look.tone(palette, look.Tone.WARN)
        sign = icons.pixmap("warning", look.Icon.SMALL, tone, painter.device().devicePixelRatioF())
        width = _width(words, usual)
        contents = place_words.contents(place)
        start = line.right() - width if contents else line.left() + look.Icon.SMALL + look.HALF
        middle = line.top() + (line.height() - look.Icon.SMALL) / 2
        painter.drawPixmap(round(start) - look.Icon.SMALL - look.HALF, round(middle), sign)
        _write(painter, QRectF(start, line.top(), width, line.height()), words, usual, tone)
        left.setRight(start - look.Icon.SMALL - look.GAP)
    _write(painter, left, place_words.contents(place), usual, palette.text().color())


def _write(painter: QPainter, area: QRectF, text: str, font: QFont, colour: QColor) -> None:
    """One line; what has no room ends in an ellipsis, as it is also in the accessible text."""
    painter.setFont(font)
    painter.setPen(colour)
    shown = QFontMetrics(font).elidedText(
        text, Qt.TextElideMode.ElideRight, max(0, round(area.width()) + 1)
    )
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def _height(size: look.Text) -> int:
    return QFontMetrics(look.font(size)).height()


def _width(text: str, font: QFont) -> float:
    return float(QFontMetrics(font).horizontalAdvance(text))
