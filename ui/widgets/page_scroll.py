"""Scrolls a page as a whole; its bar lies in the page's margin, and makes nothing narrower."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QScrollBar, QWidget


class PageScroll(QScrollArea):
    """``content`` keeps its distance from the right edge, with the bar and without it.

    The bar is one of its own, above the margin that `set_side` tells; without a margin it takes
    room from the content.
    """

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        # As wide as there is room. Else it gets the least width that it asks for, which may be
        # another once it is that wide, and Qt asks without end.
        content.setMinimumWidth(1)
        self.setWidget(content)
        # Only once it is in its place: setting it asks for one.
        content.setAutoFillBackground(False)
        self._side: int | None = None
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.hide()
        inner = self.verticalScrollBar()
        inner.rangeChanged.connect(self._show_range)
        inner.valueChanged.connect(self._bar.setValue)
        self._bar.valueChanged.connect(inner.setValue)

    @property
    def bar(self) -> QScrollBar:
        """The one that is seen."""
        return self._bar

    def set_side(self, side: int) -> None:
        """The width of the page's margin, in pixels."""
        self._side = side
        self._keep(side)

    def _keep(self, side: int) -> None:
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            self.setViewportMargins(side, 0, 0, 0)
        else:
            self.setViewportMargins(0, 0, side, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _show_range(self, least: int, most: int) -> None:
        inner = self.verticalScrollBar()
        self._bar.setPageStep(inner.pageStep())
        self._bar.setSingleStep(inner.singleStep())
        self._bar.setRange(least, most)
        self._bar.setValue(inner.value())
        needed = most > least
        if needed != self._bar.isVisibleTo(self):
            self._bar.setVisible(needed)
            if self._side is None:
                # What becomes narrower does not become lower, so it is needed all the more.
                self._keep(self._bar.sizeHint().width() if needed else 0)
        self._place()

    def _place(self) -> None:
        width = self._bar.sizeHint().width()
        from_right = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = 0 if from_right else self.width() - width
        self._bar.setGeometry(left, 0, width, self.height())
        self._bar.raise_()
