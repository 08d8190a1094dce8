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
        self._text = labels.body(parent=self)
        leave = Link(self.tr("Leave"), self)
        leave.clicked.connect(self.left)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(style.px(style.GAP))
        self._row.addWidget(self._text, 1)
        self._row.addWidget(leave)
        self.fit(is_narrow=False, is_scant=False)

    def fit(self, *, is_narrow: bool, is_scant: bool) -> None:
        """Its text begins where the page's does, and is short where every line counts."""
        told = self.tr("You are trying Satchel with a made-up drive. Nothing is written anywhere.")
        self._text.setText(self.tr("Demo: nothing is written.") if is_scant else told)
        self._text.setToolTip(told if is_scant else "")
        side = style.px(style.MARGIN_NARROW if is_narrow else style.MARGIN)
        around = style.px(_AROUND)
        self._row.setContentsMargins(side, around, side, around)
