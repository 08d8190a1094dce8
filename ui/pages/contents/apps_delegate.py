"""A row of the list of apps on a drive: icon, name, version, languages, state, size, bin, ⋮."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from msgspec import Struct
from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from ui.pages.contents.apps_model import AppLine, AppState
from ui.state.app_pictures import AppPictures
from ui.style import icons, style
from ui.style.app_icons import paint_app_icon
from ui.style.focus import is_ringed
from ui.style.look import look
from ui.style.style import px
from ui.style.symbol import Symbol
from ui.style.tokens import radius, size
from ui.widgets.pill import PillTone, paint_pill, pill_size
from ui.widgets.telling_delegate import TellingDelegate

_Index = QModelIndex | QPersistentModelIndex
_EDGE = 20
_ICON = 36
_NAME = 0.38
"""Where the columns end, as shares of the row: name and summary, version, languages, state."""
_VERSION = 0.46
_LANGUAGES = 0.62
_STATE_FROM = 0.56
"""Where the state begins in a row without languages; the version before it takes so much."""
_VERSION_NARROW = 0.14
_WITHOUT_LANGUAGES_UNDER = 760
_WITHOUT_VERSION_UNDER = 560
_MORE = 36
_LEAST_NAME = 96
"""Of the width of a name: so much of it is read whatever else there is to say."""
_SIGNS = {
    AppState.DAMAGED: (Symbol.WARNING, PillTone.BAD),
    AppState.LEAVING: (Symbol.WARNING, PillTone.BAD),
    AppState.UPDATE: (Symbol.REFRESH, PillTone.GOOD),
    AppState.RENAMED: (Symbol.CHEVRON_RIGHT, PillTone.WARM),
    AppState.GONE: (Symbol.CLOUD_OFF, PillTone.WARM),
    AppState.HELD: (Symbol.CLOUD_OFF, PillTone.WARM),
    AppState.ENDED: (Symbol.CLOCK, PillTone.WARM),
    AppState.UNSIGNED: (Symbol.SHIELD_WARNING, PillTone.WARM),
}


class Columns(Struct, frozen=True):
    """Which there are in any of the rows.

    Attributes: longest_size: the widest of the sizes, in words.
    """

    versions: bool = True
    languages: bool = True
    states: bool = True
    longest_size: str = ""


class Zone(Enum):
    """What of a row is meant by a click."""

    BODY = auto()
    BIN = auto()
    """Or Undo, where it is marked."""
    MORE = auto()


class AppsDelegate(TellingDelegate):
    """Paints the whole row itself; places are counted from where one begins to read."""

    def __init__(self, pictures: AppPictures, parent: QWidget) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._pointed: QPoint | None = None
        self._columns = Columns()

    def show_columns(self, lines: Sequence[AppLine]) -> None:
        """Of these rows: what none of them has takes no room from the others."""
        self._columns = Columns(
            any(line.app.version for line in lines),
            any(line.languages for line in lines),
            any(line.pill or line.marked for line in lines),
            max((line.size for line in lines), key=len, default=""),
        )

    def point(self, place: QPoint | None) -> None:
        """Where the pointer is in the view."""
        self._pointed = place

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(px(320), px(size("app-row-plain")))

    def more_area(self, row: QRect, *, mirrored: bool) -> QRect:
        """Where ⋮ is in a row."""
        side = px(_MORE)
        return _at_end(row, px(style.GRID), side, mirrored=mirrored)

    def bin_area(self, row: QRect, line: AppLine, *, mirrored: bool) -> QRect:
        """Where the bin is, or Undo; empty where there is neither."""
        if not line.can_come_off:
            return QRect()
        width = px(_MORE)
        if line.marked:
            text = QFontMetrics(style.medium()).horizontalAdvance(self.undo)
            width = max(width, text + 2 * px(style.GRID))
        return _at_end(row, px(style.GRID + _MORE), width, mirrored=mirrored)

    def zone(self, row: QRect, line: AppLine, point: QPoint, *, mirrored: bool) -> Zone:
        """What is at a point of a row."""
        if self.more_area(row, mirrored=mirrored).contains(point):
            return Zone.MORE
        if self.bin_area(row, line, mirrored=mirrored).contains(point):
            return Zone.BIN
        return Zone.BODY

    @property
    def undo(self) -> str:
        return self.tr("Undo")

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        line = index.data(Qt.ItemDataRole.UserRole)
        assert isinstance(line, AppLine)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        own = self.bin_area(option.rect, line, mirrored=mirrored)
        more = self.more_area(option.rect, mirrored=mirrored)
        end = px(2 * style.GRID) + more.width() + (own.width() if own.isValid() else 0)
        first = index.row() == 0
        row = _Row(painter, option, self._pictures, self._columns, end=end, first=first)
        row.draw(line)
        self.keep_cut(index, row.cut)
        if line.marked and own.isValid():
            self._draw_undo(painter, own, option.rect)
        elif own.isValid():
            self._draw_sign(painter, own, Symbol.BIN)
        self._draw_sign(painter, more, Symbol.MORE)
        painter.restore()

    def _draw_sign(self, painter: QPainter, area: QRect, symbol: Symbol) -> None:
        self._draw_ground(painter, area)
        side = px(style.Icon.SMALL)
        ratio = painter.device().devicePixelRatioF()
        sign = icons.pixmap(symbol, side, look().text, ratio)
        painter.drawPixmap(area.center() + QPoint(1, 1) - QPoint(side // 2, side // 2), sign)

    def _draw_undo(self, painter: QPainter, area: QRect, row: QRect) -> None:
        self._draw_ground(painter, area)
        painter.setFont(style.medium())
        painter.setPen(look().accent_text)
        # On one line with what stands before it.
        line = QRect(area.left(), row.top(), area.width(), row.height())
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, self.undo)

    def _draw_ground(self, painter: QPainter, area: QRect) -> None:
        """Of what the pointer is over."""
        if self._pointed is not None and area.contains(self._pointed):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look().sunken)
            painter.drawRoundedRect(area, px(radius("button")), px(radius("button")))


class _Row:
    """One painting of one row.

    Attributes: cut: the texts of which not all could be shown.
    """

    def __init__(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        pictures: AppPictures,
        columns: Columns,
        *,
        end: int,
        first: bool,
    ) -> None:
        """``end``: so much at its end is for buttons."""
        self.cut: list[str] = []
        self._columns = columns
        self._end = end
        self._painter = painter
        self._option = option
        self._pictures = pictures
        self._first = first
        self._row = option.rect
        self._mirrored = option.direction == Qt.LayoutDirection.RightToLeft

    def draw(self, line: AppLine) -> None:
        painter, row = self._painter, self._row
        state = self._option.state
        if state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(row, look().hover)
        if not self._first:
            painter.fillRect(QRect(row.left(), row.top(), row.width(), 1), look().line)
        if is_ringed(self._option):
            painter.setPen(QPen(look().accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = QRectF(row).adjusted(2, 2, -2, -2)
            painter.drawRoundedRect(ring, px(radius("button")), px(radius("button")))
        app = line.app
        side = px(_ICON)
        place = self._from_start(px(_EDGE), side)
        place = QRect(place.left(), row.center().y() - side // 2 + 1, side, side)
        ratio = painter.device().devicePixelRatioF()
        picture = self._pictures.shown(app.ref, app.name, side, ratio)
        paint_app_icon(painter, QRectF(place), picture)
        self._draw_texts(line, px(_EDGE) + side + px(style.INNER))

    def _draw_texts(self, line: AppLine, start: int) -> None:
        width, app, columns = self._row.width(), line.app, self._columns
        small = style.digits(style.font(style.Text.SMALL))
        wide = width >= px(_WITHOUT_LANGUAGES_UNDER)
        with_languages = wide and columns.languages
        with_version = width >= px(_WITHOUT_VERSION_UNDER) and columns.versions
        end, digits = width - self._end, style.digits(style.font(style.Text.BODY))
        state_from = round(width * (_LANGUAGES if wide else _STATE_FROM))
        if not columns.states:
            sizes = QFontMetrics(digits).horizontalAdvance(columns.longest_size)
            state_from = max(state_from, end - sizes - px(style.INNER))
        # What follows is as wide as ever; the name has the rest.
        version_to = state_from
        if with_languages:
            version_to -= round(width * (_LANGUAGES - _VERSION))
        name_to = version_to
        if with_version:
            before = _NAME if wide else _STATE_FROM - _VERSION_NARROW
            until = _VERSION if wide else _STATE_FROM
            name_to -= round(width * (until - before))
        size_from = end - QFontMetrics(digits).horizontalAdvance(line.size) - 1
        named = QFontMetrics(style.font(style.Text.STRONG)).horizontalAdvance(app.name)
        least = start + px(style.GRID) + min(named, px(_LEAST_NAME))
        told_from = (
            self._draw_comes_off(line, end, name_to)
            if line.marked
            else self._draw_pill(line, state_from, size_from - px(style.INNER), least)
        )
        # A long pill has come nearer than that.
        self._draw_name(line, start, min(name_to, told_from))
        if with_version:
            self._draw(app.version, small, look().soft, name_to, min(version_to, told_from))
        if with_languages:
            # Beside a long pill all of them, or none.
            needed = QFontMetrics(small).horizontalAdvance(line.languages) + px(style.GRID)
            if told_from >= state_from or needed <= told_from - version_to:
                to = min(state_from, told_from)
                self._draw(line.languages, small, look().soft, version_to, to)
        if not line.marked:
            self._draw(line.size, digits, look().soft, size_from, end, at_end=True)

    def _draw_comes_off(self, line: AppLine, end: int, name_to: int) -> int:
        """Returns where it begins."""
        font = style.digits(style.font(style.Text.BODY))
        metrics = QFontMetrics(font)
        fits = metrics.horizontalAdvance(line.comes_off) < end - name_to
        text = line.comes_off if fits else line.leaves
        begin = max(name_to, end - metrics.horizontalAdvance(text) - 1)
        self._draw(text, font, look().warm_text, begin, end, at_end=True)
        return begin

    def _draw_name(self, line: AppLine, start: int, end: int) -> None:
        ink = look().disabled if line.marked else look().text
        strong, small = style.font(style.Text.STRONG), style.font(style.Text.SMALL)
        above, below = QFontMetrics(strong).height(), QFontMetrics(small).height()
        app = line.app
        if not app.summary:
            self._draw(app.name, strong, ink, start, end)
            return
        top = self._row.center().y() - (above + below) // 2 + 1
        self._draw(app.name, strong, ink, start, end, QRect(0, top, 0, above))
        self._draw(app.summary, small, look().soft, start, end, QRect(0, top + above, 0, below))

    def _draw_pill(self, line: AppLine, start: int, end: int, least: int) -> int:
        """What there is to say of it, from ``start`` if there is room, and only its sign where it
        would begin before ``least``, which the name needs; returns where it begins."""
        if line.state is AppState.PLAIN:
            return end
        symbol, tone = _SIGNS[line.state]
        text = line.pill if end - pill_size(line.pill, symbol).width() >= least else ""
        needed = pill_size(text, symbol)
        if needed.width() > end - start:
            start = max(0, end - needed.width())
        place = self._from_start(start, needed.width())
        place = QRect(
            place.left(),
            self._row.center().y() - needed.height() // 2,
            needed.width(),
            needed.height(),
        )
        paint_pill(self._painter, place, text, symbol, tone, mirrored=self._mirrored)
        return start

    def _draw(
        self,
        text: str,
        font: QFont,
        ink: QColor,
        start: int,
        end: int,
        line: QRect | None = None,
        *,
        at_end: bool = False,
    ) -> None:
        """From ``start`` to ``end`` of the row, in its middle or where ``line`` says."""
        room = end - start - (0 if at_end else px(style.GRID))
        if not text or room <= 0:
            return
        self._painter.setFont(font)
        self._painter.setPen(ink)
        place = self._from_start(start, room)
        if line is not None:
            place = QRect(place.left(), line.top(), room, line.height())
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
        if shown != text:
            self.cut.append(text)
        side = Qt.AlignmentFlag.AlignRight if self._mirrored else Qt.AlignmentFlag.AlignLeft
        flags = side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        self._painter.drawText(place, flags, shown)

    def _from_start(self, start: int, width: int) -> QRect:
        row = self._row
        left = row.right() + 1 - start - width if self._mirrored else row.left() + start
        return QRect(left, row.top(), width, row.height())


def _at_end(row: QRect, away: int, width: int, *, mirrored: bool) -> QRect:
    """``away`` from where the row ends, as high as a button."""
    side = px(_MORE)
    left = row.left() + away if mirrored else row.right() + 1 - away - width
    return QRect(left, row.center().y() - side // 2, width, side)
