"""Keeps a press from doing what nobody meant: what has just changed does not count yet."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QWidget

from ui.style.tokens import tokens
from ui.style.watching import Watcher

_NAME = "still buttons"
_PRESSING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_BY_ITSELF = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.OtherFocusReason,
)
"""Qt says Tab also where what had the focus is hidden."""
_LOOKED_AT = frozenset(
    {
        QEvent.Type.Move,
        QEvent.Type.Show,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.KeyPress,
        QEvent.Type.FocusIn,
    }
)
"""Nearly all events are others: they are let through at once."""


def now() -> float:
    """Milliseconds of a clock that is never set. Tests put another in its place."""
    return time.monotonic() * 1000


def means_something_else(button: QWidget) -> None:
    """A press on ``button`` would do something else from now on, though it is where it was."""
    button.setProperty("renewed", now())


class Guard:
    """Whether something has meant the same for long enough (``guard`` in ``tokens.json``)."""

    def __init__(self) -> None:
        self._meaning: object = None
        self._since = now()
        self._wait: int = tokens()["guard"]["after page change ms"]

    def mean(self, meaning: object) -> None:
        """What a press would do now: page, text and place."""
        if meaning != self._meaning:
            self._meaning = meaning
            self._since = now()

    @property
    def meaning(self) -> object:
        return self._meaning

    @property
    def settled(self) -> bool:
        return now() - self._since >= self._wait


class StillButtons(Watcher):
    """Swallows presses on buttons that mean something else (`means_something_else`); of the mouse,
    on those that have just moved or appeared; of keys, on those that the focus went to by itself,
    as when the button that was pressed goes away.

    Scrolling moves them too, but by the person's own hand, and so does not count; nor does a key
    that leads to them.
    """

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self.setObjectName(_NAME)
        self._wait: int = tokens()["guard"]["after layout change under pointer ms"]
        self._wait_for_meaning: int = tokens()["guard"]["after page change ms"]
        self._led = False
        application.installEventFilter(self)

    @classmethod
    def watch(cls) -> None:
        """From now on, over all windows of the application; once."""
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        if application.findChild(QObject, _NAME, direct) is None:
            cls(application)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind not in _LOOKED_AT:
            return False
        if kind in (QEvent.Type.Move, QEvent.Type.Show):
            if isinstance(watched, QWidget) and not watched.isWindow():
                watched.setProperty("moved", now())
        elif kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            return (
                isinstance(watched, QAbstractButton)
                and isinstance(event, QMouseEvent)
                and event.button() == Qt.MouseButton.LeftButton
                and (self._is_new(watched, "renewed") or self._has_just_moved(watched))
            )
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._swallows(watched, event)
        elif kind == QEvent.Type.FocusIn and isinstance(event, QFocusEvent):
            by_itself = event.reason() in _BY_ITSELF and not self._led
            if by_itself and isinstance(watched, QAbstractButton):
                watched.setProperty("focused", now())
        return False

    def _swallows(self, watched: QObject, event: QKeyEvent) -> bool:
        pressing = event.key() in _PRESSING
        self._led = not pressing
        if not pressing or not isinstance(watched, QAbstractButton):
            return False
        new = self._is_new(watched, "renewed") or self._is_new(watched, "focused")
        return new or event.isAutoRepeat()

    def _is_new(self, button: QWidget, what: str) -> bool:
        since = button.property(what)
        return since is not None and now() - since < self._wait_for_meaning

    def _has_just_moved(self, button: QWidget) -> bool:
        widget: QWidget | None = button
        while widget is not None and not widget.isWindow():
            moved = widget.property("moved")
            if moved is not None and not _is_scrolled(widget) and now() - moved < self._wait:
                return True
            widget = widget.parentWidget()
        return False


def _is_scrolled(widget: QWidget) -> bool:
    viewport = widget.parentWidget()
    area = viewport.parentWidget() if viewport is not None else None
    return isinstance(area, QAbstractScrollArea) and area.viewport() is viewport
