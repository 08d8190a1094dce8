"""Where everything stands on a drive's card: computed once, for painting and for the mouse."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, auto

from msgspec import Struct
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QFont, QFontMetrics

from ui.i18n.filling import filled
from ui.style import style
from ui.style.tokens import size
from ui.widgets.tick import tick_side

_EDGE = 20
_TICK_TO_METER = 24
_TARGET = 30
"""What can be hit of a tick, less than twice what is seen of it."""
_METER = (200, 60)
_SMALL_METER = (120, 36)
_METER_TO_TEXT = 24
_BUTTON = 30
_BUTTON_PADDING = 12
_ROUND = 36
_ROUND_EDGE = 20
_WIDE = 720
"""Under this width the drawing is smaller; under the next there is none."""
_WITH_BUTTON = 860
_NARROW = 520
_LINES = (22, 20, 26)
"""Name, make, what is on it."""
NAME_TO_PILL = 12


class Zone(Enum):
    """What on a card is meant by a click."""

    BODY = auto()
    TICK = auto()
    OWN = auto()
    """Its own button."""
    MORE = auto()
    WHY = auto()


class CardLayout(Struct, frozen=True):
    """Attributes: rectangles in the view's coordinates; empty for what is not there."""

    card: QRect
    tick: QRect
    meter: QRect
    name: QRect
    pill: QRect
    about: QRect
    line: QRect
    why: QRect
    own: QRect
    more: QRect

    def zone(self, point: QPoint) -> Zone:
        """What is at a point of the card."""
        for zone, place in ((Zone.MORE, self.more), (Zone.OWN, self.own), (Zone.WHY, self.why)):
            if place.contains(point):
                return zone
        around = style.px(_TARGET) - self.tick.width()
        tick = self.tick.adjusted(-around, -around, around, around)
        return Zone.TICK if tick.contains(point) else Zone.BODY


def row_height() -> int:
    """Of a card, with the gap to the next one."""
    return style.px(size("drive-card")) + style.px(style.INNER)


def lay_out(
    row: QRect,
    *,
    name: str,
    pill: QSize,
    own: str,
    line: str,
    why: str,
    texts: Iterable[int],
    mirrored: bool,
) -> CardLayout:
    """The card in ``row``, which has the gap to the next one.

    ``name``, ``own``, ``line``, ``why``: texts of its first line, of its button, of its last line,
    and of the link beside that. ``pill``: how large that is, without width for none: it stands
    below the name where it would take that its room.
    ``texts``: how wide names and makes would like to be: the drawing is smaller, or not there,
    where that gives one of them the room.
    """
    card = QRect(row.left(), row.top(), row.width(), row.height() - style.px(style.INNER))
    wide, narrow = card.width() >= style.px(_WIDE), card.width() < style.px(_NARROW)
    middle = card.center().y()
    left = card.left() + style.px(_EDGE)
    tick = _centred(left, middle, tick_side(), tick_side())
    left = tick.right() + 1 + style.px(_TICK_TO_METER if not narrow else style.INNER)
    side = style.px(_ROUND)
    right = card.right() + 1 - style.px(_ROUND_EDGE) - side
    more = _centred(right, middle, side, side)
    button = QRect()
    if own and wide:
        # Else it is in the menu only.
        width = QFontMetrics(button_font()).horizontalAdvance(own) + 2 * style.px(_BUTTON_PADDING)
        right -= width + style.px(style.GRID)
        button = _centred(right, middle, width, style.px(_BUTTON))
    right -= style.px(style.GAP)
    meter = QRect()
    if not narrow:
        large = card.width() >= style.px(_WITH_BUTTON if own else _WIDE)
        room = right - left
        most = max((each for each in texts if each <= room), default=0)
        width, height = _meter_beside(most, room, large=large)
        if width:
            meter = _centred(left, middle, width, height)
            left = meter.right() + 1 + style.px(_METER_TO_TEXT)
    beside = QFontMetrics(name_font()).horizontalAdvance(name) + 1
    room = right - left - pill.width() - style.px(NAME_TO_PILL)
    is_below = bool(pill.width()) and beside > room
    first, state, about, last = _lines(left, right, middle, pill.height() if is_below else 0)
    if pill.width() and not is_below:
        first.setWidth(beside)
        top = first.center().y() - pill.height() // 2
        state = QRect(left + beside + style.px(NAME_TO_PILL), top, pill.width(), pill.height())
    state.setWidth(min(pill.width(), right - left))
    link = _link(last, line, why)
    if link.isValid():
        last.setRight(link.left() - style.px(style.GRID))
    layout = CardLayout(card, tick, meter, first, state, about, last, link, button, more)
    return _mirrored(layout) if mirrored else layout


def _meter_beside(texts: int, room: int, *, large: bool) -> tuple[int, int]:
    """How large the drawing is beside ``texts``; without width for none."""
    sizes = [_METER, _SMALL_METER] if large else [_SMALL_METER]
    offered = [(style.px(width), style.px(height)) for width, height in sizes]
    gap = style.px(_METER_TO_TEXT)
    fitting = (each for each in offered if each[0] + gap + texts <= room)
    return next(fitting, (0, 0))


def name_font() -> QFont:
    """Of the first line."""
    return style.font(style.Text.HEADING)


def button_font() -> QFont:
    """Of what stands on buttons in cards."""
    return style.medium()


def link_font() -> QFont:
    return style.medium()


def strong_font() -> QFont:
    """Of what the last line begins with."""
    font = style.font(style.Text.BODY)
    font.setWeight(QFont.Weight.Medium)
    return font


def told(strong: str, beside: str) -> str:
    """The last line as one text."""
    return filled("%1 %2", strong, beside) if strong and beside else strong or beside


def _lines(left: int, right: int, middle: int, pill: int) -> list[QRect]:
    """``pill``: how high the one between name and make is; 0 for none."""
    heights = [
        max(style.px(height), QFontMetrics(style.font(text)).height())
        for height, text in zip(
            _LINES, (style.Text.HEADING, style.Text.BODY, style.Text.BODY), strict=True
        )
    ]
    heights.insert(1, pill)
    gap = style.px(2)
    top = middle - (sum(heights) + (sum(map(bool, heights)) - 1) * gap) // 2
    lines = []
    for height in heights:
        lines.append(QRect(left, top, right - left, height))
        top += height + gap if height else 0
    return lines


def _link(line: QRect, text: str, why: str) -> QRect:
    if not why:
        return QRect()
    # As rounding may take the last letter away.
    width = QFontMetrics(link_font()).horizontalAdvance(why) + 2
    room = QFontMetrics(strong_font()).horizontalAdvance(text)
    left = min(line.left() + room + style.px(style.GRID), line.right() + 1 - width)
    return QRect(left, line.top(), width, line.height())


def _centred(left: int, middle: int, width: int, height: int) -> QRect:
    return QRect(left, middle - height // 2, width, height)


def _mirrored(layout: CardLayout) -> CardLayout:
    card = layout.card

    def turned(place: QRect) -> QRect:
        if not place.isValid():
            return place
        left = card.left() + card.right() - place.right()
        return QRect(left, place.top(), place.width(), place.height())

    return CardLayout(
        card,
        *map(
            turned,
            (
                layout.tick,
                layout.meter,
                layout.name,
                layout.pill,
                layout.about,
                layout.line,
                layout.why,
                layout.own,
                layout.more,
            ),
        ),
    )
