"""Paints apps: as rows of a list, or as tiles beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.flatpak.catalogue.remote_catalogue import Row
from ui.pages.apps.app_icons import AppIcons
from ui.pages.apps.app_list import AppListModel, Role
from ui.pages.apps.badges import Badge
from ui.style import icons, style
from ui.style.app_icons import letter_tile, paint_app_icon
from ui.style.look import look
from ui.style.symbol import Symbol
from ui.style.tokens import radius, size
from ui.widgets.tick import Tick, paint_tick, tick_side

_FAINT = 0.55
"""How much is seen of the icon of what cannot be carried."""
_ICON_AWAY = 16
_TEXT_AWAY = 14
_TICK_AWAY = 17
_SIZE_AWAY = 14
_BADGES_APART = 14
_SIGN = 14
_LEAST_TILE = 280
_MOST_COLUMNS = 4
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class _Item:
    """What is painted: the model's words, and the state of the row."""

    row: Row
    name: str
    summary: str
    size: str
    badges: Sequence[Badge]
    tick: Tick
    pointed: bool
    opened: bool
    keyed: bool


class AppDelegate(QStyledItemDelegate):
    """Rows of one height in a list, tiles of one size otherwise.

    Attributes:
        opened: the row that is looked at, if any.
        pointed_tick: the row whose tick the mouse is over, if any.
    """

    def __init__(self, model: AppListModel, pictures: AppIcons, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._pictures = pictures
        self._tiles = False
        self._plain = False
        self._width = 0
        self.opened = -1
        self.pointed_tick = -1

    def set_tiles(self, tiles: bool) -> None:
        self._tiles = tiles

    def set_plain(self, plain: bool) -> None:
        """Whether nothing is said of the apps in badges, so that rows are lower."""
        self._plain = plain

    def set_width(self, width: int) -> None:
        """Of the view's inside."""
        self._width = width

    @property
    def columns(self) -> int:
        """How many tiles stand beside each other."""
        if not self._tiles:
            return 1
        gap = style.px(style.INNER)
        fits = (self._width + gap) // (style.px(_LEAST_TILE) + gap)
        return max(1, min(fits, _MOST_COLUMNS))

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return self.cell

    @property
    def cell(self) -> QSize:
        """Of a row, or of a tile with the room around it."""
        line = QFontMetrics(style.font(style.Text.BODY)).lineSpacing()
        small = QFontMetrics(style.font(style.Text.SMALL)).lineSpacing()
        if self._tiles:
            height = max(style.px(size("app-tile")), line + 2 * small + style.px(style.CARD))
            # Of tiles that fill the width to the last pixel Qt takes the last to the next line.
            width = (self._width - 1) // self.columns
            return QSize(width, height + style.px(style.INNER))
        if self._plain:
            least, text = size("app-row-plain"), 2 * line
        else:
            least, text = size("app-row"), 2 * line + small
        return QSize(self._width, max(style.px(least), text + style.px(style.CARD)))

    def tick_area(self, cell: QRect, number: int) -> QRect:
        """Where a click chooses: larger than what is seen of it."""
        place = self._tick_place(self._ground(cell, number))
        more = (style.px(_TICK_AWAY) * 2 + tick_side() - place.width()) // 2
        return place.adjusted(-more, -more, more, more)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        number = index.row()
        state = option.state
        item = _Item(
            row=index.data(Role.ROW),
            name=index.data(),
            summary=index.data(Role.SUMMARY),
            size=index.data(Role.SIZE),
            badges=[] if self._plain else index.data(Role.BADGES),
            tick=index.data(Role.TICK),
            pointed=bool(state & QStyle.StateFlag.State_MouseOver),
            opened=number == self.opened,
            keyed=bool(state & QStyle.StateFlag.State_HasFocus)
            and bool(state & QStyle.StateFlag.State_KeyboardFocusChange),
        )
        ground = self._ground(option.rect, number)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._tiles:
            self._paint_tile(painter, ground, item)
        else:
            self._paint_row(painter, ground, item)
        paint_tick(
            painter,
            self._tick_place(ground),
            item.tick,
            pointed=number == self.pointed_tick,
        )
        painter.restore()

    # Where things are

    @property
    def _mirrored(self) -> bool:
        parent = self.parent()
        return parent is not None and bool(parent.property("mirrored"))

    def _ground(self, cell: QRect, number: int) -> QRect:
        """Of a tile: so that the first begins and the last ends where the view does."""
        if not self._tiles:
            return cell
        columns, gap = self.columns, style.px(style.INNER)
        width = (self._width - (columns - 1) * gap) // columns
        before = number % columns * gap // columns
        left = cell.right() + 1 - before - width if self._mirrored else cell.left() + before
        return QRect(left, cell.top(), width, cell.height() - gap)

    def _tick_place(self, ground: QRect) -> QRect:
        side, away = tick_side(), style.px(_TICK_AWAY)
        top = ground.top() + (ground.height() - side) // 2
        if self._tiles:
            away = style.px(style.INNER)
            top = ground.top() + away
        return self._at(ground, QRect(ground.right() + 1 - away - side, top, side, side))

    def _at(self, ground: QRect, place: QRect) -> QRect:
        """The same place where one reads from the right."""
        if self._mirrored:
            place = place.translated(
                ground.left() + ground.right() - place.left() - place.right(), 0
            )
        return place

    def _icon_place(self, ground: QRect) -> QRect:
        side = style.px(style.Icon.ROW)
        if self._plain and not self._tiles:
            side = style.px(32)
        left = ground.left() + style.px(_ICON_AWAY)
        top = ground.top() + (ground.height() - side) // 2
        return self._at(ground, QRect(left, top, side, side))

    # What is painted

    def _paint_row(self, painter: QPainter, ground: QRect, item: _Item) -> None:
        colour = look().card
        if item.tick is Tick.CHOSEN:
            colour = look().accent_tint
        elif item.opened or item.pointed:
            colour = look().hover
        painter.fillRect(ground, colour)
        width = look().line_width
        painter.fillRect(
            ground.left(), ground.bottom() + 1 - width, ground.width(), width, look().line
        )
        if item.opened and item.tick is Tick.CHOSEN:
            bar = self._at(ground, QRect(ground.left(), ground.top(), style.px(3), ground.height()))
            painter.fillRect(bar, look().accent)
        self._paint_icon(painter, self._icon_place(ground), item)
        small = style.font(style.Text.BODY)
        end = ground.right() + 1 - 2 * style.px(_TICK_AWAY) - tick_side() + style.px(4)
        if item.size:
            end = self._paint_size(painter, ground, item, style.digits(small), end)
        left = self._text_left(ground)
        lines = [style.font(style.Text.STRONG), style.font(style.Text.BODY)]
        badges = style.font(style.Text.SMALL)
        heights = [QFontMetrics(font).lineSpacing() for font in lines]
        if item.badges:
            heights.append(QFontMetrics(badges).lineSpacing())
        top = ground.top() + (ground.height() - sum(heights)) // 2
        rest = QRect(left, top, end - left, heights[0])
        self._paint_name(painter, ground, rest, item, lines[0])
        rest.translate(0, heights[0])
        rest.setHeight(heights[1])
        self._write(painter, ground, rest, item.summary, lines[1], look().soft)
        if item.badges:
            rest.translate(0, heights[1])
            rest.setHeight(heights[2])
            self._paint_badges(painter, ground, rest, item.badges, badges)
        self._paint_ring(painter, QRectF(ground), item, 0)

    def _paint_tile(self, painter: QPainter, ground: QRect, item: _Item) -> None:
        chosen = item.tick is Tick.CHOSEN
        colour = look().accent_tint if chosen else look().card
        if not chosen and (item.opened or item.pointed):
            colour = look().hover
        width = look().line_width
        painter.setPen(QPen(look().accent_line if chosen else look().line, width))
        painter.setBrush(colour)
        inner = QRectF(ground).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        round_ = style.px(radius("card"))
        painter.drawRoundedRect(inner, round_, round_)
        self._paint_icon(painter, self._icon_place(ground), item)
        left = self._text_left(ground)
        end = ground.right() + 1 - style.px(style.INNER)
        strong, small = style.font(style.Text.STRONG), style.font(style.Text.SMALL)
        heights = [QFontMetrics(font).lineSpacing() for font in (strong, small, small)]
        top = ground.top() + (ground.height() - sum(heights)) // 2
        beside = end - tick_side() - style.px(style.HALF)
        place = QRect(left, top, beside - left, heights[0])
        self._paint_name(painter, ground, place, item, strong)
        place = QRect(left, top + heights[0], beside - left, heights[1])
        self._write(painter, ground, place, item.summary, small, look().soft)
        place = QRect(left, top + heights[0] + heights[1], end - left, heights[2])
        if item.size:
            self._write(painter, ground, place, item.size, style.digits(small), look().soft)
        else:
            self._paint_badges(painter, ground, place, item.badges[:1], small)
        self._paint_ring(painter, inner, item, round_)

    def _text_left(self, ground: QRect) -> int:
        icon = self._icon_place(ground)
        return ground.left() + style.px(_ICON_AWAY) + icon.width() + style.px(_TEXT_AWAY)

    def _paint_size(
        self, painter: QPainter, ground: QRect, item: _Item, font: QFont, end: int
    ) -> int:
        """Where what stands before it has to end."""
        width = QFontMetrics(font).horizontalAdvance(item.size)
        end -= style.px(_SIZE_AWAY) - style.px(4)
        place = QRect(end - width, ground.top(), width + 1, ground.height())
        self._write(painter, ground, place, item.size, font, look().soft)
        return end - width - style.px(style.GAP)

    def _paint_name(
        self, painter: QPainter, ground: QRect, place: QRect, item: _Item, font: QFont
    ) -> None:
        sign = style.px(16) if item.row.component.verified else 0
        room = max(place.width() - (sign + style.px(style.HALF) if sign else 0), 0)
        name = QFontMetrics(font).elidedText(item.name, Qt.TextElideMode.ElideRight, room)
        self._write(painter, ground, place, name, font, look().text)
        if sign:
            left = place.left() + QFontMetrics(font).horizontalAdvance(name) + style.px(style.HALF)
            top = place.top() + (place.height() - sign) // 2
            where = self._at(ground, QRect(left, top, sign, sign))
            ratio = painter.device().devicePixelRatioF()
            painter.drawPixmap(
                where.topLeft(), icons.pixmap(Symbol.BADGE, sign, look().accent_text, ratio)
            )

    def _paint_badges(
        self, painter: QPainter, ground: QRect, place: QRect, badges: Sequence[Badge], font: QFont
    ) -> None:
        """As many as fit; the first in any case."""
        metrics, sign = QFontMetrics(font), style.px(_SIGN)
        left = place.left()
        for number, badge in enumerate(badges):
            colour = look().named(badge.token)
            before = sign + style.px(style.HALF) if badge.symbol is not None else 0
            width = before + metrics.horizontalAdvance(badge.text)
            if number and left + width > place.right() + 1:
                break
            if badge.symbol is not None:
                top = place.top() + (place.height() - sign) // 2
                where = self._at(ground, QRect(left, top, sign, sign))
                ratio = painter.device().devicePixelRatioF()
                painter.drawPixmap(where.topLeft(), icons.pixmap(badge.symbol, sign, colour, ratio))
            text = QRect(left + before, place.top(), 0, place.height())
            text.setRight(min(left + width, place.right()))
            self._write(painter, ground, text, badge.text, font, colour)
            left += width + style.px(_BADGES_APART)

    def _write(
        self,
        painter: QPainter,
        ground: QRect,
        place: QRect,
        text: str,
        font: QFont,
        colour: QColor,
    ) -> None:
        """From where one reads, and cut where it ends."""
        painter.setFont(font)
        painter.setPen(colour)
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        side = Qt.AlignmentFlag.AlignRight if self._mirrored else Qt.AlignmentFlag.AlignLeft
        flags = side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        flags |= Qt.TextFlag.TextSingleLine
        if text[:1].isdigit():
            # A number with its unit, whichever way the text around it runs.
            flags |= Qt.TextFlag.TextForceLeftToRight
        painter.drawText(self._at(ground, place), flags, shown)

    def _paint_icon(self, painter: QPainter, place: QRect, item: _Item) -> None:
        picture = self._pictures.get(item.row)
        ratio = painter.device().devicePixelRatioF()
        seen = _FAINT if item.tick is Tick.IMPOSSIBLE else 1.0
        if picture is None and not item.row.ref.startswith("app/"):
            painter.drawPixmap(
                place.topLeft(), icons.pixmap(Symbol.LAYERS, place.width(), look().soft, ratio)
            )
            return
        picture = picture or letter_tile(item.name, place.width(), ratio)
        paint_app_icon(painter, QRectF(place), picture, seen=seen)

    def _paint_ring(self, painter: QPainter, ground: QRectF, item: _Item, round_: float) -> None:
        if item.keyed:
            painter.setPen(QPen(look().accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(ground.adjusted(1, 1, -1, -1), round_, round_)
