"""What a person's hands do in a window: find a control by its name, press it, answer a dialog."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.widget_tree import texts
from tests.waiting import GUARD_MS

LONG = GUARD_MS

Kind = TypeVar("Kind", bound=QWidget)
Asking = TypeVar("Asking", bound=QDialog)


def find_control(root: QWidget, kind: type[Kind], name: str) -> Kind:
    """The shown control that has this name or text."""
    for control in root.findChildren(kind):
        text = getattr(control, "text", str)()
        if control.isVisible() and name in (control.accessibleName(), text.replace("&", "")):
            return control
    raise AssertionError(f"there is no {kind.__name__} called {name!r}")


def can_be_pressed(button: QAbstractButton) -> bool:
    """Whether it would do something, and not only say why it does nothing."""
    return button.isEnabled() and not button.property("blocked")


def press(qtbot: QtBot, root: QWidget, text: str) -> None:
    """Click a button as soon as it can be."""
    qtbot.waitUntil(lambda: can_be_pressed(find_control(root, QAbstractButton, text)), timeout=LONG)
    qtbot.mouseClick(find_control(root, QAbstractButton, text), Qt.MouseButton.LeftButton)


def choose_from_menu(qtbot: QtBot, widget: QWidget, text: str) -> None:
    """Open the menu that the menu key opens on ``widget``, and take one of its actions."""
    place = widget.rect().center()
    keyboard = QContextMenuEvent.Reason.Keyboard
    event = QContextMenuEvent(keyboard, place, widget.mapToGlobal(place))
    QApplication.sendEvent(widget, event)
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu), timeout=LONG)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    next(action for action in menu.actions() if action.text() == text).trigger()
    menu.close()


def dialog(qtbot: QtBot, kind: type[Asking]) -> Asking:
    """The dialog that asks now."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), kind), timeout=LONG)
    shown = QApplication.activeModalWidget()
    assert isinstance(shown, kind)
    return shown


def everything_said(root: QWidget) -> str:
    return "\n".join(text for _, text in texts(root))
