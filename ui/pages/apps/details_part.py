"""Parts of the details of an app, and what scrolls them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.widgets import labels
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


class DetailsPart(QWidget):
    """A heading and lines below it; not there while there is nothing to say."""

    def __init__(
        self,
        heading: str,
        parent: QWidget,
        *,
        tone: style.Tone | None = None,
        theirs: bool = False,
    ) -> None:
        super().__init__(parent)
        title = Label(heading, bold=True, parent=self)
        self._lines = labels.body(parent=self)
        if theirs:
            mark_upstream(self._lines)
        row = QHBoxLayout()
        row.setSpacing(style.GRID)
        if tone is not None:
            mark = QLabel(self)
            icons.give(mark, Symbol.WARNING, tone=tone)
            row.addWidget(mark)
        row.addWidget(title, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.HALF)
        layout.addLayout(row)
        layout.addWidget(self._lines)
        self.hide()

    def say(self, lines: Sequence[str]) -> None:
        self._lines.setText(breakable("\n".join(lines)))
        self.setVisible(bool(lines))


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
