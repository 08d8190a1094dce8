"""Sizes, type and tones: an 8-pixel grid, seven text sizes, one accent, tones for states.

Colours are in `look`. Every size of the design goes through `px`, so that it grows with the font.
"""

from __future__ import annotations

from enum import Enum, IntEnum

from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication, QStyle

from ui.style.tokens import tokens

HALF = 4
GRID = 8
INNER = 12
GAP = 2 * GRID
CARD = 20
SECTION = 24
MARGIN = 32
MARGIN_NARROW = 24
READABLE_CONTRAST = 4.5
"""WCAG's for running text."""
SHAPE_CONTRAST = 3.0
"""WCAG's for shapes that mean something."""
_LINE = 20
"""From line to line of the design's body text."""


class Text(Enum):
    """The sizes of text, by their names in ``tokens.json``."""

    SMALL = "small"
    BODY = "body"
    STRONG = "strong"
    HEADING = "heading"
    TITLE = "title"
    NUMBER = "number"
    FIGURE = "figure"


class Icon(IntEnum):
    """Sides of icons in design pixels."""

    PILL = 14
    SMALL = 18
    MEDIUM = 24
    ROW = 44
    LARGE = 64


class Tone(Enum):
    """What a colour says. Never by colour alone: an icon and a word stand beside it."""

    GOOD = "accent-text"
    WARN = "warm-text"
    BAD = "bad-text"


def px(pixels: float) -> int:
    """Pixels of the design as logical pixels: more where the application's font is larger."""
    return round(pixels * growth())


def growth() -> float:
    """How much larger than in the design everything is, from the application's font; at least 1."""
    return max(1.0, QFontMetrics(QApplication.font()).lineSpacing() / _LINE)


def font(size: Text, *, bold: bool = False) -> QFont:
    """The application's font in one of the sizes."""
    described = tokens()["type"][size.value]
    wanted = QFont(QApplication.font())
    if wanted.pointSizeF() > 0:
        least = min(described.get("minimum-pt", 0), wanted.pointSizeF())
        wanted.setPointSizeF(max(wanted.pointSizeF() * described["scale"], least))
    else:
        wanted.setPixelSize(round(wanted.pixelSize() * described["scale"]))
    weight = QFont.Weight.DemiBold if bold or described["weight"] > 400 else QFont.Weight.Normal
    wanted.setWeight(weight)
    return digits(wanted) if described.get("tabular") else wanted


def medium() -> QFont:
    """For what is pressed: only a little stronger than the application's font, and follows it."""
    wanted = QFont()
    wanted.setWeight(QFont.Weight.Medium)
    return wanted


def digits(base: QFont) -> QFont:
    """``base`` with digits of one width, for numbers below each other or that change."""
    wanted = QFont(base)
    wanted.setFeature(QFont.Tag("tnum"), 1)
    return wanted


def animated() -> bool:
    """Whether the platform wants anything to move."""
    hint = QStyle.StyleHint.SH_Widget_Animation_Duration
    return QApplication.style().styleHint(hint) > 0
