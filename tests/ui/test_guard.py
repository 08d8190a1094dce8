"""What has just changed under the pointer does nothing yet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.clock import Clock
from ui.pages.apps.save_set import SaveSetDialog
from ui.widgets.dialog import Dialog
from ui.widgets.guard import StillButtons, means_something_else
from ui.widgets.primary_button import PrimaryAction, PrimaryButton

_LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def unwatched(qapp: QApplication) -> Iterator[None]:
    """The primary button by itself: what other tests have let watch over all windows rests."""
    watching = [each for each in qapp.children() if isinstance(each, StillButtons)]
    for each in watching:
        qapp.removeEventFilter(each)
    yield
    for each in watching:
        qapp.installEventFilter(each)


class Shown:
    """A primary button in a window, and how often it acted."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.window.resize(400, 200)
        self.button = PrimaryButton(self.window)
        self.button.resize(200, 40)
        self.button.acted.connect(self._count)
        self.acted = 0
        self.window.show()

    def _count(self) -> None:
        self.acted += 1

    def mean(self, page: str, text: str) -> None:
        self.button.show_action(page, PrimaryAction(text))


@pytest.mark.parametrize(("waited", "acts"), [(100, 0), (250, 0), (500, 0), (699, 0), (700, 1)])
def test_a_press_counts_once_it_has_meant_the_same_for_a_while(
    qtbot: QtBot, clock: Clock, waited: int, acts: int
) -> None:
    shown = Shown(qtbot)
    shown.mean("review", "Write to CLASSROOM")
    clock.now += waited
    qtbot.mouseClick(shown.button, _LEFT)
    shown.button.act()
    qtbot.keyClick(shown.button, Qt.Key.Key_Return)
    assert shown.acted == 3 * acts


@pytest.mark.usefixtures("unwatched")
def test_after_a_move_that_was_seen_the_first_press_counts(qtbot: QtBot, clock: Clock) -> None:
    shown = Shown(qtbot)
    shown.mean("apps", "Review")
    clock.now += 1000
    shown.button.move(50, 50)
    QApplication.processEvents()
    clock.now += 700

    qtbot.mouseClick(shown.button, _LEFT)

    assert shown.acted == 1


@pytest.mark.usefixtures("unwatched")
@pytest.mark.parametrize("changed", ["page", "text", "place"])
def test_a_change_begins_the_wait_anew(qtbot: QtBot, clock: Clock, changed: str) -> None:
    shown = Shown(qtbot)
    shown.mean("apps", "Review")
    clock.now += 1000
    if changed == "place":
        shown.button.move(50, 50)
    else:
        shown.mean(
            "review" if changed == "page" else "apps", "Write" if changed == "text" else "Review"
        )
    qtbot.mouseClick(shown.button, _LEFT)
    clock.now += 300
    qtbot.mouseClick(shown.button, _LEFT)
    assert shown.acted == 0
    clock.now += 400
    qtbot.mouseClick(shown.button, _LEFT)
    assert shown.acted == 1


def test_being_told_the_same_again_changes_nothing(qtbot: QtBot, clock: Clock) -> None:
    shown = Shown(qtbot)
    shown.mean("apps", "Review")
    clock.now += 690
    shown.mean("apps", "Review")
    clock.now += 10
    qtbot.mouseClick(shown.button, _LEFT)
    assert shown.acted == 1


def test_a_press_that_began_before_the_change_does_nothing(qtbot: QtBot, clock: Clock) -> None:
    shown = Shown(qtbot)
    shown.mean("apps", "Review")
    clock.now += 1000
    qtbot.mousePress(shown.button, _LEFT)
    shown.mean("review", "Write to CLASSROOM")
    clock.now += 1000
    qtbot.mouseRelease(shown.button, _LEFT)
    assert shown.acted == 0


def test_a_press_that_began_too_early_does_nothing_however_long_it_is_held(
    qtbot: QtBot, clock: Clock
) -> None:
    shown = Shown(qtbot)
    shown.mean("review", "Write to CLASSROOM")
    clock.now += 600
    qtbot.mousePress(shown.button, _LEFT)
    clock.now += 600
    qtbot.mouseRelease(shown.button, _LEFT)
    assert shown.acted == 0


