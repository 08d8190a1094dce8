"""What is seen of a widget: its picture, and how well what is drawn stands out."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from ui.style.colours import contrast

_RATIO = 2
"""Real pixels for a logical one: stems of letters are wider than their soft edges."""


def picture(widget: QWidget) -> QImage:
    """Of the whole widget and what it lies on."""
    image = QImage(widget.size() * _RATIO, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_RATIO)
    window = widget.window()
    window.render(image, -widget.mapTo(window, QPoint()))
    return image


def strongest_contrast(image: QImage, place: QRect | None = None) -> float:
    """Of any colour in ``place``, in logical pixels, with the commonest one there."""
    counted = colours_in(image, place)
    ground = QColor.fromRgb(counted.most_common(1)[0][0])
    return max(contrast(QColor.fromRgb(rgb), ground) for rgb in counted)


def colours_in(image: QImage, place: QRect | None = None) -> Counter[int]:
    """How many pixels there are of each colour."""
    ratio = round(image.devicePixelRatio())
    area = image.rect()
    if place is not None:
        area = QRect(place.topLeft() * ratio, place.size() * ratio).intersected(area)
    part = image.copy(area).convertToFormat(QImage.Format.Format_RGB32)
    pixels, width = part.constBits(), part.bytesPerLine()
    rows = Counter(bytes(pixels[start : start + width]) for start in range(0, len(pixels), width))
    once = b"".join(row for row, times in rows.items() if times == 1)
    counted: Counter[int] = Counter()
    # Rows are counted as they are, then the pixels of one each; only the few colours are gone
    # through one by one.
    for row, times in [(once, 1), *((row, times) for row, times in rows.items() if times > 1)]:
        for pixel, count in Counter(memoryview(row).cast("I")).items():
            counted[pixel | 0xFF000000] += count * times
    return counted


def is_drawn(image: QImage, colour: QColor) -> bool:
    """Whether there is any of exactly this colour."""
    return colour.rgb() in colours_in(image)
