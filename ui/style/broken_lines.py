"""A text in as many lines as it needs, for what is painted."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics


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


def fits(text: str, metrics: QFontMetrics, width: int, most: int) -> bool:
    """Whether all of it can be read in so many lines."""
    return " ".join(broken(text, metrics, width, most)) == text


def _fits(text: str, metrics: QFontMetrics, width: int) -> bool:
    return metrics.horizontalAdvance(text) <= width
