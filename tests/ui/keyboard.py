"""Somebody without a mouse: every step is a key, and the focus is seen after each of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QLineEdit,
    QMenu,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.ui.widget_tree import CONTROLS, front
from tests.waiting import GUARD_MS
from ui.i18n.shortcuts import Action, keys
from ui.state.page_name import PageName
from ui.window.main_window import MainWindow

_MOST_TABS = 80


class Keyboard:
    """Attributes: pressed: how many keys so far, without those that type a text."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.pressed = 0
        self._qtbot = qtbot
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)

    def until(self, condition: Callable[[], object]) -> None:
        def holds() -> bool:
            if QApplication.activeWindow() is None:
                # As the desktop does it when a window has gone.
                front(self.window).activateWindow()
            return bool(condition())

        self._qtbot.waitUntil(holds, timeout=GUARD_MS)

    def until_page(self, name: PageName) -> None:
        self.until(lambda: self.window.page.name is name)

    @property
    def focus(self) -> str:
        """What a screen reader calls what has the focus."""
        widget = QApplication.focusWidget()
        return name_of(widget) if widget is not None else ""

    @property
    def sees_focus(self) -> bool:
        """Whether what has the focus is a control, on the screen, with a ring or a cursor."""
        widget = QApplication.focusWidget()
        return (
            isinstance(widget, CONTROLS)
            and _is_on_screen(widget)
            and (isinstance(widget, QLineEdit) or bool(widget.property("keyed")))
        )

    def presses(self, *pressed: Qt.Key) -> None:
        for key in pressed:
            self.pressed += 1
            QTest.keyClick(self._hears(), key)
            QApplication.processEvents()

    def presses_keys(self, action: Action) -> None:
        """One of those that Help names."""
        self.pressed += 1
        QTest.keySequence(self._hears(), keys(action))
        QApplication.processEvents()

    def types(self, text: str) -> None:
        QTest.keyClicks(self._hears(), text)
        QApplication.processEvents()

    def goes_to(self, name: str, *, backwards: bool = False) -> None:
        """By the tab key, until what is called so, or begins so, has the focus."""
        key = Qt.Key.Key_Backtab if backwards else Qt.Key.Key_Tab
        way = [self.focus]
        while not self.focus.startswith(name):
            assert len(way) < _MOST_TABS, f"{name!r} is not reached: {way}"
            self.presses(key)
            assert self.sees_focus, f"the focus is not seen after {way}: {self.focus!r}"
            way.append(self.focus)

    def takes(self, name: str, *, backwards: bool = False) -> None:
        """Go there and press Return."""
        self.goes_to(name, backwards=backwards)
        self.presses(Qt.Key.Key_Return)

    def picks(self, entry: str) -> None:
        """An entry of the menu that is open, by the arrow key."""
        self.until(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        for _ in menu.actions():
            self.presses(Qt.Key.Key_Down)
            active = menu.activeAction()
            if active is not None and active.text() == entry:
                self.presses(Qt.Key.Key_Return)
                return
        raise AssertionError(f"{entry!r} is not in {[each.text() for each in menu.actions()]}")

    def until_dialog(self, name: str) -> QWidget:
        """That has come, with its title; the focus in it is seen."""
        self.until(lambda: front(self.window).windowTitle().startswith(name))
        shown = self._in_front()
        assert self.sees_focus, f"the focus is not seen in {name!r}: {self.focus!r}"
        return shown

    def until_closed(self) -> None:
        """No dialog is above the window any more; the focus in it is seen."""
        self.until(lambda: front(self.window) is self.window)
        self._in_front()
        assert self.sees_focus, f"the focus is not seen: {self.focus!r}"

    def _in_front(self) -> QWidget:
        """As the desktop does it when a dialog opens or closes."""
        shown = front(self.window)
        shown.activateWindow()
        self.until(shown.isActiveWindow)
        QApplication.processEvents()
        return shown

    def _hears(self) -> QWidget:
        popup = QApplication.activePopupWidget()
        return popup or QApplication.focusWidget() or front(self.window)


def _is_on_screen(widget: QWidget) -> bool:
    # What scrolls is seen where its content is.
    seen = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
    return not seen.visibleRegion().isEmpty()


def name_of(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text.replace("&", "")
