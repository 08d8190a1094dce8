"""What stands above something that needs room too, and gives way where there is little."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.style import style
from ui.widgets.page_scroll import PageScroll

_LEAST = 56
"""Its height in design pixels at least: so much that one sees what there is to scroll."""


class YieldingScroll(PageScroll):
    """As high as ``content`` where there is room for it and for what else is in the layout; else it
    scrolls. Shown and hidden as ``content`` is."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(content, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setVisible(not content.isHidden())
        content.installEventFilter(self)

    def sizeHint(self) -> QSize:
        content = self.widget()
        return QSize(content.sizeHint().width(), self._whole) if content else QSize()

    def minimumSizeHint(self) -> QSize:
        return QSize(1, min(self._whole, style.px(_LEAST)))

    @property
    def _whole(self) -> int:
        content = self.widget()
        if content is None:
            return 0
        width = self.viewport().width()
        high = content.heightForWidth(width) if content.hasHeightForWidth() else -1
        return high if high >= 0 else content.sizeHint().height()

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return handled

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.widget():
            if event.type() == QEvent.Type.ShowToParent:
                self.show()
            elif event.type() == QEvent.Type.HideToParent:
                self.hide()
        return super().eventFilter(watched, event)
