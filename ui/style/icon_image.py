"""Pictures of apps from the bytes that a catalogue has. For any thread."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

ENOUGH = 128
"""Pixels of a side: the largest that is shown, on a screen with two pixels for one."""
_LARGEST = 1024
"""Pixels of a side; whoever made it may claim anything."""


def icon_image(data: bytes, side: int) -> QImage | None:
    """A PNG, as large as fits into a square of ``side`` pixels; None if it is none."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"png"))
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > _LARGEST:
        return None
    wanted = size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio)
    reader.setScaledSize(wanted)
    image = reader.read()
    return None if image.isNull() else image


_WIDEST = 8000
_MOST_PIXELS = 40_000_000
_PICTURES = frozenset({b"png", b"jpeg", b"webp"})


def screenshot_image(data: bytes, width: int) -> QImage | None:
    """A picture of upstream's, at most ``width`` pixels wide; None if it is none, or too large."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    if bytes(reader.format().data()) not in _PICTURES:
        return None
    size = reader.size()
    fits = size.isValid() and max(size.width(), size.height()) <= _WIDEST
    if not fits or size.width() * size.height() > _MOST_PIXELS:
        return None
    if size.width() > width:
        height = max(round(size.height() * width / size.width()), 1)
        reader.setScaledSize(QSize(width, height))
    image = reader.read()
    return None if image.isNull() else image
