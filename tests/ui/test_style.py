"""Colours can be read, icons are there, both in light and dark."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLabel

from app.resources import resource
from tests.satchel import ROOT
from ui.style import icons, style

PALETTES = {
    "light": (QColor("#efefef"), QColor("#efefef"), QColor("#3daee9")),
    "white": (QColor("white"), QColor("white"), QColor("#308cc6")),
    "dark": (QColor("#2a2b2e"), QColor("#202124"), QColor("#3a7acc")),
    "black": (QColor("black"), QColor("black"), QColor("#88c0ff")),
}


@pytest.fixture(params=PALETTES)
def palette(request: pytest.FixtureRequest, qapp: QApplication) -> QPalette:
    del qapp
    button, window, highlight = PALETTES[request.param]
    palette = QPalette(button, window)
    palette.setColor(QPalette.ColorRole.Highlight, highlight)
    palette.setColor(QPalette.ColorRole.HighlightedText, QColor("white"))
    return palette


@pytest.mark.parametrize("tone", style.Tone)
def test_tones_can_be_read(palette: QPalette, tone: style.Tone) -> None:
    colour = style.tone(palette, tone)
    assert style.contrast(colour, palette.window().color()) >= style.READABLE_CONTRAST


def test_text_on_the_accent_can_be_read(palette: QPalette) -> None:
    ratio = style.contrast(style.accent(palette), style.on_accent(palette))
    assert ratio >= style.READABLE_CONTRAST


def test_quiet_text_can_be_read(palette: QPalette) -> None:
    ratio = style.contrast(style.quiet(palette), palette.window().color())
    assert ratio >= style.READABLE_CONTRAST


def test_every_icon_that_is_named_is_there() -> None:
    named = set()
    for path in (ROOT / "ui").rglob("*.py"):
        text = path.read_text("utf-8")
        named.update(re.findall(r"icons\.(?:give|icon)\([^()]*?\"(\w+)\"", text))
        named.update(re.findall(r"\bicon(?:: str)? ?= ?\"(\w+)\"", text))
    assert named
    assert not [name for name in named if not resource("icons", f"{name}.svg").is_file()]


@pytest.mark.parametrize(
    "path", sorted(resource("icons").glob("*.svg")), ids=lambda path: path.stem
)
def test_icons_are_drawn_in_the_colour_that_is_asked_for(palette: QPalette, path: object) -> None:
    name = getattr(path, "stem", "")
    if name == icons.PROGRAM:
        assert not icons.program_icon().pixmap(64, 64).isNull()
        return
    image = icons.icon(name, palette).pixmap(32, 32).toImage()
    drawn = {
        image.pixelColor(x, y).rgb()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 250
    }
    assert drawn == {palette.windowText().color().rgb()}


def test_an_icon_follows_the_palette(qapp: QApplication) -> None:
    del qapp
    label = QLabel()
    icons.give(label, "drive", side=32)
    before = label.pixmap().toImage()

    label.setPalette(QPalette(QColor("#2a2b2e"), QColor("#202124")))

    assert label.pixmap().toImage() != before
    assert not label.testAttribute(Qt.WidgetAttribute.WA_WState_Visible)
