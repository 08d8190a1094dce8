"""Everything can be operated with the keyboard and has a name that can be read out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QRadioButton, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.dialog_states import DIALOG_STATES
from tests.ui.essential_states import in_turn
from tests.ui.widget_tree import controls, front
from tests.ui.window_states import WINDOW_STATES
from ui.window.main_window import MainWindow

_MOST_TABS = 300
pytestmark = pytest.mark.slow

ALL = WINDOW_STATES | DIALOG_STATES


def name_of(widget: QWidget) -> str:
    """What a screen reader calls it."""
    name = widget.accessibleName()
    if not name and isinstance(widget, QAbstractButton):
        name = widget.text()
    if not name and isinstance(widget, QTabBar):
        name = widget.tabText(widget.currentIndex())
    if not name:
        labels = [each for each in widget.window().findChildren(QWidget) if is_buddy(each, widget)]
        name = "label" if labels else ""
    return name.strip()


def is_buddy(label: QWidget, widget: QWidget) -> bool:
    buddy = getattr(label, "buddy", None)
    return buddy is not None and buddy() is widget


@pytest.mark.parametrize("state", in_turn(ALL))
def test_every_control_has_a_name_and_is_reached_with_the_tab_key_as_one_reads(
    window: MainWindow, qtbot: QtBot, state: str
) -> None:
    """And shows that it is."""
    ALL[state](window, qtbot)
    seen = front(window)

    assert not [repr(control) for control in controls(seen) if not name_of(control)]

    seen.activateWindow()
    qtbot.waitUntil(seen.isActiveWindow)
    # What was shown last may still be where it was before.
    QApplication.processEvents()
    wanted = {
        control
        for control in controls(seen)
        if control.isEnabled() and not is_in_a_group_with_another_way(control)
    }

    reached: list[QWidget] = []
    ringless: list[str] = []
    for _ in range(_MOST_TABS):
        before = QApplication.focusWidget()
        focused = before.grab().toImage() if before is not None else None
        qtbot.keyClick(before or seen, Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        if before in reached and before is not focus and before.grab().toImage() == focused:
            ringless.append(name_of(before))
        if focus in reached:
            break
        if focus is not None:
            reached.append(focus)

    assert not ringless, "the focus is not seen"
    assert not [repr(control) for control in wanted - set(reached)]
    backwards = [step for step in pairwise((*reached, reached[0])) if goes_back(seen, *step)]
    # From the last to the first.
    assert len(backwards) <= 1, [(name_of(left), name_of(right)) for left, right in backwards]


def goes_back(window: QWidget, before: QWidget, after: QWidget) -> bool:
    """Whether who reads from the top, and in a line from the left, comes to ``after`` first."""
    first, then = (QRect(each.mapTo(window, QPoint()), each.size()) for each in (before, after))
    if then.intersects(first):
        return False
    beside = first.top() <= then.bottom() and then.top() <= first.bottom()
    if beside:
        return then.right() < first.left()
    # What starts further right may be the next column.
    return then.bottom() < first.top() and then.left() <= first.right()


def is_in_a_group_with_another_way(control: QWidget) -> bool:
    """Buttons of a group are gone through with the arrow keys, once one has the focus."""
    if isinstance(control, QRadioButton):
        return not control.isChecked()
    group = control.group() if isinstance(control, QAbstractButton) else None
    return group is not None and group.exclusive() and group.checkedButton() is not control


@pytest.mark.parametrize("state", in_turn(DIALOG_STATES))
def test_escape_closes_a_dialog(window: MainWindow, qtbot: QtBot, state: str) -> None:
    DIALOG_STATES[state](window, qtbot)
    dialog = front(window)
    assert dialog is not window
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)

    qtbot.keyClick(dialog, Qt.Key.Key_Escape)

    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
