"""Where there is nothing yet: a drawing, what is missing, and at most two ways to go on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSpacerItem, QVBoxLayout, QWidget

from ui.style import style
from ui.widgets import labels
from ui.widgets.buttons import Link

_WIDEST = 440


class EmptyState(QWidget):
    """In the middle of where it stands."""

    def __init__(
        self,
        drawing: QWidget | None = None,
        buttons: Sequence[QAbstractButton] = (),
        link: Link | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        middle = Qt.AlignmentFlag.AlignHCenter
        self._heading = labels.heading(parent=self)
        self._sentence = labels.body(quiet=True, parent=self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.GRID))
        layout.addStretch(2)
        self._drawing = drawing
        self._below = QSpacerItem(0, style.px(style.GAP) if drawing is not None else 0)
        if drawing is not None:
            layout.addWidget(drawing, 0, middle)
        layout.addItem(self._below)
        for label in (self._heading, self._sentence):
            label.setAlignment(middle)
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(label, 100)
            row.addStretch(1)
            layout.addLayout(row)
        if buttons:
            layout.addSpacing(style.px(style.GRID))
            row = QHBoxLayout()
            row.setSpacing(style.px(style.INNER))
            row.addStretch(1)
            for button in buttons:
                row.addWidget(button)
            row.addStretch(1)
            layout.addLayout(row)
        if link is not None:
            layout.addSpacing(style.px(style.GRID))
            layout.addWidget(link, 0, middle)
        layout.addStretch(3)
        self._fit()

    def set_drawn(self, drawn: bool) -> None:
        """Where there is little room, what can be done comes before the drawing."""
        if self._drawing is not None:
            self._drawing.setVisible(drawn)
            self._below.changeSize(0, style.px(style.GAP) if drawn else 0)
            self.updateGeometry()

    def say(self, heading: str, sentence: str = "") -> None:
        self._heading.setText(heading)
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        self.setAccessibleName(heading)
        self.setAccessibleDescription(sentence)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._fit()

    def _fit(self) -> None:
        for label in (self._heading, self._sentence):
            label.setMaximumWidth(style.px(_WIDEST))
