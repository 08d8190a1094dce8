"""Above every page of the demo: that it is one, and the way out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ui.style import style
from ui.widgets import labels
from ui.widgets.buttons import Link

_AROUND = 6


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
        self._row = QHBoxLayout(self)
        self._row.setSpacing(style.px(style.GAP))
        self._row.addWidget(text, 1)
        self._row.addWidget(leave)
        self.fit(is_narrow=False)

    def fit(self, *, is_narrow: bool) -> None:
        """Its text begins where the page's does."""
        side = style.px(style.MARGIN_NARROW if is_narrow else style.MARGIN)
        around = style.px(_AROUND)
        self._row.setContentsMargins(side, around, side, around)
