"""Above every page of the demo: that it is one, and the way out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ui.style import style
from ui.widgets import labels
from ui.widgets.buttons import Link


class DemoStrip(QFrame):
    """Signals: left(): the person would like to see their own drives."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "strip")
        text = labels.body(
            self.tr("You are trying Satchel with a made-up drive. Nothing is written anywhere."),
            parent=self,
        )
        leave = Link(self.tr("Leave"), self)
        leave.clicked.connect(self.left)
        row = QHBoxLayout(self)
        side, around = style.px(style.MARGIN), style.px(style.HALF)
        row.setContentsMargins(side, around, side, around)
        row.setSpacing(style.px(style.GAP))
        row.addWidget(text, 1)
        row.addWidget(leave)
