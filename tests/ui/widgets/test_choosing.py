"""Chips, segments, switches, check boxes: by mouse and by key."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.seen import is_drawn, picture, strongest_contrast
from tests.ui.widget_tree import focused
from ui.style import style
from ui.style.look import Scheme, look
from ui.style.tokens import size
from ui.widgets.check_box import CheckBox, Switch
from ui.widgets.chips import ChipItem, ChipRow
from ui.widgets.segments import Segments

Show = Callable[[QWidget], QWidget]
WORDS = ("For you", "Learning", "Office", "Pictures", "Sound", "Reading", "Coding")


def row_of(show: Show, width: int, *, exclusive: bool = True) -> ChipRow:
    row = ChipRow("Categories", exclusive=exclusive)
    row.show_chips([ChipItem(word.lower(), word, word == WORDS[0]) for word in WORDS])
    window = show(row)
    margins = window.contentsMargins()
    window.resize(width + margins.left() + margins.right(), 200)
    row.setFixedWidth(width)
    QApplication.processEvents()
    return row


def visible(row: ChipRow) -> list[QToolButton]:
    buttons = (each for each in row.findChildren(QToolButton) if each.isVisible())
    return sorted(buttons, key=lambda button: button.x())


def test_what_has_no_room_is_in_the_last_chip(show: Show) -> None:
    row = row_of(show, 300)

    texts = [chip.text() for chip in visible(row)]
    assert texts[-1] == "More"
    menu = visible(row)[-1].menu()
    assert menu is not None
    assert [*texts[:-1], *(action.text() for action in menu.actions())] == list(WORDS)
    assert all(chip.geometry().right() < row.width() for chip in visible(row))


def test_with_room_there_is_no_more(show: Show) -> None:
    assert [chip.text() for chip in visible(row_of(show, 2000))] == list(WORDS)


def test_what_is_in_the_menu_can_be_chosen_and_is_told(show: Show) -> None:
    row = row_of(show, 300)
    switched: list[tuple[str, bool]] = []
    row.toggled.connect(lambda key, on: switched.append((key, on)))
    menu = visible(row)[-1].menu()
    assert menu is not None

    menu.actions()[-1].trigger()

    assert switched == [("coding", True)]
    assert row.on == ("coding",)
    assert visible(row)[-1].property("on")


def test_the_arrow_keys_move_in_an_exclusive_row(show: Show, qtbot: QtBot) -> None:
    row = row_of(show, 2000)
    visible(row)[0].setFocus(Qt.FocusReason.TabFocusReason)

    qtbot.keyClick(focused(), Qt.Key.Key_Right)

    assert row.on == ("learning",)
    assert focused().accessibleName() == "Learning"
    qtbot.keyClick(focused(), Qt.Key.Key_Left)
    assert row.on == ("for you",)


def test_filters_are_on_or_off_by_themselves(show: Show, qtbot: QtBot) -> None:
    row = row_of(show, 2000, exclusive=False)

    qtbot.mouseClick(visible(row)[2], Qt.MouseButton.LeftButton)

    assert row.on == ("for you", "office")


def test_from_the_right_the_first_chip_is_at_the_right(show: Show) -> None:
    row = row_of(show, 300)
    row.window().setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    row.show_chips([ChipItem(word.lower(), word) for word in WORDS])
    QApplication.processEvents()

    texts = [chip.text() for chip in visible(row)]
    assert texts[-1] == WORDS[0]
    assert texts[0] == "More"
    assert visible(row)[-1].geometry().right() == row.width() - 1


def test_chips_can_be_read(scheme: Scheme, show: Show) -> None:
    del scheme
    for chip in visible(row_of(show, 300)):
        inner = chip.rect().adjusted(10, 6, -10, -6)
        assert strongest_contrast(picture(chip), inner) >= style.READABLE_CONTRAST


def test_segments_are_chosen_by_mouse_and_arrow_keys(show: Show, qtbot: QtBot) -> None:
    segments = Segments("View", ("Apps", "Space", "Check"))
    chosen: list[int] = []
    segments.chosen.connect(chosen.append)
    show(segments)
    buttons = segments.findChildren(QToolButton)

    qtbot.mouseClick(buttons[2], Qt.MouseButton.LeftButton)
    buttons[2].setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(buttons[2], Qt.Key.Key_Left)

    assert chosen == [2, 1]
    assert segments.current == 1
    segments.show_segment(0)
    assert chosen == [2, 1]


@pytest.mark.parametrize("make", [Switch, CheckBox])
def test_a_switch_has_a_name_a_size_and_keys(
    show: Show, qtbot: QtBot, make: Callable[[str], Switch | CheckBox]
) -> None:
    switch = make("Sound when a drive is ready")
    show(switch)
    assert (switch.accessibleName() or switch.text()) == "Sound when a drive is ready"
    assert min(switch.width(), switch.height()) >= style.px(size("target-minimum"))

    switch.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert switch.isChecked()
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton, pos=switch.rect().center())
    assert not switch.isChecked()


@pytest.mark.parametrize("make", [Switch, CheckBox])
@pytest.mark.parametrize("on", [True, False], ids=["on", "off"])
@pytest.mark.parametrize("mirrored", [True, False], ids=["from the right", "from the left"])
def test_a_switch_stands_out(
    scheme: Scheme,
    show: Show,
    make: Callable[[str], Switch | CheckBox],
    on: bool,
    mirrored: bool,
) -> None:
    del scheme
    switch = make("")
    switch.setChecked(on)
    window = show(switch)
    if mirrored:
        window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)

    image = picture(switch)

    assert is_drawn(image, look().accent if on else look().control)
    assert strongest_contrast(image) >= style.SHAPE_CONTRAST
