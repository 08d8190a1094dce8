"""Buttons of every kind: size, colours, keys, and why one does nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.seen import picture, strongest_contrast
from ui.style import style
from ui.style.look import Scheme
from ui.style.symbol import Symbol
from ui.style.tokens import size
from ui.widgets.buttons import Button, IconButton, Kind, MenuButton
from ui.widgets.chevrons import ChevronButton
from ui.widgets.chips import ChipItem, ChipRow
from ui.widgets.fold import FoldHead
from ui.widgets.segments import Segments
from ui.widgets.tab_order import stops

Show = Callable[[QWidget], QWidget]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("enabled", [True, False], ids=["enabled", "disabled"])
def test_the_text_can_be_read(scheme: Scheme, show: Show, kind: Kind, enabled: bool) -> None:
    del scheme
    button = Button("Mnopq", kind)
    button.setEnabled(enabled)
    show(button)

    inner = button.rect().adjusted(8, 6, -8, -6)
    assert strongest_contrast(picture(button), inner) >= style.READABLE_CONTRAST


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("small", [True, False], ids=["small", "usual"])
def test_it_can_be_hit_with_a_finger(show: Show, kind: Kind, small: bool) -> None:
    button = Button("OK", kind, small=small)
    show(button)

    least = style.px(size("target-minimum"))
    assert button.height() >= least
    assert button.width() >= least


def test_no_layout_cuts_its_text(show: Show) -> None:
    row = QWidget()
    layout = QHBoxLayout(row)
    for _ in range(3):
        layout.addWidget(Button("Take it off the drive"))
    window = show(row)

    window.resize(10, 10)

    for button in row.findChildren(Button):
        assert button.width() >= button.fontMetrics().horizontalAdvance(button.text())


def test_what_is_explained_can_be_reached_and_does_nothing(show: Show, qtbot: QtBot) -> None:
    pressed: list[bool] = []
    button = Button("Repair")
    button.clicked.connect(lambda: pressed.append(True))
    window = show(button)
    button.explain("There is nothing to repair.")

    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(window, Qt.Key.Key_Tab)
    assert button.hasFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    qtbot.keyClick(button, Qt.Key.Key_Return)
    button.click()

    assert not pressed
    assert button.accessibleDescription() == button.toolTip() == "There is nothing to repair."
    button.explain("")
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert len(pressed) == 1


def test_a_ring_shows_for_the_keyboard_only(show: Show, qtbot: QtBot) -> None:
    window = show(Button("First"))
    button = window.findChild(Button)
    assert button is not None
    plain = picture(button)

    qtbot.mouseMove(window)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    button.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not button.property("keyed")
    button.clearFocus()
    # As Qt does where what had the focus is hidden.
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert not button.property("keyed")
    button.clearFocus()
    qtbot.keyClick(window, Qt.Key.Key_Tab)

    assert button.property("keyed")
    assert picture(button) != plain


def test_an_icon_alone_has_a_name(scheme: Scheme, show: Show) -> None:
    del scheme
    button = IconButton(Symbol.CROSS, "Close <it>")
    show(button)

    assert button.accessibleName() == "Close <it>"
    assert "&lt;it&gt;" in button.toolTip()
    inner = button.rect().adjusted(6, 6, -6, -6)
    assert strongest_contrast(picture(button), inner) >= style.SHAPE_CONTRAST


def test_a_menu_opens_by_key(show: Show, qtbot: QtBot) -> None:
    window = QWidget()
    menu = QMenu(window)
    seen: list[bool] = []
    menu.addAction("Eject").triggered.connect(lambda: seen.append(True))
    button = MenuButton(menu, "More for CLASSROOM")
    QHBoxLayout(window).addWidget(button)
    show(window)

    qtbot.keyClick(button, Qt.Key.Key_Down)
    assert menu.isVisible()
    menu.actions()[0].trigger()
    menu.close()

    assert len(seen) == 1


def row_of_chips() -> ChipRow:
    row = ChipRow("Categories", exclusive=False)
    row.show_chips([ChipItem("office", "Office")])
    return row


@pytest.mark.parametrize(
    "make",
    [
        lambda: Button("Repair"),
        lambda: IconButton(Symbol.CROSS, "Close"),
        lambda: ChevronButton("Source"),
        lambda: FoldHead(0),
        lambda: Segments("Part", ["Apps", "Space"]),
        row_of_chips,
    ],
    ids=["button", "icon", "chevron", "fold", "segment", "chip"],
)
def test_return_presses_it_once(show: Show, qtbot: QtBot, make: Callable[[], QWidget]) -> None:
    """As the space bar does, and in a window as in a dialog."""
    widget = make()
    show(widget)
    one = widget if isinstance(widget, QAbstractButton) else stops(widget)[0]
    assert isinstance(one, QAbstractButton)
    pressed: list[bool] = []
    one.clicked.connect(lambda: pressed.append(True))
    qtbot.keyClick(one, Qt.Key.Key_Return)
    qtbot.keyClick(one, Qt.Key.Key_Enter)
    assert len(pressed) == 2
