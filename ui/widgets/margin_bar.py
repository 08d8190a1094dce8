"""A scroll bar in the margin of a page, so that what it scrolls is as wide with it as without."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Slot
from PySide6.QtWidgets import QAbstractScrollArea, QScrollBar, QWidget
from shiboken6 import isValid

_MOVES = {
    QEvent.Type.Move,
    QEvent.Type.Resize,
    QEvent.Type.Show,
    QEvent.Type.Hide,
    QEvent.Type.LayoutDirectionChange,
}


class MarginBar(QScrollBar):
    """Stands for the vertical bar of ``area``, at the edge of the page that ``area`` is on.

    ``host``: the page, an ancestor of ``area``; the bar lies where its contents margin begins.
    """

    def __init__(self, area: QAbstractScrollArea, host: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, host)
        self._area = area
        self._host = host
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = area.verticalScrollBar()
        inner.rangeChanged.connect(self._show_range)
        # Qt sets how much is in sight only after the range.
        inner.rangeChanged.connect(self._take_steps, Qt.ConnectionType.QueuedConnection)
        inner.valueChanged.connect(self.setValue)
        self.valueChanged.connect(inner.setValue)
        between: QWidget | None = area
        while between is not None and between is not host:
            between.installEventFilter(self)
            between = between.parentWidget()
        host.installEventFilter(self)
        self._show_range(inner.minimum(), inner.maximum())

    def place(self) -> None:
        """Beside the area, if there is anything to scroll."""
        self.setVisible(self.maximum() > self.minimum() and self._area.isVisibleTo(self._host))
        width = self.sizeHint().width()
        margins = self._host.contentsMargins()
        right = self._host.width() - margins.right() - width
        left = margins.left() if self._host.isRightToLeft() else right
        top = self._area.mapTo(self._host, QPoint()).y()
        self.setGeometry(left, top, width, self._area.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # While the page goes, its parts go after it, and are hidden before.
        if event.type() in _MOVES and isValid(self._host):
            self.place()
        return super().eventFilter(watched, event)

    @Slot()
    def _take_steps(self) -> None:
        inner = self._area.verticalScrollBar()
        self.setPageStep(inner.pageStep())
        self.setSingleStep(inner.singleStep())

    def _show_range(self, least: int, most: int) -> None:
        inner = self._area.verticalScrollBar()
        self._take_steps()
        self.setRange(least, most)
        self.setValue(inner.value())
        self.place()
