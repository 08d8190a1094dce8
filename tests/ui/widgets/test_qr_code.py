"""The code that a camera reads."""

from __future__ import annotations

import pytest
import segno
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.style.look import Scheme, look, look_of, set_look
from ui.widgets.qr_code import QUIET, QrView, paint_qr, qr_code

_ADDRESS = "http://10.0.4.17:8080/"


def _module_of(image: QImage, place: QRectF, side: int, x: int, y: int) -> set[bool]:
    """Which of dark and light the pixels of a module are."""
    size = round(place.width() * image.devicePixelRatioF()) // side
    left = round(place.left() * image.devicePixelRatioF()) + x * size
    top = round(place.top() * image.devicePixelRatioF()) + y * size
    return {
        image.pixelColor(left + dx, top + dy).lightnessF() < 0.5
        for dx in range(size)
        for dy in range(size)
    }


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("text", [_ADDRESS, "http://[fd12:3456:789a:1::1234]:65535/"])
def test_every_module_is_whole_pixels_of_one_colour(
    qapp: QApplication, ratio: float, text: str
) -> None:
    """On screens of any scale, and where it does not begin at a whole pixel."""
    assert qapp
    image = QImage(round(230 * ratio), round(230 * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor("red"))
    code = qr_code(text)
    painter = QPainter(image)
    painter.translate(3.4, 1.7)
    place = paint_qr(painter, QRectF(0, 0, 200, 200), code).translated(3.4, 1.7)
    painter.end()
    matrix = segno.make(text, error="m", boost_error=False, micro=False).matrix
    for y in range(code.side):
        for x in range(code.side):
            inside = QUIET <= x < code.side - QUIET and QUIET <= y < code.side - QUIET
            dark = bool(inside and matrix[y - QUIET][x - QUIET])
            assert _module_of(image, place, code.side, x, y) == {dark}


def test_it_is_black_on_white_in_the_dark_too(qapp: QApplication, qtbot: QtBot) -> None:
    assert qapp
    before = look()
    set_look(look_of(Scheme.DARK, QPalette()))
    try:
        view = QrView(206)
        qtbot.addWidget(view)
        view.show_text(_ADDRESS, "org.test")
        image = view.grab().toImage()
    finally:
        set_look(before)
    # The quiet zone, and the corner of the first of the three squares.
    ratio = image.width() / 206
    assert image.pixelColor(round(8 * ratio), round(103 * ratio)) == QColor("white")
    code = view.code
    assert code is not None
    middle = image.width() // 2
    colours = {image.pixelColor(x, middle).name() for x in range(20, image.width() - 20)}
    assert colours == {"#000000", "#ffffff"}


def test_those_who_do_not_see_it_are_told_what_it_is(qtbot: QtBot) -> None:
    view = QrView(206)
    qtbot.addWidget(view)
    view.show_text(_ADDRESS, "It has the address 10.0.4.17:8080")
    assert view.accessibleName() == "QR code"
    assert view.accessibleDescription() == "It has the address 10.0.4.17:8080"
    view.show_text("", "")
    assert view.code is None
