"""The keys of the window do what Help says of them; the demo says on every page what it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from app.stick.environment import Environment
from tests.ui.user_actions import everything_said, find_control
from tests.ui.widget_tree import focused, the_only
from tests.ui.window_states import WINDOW_STATES
from tests.waiting import GUARD_MS
from ui.controllers.apps import AppsController
from ui.controllers.catalogue_status import CatalogueState
from ui.dialogs.help import HelpDialog
from ui.i18n.shortcuts import Action, keys
from ui.state.page_name import PageName
from ui.widgets.search_field import SearchField
from ui.widgets.toast import Toast, ToastBar
from ui.window.demo_strip import DemoStrip
from ui.window.main_window import MainWindow
from ui.window.sidebar import Sidebar


def press_keys(window: MainWindow, action: Action) -> None:
    QTest.keySequence(window, keys(action))


def test_every_key_that_help_names_is_heard(window: MainWindow) -> None:
    heard = {shortcut.key().toString() for shortcut in window.findChildren(QShortcut)}
    own = {keys(Action.SEARCH).toString()}  # the page's
    assert {keys(action).toString() for action in Action} - heard <= own


def test_steps_settings_and_back(window: MainWindow) -> None:
    for action, page in (
        (Action.STEP_2, PageName.APPS),
        (Action.SETTINGS, PageName.SETTINGS),
        (Action.BACK, PageName.APPS),
        (Action.STEP_1, PageName.DRIVE),
    ):
        press_keys(window, action)
        assert window.page.name is page


def test_a_step_that_cannot_be_opened_stays_closed(window: MainWindow) -> None:
    press_keys(window, Action.STEP_4)
    assert window.page.name is PageName.DRIVE


def test_help_stands_beside_the_window(window: MainWindow, qtbot: QtBot) -> None:
    press_keys(window, Action.HELP)
    guide = the_only(window, HelpDialog)
    assert guide.isVisible()
    assert not guide.isModal()
    qtbot.keyClick(guide, Qt.Key.Key_Escape)
    assert not guide.isVisible()


def test_undo_is_the_toasts(window: MainWindow) -> None:
    undone: list[bool] = []
    window.page.toast(Toast("Planets removed", undo=lambda: undone.append(True)))
    press_keys(window, Action.UNDO)
    assert undone == [True]
    assert the_only(window, ToastBar).toast is None
    press_keys(window, Action.UNDO)
    assert undone == [True]


def test_undo_is_the_search_fields_only_while_something_was_typed(window: MainWindow) -> None:
    window.open(PageName.APPS)
    field = the_only(window.page, SearchField)
    field.setFocus()
    undone: list[bool] = []
    window.page.toast(Toast("Planets removed", undo=lambda: undone.append(True)))
    QTest.keyClicks(field, "planets")
    QTest.keySequence(field, keys(Action.UNDO))
    assert (field.text(), undone) == ("", [])
    QTest.keySequence(field, keys(Action.UNDO))
    assert undone == [True]


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ("review: in the way", "Leave it out"),
        ("review: several", "Leave it out"),
        ("review: coming off", "Keep it"),
        ("review: terms", "Carry the rest"),
    ],
)
def test_what_goes_with_its_button_leaves_the_focus_near_it(
    window: MainWindow, qtbot: QtBot, state: str, text: str
) -> None:
    """And not at the first step of the sidebar, from which Tab would begin anew."""
    WINDOW_STATES[state](window, qtbot)
    button = find_control(window.page, QAbstractButton, text)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=GUARD_MS)
    assert window.page.name is PageName.REVIEW
    assert not the_only(window, Sidebar).isAncestorOf(focused())


def test_look_again(
    open_window: Callable[..., MainWindow], environment: Environment, qtbot: QtBot
) -> None:
    window = open_window(environment)
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=GUARD_MS)
    with qtbot.waitSignal(window.session.drives.refreshed, timeout=GUARD_MS):
        press_keys(window, Action.LOOK_AGAIN)


@pytest.mark.thorough
def test_look_again_for_apps(window: MainWindow, qtbot: QtBot) -> None:
    window.open(PageName.APPS)
    controller = window.page.findChild(AppsController)
    assert controller is not None
    qtbot.waitUntil(lambda: controller.catalogue.state is CatalogueState.OPEN, timeout=GUARD_MS)
    press_keys(window, Action.LOOK_AGAIN)
    assert controller.catalogue.state is CatalogueState.OPENING
    qtbot.waitUntil(lambda: controller.catalogue.state is CatalogueState.OPEN, timeout=GUARD_MS)


def test_the_demo_says_so_on_every_page(window: MainWindow) -> None:
    strip = the_only(window, DemoStrip)
    for name in (PageName.DRIVE, PageName.APPS, PageName.CONTENTS, PageName.SETTINGS):
        window.open(name)
        assert window.page.name is name
        assert strip.isVisible(), name
        assert "made-up drive" in everything_said(strip)


def test_ones_own_window_has_no_strip(
    open_window: Callable[..., MainWindow], environment: Environment
) -> None:
    assert not open_window(environment).findChildren(DemoStrip)
