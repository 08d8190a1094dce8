"""A menu whose entries are made in Python.

Those that Qt makes (``QMenu.addAction(text)``) go without a word when the menu is emptied. The
Python object of one that has gone then stands for the next one that Qt makes at its address, and
is declared dead with the menu it once belonged to.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu


def open_focused_menu() -> None:
    """That of what has the focus, as the menu key does it."""
    focus = QApplication.focusWidget()
    if focus is not None:
        place = focus.rect().center()
        reason = QContextMenuEvent.Reason.Keyboard
        event = QContextMenuEvent(reason, place, focus.mapToGlobal(place))
        QApplication.sendEvent(focus, event)


class Menu(QMenu):
    """Use `entry`, `line` and `below` instead of Qt's own that make what they add."""

    def entry(
        self, text: str, chosen: Callable[[], object] | SignalInstance | None = None
    ) -> QAction:
        """One that can be chosen."""
        action = QAction(text, self)
        if chosen is not None:
            action.triggered.connect(chosen)
        self.addAction(action)
        return action

    def line(self) -> None:
        """Between two groups of entries."""
        action = QAction(self)
        action.setSeparator(True)
        self.addAction(action)

    def below(self, text: str) -> Menu:
        """A menu in this one."""
        menu = Menu(text, self)
        self.addMenu(menu)
        return menu
