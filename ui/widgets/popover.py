"""A frame above what opened it, for a list or a few settings; it blocks nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from ui.style import style
from ui.widgets.tab_order import go_on, stops


class Popover(QFrame):
    """Lies in the window of its anchor, above or below that; grows with its content.

    Escape closes it, and the focus goes back to where it was; so does a click elsewhere.

    Signals: closed(): it is no longer shown.

    Attributes: body: the layout of what it holds.
    """

    closed = Signal()

    def __init__(self, anchor: QWidget, name: str) -> None:
        super().__init__(anchor.window())
        self._anchor = anchor
        self._came_from: QWidget | None = None
        self.setAccessibleName(name)
        self.setProperty("surface", "popover")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(*(4 * (style.px(style.INNER),)))
        self.body.setSpacing(style.px(style.GRID))
        self.hide()
        # Not kept as the anchor's: it may be moved to another window.
        anchor.destroyed.connect(self.deleteLater)

    def open(self) -> None:
        """With the focus in it."""
        window = self._anchor.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        self._came_from = QApplication.focusWidget()
        self.place()
        self.show()
        self.raise_()
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)
        next(iter(stops(self)), self).setFocus(Qt.FocusReason.PopupFocusReason)

    def toggle(self) -> None:
        if self.isVisible():
            self.leave()
        else:
            self.open()

    def leave(self) -> None:
        """The focus goes back to where it was."""
        inside = self._has_focus()
        self.hide()
        if inside:
            back = self._came_from if self._came_from is not None else self._anchor
            back.setFocus(Qt.FocusReason.PopupFocusReason)

    def place(self) -> None:
        """Above the anchor if there is room, else below; never outside of the window."""
        window = self._anchor.window()
        gap = style.px(style.GRID)
        room = window.rect().adjusted(gap, gap, -gap, -gap)
        around = QRect(self._anchor.mapTo(window, QPoint()), self._anchor.size())
        size = self._wanted().boundedTo(room.size())
        above = around.top() - gap - room.top()
        below = room.bottom() - around.bottom() - gap
        if size.height() <= above or above >= below:
            height = min(size.height(), above)
            top = around.top() - gap - height
        else:
            height = min(size.height(), below)
            top = around.bottom() + gap
        left = around.left()
        if self._anchor.isRightToLeft():
            left = around.right() + 1 - size.width()
        left = max(room.left(), min(left, room.right() + 1 - size.width()))
        self.setGeometry(left, top, size.width(), height)

    def _wanted(self) -> QSize:
        self.ensurePolished()
        self.body.activate()
        size = self.sizeHint().expandedTo(self.minimumSize()).boundedTo(self.maximumSize())
        if self.hasHeightForWidth():
            size.setHeight(self.heightForWidth(size.width()))
        return size

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self.place()
        override = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if override and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
            # It lies on top, and closes before what else does so.
            event.accept()
            return True
        return super().event(event)

    def hideEvent(self, event: QHideEvent) -> None:
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        self.closed.emit()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A press elsewhere in the window closes it; what was pressed is pressed all the same."""
        if (
            event.type() == QEvent.Type.MouseButtonPress
            and isinstance(watched, QWidget)
            and isinstance(event, QMouseEvent)
            and watched.window() is self.window()
        ):
            place = event.globalPosition().toPoint()
            on_anchor = self._anchor.rect().contains(self._anchor.mapFromGlobal(place))
            if not self.rect().contains(self.mapFromGlobal(place)) and not on_anchor:
                self.hide()
        elif event.type() == QEvent.Type.Resize and watched is self.window():
            self.place()
        return False

    def focusNextPrevChild(self, forward: bool) -> bool:
        """The tab key stays inside."""
        return go_on(self, forward=forward)

    def _has_focus(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and (focus is self or self.isAncestorOf(focus))
