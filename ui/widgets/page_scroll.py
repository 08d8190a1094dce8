"""Scrolls a page as a whole; its bar lies in the page's margin, and makes nothing narrower."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QScrollBar, QWidget

from ui.style import style
from ui.widgets.margin_bar import MarginBar


class PageScroll(QScrollArea):
    """``content`` keeps its distance from the right edge, with the bar and without it.

    The bar is one of its own, above the margin that `set_side` tells, or where `hang_bar` puts it;
    else it takes room from the content.
    """

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
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
        self._bar = MarginBar(self, self)
        self._bar.rangeChanged.connect(self._reserve)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._forget_narrow_lines()
        return super().event(event)

    def _forget_narrow_lines(self) -> None:
        """What has lines to wrap is asked how high it is in this width.

        Qt gives it at least the height that it would have as narrow as it can be, too, with
        nothing to see at the end.
        """
        content = self.widget()
        layout = content.layout() if content is not None else None
        if content is not None and layout is not None:
            content.setMinimumHeight(1 if layout.hasHeightForWidth() else 0)

    def reveal(self, widget: QWidget) -> None:
        """Scroll as far as it takes to see it, as it is laid out by now."""
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        self.ensureWidgetVisible(widget, 0, style.px(style.GRID))

    @property
    def bar(self) -> QScrollBar:
        """The one that is seen."""
        return self._bar

    def set_side(self, side: int) -> None:
        """The width of the page's margin, in pixels."""
        self._side = side
        self._keep(side)

    def hang_bar(self, page: QWidget) -> None:
        """In the margin of ``page``, which this does not reach."""
        self._bar.deleteLater()
        self._bar = MarginBar(self, page)
        self.set_side(0)

    def _keep(self, side: int) -> None:
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            self.setViewportMargins(side, 0, 0, 0)
        else:
            self.setViewportMargins(0, 0, side, 0)

    def _reserve(self, least: int, most: int) -> None:
        if self._side is None:
            # What becomes narrower does not become lower, so it is needed all the more.
            self._keep(self._bar.sizeHint().width() if most > least else 0)
