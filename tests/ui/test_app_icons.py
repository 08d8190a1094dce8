"""Icons of apps: grey until they are written, a sign on them, a letter where there is none."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from ui.style.app_icons import (
    hue_of,
    hue_of_name,
    letter_tile,
    paint_filling,
    paint_sign,
)
from ui.style.look import look
from ui.style.symbol import Symbol

pytestmark = pytest.mark.usefixtures("qapp")

SIDE = 48
RED = QColor("#d02020")


def icon(colour: QColor = RED) -> QPixmap:
    pixmap = QPixmap(SIDE, SIDE)
    pixmap.fill(colour)
    return pixmap


def canvas() -> QImage:
    image = QImage(SIDE, SIDE, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.white)
    return image


def filled(share: float) -> QImage:
    image = canvas()
    painter = QPainter(image)
    paint_filling(painter, QRectF(image.rect()), icon(), share)
    painter.end()
    return image


def coloured_rows(image: QImage) -> list[int]:
    return [y for y in range(SIDE) if image.pixelColor(SIDE // 2, y).saturationF() > 0.5]


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_colour_comes_up_from_below(share: float) -> None:
    rows = coloured_rows(filled(share))
    assert rows[-1] == SIDE - 1
    assert len(rows) == pytest.approx(share * SIDE, abs=1)


def test_what_is_not_written_is_grey_and_faint() -> None:
    image = filled(0)
    assert not coloured_rows(image)
    colour = image.pixelColor(SIDE // 2, SIDE // 2)
    assert colour.saturationF() < 0.02
    assert 0.6 < colour.lightnessF() < 0.95


def test_what_is_written_is_as_it_is() -> None:
    assert filled(1).pixelColor(3, 3) == RED


def test_what_is_transparent_stays_so() -> None:
    image = canvas()
    painter = QPainter(image)
    paint_filling(painter, QRectF(image.rect()), icon(QColor(0, 0, 0, 0)), 0)
    painter.end()
    assert image.pixelColor(SIDE // 2, SIDE // 2) == QColor("white")


def test_an_icon_keeps_its_proportions() -> None:
    wide = QPixmap(SIDE, SIDE // 2)
    wide.fill(RED)
    image = canvas()
    painter = QPainter(image)
    paint_filling(painter, QRectF(image.rect()), wide, 1)
    painter.end()
    assert len(coloured_rows(image)) == SIDE // 2


def test_a_sign_stands_at_the_lower_end() -> None:
    for direction, x in ((Qt.LayoutDirection.LeftToRight, 42), (Qt.LayoutDirection.RightToLeft, 5)):
        image = canvas()
        painter = QPainter(image)
        painter.setLayoutDirection(direction)
        paint_sign(painter, QRectF(0, 0, SIDE, SIDE), Symbol.CHECK, "accent")
        painter.end()
        assert image.pixelColor(x, SIDE - 10).rgb() == look().accent.rgb()


@pytest.mark.parametrize(("colour", "hue"), [("#d02020", 5), ("#20d020", 125), ("#2020d0", 245)])
def test_the_hue_is_the_icons_commonest(colour: str, hue: int) -> None:
    image = canvas()
    painter = QPainter(image)
    painter.fillRect(0, 0, SIDE, SIDE // 2, QColor(colour))
    painter.fillRect(0, SIDE // 2, SIDE // 4, SIDE // 4, QColor("#d0d020"))
    painter.end()
    assert hue_of(image, "Maps") == hue


def test_a_grey_icon_has_the_hue_of_its_name() -> None:
    image = canvas()
    image.fill(QColor("#808080"))
    assert hue_of(image, "Maps") == hue_of_name("Maps") == hue_of_name("MAPS")


def test_an_app_without_an_icon_gets_a_letter_that_can_be_read() -> None:
    tile = letter_tile("«wayfarer»", SIDE, 2.0)
    assert tile.width() == 2 * SIDE
    assert tile.devicePixelRatio() == 2.0
    assert letter_tile("ß", SIDE).toImage() != letter_tile("", SIDE).toImage()
