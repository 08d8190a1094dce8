"""A short word on what has just happened, over the foot's text, with Undo."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.widgets.buttons import Link, ToolButton
from ui.widgets.labels import Label

LASTS_MS = 10_000


class Toast(Struct, frozen=True):
    """What to say.

    Attributes:
        undo: takes it back; None if it cannot be.
        act: something else to do about it, and its word: ``("Open", open_report)``.
    """

    text: str
    undo: Callable[[], None] | None = None
    act: tuple[str, Callable[[], None]] | None = None


class ToastBar(QFrame):
    """One at a time, for ten seconds; a later one takes the place of the one before.

    Signals: ended(): it is no longer shown.
    """

    ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "toast")
        self._toast: Toast | None = None
        self._text = Label(wrap=True)
        self._action = Link()
        self._action.clicked.connect(self.act)
        self._close = ToolButton()
        self._close.setProperty("kind", "quiet")
        self._close.setAccessibleName(self.tr("Close"))
        icons.give(self._close, Symbol.CROSS)
        self._close.clicked.connect(self.end)
        layout = QHBoxLayout(self)
        half = style.px(style.HALF)
        layout.setContentsMargins(style.px(style.GAP), half, half, half)
        layout.setSpacing(style.px(style.GRID))
        layout.addWidget(self._text, 1)
        layout.addWidget(self._action)
        layout.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.end)
        self.hide()

    @property
    def toast(self) -> Toast | None:
        return self._toast

    def show_toast(self, toast: Toast) -> None:
        self._toast = toast
        self._text.setText(toast.text)
        word = self.tr("Undo") if toast.undo is not None else (toast.act or ("",))[0]
        self._action.setText(word)
        self._action.setVisible(bool(word))
        self.setAccessibleName(toast.text)
        self.show()
        self._timer.start(LASTS_MS)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def act(self) -> None:
        """Undo, or what else there is to do about it."""
        toast = self._toast
        self.end()
        if toast is not None:
            todo = toast.undo or (toast.act[1] if toast.act is not None else None)
            if todo is not None:
                todo()

    def undo(self) -> bool:
        """Undo, if it can be; whether it could."""
        can = self._toast is not None and self._toast.undo is not None
        if can:
            self.act()
        return can

    def end(self) -> None:
        self._timer.stop()
        self._toast = None
        self.hide()
        self.ended.emit()
