"""Scrolls a page as a whole; its bar lies in the page's margin, and makes nothing narrower."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class PageScroll(QScrollArea):
    """``content`` keeps its distance from the right edge, with the bar and without it."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = 0
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self.setWidget(content)
        # Only once it is in its place: setting it asks for one.
        content.setAutoFillBackground(False)
        self.verticalScrollBar().installEventFilter(self)

    def set_side(self, side: int) -> None:
        """The width of the page's margin, in pixels."""
        self._side = side
        self._keep_distance()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._keep_distance()
        return super().eventFilter(watched, event)

    def _keep_distance(self) -> None:
        bar = self.verticalScrollBar()
        taken = bar.sizeHint().width() if bar.isVisibleTo(self) else 0
        side = max(0, self._side - taken)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            self.setViewportMargins(side, 0, 0, 0)
        else:
            self.setViewportMargins(0, 0, side, 0)
