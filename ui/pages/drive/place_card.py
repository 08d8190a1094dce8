"""A place as a card: the drive and how full it is, its name, what is on it, what can be done."""

from __future__ import annotations

from collections.abc import Iterator

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
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionViewItem

from ui.models import place_words
from ui.models.place import Place, PlaceKind
from ui.models.place_words import PlaceState
from ui.models.places import PlacesModel
from ui.pages.drive.card_layout import (
    NAME_TO_PILL,
    CardLayout,
    Zone,
    button_font,
    lay_out,
    link_font,
    name_font,
    row_height,
    strong_font,
    told,
)
from ui.style import icons, style
from ui.style.focus import is_ringed
from ui.style.look import Look, look
from ui.style.meter import MeterParts, MeterState, paint_meter
from ui.style.symbol import Symbol
from ui.style.tokens import radius
from ui.widgets.pill import PillTone, paint_pill, pill_size
from ui.widgets.telling_delegate import TellingDelegate
from ui.widgets.tick import Tick, paint_tick

_Index = QModelIndex | QPersistentModelIndex
_PILLS = {
    PlaceState.READY: (Symbol.CHECK, PillTone.GOOD),
    PlaceState.APPS: (None, PillTone.MUTE),
    PlaceState.UPDATES: (Symbol.REFRESH, PillTone.GOOD),
    PlaceState.INTERRUPTED: (Symbol.PAUSE, PillTone.WARM),
    PlaceState.IN_USE: (Symbol.CLOCK, PillTone.MUTE),
    PlaceState.READ_ONLY: (Symbol.LOCK, PillTone.WARM),
    PlaceState.DAMAGED: (Symbol.WARNING, PillTone.BAD),
    PlaceState.FULL: (Symbol.WARNING, PillTone.WARM),
    PlaceState.LOCKED: (Symbol.LOCK, PillTone.WARM),
    PlaceState.NOT_READABLE: (Symbol.WARNING, PillTone.WARM),
}


class PlaceCard(TellingDelegate):
    """One card a row, all of one height.

    Signals: clicked(int, object): a card's row and the `Zone` of it that was clicked.
    """

    clicked = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pressed: tuple[int, Zone] | None = None
        self.pointed: tuple[int, Zone] | None = None
        """Row and zone that the mouse is over; the view keeps it."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(option.rect.width(), row_height())

    def own_text(self, index: _Index) -> str:
        """Of the card's own button; empty for none."""
        place: Place = index.data(PlacesModel.PLACE)
        if index.data(PlacesModel.IN_USE):
            return ""
        if place.can_go_on:
            return self.tr("Start afresh")
        has_updates = place_words.state(place) is PlaceState.UPDATES
        return self.tr("See updates") if has_updates else ""

    def layout_of(self, row: QRect, index: _Index, *, mirrored: bool) -> CardLayout:
        """Where everything of a card stands in its row."""
        place: Place = index.data(PlacesModel.PLACE)
        why = self.tr("Why?") if place_words.why(place) else ""
        line = told(*place_words.line(place))
        _, pill = _pill(place, bool(index.data(PlacesModel.IN_USE)))
        return lay_out(
            row,
            name=place.name,
            pill=pill,
            own=self.own_text(index),
            line=line,
            why=why,
            texts=self._widths(index.model()),
            mirrored=mirrored,
        )

    def _widths(self, model: QAbstractItemModel) -> Iterator[int]:
        """How wide the texts of the drives would like to be: all begin at one place. Folders may
        lie anywhere, and are told by their names."""
        make, head = QFontMetrics(style.font(style.Text.BODY)), QFontMetrics(name_font())
        for row in range(model.rowCount()):
            index = model.index(row, 0)
            place: Place = index.data(PlacesModel.PLACE)
            if place.kind is not PlaceKind.FOLDER:
                _, pill = _pill(place, bool(index.data(PlacesModel.IN_USE)))
                name = head.horizontalAdvance(place.name) + 1
                yield name
                yield pill.width()
                # Beside each other, if that is possible at all.
                yield name + style.px(NAME_TO_PILL) + pill.width()
                yield make.horizontalAdvance(str(index.data(PlacesModel.ABOUT))) + 1

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        layout = self.layout_of(option.rect, index, mirrored=mirrored)
        pointed = self.pointed[1] if self.pointed and self.pointed[0] == index.row() else None
        focused = is_ringed(option)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(option.direction)
        painting = _Painting(painter, layout, index, pointed)
        painting.paint(own=self.own_text(index), why=self.tr("Why?"), focused=focused)
        painter.restore()
        self.keep_cut(index, painting.cut)

    def editorEvent(
        self,
        event: QEvent,
        _model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: _Index,
    ) -> bool:
        """A click counts where it began."""
        if not isinstance(event, QMouseEvent) or event.button() is not Qt.MouseButton.LeftButton:
            return False
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        layout = self.layout_of(option.rect, index, mirrored=mirrored)
        point = event.position().toPoint()
        if not layout.card.contains(point):
            self._pressed = None
            return False
        here = index.row(), layout.zone(point)
        if event.type() == QEvent.Type.MouseButtonPress:
            self._pressed = here
        elif event.type() == QEvent.Type.MouseButtonRelease:
            if here == self._pressed:
                self.clicked.emit(*here)
            self._pressed = None
        return False


