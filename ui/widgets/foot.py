"""The foot of a page: what it has to say on the left, lesser buttons beside the primary one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.style import style
from ui.widgets.labels import Label

_ENDLESS = 1 << 20
"""Rows of pixels: more than any text has."""


class Foot(QWidget):
    """One page's part of the window's foot, which is always there.

    Signals: refitted(): its buttons may need another width.

    Attributes:
        lead: the layout at the far left, before the text.
        text: one or two lines; the window writes `Page.foot_text` into it.
        side: the layout of lesser buttons, right before the primary one.
    """

    refitted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lead = QHBoxLayout()
        self.text = _FootText()
        self.side = QHBoxLayout()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.GAP))
        for inner in (self.lead, self.side):
            inner.setSpacing(style.px(style.GAP))
        layout.addLayout(self.lead)
        layout.addWidget(self.text, 1)
        layout.addLayout(self.side)

    @property
    def least_width(self) -> int:
        """Pixels that its buttons need, with an empty text between them."""
        widths = [part.minimumSize().width() for part in (self.lead, self.side)]
        return sum(widths) + style.px(style.GAP) * sum(map(bool, widths))

    @property
    def ends_in_text(self) -> bool:
        """Whether nothing that can be pressed stands at its right end."""
        return not self.text.isHidden() and not self.side.minimumSize().width()

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.refitted.emit()
        return handled


class _FootText(Label):
    """Between buttons with large letters nothing stands rather than half a sentence, or a button
    that is cut off."""

    _all = ""

    def __init__(self) -> None:
        super().__init__(quiet=True, wrap=True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        self._all = text
        self._show_what_fits()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_what_fits()

    def _show_what_fits(self) -> None:
        room = self.contentsRect()
        lines = QRect(0, 0, room.width(), _ENDLESS)
        wrap = Qt.TextFlag.TextWordWrap.value
        needed = self.fontMetrics().boundingRect(lines, wrap, self._all)
        fits = needed.width() <= room.width() and needed.height() <= room.height()
        shown = self._all if fits else ""
        if shown != self.text():
            super().setText(shown)
