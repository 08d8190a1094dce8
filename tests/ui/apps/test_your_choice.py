"""What is chosen has a place of its own: looked through, taken away, brought back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QListView, QPushButton

from app.replacing import replace
from tests.ui.apps.person import Person
from tests.ui.user_actions import find_control
from tests.ui.widget_tree import the_only
from ui.pages.apps.your_choice import YourChoice
from ui.state.choice import ChosenRef
from ui.widgets.toast import ToastBar


class Popover:
    """Opened from the strip."""

    def __init__(self, person: Person) -> None:
        self._person = person
        person.qtbot.mouseClick(person.strip.button, Qt.MouseButton.LeftButton)
        self.frame = the_only(person.window, YourChoice)
        self.list = the_only(self.frame, QListView)
        person.until(self.frame.isVisible)

    def names(self) -> list[str]:
        model = self.list.model()
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    def cross(self, name: str) -> None:
        index = self.list.model().index(self.names().index(name), 0)
        area = self.list.visualRect(index)
        place = QPoint(area.right() - 20, area.center().y())
        viewport = self.list.viewport()
        self._person.qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)

    def push(self, text: str) -> None:
        button = find_control(self.frame, QPushButton, text)
        self._person.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def popover(person: Person) -> Popover:
    person.choose("Planets", "Field Notes")
    return Popover(person)


def toast(person: Person) -> ToastBar:
    return the_only(person.window, ToastBar)


@pytest.mark.thorough
def test_the_list_stays_as_it_is(popover: Popover, person: Person) -> None:
    """Looking at what is chosen is no filter, and search goes on."""
    assert popover.names() == ["Planets", "Field Notes"]
    assert person.count() > 2
    assert person.search.isEnabled()


def test_one_is_taken_away_and_comes_back(popover: Popover, person: Person) -> None:
    popover.cross("Planets")
    assert person.chosen() == ["Field Notes"]
    assert popover.names() == ["Field Notes"]
    shown = toast(person).toast
    assert shown is not None
    assert shown.text == "Planets removed from your choice"
    toast(person).undo()
    assert person.chosen() == ["Planets", "Field Notes"]


@pytest.mark.thorough
def test_delete_takes_the_current_one_away(popover: Popover, person: Person) -> None:
    popover.list.setCurrentIndex(popover.list.model().index(1, 0))
    person.qtbot.keyClick(popover.list, Qt.Key.Key_Delete)
    assert person.chosen() == ["Planets"]


@pytest.mark.thorough
def test_all_are_taken_away_and_come_back(popover: Popover, person: Person) -> None:
    popover.push("Clear all")
    assert person.chosen() == []
    toast(person).undo()
    assert person.chosen() == ["Planets", "Field Notes"]


def test_escape_closes_it_and_the_focus_is_where_it_was(popover: Popover, person: Person) -> None:
    person.press(Qt.Key.Key_Escape)
    assert not popover.frame.isVisible()


@pytest.mark.thorough
def test_what_is_offered_no_more_can_be_taken_away(person: Person) -> None:
    choice = person.window.session.choice
    gone = ChosenRef(f"app/org.gone.Gone/{choice.options.arch}/stable", "elsewhere", "Gone")
    person.window.session.set_choice(replace(choice, refs=(gone,)))
    person.until(lambda: "elsewhere" in person.strip.sentence)
    assert not person.primary.action.enabled
    popover = Popover(person)
    popover.cross("Gone")
    assert person.chosen() == []
    person.until(lambda: "Nothing chosen" in person.strip.sentence)
