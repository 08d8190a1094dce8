"""How the map looks: the drive, opened up, and the cells in it."""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPixmap

from ui.i18n.numbers import sized
from ui.pages.contents.space_cells import CellKind, SpaceCell
from ui.style import icons, style
from ui.style.app_icons import paint_app_icon
from ui.style.broken_lines import broken, fits
from ui.style.look import Scheme, look
from ui.style.meter import outline
from ui.style.style import px
from ui.style.symbol import Symbol
from ui.style.tokens import radius, tokens

BODY_RADIUS = 28
_PLUG_WIDTH = 47
_PLUG_SHARE = 0.41
"""Of the body's height."""
_PLUG_RADIUS = 8
_CONTACT = (13, 34)
_TALLEST_CONTACT = 0.2
_CONTACT_LEFT = 15
_CONTACT_AWAY = 0.22
"""From the middle, as a share of the plug's height."""
_ALONE_UNDER = (84, 44)
"""Width and height below which a cell has an icon only."""
_BESIDE_UNDER = 92
_LARGE_FROM = (150, 108)
_LARGE, _MEDIUM, _SMALL = 44, 32, 26
_SIGN = 24
SIGNS = {
    CellKind.SHARED: Symbol.GRID,
    CellKind.PART: Symbol.LAYERS,
    CellKind.LIST: Symbol.LIST,
    CellKind.UNUSED: Symbol.BIN,
    CellKind.SMALL: Symbol.MORE,
    CellKind.APP: Symbol.GRID,
}
_AT_START = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class Shape(Enum):
    """How icon and name stand in a cell."""

    ALONE = auto()
    """The icon, without the name."""
    BESIDE = auto()
    BELOW = auto()


def plug_width(*, plug: bool) -> int:
    """What of the drive is left of its body."""
    return px(_PLUG_WIDTH) if plug else 0


