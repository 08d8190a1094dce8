"""Fields: what is wrong stands below, the wheel changes nothing, prompts can be read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QStyleOptionComboBox, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.seen import is_drawn, picture, strongest_contrast
from tests.ui.user_actions import everything_said, find_control
from ui.style import style
from ui.style.look import Scheme, look
from ui.widgets.fields import Combo, DecimalField, Field, NumberField
from ui.widgets.labels import Label
from ui.widgets.search_field import SearchField

Show = Callable[[QWidget], QWidget]


def test_what_is_wrong_is_said_below_and_at_the_line(show: Show) -> None:
    field = Field("&Name", "CLASSROOM")
    show(field)
    assert field.line.accessibleName() == "Name"

    field.refuse("That name is too long.")

    assert "That name is too long." in everything_said(field)
    assert field.line.accessibleDescription() == "That name is too long."
    assert is_drawn(picture(field.line), look().bad)
    field.refuse("")
    assert "too long" not in everything_said(field)
    assert not is_drawn(picture(field.line), look().bad)


def test_the_prompt_can_be_read(scheme: Scheme, show: Show) -> None:
    del scheme
    field = Field("Name", "CLASSROOM")
    show(field)
    QApplication.processEvents()

    inner = field.line.rect().adjusted(6, 6, -6, -6)
    assert strongest_contrast(picture(field.line), inner) >= style.READABLE_CONTRAST


def test_where_one_types_has_a_ring_also_by_mouse(show: Show, qtbot: QtBot) -> None:
    field = Field("Name")
    show(field)
    field.line.clearFocus()
    assert not is_drawn(picture(field.line), look().accent)

    qtbot.mouseClick(field.line, Qt.MouseButton.LeftButton)
    field.line.setFocus(Qt.FocusReason.MouseFocusReason)

    assert is_drawn(picture(field.line), look().accent)


def turned(widget: QWidget) -> None:
    """The wheel, one step down over it."""
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(widget.mapToGlobal(middle)),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_the_wheel_changes_nothing(show: Show) -> None:
    combo, number, decimal = Combo("Kind"), NumberField("Connections"), DecimalField("At most")
    combo.addItems(["Ordinary", "NVIDIA"])
    for widget in (combo, number, decimal):
        show(widget)
        widget.setFocus()
        turned(widget)
        assert widget.accessibleName()

    assert (combo.currentIndex(), number.value(), decimal.value()) == (0, 0, 0.0)


@pytest.mark.parametrize("text", ["As this computer", "20 GB", "W" * 40])
def test_a_choice_as_wide_as_it_wants_to_be_is_read_whole(show: Show, text: str) -> None:
    combo = Combo("Kind")
    combo.addItem(text)
    show(combo)
    combo.resize(combo.sizeHint())
    option = QStyleOptionComboBox()
    combo.initStyleOption(option)
    assert option.currentText == text
    combo.resize(combo.width() - 10, combo.height())
    combo.initStyleOption(option)
    assert option.currentText.endswith("…")


@pytest.mark.parametrize("make", [Combo, NumberField, DecimalField])
def test_arrows_are_there(
    scheme: Scheme, show: Show, make: Callable[[str], Combo | NumberField | DecimalField]
) -> None:
    """The style draws none under a style sheet."""
    del scheme
    field = make("Kind")
    field.setMinimumWidth(200)
    show(field)
    QApplication.processEvents()

    end = field.rect().adjusted(field.width() - 30, 6, -6, -6)
    assert strongest_contrast(picture(field), end) >= style.SHAPE_CONTRAST


def test_a_search_shows_its_keys_until_something_is_typed(show: Show, qtbot: QtBot) -> None:
    search = SearchField("Search 2,914 apps", keys=QKeySequence("Ctrl+F"))
    show(search)
    end = search.rect().adjusted(search.width() - 60, 4, -4, -4)
    assert strongest_contrast(picture(search), end) >= style.READABLE_CONTRAST

    qtbot.keyClicks(search, "make")
    cross = find_control(search, QAbstractButton, "Clear")
    qtbot.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert search.text() == ""
    assert not cross.isVisible()

    qtbot.keyClicks(search, "make")
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert search.text() == ""


def test_what_a_field_is_for_may_be_a_name(show: Show) -> None:
    """“R&D” is to be typed as it stands there: it is no key."""
    field = Field("")
    field.rename("Type R&D to go on")
    show(field)
    [label] = [each for each in field.findChildren(Label) if each.text()]
    assert label.buddy() is None
    assert label.text() == "Type R&D to go on"
