"""Two clicks where one was meant write to no drive and erase none, wherever they go.

Every button that is shown is clicked twice at the same place of the screen, with as long between
as people take. The first click may do what the button says; the second one meets whatever has come
up there meanwhile, and must not be what starts a job.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QFileDialog,
    QMenu,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.stick.environment import Environment
from tests.ui.apps_states import choosing
from tests.ui.clock import Clock
from tests.ui.user_actions import LONG
from tests.ui.widget_tree import shown, the_only
from tests.ui.window_states import WINDOW_STATES
from ui.controllers.sharing import SharingController
from ui.state.page_name import PageName
from ui.tasks.bridge import Bridge, Task
from ui.widgets.dialog import Question
from ui.widgets.primary_button import PrimaryButton
from ui.window.main_window import MainWindow

GAPS_MS = (100, 200, 250, 300, 400, 500)
_LEFT = Qt.MouseButton.LeftButton
_SETTLED_MS = 5000

pytestmark = pytest.mark.slow


@pytest.fixture
def writing(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What has been begun that writes to a drive, or erases it."""
    begun: list[str] = []
    run = Bridge.run

    def recorded(bridge: Bridge, work: Any, **rest: Any) -> Task:
        name = getattr(work.func if isinstance(work, partial) else work, "__name__", "")
        if rest.get("guarded") or name == "_format":
            begun.append(name)
        return run(bridge, work, **rest)

    monkeypatch.setattr(Bridge, "run", recorded)
    return begun


@pytest.fixture(autouse=True)
def nothing_of_the_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is asked for a file cancels; nothing opens."""
    for name in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_args, **_named: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args, **_named: "")
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda *_args: True)
    monkeypatch.setattr(Question, "exec", lambda _question: 0)


@pytest.fixture
def open_settled(
    open_window: Callable[..., MainWindow], demo: Environment, clock: Clock
) -> MainWindow:
    del clock
    return open_window(demo)


def pressed_at(qtbot: QtBot, window: QWidget, place: QPoint) -> None:
    """A click on whatever is there: on a dialog or a menu, if one has come up."""
    above = QApplication.activePopupWidget() or QApplication.activeModalWidget() or window
    local = above.mapFromGlobal(place)
    if above is not window and not above.rect().contains(local):
        # What is behind a dialog gets nothing.
        return
    target = above.childAt(local) or above
    qtbot.mouseClick(target, _LEFT, pos=target.mapFromGlobal(place))


def buttons_of(window: QWidget) -> list[QAbstractButton]:
    return [
        widget
        for widget in shown(window)
        if isinstance(widget, QAbstractButton)
        and widget.isEnabled()
        and not widget.visibleRegion().isEmpty()
        and not waits_for_its_menu(widget)
    ]


def waits_for_its_menu(button: QAbstractButton) -> bool:
    """Qt's own way to open one; the second click closes it."""
    popup = QToolButton.ToolButtonPopupMode.InstantPopup
    return isinstance(button, QToolButton) and button.popupMode() is popup


def put_back(window: MainWindow, name: PageName, qtbot: QtBot, clock: Clock) -> None:
    """Without what has come up above it, and on the page of before if that can be opened."""
    menu = QApplication.activePopupWidget()
    if isinstance(menu, QMenu):
        menu.close()
    while isinstance(dialog := QApplication.activeModalWidget(), QDialog):
        dialog.reject()
    if window.sharing.is_on:
        sharing = window.findChild(SharingController)
        assert sharing is not None
        sharing.stop()
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=LONG)
    window.open(name)
    QApplication.processEvents()
    clock.now += _SETTLED_MS


@pytest.mark.parametrize("state", WINDOW_STATES)
def test_a_second_click_begins_nothing(
    open_settled: MainWindow, qtbot: QtBot, clock: Clock, writing: list[str], state: str
) -> None:
    window = open_settled
    WINDOW_STATES[state](window, qtbot)
    QApplication.processEvents()
    name = window.page.name
    wrong = []
    for number in range(len(buttons_of(window))):
        buttons = buttons_of(window)
        if number >= len(buttons):
            break
        button = buttons[number]
        text = button.text() or button.accessibleName()
        place = button.mapToGlobal(button.visibleRegion().boundingRect().center())
        clock.now += _SETTLED_MS
        pressed_at(qtbot, window, place)
        QApplication.processEvents()
        before = len(writing)
        gap = GAPS_MS[number % len(GAPS_MS)]
        clock.now += gap
        pressed_at(qtbot, window, place)
        QApplication.processEvents()
        if len(writing) > before:
            wrong.append(f"{text!r}, and again after {gap} ms")
        put_back(window, name, qtbot, clock)

    assert not wrong


@pytest.mark.parametrize("gap", GAPS_MS)
def test_two_clicks_on_review_do_not_write(
    open_settled: MainWindow, qtbot: QtBot, clock: Clock, writing: list[str], gap: int
) -> None:
    window = open_settled
    choosing(window, qtbot)
    clock.now += _SETTLED_MS
    button = the_only(window, PrimaryButton)
    place = button.mapToGlobal(button.rect().center())

    pressed_at(qtbot, window, place)
    assert window.page.name is PageName.REVIEW
    qtbot.waitUntil(lambda: window.session.plan is not None and button.action.enabled, timeout=LONG)
    clock.now += gap
    pressed_at(qtbot, window, place)

    assert not writing
    clock.now += _SETTLED_MS
    pressed_at(qtbot, window, place)
    assert len(writing) == 1
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=LONG)


def test_a_held_shortcut_does_not_write(
    open_settled: MainWindow, qtbot: QtBot, clock: Clock, writing: list[str]
) -> None:
    window = open_settled
    choosing(window, qtbot)
    clock.now += _SETTLED_MS
    control = Qt.KeyboardModifier.ControlModifier

    qtbot.keyClick(window, Qt.Key.Key_Return, control)
    assert window.page.name is PageName.REVIEW
    button = the_only(window, PrimaryButton)
    qtbot.waitUntil(lambda: window.session.plan is not None and button.action.enabled, timeout=LONG)
    for _ in range(20):
        clock.now += 30
        qtbot.keyClick(window, Qt.Key.Key_Return, control)

    assert not writing