def test_what_cannot_be_pressed_says_why(qtbot: QtBot, clock: Clock) -> None:
    shown = Shown(qtbot)
    shown.button.show_action("apps", PrimaryAction("Review", False, "Nothing chosen yet"))
    clock.now += 1000
    shown.button.act()
    assert shown.acted == 0
    assert shown.button.accessibleDescription() == "Nothing chosen yet"
    assert shown.button.toolTip() == "Nothing chosen yet"


def test_what_cannot_be_pressed_yet_keeps_the_focus_until_it_can(
    qtbot: QtBot, clock: Clock
) -> None:
    """As the last control of a window it would else send who waits for it to the first."""
    shown = Shown(qtbot)
    shown.window.activateWindow()
    qtbot.waitUntil(shown.window.isActiveWindow)
    shown.button.show_action("apps", PrimaryAction("Review", False, "Nothing chosen yet"))
    shown.button.setFocus(Qt.FocusReason.TabFocusReason)
    assert QApplication.focusWidget() is shown.button
    clock.now += 1000
    qtbot.keyClick(shown.button, Qt.Key.Key_Return)
    qtbot.mouseClick(shown.button, _LEFT)
    assert shown.acted == 0

    shown.mean("apps", "Review")
    assert QApplication.focusWidget() is shown.button
    clock.now += 1000
    qtbot.keyClick(shown.button, Qt.Key.Key_Return)
    assert shown.acted == 1


def test_a_dialog_that_saves_obeys_the_same(qtbot: QtBot, clock: Clock) -> None:
    """Who types a name quickly, or has it already, has not looked yet."""
    dialog = SaveSetDialog(())
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(dialog.isActiveWindow)
    qtbot.keyClicks(QApplication.focusWidget(), "5b")
    clock.now += 699
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert dialog.isVisible()
    clock.now += 1
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert dialog.result() == SaveSetDialog.DialogCode.Accepted


class Buttons:
    """Two buttons below each other; the first may go away."""

    def __init__(self, qtbot: QtBot, clock: Clock, *, scrolled: bool = False) -> None:
        StillButtons.watch()
        content = QWidget()
        layout = QVBoxLayout(content)
        self.first, self.second = QPushButton("first"), QPushButton("second")
        for button in (self.first, self.second):
            layout.addWidget(button)
        self.first.clicked.connect(self._note_first)
        self.second.clicked.connect(self._note_second)
        self.window: QWidget = content
        if scrolled:
            content.setMinimumHeight(2000)
            area = QScrollArea()
            area.setWidget(content)
            area.setWidgetResizable(True)
            self.window = area
        qtbot.addWidget(self.window)
        self.window.resize(300, 200)
        self.window.show()
        self.pressed: list[str] = []
        clock.now += 1000

    def _note_first(self) -> None:
        self.pressed.append("first")

    def _note_second(self) -> None:
        self.pressed.append("second")


@pytest.mark.parametrize(("waited", "pressed"), [(0, 0), (200, 0), (349, 0), (350, 1)])
def test_a_button_that_has_just_moved_swallows_the_mouse(
    qtbot: QtBot, clock: Clock, waited: int, pressed: int
) -> None:
    shown = Buttons(qtbot, clock)
    shown.first.hide()
    qtbot.waitUntil(lambda: shown.second.property("moved") == clock.now)
    clock.now += waited
    qtbot.mouseClick(shown.second, _LEFT)
    assert len(shown.pressed) == pressed


def test_a_button_that_has_just_appeared_swallows_the_mouse_but_not_the_keys(
    qtbot: QtBot, clock: Clock
) -> None:
    shown = Buttons(qtbot, clock)
    shown.first.hide()
    clock.now += 1000
    shown.first.show()
    qtbot.mouseClick(shown.first, _LEFT)
    assert shown.pressed == []
    qtbot.keyClick(shown.first, Qt.Key.Key_Space)
    assert shown.pressed == ["first"]


