"""Parts of the details of an app, and what scrolls them."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from ui.widgets.labels import Label

_LONG_NAME = re.compile(r"\S{16,}")
_JOINT = re.compile(r"[./_-](?=\w)")
_FITS = 36
"""Letters in a line, at least."""
FITS_BESIDE_ICON = 24
"""Likewise."""


class DetailsArea(QScrollArea):
    """Scrolls the parts; what it lies on is painted by the panel."""

    def __init__(self, parts: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        parts.setProperty("scrolled", True)
        self.setWidget(parts)
        self.viewport().setAutoFillBackground(False)
        parts.setAutoFillBackground(False)


def breakable(text: str, fits: int = _FITS) -> str:
    """Long names may go on in the next line after a period or a slash, or where a line ends."""
    text = _LONG_NAME.sub(lambda name: _JOINT.sub("\\g<0>\N{ZERO WIDTH SPACE}", name[0]), text)
    endless = re.compile(rf"[^\s\N{{ZERO WIDTH SPACE}}]{{{fits + 1},}}")
    piece = re.compile(rf"\S{{{fits // 4}}}(?=\w)")
    return endless.sub(lambda name: piece.sub("\\g<0>\N{ZERO WIDTH SPACE}", name[0]), text)


def mark_upstream(label: Label) -> Label:
    """What upstream says; nobody here translates it."""
    label.setProperty("upstream", True)
    return label
