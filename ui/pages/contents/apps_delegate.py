"""A row of the list of apps on a drive: icon, name, version, languages, state, size, ⋮."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui.pages.contents.apps_model import AppLine, AppTrouble
from ui.state.app_pictures import AppPictures
from ui.style import icons, style
from ui.style.app_icons import paint_app_icon
from ui.style.look import look
from ui.style.style import px
from ui.style.symbol import Symbol
from ui.style.tokens import radius, size
from ui.widgets.pill import PillTone, paint_pill, pill_size

_Index = QModelIndex | QPersistentModelIndex
_EDGE = 20
_ICON = 36
_NAME = 0.38
"""Where the columns end, as shares of the row: name and summary, version, languages, state."""
_VERSION = 0.46
_LANGUAGES = 0.62
_STATE = 0.83
_WITHOUT_LANGUAGES_UNDER = 760
_WITHOUT_VERSION_UNDER = 560
_MORE = 36
_SIGNS = {
    AppTrouble.DAMAGED: (Symbol.WARNING, PillTone.BAD),
    AppTrouble.ENDED: (Symbol.CLOCK, PillTone.WARM),
}


class AppsDelegate(QStyledItemDelegate):
    """Paints the whole row itself; places are counted from where one begins to read."""

    def __init__(self, pictures: AppPictures, parent: QWidget) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._pointed: QPoint | None = None

    def point(self, place: QPoint | None) -> None:
        """Where the pointer is in the view."""
        self._pointed = place

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(px(320), px(size("app-row-plain")))

    def more_area(self, row: QRect, *, mirrored: bool) -> QRect:
        """Where ⋮ is in a row."""
        side = px(_MORE)
        left = row.left() + px(style.GRID) if mirrored else row.right() - px(style.GRID) - side
        return QRect(left, row.center().y() - side // 2, side, side)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        line = index.data(Qt.ItemDataRole.UserRole)
        assert isinstance(line, AppLine)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _Row(painter, option, self._pictures, first=index.row() == 0).draw(line)
        self._draw_more(painter, option)
        painter.restore()

    def _draw_more(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        area = self.more_area(option.rect, mirrored=mirrored)
        if self._pointed is not None and area.contains(self._pointed):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look().sunken)
            painter.drawRoundedRect(area, px(radius("button")), px(radius("button")))
        side = px(style.Icon.SMALL)
        ratio = painter.device().devicePixelRatioF()
        sign = icons.pixmap(Symbol.MORE, side, look().text, ratio)
        painter.drawPixmap(area.center() + QPoint(1, 1) - QPoint(side // 2, side // 2), sign)


class _Row:
    """One painting of one row."""

    def __init__(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        pictures: AppPictures,
        *,
        first: bool,
    ) -> None:
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
        if state & QStyle.StateFlag.State_HasFocus and (
            state & QStyle.StateFlag.State_KeyboardFocusChange
        ):
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
        width, app = self._row.width(), line.app
        small = style.digits(style.font(style.Text.SMALL))
        with_languages = width >= px(_WITHOUT_LANGUAGES_UNDER)
        with_version = width >= px(_WITHOUT_VERSION_UNDER)
        shares = [_STATE]
        if with_languages:
            shares.insert(0, _LANGUAGES)
        state_from = round(width * (_LANGUAGES if with_languages else 0.56))
        name_to = round(width * _NAME) if with_version else state_from - px(style.GRID)
        if not with_version:
            state_from = max(state_from, name_to)
        self._draw_name(line, start, name_to)
        if with_version:
            to = round(width * _VERSION) if with_languages else state_from
            self._draw(app.version, small, look().soft, name_to, to)
        if with_languages:
            begin = round(width * _VERSION)
            self._draw(line.languages, small, look().soft, begin, state_from)
        end = width - px(style.GRID + _MORE + style.GRID)
        size_text, digits = line.size, style.digits(style.font(style.Text.BODY))
        needed = QFontMetrics(digits).horizontalAdvance(size_text)
        self._draw(size_text, digits, look().soft, end - needed - 1, end, at_end=True)
        self._draw_pill(line, state_from, end - needed - px(style.INNER))

    def _draw_name(self, line: AppLine, start: int, end: int) -> None:
        strong, small = style.font(style.Text.STRONG), style.font(style.Text.SMALL)
        above, below = QFontMetrics(strong).height(), QFontMetrics(small).height()
        app = line.app
        if not app.summary:
            self._draw(app.name, strong, look().text, start, end)
            return
        top = self._row.center().y() - (above + below) // 2 + 1
        self._draw(app.name, strong, look().text, start, end, QRect(0, top, 0, above))
        self._draw(app.summary, small, look().soft, start, end, QRect(0, top + above, 0, below))

    def _draw_pill(self, line: AppLine, start: int, end: int) -> None:
        if line.trouble is AppTrouble.NONE:
            return
        symbol, tone = _SIGNS[line.trouble]
        needed = pill_size(line.pill, symbol)
        if needed.width() > end - start:
            start = max(0, end - needed.width())
        place = self._from_start(start, needed.width())
        place = QRect(
            place.left(),
            self._row.center().y() - needed.height() // 2,
            needed.width(),
            needed.height(),
        )
        paint_pill(self._painter, place, line.pill, symbol, tone, mirrored=self._mirrored)

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
        side = Qt.AlignmentFlag.AlignRight if self._mirrored else Qt.AlignmentFlag.AlignLeft
        flags = side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        self._painter.drawText(place, flags, shown)

    def _from_start(self, start: int, width: int) -> QRect:
        row = self._row
        left = row.right() + 1 - start - width if self._mirrored else row.left() + start
        return QRect(left, row.top(), width, row.height())
