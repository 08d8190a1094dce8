"""A text in as many lines as it needs."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, QTextBoundaryFinder
from PySide6.QtGui import QFont, QFontMetrics, QTextLayout, QTextOption

_WORD = re.compile(r"\S+")
SPACE = "\N{ZERO WIDTH SPACE}"
"""Where a word may be broken."""


def broken(text: str, metrics: QFontMetrics, width: int, most: int) -> list[str]:
    """``text`` in at most ``most`` lines of ``width`` pixels, broken between words.

    The last one ends in an ellipsis where there is more: also at a word that is too wide.
    """
    lines: list[str] = []
    words = text.split(" ")
    while len(lines) < most - 1 and words and _fits(words[0], metrics, width):
        taken = 1
        while taken < len(words) and _fits(" ".join(words[: taken + 1]), metrics, width):
            taken += 1
        lines.append(" ".join(words[:taken]))
        words = words[taken:]
    if words:
        lines.append(" ".join(words))
    return [metrics.elidedText(line, Qt.TextElideMode.ElideRight, width) for line in lines]


def wrapped(text: str, font: QFont, width: int, most: int) -> list[str]:
    """Likewise, but what is wider than a line is broken where that ends, and so is a name that has
    no spaces."""
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout = QTextLayout(text, font)
    layout.setTextOption(option)
    ends: list[int] = []
    layout.beginLayout()
    while len(ends) < most - 1 and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        ends.append(line.textStart() + line.textLength())
    layout.endLayout()
    # Qt counts in UTF-16.
    units = text.encode("utf-16-le", "surrogatepass")
    pieces = zip([0, *ends], [*ends, len(units)], strict=True)
    lines = [
        units[2 * begin : 2 * end].decode("utf-16-le", "surrogatepass") for begin, end in pieces
    ]
    elided = Qt.TextElideMode.ElideRight
    return [QFontMetrics(font).elidedText(each.strip(), elided, width) for each in lines if each]


def fits(text: str, metrics: QFontMetrics, width: int, most: int) -> bool:
    """Whether all of it can be read in so many lines."""
    return " ".join(broken(text, metrics, width, most)) == text


def breakable(text: str, metrics: QFontMetrics, width: int) -> str:
    """``text`` so that a label may break what is wider than ``width`` pixels between letters, too.

    It gets spaces without width there: a name can be one long word.
    """
    if width <= 0 or metrics.horizontalAdvance(text) <= width:
        return text
    return _WORD.sub(
        lambda word: word[0] if _fits(word[0], metrics, width) else _in_letters(word[0]), text
    )


def unbroken(text: str) -> str:
    """``text`` as it was before it was `breakable`."""
    return text.replace(SPACE, "")


def _in_letters(word: str) -> str:
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Grapheme, word)
    # Qt counts in UTF-16, as this does.
    units = word.encode("utf-16-le", "surrogatepass")
    ends = []
    while (end := finder.toNextBoundary()) > 0:
        ends.append(end)
    letters = [units[2 * begin : 2 * end] for begin, end in zip([0, *ends], ends, strict=False)]
    return SPACE.join(letter.decode("utf-16-le", "surrogatepass") for letter in letters)


def _fits(text: str, metrics: QFontMetrics, width: int) -> bool:
    return metrics.horizontalAdvance(text) <= width
