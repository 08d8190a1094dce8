"""The one visual language: an 8-pixel grid, three text sizes, one accent, tones for states.

Everything else is the desktop's: style, palette, font.
"""

from __future__ import annotations

from enum import Enum, IntEnum

from PySide6.QtGui import QColor, QFont, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication

HALF = 4
GRID = 8
GAP = 2 * GRID
MARGIN = 3 * GRID
READABLE_CONTRAST = 4.5
"""WCAG's for running text."""
_STEPS = 20
_USUAL_LINE = 15
"""Pixels from line to line in a font of usual size; in a larger one there is less room."""


class Text(Enum):
    """The three sizes, as shares of the application's font."""

    BODY = 1.0
    HEADING = 1.2
    TITLE = 1.6


class Icon(IntEnum):
    """Sides of icons in pixels."""

    SMALL = 2 * GRID
    MEDIUM = 3 * GRID
    LARGE = 8 * GRID


class Tone(Enum):
    """What a colour says. Never by colour alone: an icon and a word stand beside it.

    Values: (on a light window, on a dark one); `tests/ui/test_style.py` holds them against
    WCAG's 4.5 to 1.
    """

    GOOD = ("#1b6b30", "#7fd394")
    WARN = ("#7d4f00", "#f2bd5c")
    BAD = ("#b3161f", "#ff9a96")


def grown(cells: int) -> int:
    """So many cells of the grid in pixels, more where the font is larger: for sizes of dialogs."""
    return round(cells * GRID * max(1.0, QFontMetrics(QApplication.font()).height() / _USUAL_LINE))


def font(size: Text, *, bold: bool = False) -> QFont:
    """The application's font in one of the sizes."""
    wanted = QFont(QApplication.font())
    if wanted.pointSizeF() > 0:
        wanted.setPointSizeF(wanted.pointSizeF() * size.value)
    else:
        wanted.setPixelSize(round(wanted.pixelSize() * size.value))
    if bold:
        wanted.setWeight(QFont.Weight.DemiBold)
    return wanted


def digits(base: QFont) -> QFont:
    """``base`` with digits of one width, for numbers below each other or that change."""
    wanted = QFont(base)
    wanted.setFeature(QFont.Tag("tnum"), 1)
    return wanted


def is_dark(palette: QPalette) -> bool:
    return palette.window().color().lightnessF() < palette.windowText().color().lightnessF()


def tone(palette: QPalette, wanted: Tone) -> QColor:
    """The colour of a tone for text and icons on the window's background."""
    return QColor(wanted.value[is_dark(palette)])


def accent(palette: QPalette) -> QColor:
    """The palette's highlight, as much stronger as text on it needs to be read."""
    highlight, text = palette.highlight().color(), on_accent(palette)
    away = QColor("black" if text.lightnessF() > highlight.lightnessF() else "white")
    for step in range(_STEPS + 1):
        stronger = mixed(highlight, away, step / _STEPS)
        if contrast(stronger, text) >= READABLE_CONTRAST:
            return stronger
    return away


def on_accent(palette: QPalette) -> QColor:
    return palette.highlightedText().color()


def mixed(colour: QColor, other: QColor, share: float) -> QColor:
    """``share`` of ``other`` in ``colour``."""
    return QColor.fromRgbF(
        colour.redF() + (other.redF() - colour.redF()) * share,
        colour.greenF() + (other.greenF() - colour.greenF()) * share,
        colour.blueF() + (other.blueF() - colour.blueF()) * share,
    )


def faint(palette: QPalette) -> QColor:
    """For lines and quiet surfaces: a little of the text in the background."""
    return mixed(palette.window().color(), palette.windowText().color(), 0.12)


def quiet(palette: QPalette) -> QColor:
    """For text that matters less, still readable, also on what is disabled."""
    text = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.WindowText)
    return mixed(text, palette.window().color(), 0.3)


def contrast(colour: QColor, other: QColor) -> float:
    """WCAG's contrast ratio of two colours, 1 to 21."""
    lights = sorted((_luminance(colour), _luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(colour: QColor) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return (
        0.2126 * linear(colour.redF())
        + 0.7152 * linear(colour.greenF())
        + 0.0722 * linear(colour.blueF())
    )