class _Painting:
    """Of one card. Attributes: cut: the texts of which not all could be shown."""

    def __init__(
        self, painter: QPainter, layout: CardLayout, index: _Index, pointed: Zone | None
    ) -> None:
        self.cut: list[str] = []
        self._painter = painter
        self._layout = layout
        self._pointed = pointed
        self._place: Place = index.data(PlacesModel.PLACE)
        self._chosen = bool(index.data(PlacesModel.CHOSEN))
        self._about: str = index.data(PlacesModel.ABOUT)
        self._in_use = bool(index.data(PlacesModel.IN_USE))
        self._usable = self._place.is_usable

    def paint(self, *, own: str, why: str, focused: bool) -> None:
        now = look()
        self._surface(now, focused=focused)
        self._tick()
        if self._layout.meter.isValid():
            parts, state = meter_of(self._place)
            plug = self._place.kind is not PlaceKind.FOLDER
            paint_meter(self._painter, QRectF(self._layout.meter), parts, state, plug=plug)
        ink = now.text if self._usable else now.soft
        self._name(ink)
        self._write(self._layout.about, self._about, style.font(style.Text.BODY), now.soft)
        self._line(ink, now.soft)
        if self._layout.why.isValid():
            self._write(self._layout.why, why, link_font(), now.accent_text)
        if self._layout.own.isValid():
            self._own(own, now)
        self._more(now)

    def _surface(self, now: Look, *, focused: bool) -> None:
        card = QRectF(self._layout.card)
        wide = now.line_width
        line, fill = now.line, now.card
        if self._chosen:
            line, fill = now.accent_line, now.accent_tint
        elif self._pointed in (Zone.BODY, Zone.TICK) and self._usable:
            fill = now.hover
        if focused:
            line, wide = now.accent, 2
        half = wide / 2
        self._painter.setPen(QPen(line, wide))
        self._painter.setBrush(fill)
        rounding = style.px(radius("card"))
        self._painter.drawRoundedRect(card.adjusted(half, half, -half, -half), rounding, rounding)

    def _tick(self) -> None:
        if self._usable:
            tick = Tick.CHOSEN if self._chosen else Tick.OPEN
            pointed = self._pointed in (Zone.BODY, Zone.TICK)
            paint_tick(self._painter, self._layout.tick, tick, pointed=pointed)

    def _name(self, ink: QColor) -> None:
        self._write(self._layout.name, self._place.name, name_font(), ink)
        text, whole = _pill(self._place, self._in_use)
        if not text:
            return
        place = self._layout.pill
        if place.width() < whole.width():
            self.cut.append(text)
        symbol, tone = _sign(self._place, self._in_use)
        mirrored = self._painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
        paint_pill(
            self._painter, place, text, symbol, tone, on_tint=self._chosen, mirrored=mirrored
        )

    def _line(self, ink: QColor, soft: QColor) -> None:
        strong, beside = place_words.line(self._place)
        area = self._layout.line
        font = strong_font()
        self._write(area, strong, font, ink)
        away = QFontMetrics(font).horizontalAdvance(f"{strong} ") if strong else 0
        mirrored = self._painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
        rest = area.adjusted(0, 0, -away, 0) if mirrored else area.adjusted(away, 0, 0, 0)
        body = style.font(style.Text.BODY)
        # Half a sentence says less than none; all of it is in the accessible text.
        if not strong or QFontMetrics(body).horizontalAdvance(beside) <= rest.width():
            self._write(rest, beside, body, soft)
        else:
            self.cut.append(f"{strong} {beside}")

    def _own(self, text: str, now: Look) -> None:
        pointed = self._pointed is Zone.OWN
        area = QRectF(self._layout.own)
        self._painter.setPen(QPen(now.line_strong, now.line_width))
        self._painter.setBrush(now.hover if pointed else now.card)
        rounding = style.px(radius("button"))
        self._painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), rounding, rounding)
        self._painter.setPen(now.text)
        self._painter.setFont(button_font())
        self._painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)

    def _more(self, now: Look) -> None:
        area = self._layout.more
        if self._pointed is Zone.MORE:
            self._painter.setPen(Qt.PenStyle.NoPen)
            self._painter.setBrush(now.sunken)
            rounding = style.px(radius("button"))
            self._painter.drawRoundedRect(QRectF(area), rounding, rounding)
        side = style.px(style.Icon.SMALL)
        ratio = self._painter.device().devicePixelRatioF()
        sign = QRect(0, 0, side, side)
        sign.moveCenter(area.center())
        self._painter.drawPixmap(sign.topLeft(), icons.pixmap(Symbol.MORE, side, now.text, ratio))

    def _write(self, area: QRect, text: str, font: QFont, colour: QColor) -> None:
        """One line; what has no room ends in an ellipsis, and is in the accessible text."""
        self._painter.setFont(font)
        self._painter.setPen(colour)
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        if shown != text:
            self.cut.append(text)
        # Left is where text begins, also where that is the right.
        start = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        self._painter.drawText(area, start, shown)


def _sign(place: Place, in_use: bool) -> tuple[Symbol | None, PillTone]:
    """Of the pill beside a name."""
    return _PILLS.get(place_words.state(place, in_use=in_use), (None, PillTone.MUTE))


def _pill(place: Place, in_use: bool) -> tuple[str, QSize]:
    """What that pill says, and how large it is; without width for none."""
    text = place_words.state_text(place, place_words.state(place, in_use=in_use))
    symbol, _ = _sign(place, in_use)
    return text, pill_size(text, symbol) if text else QSize(0, 0)


def meter_of(place: Place) -> tuple[MeterParts, MeterState]:
    """How full a place is, and how much of it an interrupted job has written."""
    free, whole = place.free, place.size
    if free is None or not whole:
        return MeterParts(), MeterState.ROOM
    used, new = whole - free, 0
    if place.unfinished is not None and place.unfinished.kept is not None:
        new = min(used, place.unfinished.kept)
    return MeterParts.of(whole, used=used - new, new=new), MeterState.ROOM