def draw_drive(painter: QPainter, rect: QRectF, *, plug: bool) -> None:
    """The drive whose body holds the map."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    half = look().line_width / 2
    body = rect.adjusted(plug_width(plug=plug) + half, half, -half, -half)
    painter.setPen(outline())
    if plug:
        height = round(body.height() * _PLUG_SHARE)
        place = QRectF(rect.left() + half, 0, plug_width(plug=True) + px(BODY_RADIUS), height)
        place.moveCenter(QPointF(place.center().x(), body.center().y()))
        painter.setBrush(look().plug)
        painter.drawRoundedRect(place, px(_PLUG_RADIUS), px(_PLUG_RADIUS))
        width, tall = px(_CONTACT[0]), min(px(_CONTACT[1]), round(height * _TALLEST_CONTACT))
        for side in (-1, 1):
            middle = place.center().y() + side * height * _CONTACT_AWAY
            contact = QRectF(place.left() + px(_CONTACT_LEFT), middle - tall / 2, width, tall)
            painter.fillRect(QRectF(contact.toRect()), look().control)
    painter.setBrush(look().meter_free)
    painter.drawRoundedRect(body, px(BODY_RADIUS), px(BODY_RADIUS))


def draw_cell(
    painter: QPainter, cell: SpaceCell, area: QRectF, picture: QPixmap | None, hue: int
) -> None:
    """``picture`` and ``hue`` are an app's."""
    fill, ink, quiet = _colours(cell, hue)
    corner = min(px(radius("cell")), area.width() / 4, area.height() / 4)
    loud = look().scheme is Scheme.CONTRAST
    painter.setPen(QPen(look().text, 2) if loud else Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawRoundedRect(area, corner, corner)
    shape = shape_of(cell, area)
    if shape is Shape.ALONE:
        side = min(_icon_side(cell, area), round(min(area.width(), area.height()) - px(8)))
        if side >= px(12):
            _draw_icon(painter, cell, picture, _centred(area, side), ink)
        return
    mirrored = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
    place, words = _places(cell, area, shape)
    if mirrored:
        place, words = (_turned(each, area) for each in (place, words))
    _draw_icon(painter, cell, picture, place, ink)
    _draw_words(painter, cell, words, ink, quiet, centred=shape is Shape.BESIDE)


def shape_of(cell: SpaceCell, area: QRectF) -> Shape:
    """The one in which all of its name can be read, if any; a part of it where it is large."""
    if area.width() < px(_ALONE_UNDER[0]) or area.height() < px(_ALONE_UNDER[1]):
        return Shape.ALONE
    low = area.height() < px(_BESIDE_UNDER)
    for shape in (Shape.BESIDE, Shape.BELOW) if low else (Shape.BELOW, Shape.BESIDE):
        if _fits(cell, _places(cell, area, shape)[1]):
            return shape
    return Shape.ALONE if low else Shape.BELOW


def _places(cell: SpaceCell, area: QRectF, shape: Shape) -> tuple[QRectF, QRectF]:
    """Where icon and words are, read from the left."""
    side = _icon_side(cell, area)
    pad = px(style.INNER) if area.height() >= px(_BESIDE_UNDER) else px(style.GRID)
    inside = area.adjusted(pad, pad, -pad, -pad)
    if shape is Shape.BESIDE:
        place = QRectF(inside.left(), area.center().y() - side / 2, side, side)
        return place, inside.adjusted(side + px(style.GRID), 0, 0, 0)
    place = QRectF(inside.left(), inside.top(), side, side)
    apart = px(style.GRID if area.height() >= px(_BESIDE_UNDER) else style.HALF)
    return place, inside.adjusted(0, side + apart, 0, pad - px(style.HALF))


def _turned(place: QRectF, area: QRectF) -> QRectF:
    turned = QRectF(place)
    turned.moveRight(area.left() + area.right() - place.left())
    return turned


def _most_lines(room: QRectF) -> int:
    """Of a name."""
    height = QFontMetrics(style.font(style.Text.STRONG)).height()
    return max(0, min(2, round((room.height() + px(4)) // height)))


def _fits(cell: SpaceCell, room: QRectF) -> bool:
    most = _most_lines(room)
    metrics = QFontMetrics(style.font(style.Text.STRONG))
    return most > 0 and fits(cell.name, metrics, int(room.width()), most)


def draw_chosen(painter: QPainter, area: QRectF) -> None:
    """A ring with a gap around a cell."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    corner = px(radius("cell")) + 3
    painter.setPen(QPen(look().meter_free, 2))
    painter.drawRoundedRect(area.adjusted(-1, -1, 1, 1), corner - 2, corner - 2)
    painter.setPen(QPen(look().accent, 2))
    painter.drawRoundedRect(area.adjusted(-3, -3, 3, 3), corner, corner)


def draw_focus(painter: QPainter, area: QRectF) -> None:
    """A ring around all of them."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look().accent, 2))
    corner = px(radius("cell")) + 3
    painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), corner, corner)


def _icon_side(cell: SpaceCell, area: QRectF) -> int:
    if cell.kind is not CellKind.APP:
        return px(_SIGN)
    if area.height() < px(_BESIDE_UNDER):
        return px(_SMALL)
    large = area.width() >= px(_LARGE_FROM[0]) and area.height() >= px(_LARGE_FROM[1])
    return px(_LARGE if large else _MEDIUM)


def _centred(area: QRectF, side: float) -> QRectF:
    place = QRectF(0, 0, side, side)
    place.moveCenter(area.center())
    return place


def _draw_icon(
    painter: QPainter, cell: SpaceCell, picture: QPixmap | None, place: QRectF, ink: QColor
) -> None:
    if picture is not None:
        paint_app_icon(painter, place, picture)
        return
    ratio = painter.device().devicePixelRatioF()
    sign = icons.pixmap(SIGNS[cell.kind], round(place.width()), ink, ratio)
    painter.drawPixmap(place.topLeft(), sign)


def _draw_words(
    painter: QPainter, cell: SpaceCell, room: QRectF, ink: QColor, quiet: QColor, *, centred: bool
) -> None:
    """The name, and below it the size where there is room for both."""
    strong = style.font(style.Text.STRONG)
    small = style.digits(style.font(style.Text.SMALL))
    height = QFontMetrics(strong).height()
    width = int(room.width())
    name = broken(cell.name, QFontMetrics(strong), width, _most_lines(room))
    lines = [(line, strong, ink) for line in name]
    if room.height() + px(4) >= (len(lines) + 1) * height:
        size = QFontMetrics(small).elidedText(sized(cell.bytes), Qt.TextElideMode.ElideRight, width)
        lines.append((size, small, quiet))
    top = room.center().y() - len(lines) * height / 2 if centred else room.top()
    for text, font, colour in lines:
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(QRectF(room.left(), top, room.width(), height), _AT_START, text)
        top += height


def _colours(cell: SpaceCell, hue: int) -> tuple[QColor, QColor, QColor]:
    """Of the ground, the name and the size."""
    if cell.kind is not CellKind.APP or look().scheme is Scheme.CONTRAST:
        return look().sunken, look().text, look().soft
    return cell_colour("fill", hue), cell_colour("text", hue), cell_colour("size", hue)


def cell_colour(part: str, hue: int) -> QColor:
    """``fill``, ``text`` or ``size`` of an app's cell."""
    saturation, lightness = _shades(part, dark=look().is_dark)
    return QColor.fromHslF(hue / 360, saturation, lightness)


@cache
def _shades(part: str, *, dark: bool) -> tuple[float, float]:
    text = tokens()["map"]["dark" if dark else "light"][part]
    saturation, lightness = re.findall(r"(\d+)%", text)
    return int(saturation) / 100, int(lightness) / 100
