"""The foot of a page: what it has to say on the left, lesser buttons beside the primary one."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.style import style
from ui.widgets.labels import Label


class Foot(QWidget):
    """One page's part of the window's foot, which is always there.

    Attributes:
        lead: the layout at the far left, before the text.
        text: one or two lines; the window writes `Page.foot_text` into it.
        side: the layout of lesser buttons, right before the primary one.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lead = QHBoxLayout()
        self.text = _FootText(quiet=True, wrap=True)
        self.side = QHBoxLayout()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.GAP))
        for inner in (self.lead, self.side):
            inner.setSpacing(style.px(style.GAP))
        layout.addLayout(self.lead)
        layout.addWidget(self.text, 1)
        layout.addLayout(self.side)


class _FootText(Label):
    """Between buttons with large letters nothing stands rather than half a sentence."""

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.heightForWidth(self.width()) <= self.height():
            super().paintEvent(event)
