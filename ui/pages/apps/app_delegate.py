"""Paints apps: as rows of a list, or as tiles beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from msgspec import Struct
from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from app.flatpak.catalogue.remote_catalogue import Row
from ui.pages.apps.app_icons import AppIcons
from ui.pages.apps.app_list import AppListModel, Said
from ui.pages.apps.badges import Badge
from ui.style import icons, style
from ui.style.app_icons import letter_tile, paint_app_icon
from ui.style.focus import is_ringed
from ui.style.look import look
from ui.style.symbol import Symbol
from ui.style.tokens import radius, size
from ui.widgets.telling_delegate import TellingDelegate
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


class _Face:
    """A font, and how large what is written in it is."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = QFontMetrics(font)
        self.line = self.metrics.lineSpacing()


class _Measures:
    """Type and sizes as the application's font is now: asking for them anew takes a third of the
    time of painting.
    """

    def __init__(self) -> None:
        self.px = cache(style.px)
        self.strong = _Face(style.font(style.Text.STRONG))
        self.body = _Face(style.font(style.Text.BODY))
        self.small = _Face(style.font(style.Text.SMALL))
        self.body_digits = _Face(style.digits(self.body.font))
        self.small_digits = _Face(style.digits(self.small.font))
        self.tick = tick_side()


class _Item(Struct, frozen=True):
    """What is painted: the model's words, and the state of the row."""

    row: Row
    said: Said
    tick: Tick
    pointed: bool
    opened: bool
    keyed: bool


