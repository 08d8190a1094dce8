"""What stands in a pill."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication

from ui.style.look import look
from ui.style.symbol import Symbol
from ui.widgets.pill import PillTone, paint_pill, pill_size


@pytest.fixture(params=[11.0, 13.0, 16.5, 22.0])
def points(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[float]:
    usual = qapp.font()
    font = QFont(usual)
    font.setPointSizeF(request.param)
    qapp.setFont(font)
    yield request.param
    qapp.setFont(usual)


def painted(text: str, place: QRect) -> QImage:
    image = QImage(600, 80, QImage.Format.Format_RGB32)
    image.fill(look().card)
    painter = QPainter(image)
    paint_pill(painter, place, text, Symbol.CHECK, PillTone.GOOD)
    painter.end()
    return image


@pytest.mark.usefixtures("points")
@pytest.mark.parametrize("text", ["Ready", "Bereit", "10 Apps, 3 Updates", "Unterbrochen"])
def test_what_just_fits_is_not_cut(text: str) -> None:
    """It is as when there is room in abundance, of which only the ground may know."""
    size = pill_size(text, Symbol.CHECK)
    just = painted(text, QRect(0, 0, size.width(), size.height()))
    wide = painted(text, QRect(0, 0, size.width() + 20, size.height()))
    dark = [ink_in(image) for image in (just, wide)]
    assert abs(dark[0] - dark[1]) <= 0.1 * dark[1]


def ink_in(image: QImage) -> int:
    """How many pixels are as dark as text is."""
    return sum(
        image.pixelColor(x, y).lightness() < 110
        for x in range(image.width())
        for y in range(image.height())
    )