@pytest.mark.parametrize(("waited", "pressed"), [(0, 0), (500, 0), (699, 0), (700, 1)])
def test_a_button_that_means_something_else_swallows_the_mouse(
    qtbot: QtBot, clock: Clock, waited: int, pressed: int
) -> None:
    shown = Buttons(qtbot, clock)
    means_something_else(shown.second)
    clock.now += waited
    qtbot.mouseClick(shown.second, _LEFT)
    assert len(shown.pressed) == pressed


def test_what_was_scrolled_by_hand_can_be_pressed_at_once(qtbot: QtBot, clock: Clock) -> None:
    shown = Buttons(qtbot, clock, scrolled=True)
    assert isinstance(shown.window, QScrollArea)
    shown.window.verticalScrollBar().setValue(40)
    qtbot.mouseClick(shown.second, _LEFT)
    assert shown.pressed == ["second"]


class TestKeys:
    """They obey the same as the mouse."""

    @pytest.fixture
    def buttons(self, qtbot: QtBot, clock: Clock) -> Buttons:
        buttons = Buttons(qtbot, clock)
        for button in (buttons.first, buttons.second):
            # As in a dialog: Return presses it.
            button.setAutoDefault(True)
        buttons.window.activateWindow()
        qtbot.waitUntil(buttons.window.isActiveWindow)
        buttons.first.setFocus(Qt.FocusReason.MouseFocusReason)
        return buttons

    @pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
    def test_the_second_press_does_not_go_to_what_got_the_focus_by_itself(
        self, buttons: Buttons, qtbot: QtBot, clock: Clock, key: Qt.Key
    ) -> None:
        """A verb goes away when it is pressed; what is left is often Stop."""
        buttons.first.clicked.connect(buttons.first.hide)
        qtbot.keyClick(buttons.first, key)
        assert QApplication.focusWidget() is buttons.second
        qtbot.keyClick(buttons.second, key)
        clock.now += 699
        qtbot.keyClick(buttons.second, key)
        assert buttons.pressed == ["first"]
        clock.now += 1
        qtbot.keyClick(buttons.second, key)
        assert buttons.pressed == ["first", "second"]

    def test_who_goes_there_with_tab_presses_at_once(self, buttons: Buttons, qtbot: QtBot) -> None:
        qtbot.keyClick(buttons.first, Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is buttons.second
        qtbot.keyClick(buttons.second, Qt.Key.Key_Return)
        assert buttons.pressed == ["second"]

    def test_what_means_something_else_is_not_pressed(
        self, buttons: Buttons, qtbot: QtBot, clock: Clock
    ) -> None:
        means_something_else(buttons.first)
        clock.now += 699
        qtbot.keyClick(buttons.first, Qt.Key.Key_Return)
        assert buttons.pressed == []
        clock.now += 1
        qtbot.keyClick(buttons.first, Qt.Key.Key_Return)
        assert buttons.pressed == ["first"]

    def test_a_key_that_is_held_presses_once(self, buttons: Buttons) -> None:
        hold(buttons.first)
        assert buttons.pressed == ["first"]

    def test_in_a_dialog_too(self, qtbot: QtBot, clock: Clock) -> None:
        """Return presses its verb from wherever the focus is, and Cancel may mean Stop by then."""
        dialog = Dialog("Install?", "Install")
        qtbot.addWidget(dialog)
        StillButtons.watch()
        dialog.show()
        qtbot.waitUntil(dialog.isActiveWindow)
        done: list[str] = []

        def install() -> None:
            done.append("install")
            dialog.verb.hide()
            dialog.rename_cancel("Stop")

        dialog.acted.connect(install)
        dialog.rejected.connect(lambda: done.append("stop"))
        clock.now += 1000
        qtbot.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Return)
        qtbot.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Return)
        assert done == ["install"]
        clock.now += 700
        dialog.cancel.setFocus(Qt.FocusReason.MouseFocusReason)
        qtbot.keyClick(dialog.cancel, Qt.Key.Key_Return)
        assert done == ["install", "stop"]


def hold(widget: QWidget) -> None:
    """Return, for a while."""
    for repeats in (False, True, True):
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            none = Qt.KeyboardModifier.NoModifier
            event = QKeyEvent(kind, Qt.Key.Key_Return, none, "\r", repeats)
            QApplication.sendEvent(widget, event)
