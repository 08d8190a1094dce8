"""What is drawn of apps: an icon that fills while it is written, a sign on it, a letter for none.

Apps are the colour of the window, so whatever concerns one shows its icon.
"""

from __future__ import annotations

import zlib
from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QApplication

from ui.style import icons
from ui.style.look import look
from ui.style.symbol import Symbol

_FAINT = 0.28
"""How much is seen of an icon that is still to be written."""
_SIGN_RADIUS = 0.2
"""This and what follows are shares of the icon's side."""
_SMALLEST_SIGN = 7.0
_SIGN_AWAY = (0.04, 0.1)
"""The middle of a sign, from the icon's right and lower edge."""
_RING = 2.0
_TILE_RADIUS = 0.22
_LETTER = 0.5
_SAMPLES = 32
_SECTORS = 36
_COLOURFUL = 0.25
_LIT = 0.2
_OPAQUE = 128
_ENOUGH = 0.03
"""Of the icon's pixels; less than that is a speck, not its colour."""


def paint_app_icon(painter: QPainter, rect: QRectF, picture: QPixmap, *, seen: float = 1.0) -> None:
    """An icon in ``rect``, whole and in its own proportions; ``seen``: how much of it shows."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setOpacity(painter.opacity() * seen)
    painter.drawPixmap(_within(rect, picture), picture, QRectF(picture.rect()))
    painter.restore()


def paint_filling(painter: QPainter, rect: QRectF, picture: QPixmap, share: float) -> None:
    """An icon that is grey as far as it is not written: colour comes up from below."""
    place = _within(rect, picture)
    if share < 1:
        paint_app_icon(painter, rect, greyed(picture), seen=_FAINT)
    if share <= 0:
        return
    painter.save()
    height = place.height() * min(share, 1.0)
    painter.setClipRect(
        QRectF(place.left(), place.bottom() - height, place.width(), height),
        Qt.ClipOperation.IntersectClip,
    )
    paint_app_icon(painter, rect, picture)
    painter.restore()


def paint_sign(
    painter: QPainter, icon: QRectF, symbol: Symbol, token: str, *, ground: str = "card"
) -> None:
    """A sign at the lower end of an app's icon.

    Args:
        token: the colour of its circle: ``accent``, ``bad``, ``warm`` or ``control``.
        ground: what the icon stands on; a ring of it sets the sign off.
    """
    radius = max(icon.width() * _SIGN_RADIUS, _SMALLEST_SIGN)
    across, up = (icon.width() * share for share in _SIGN_AWAY)
    if painter.layoutDirection() == Qt.LayoutDirection.RightToLeft:
        middle = QPointF(icon.left() + across, icon.bottom() - up)
    else:
        middle = QPointF(icon.right() - across, icon.bottom() - up)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look().named(ground), _RING))
    painter.setBrush(look().named(token))
    painter.drawEllipse(middle, radius + _RING / 2, radius + _RING / 2)
    painter.restore()
    ink = {"bad": look().on_bad, "accent": look().on_accent}.get(token, look().card)
    side = round(radius * 1.4)
    picture = icons.pixmap(symbol, side, ink, painter.device().devicePixelRatioF())
    painter.drawPixmap(middle - QPointF(side, side) / 2, picture)


def greyed(picture: QPixmap) -> QPixmap:
    """An icon without its colours."""
    return _greyed(picture.cacheKey(), picture)


def letter_tile(name: str, side: int, ratio: float = 1.0) -> QPixmap:
    """For an app without an icon: the first letter of its name on a colour of its own.

    ``side`` in logical pixels.
    """
    letter = next((each for each in name if each.isalnum()), "?")
    # Some letters have no capital of one letter.
    letter = letter.upper() if len(letter.upper()) == 1 else letter
    return _tile(letter, hue_of_name(name), round(side * ratio), ratio)


def hue_of(image: QImage, name: str) -> int:
    """The commonest saturated hue of an icon, 0 to 359; of a grey one that of the app's name."""
    small = image.scaled(
        _SAMPLES,
        _SAMPLES,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    weights = [0.0] * _SECTORS
    for y in range(small.height()):
        for x in range(small.width()):
            colour = small.pixelColor(x, y)
            saturation = colour.hsvSaturationF()
            if colour.alpha() >= _OPAQUE and saturation >= _COLOURFUL and colour.valueF() >= _LIT:
                weights[colour.hsvHue() * _SECTORS // 360 % _SECTORS] += saturation
    best = max(range(_SECTORS), key=weights.__getitem__)
    if weights[best] < _ENOUGH * _SAMPLES * _SAMPLES:
        return hue_of_name(name)
    return (best * 360 + 180) // _SECTORS


def hue_of_name(name: str) -> int:
    """The same for the same name, on every computer."""
    return zlib.crc32(name.casefold().encode()) % 360


def _within(rect: QRectF, picture: QPixmap) -> QRectF:
    """The largest place in the middle of ``rect`` with the picture's proportions."""
    size = picture.size().toSizeF().scaled(rect.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRectF(QPointF(0, 0), size)
    place.moveCenter(rect.center())
    return place


@lru_cache(maxsize=256)
def _greyed(_key: int, picture: QPixmap) -> QPixmap:
    image = picture.toImage()
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    grey = grey.convertToFormat(QImage.Format.Format_ARGB32)
    if image.hasAlphaChannel():
        # Transparent pixels are black in grey: the original says which they are.
        grey.setAlphaChannel(image.convertToFormat(QImage.Format.Format_Alpha8))
    pixels = QPixmap.fromImage(grey)
    pixels.setDevicePixelRatio(picture.devicePixelRatio())
    return pixels


@lru_cache(maxsize=512)
def _tile(letter: str, hue: int, side: int, ratio: float) -> QPixmap:
    pixels = QPixmap(side, side)
    pixels.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixels)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor.fromHslF(hue / 360, 0.5, 0.8))
    # As far from the edge as the picture of a usual icon.
    edge = side / 24
    radius = side * _TILE_RADIUS
    painter.drawRoundedRect(
        QRectF(0, 0, side, side).adjusted(edge, edge, -edge, -edge), radius, radius
    )
    font = QFont(QApplication.font())
    font.setPixelSize(max(round(side * _LETTER), 1))
    font.setWeight(QFont.Weight.Bold)
    painter.setFont(font)
    painter.setPen(QColor.fromHslF(hue / 360, 0.55, 0.22))
    painter.drawText(QRect(0, 0, side, side), Qt.AlignmentFlag.AlignCenter, letter)
    painter.end()
    pixels.setDevicePixelRatio(ratio)
    return pixels