class AppDelegate(TellingDelegate):
    """Rows of one height in a list, tiles of one size otherwise.

    Attributes:
        mirrored: whether one reads from the right.
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
        self._now: _Measures | None = None
        self._not_shown: list[str] = []
        self.mirrored = False
        self.opened = -1
        self.pointed_tick = -1

    def set_tiles(self, tiles: bool) -> None:
        self._tiles = tiles

    def set_plain(self, plain: bool) -> None:
        """Whether nothing is said of the apps in badges, so that rows are lower."""
        self._plain = plain

    def set_width(self, width: int) -> None:
        """Of the view's inside; the application's font may be another, too."""
        self._width = width
        self._now = None

    @property
    def _measures(self) -> _Measures:
        if self._now is None:
            self._now = _Measures()
        return self._now

    def _px(self, pixels: float) -> int:
        return self._measures.px(pixels)

    @property
    def columns(self) -> int:
        """How many tiles stand beside each other."""
        if not self._tiles:
            return 1
        gap = self._px(style.INNER)
        fits = (self._width + gap) // (self._px(_LEAST_TILE) + gap)
        return max(1, min(fits, _MOST_COLUMNS))

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return self.cell

    @property
    def cell(self) -> QSize:
        """Of a row, or of a tile with the room around it."""
        line, small = self._measures.body.line, self._measures.small.line
        if self._tiles:
            height = max(
                self._px(size("app-tile")),
                line + 2 * small + self._px(style.CARD),
            )
            # Of tiles that fill the width to the last pixel Qt takes the last to the next line.
            width = (self._width - 1) // self.columns
            return QSize(width, height + self._px(style.INNER))
        if self._plain:
            least, text = size("app-row-plain"), 2 * line
        else:
            least, text = size("app-row"), 2 * line + small
        return QSize(self._width, max(self._px(least), text + self._px(style.CARD)))

    def tick_area(self, cell: QRect, number: int) -> QRect:
        """Where a click chooses: larger than what is seen of it."""
        place = self._tick_place(self._ground(cell, number))
        more = (self._px(_TICK_AWAY) * 2 + self._measures.tick - place.width()) // 2
        return place.adjusted(-more, -more, more, more)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        number = index.row()
        state = option.state
        row = self._model.row(number)
        item = _Item(
            row=row,
            said=self._model.said(number),
            tick=self._model.tick(row),
            pointed=bool(state & QStyle.StateFlag.State_MouseOver),
            opened=number == self.opened,
            keyed=is_ringed(option),
        )
        ground = self._ground(option.rect, number)
        self._not_shown.clear()
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
        self.keep_cut(index, self._not_shown)

    # Where things are

    def _ground(self, cell: QRect, number: int) -> QRect:
        """Of a tile: so that the first begins and the last ends where the view does."""
        if not self._tiles:
            return cell
        columns, gap = self.columns, self._px(style.INNER)
        width = (self._width - (columns - 1) * gap) // columns
        before = number % columns * gap // columns
        left = cell.right() + 1 - before - width if self.mirrored else cell.left() + before
        return QRect(left, cell.top(), width, cell.height() - gap)

    def _tick_place(self, ground: QRect) -> QRect:
        side, away = self._measures.tick, self._px(_TICK_AWAY)
        top = ground.top() + (ground.height() - side) // 2
        if self._tiles:
            away = self._px(style.INNER)
            top = ground.top() + away
        return self._at(ground, QRect(ground.right() + 1 - away - side, top, side, side))

    def _at(self, ground: QRect, place: QRect) -> QRect:
        """The same place where one reads from the right."""
        if self.mirrored:
            place = place.translated(
                ground.left() + ground.right() - place.left() - place.right(), 0
            )
        return place

    def _icon_place(self, ground: QRect) -> QRect:
        side = self._px(style.Icon.ROW)
        if self._plain and not self._tiles:
            side = self._px(32)
        left = ground.left() + self._px(_ICON_AWAY)
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
            bar = self._at(ground, QRect(ground.left(), ground.top(), self._px(3), ground.height()))
            painter.fillRect(bar, look().accent)
        self._paint_icon(painter, self._icon_place(ground), item)
        measures = self._measures
        end = ground.right() + 1 - 2 * self._px(_TICK_AWAY) - measures.tick + self._px(4)
        said = item.said
        if said.size:
            end = self._paint_size(painter, ground, said.size, measures.body_digits, end)
        left = self._text_left(ground)
        badges = () if self._plain else said.badges
        heights = [measures.strong.line, measures.body.line]
        if badges:
            heights.append(measures.small.line)
        top = ground.top() + (ground.height() - sum(heights)) // 2
        rest = QRect(left, top, end - left, heights[0])
        self._paint_name(painter, ground, rest, item)
        rest.translate(0, heights[0])
        rest.setHeight(heights[1])
        self._write(painter, ground, rest, said.summary, measures.body, look().soft)
        if badges:
            rest.translate(0, heights[1])
            rest.setHeight(heights[2])
            self._paint_badges(painter, ground, rest, badges)
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
        round_ = self._px(radius("card"))
        painter.drawRoundedRect(inner, round_, round_)
        self._paint_icon(painter, self._icon_place(ground), item)
        left = self._text_left(ground)
        end = ground.right() + 1 - self._px(style.INNER)
        measures, said = self._measures, item.said
        heights = [measures.strong.line, measures.small.line, measures.small.line]
        top = ground.top() + (ground.height() - sum(heights)) // 2
        beside = end - self._measures.tick - self._px(style.HALF)
        place = QRect(left, top, beside - left, heights[0])
        self._paint_name(painter, ground, place, item)
        place = QRect(left, top + heights[0], beside - left, heights[1])
        self._write(painter, ground, place, said.summary, measures.small, look().soft)
        place = QRect(left, top + heights[0] + heights[1], end - left, heights[2])
        if said.size:
            self._write(painter, ground, place, said.size, measures.small_digits, look().soft)
        elif not self._plain:
            self._paint_badges(painter, ground, place, said.badges[:1])
        self._paint_ring(painter, inner, item, round_)

    def _text_left(self, ground: QRect) -> int:
        icon = self._icon_place(ground)
        return ground.left() + self._px(_ICON_AWAY) + icon.width() + self._px(_TEXT_AWAY)

    def _paint_size(
        self, painter: QPainter, ground: QRect, text: str, face: _Face, end: int
    ) -> int:
        """Where what stands before it has to end."""
        width = face.metrics.horizontalAdvance(text)
        end -= self._px(_SIZE_AWAY) - self._px(4)
        place = QRect(end - width, ground.top(), width + 1, ground.height())
        self._write(painter, ground, place, text, face, look().soft)
        return end - width - self._px(style.GAP)

    def _paint_name(self, painter: QPainter, ground: QRect, place: QRect, item: _Item) -> None:
        face = self._measures.strong
        sign = self._px(16) if item.row.verified else 0
        room = max(place.width() - (sign + self._px(style.HALF) if sign else 0), 0)
        name = face.metrics.elidedText(item.said.name, Qt.TextElideMode.ElideRight, room)
        if name != item.said.name:
            self._not_shown.append(item.said.name)
        self._write(painter, ground, place, name, face, look().text)
        if sign:
            left = place.left() + face.metrics.horizontalAdvance(name) + self._px(style.HALF)
            top = place.top() + (place.height() - sign) // 2
            where = self._at(ground, QRect(left, top, sign, sign))
            ratio = painter.device().devicePixelRatioF()
            painter.drawPixmap(
                where.topLeft(), icons.pixmap(Symbol.BADGE, sign, look().accent_text, ratio)
            )

    def _paint_badges(
        self, painter: QPainter, ground: QRect, place: QRect, badges: Sequence[Badge]
    ) -> None:
        """As many as fit; the first in any case."""
        face, sign = self._measures.small, self._px(_SIGN)
        left = place.left()
        for number, badge in enumerate(badges):
            colour = look().named(badge.token)
            before = sign + self._px(style.HALF) if badge.symbol is not None else 0
            width = before + face.metrics.horizontalAdvance(badge.text)
            if number and left + width > place.right() + 1:
                break
            if badge.symbol is not None:
                top = place.top() + (place.height() - sign) // 2
                where = self._at(ground, QRect(left, top, sign, sign))
                ratio = painter.device().devicePixelRatioF()
                painter.drawPixmap(where.topLeft(), icons.pixmap(badge.symbol, sign, colour, ratio))
            text = QRect(left + before, place.top(), 0, place.height())
            text.setRight(min(left + width, place.right()))
            self._write(painter, ground, text, badge.text, face, colour)
            left += width + self._px(_BADGES_APART)

    def _write(
        self,
        painter: QPainter,
        ground: QRect,
        place: QRect,
        text: str,
        face: _Face,
        colour: QColor,
    ) -> None:
        """From where one reads, and cut where it ends."""
        painter.setFont(face.font)
        painter.setPen(colour)
        shown = face.metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        if shown != text:
            self._not_shown.append(text)
        side = Qt.AlignmentFlag.AlignRight if self.mirrored else Qt.AlignmentFlag.AlignLeft
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
        picture = picture or letter_tile(item.said.name, place.width(), ratio)
        paint_app_icon(painter, QRectF(place), picture, seen=seen)

    def _paint_ring(self, painter: QPainter, ground: QRectF, item: _Item, round_: float) -> None:
        if item.keyed:
            painter.setPen(QPen(look().accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(ground.adjusted(1, 1, -1, -1), round_, round_)
