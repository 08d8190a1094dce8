"""Arithmetic of colours: reading, mixing, and WCAG's contrast."""

from __future__ import annotations

from PySide6.QtGui import QColor


def coloured(value: str) -> QColor:
    """A colour of ``tokens.json``: ``#rrggbb`` or ``#rrggbbaa``."""
    if len(value) == len("#rrggbbaa"):
        return QColor(f"#{value[7:]}{value[1:7]}")
    return QColor(value)


def mixed(colour: QColor, other: QColor, share: float) -> QColor:
    """``share`` of ``other`` in ``colour``."""
    return QColor.fromRgbF(
        colour.redF() + (other.redF() - colour.redF()) * share,
        colour.greenF() + (other.greenF() - colour.greenF()) * share,
        colour.blueF() + (other.blueF() - colour.blueF()) * share,
    )


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
