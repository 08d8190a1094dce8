"""Choosing apps: looking for them with the mouse and with the keyboard."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QTabBar, QToolButton
from pytestqt.qtbot import QtBot

from tests.demo import APPS
from tests.ui.apps.person import Person
from tests.ui.widget_tree import the_only
from ui.state.session import ChosenRef


def test_shows_what_there_is(person: Person) -> None:
    assert person.names() == ["Classroom Atlas", "Field Notes", "Planets"]
    assert not person.primary.isEnabled()
    assert person.primary.toolTip() == "Choose at least one app."


def test_with_the_keyboard_alone(person: Person) -> None:
    assert QApplication.focusWidget() is person.search
    person.type("notes")
    person.until(lambda: person.names() == ["Field Notes"])

    person.press(Qt.Key.Key_Down)
    person.press(Qt.Key.Key_Space)

    assert person.chosen() == ["Field Notes"]
    assert person.is_checked("Field Notes")
    person.until(lambda: "It fits" in person.meter.sentence)
    assert person.primary.isEnabled()
    assert person.button("1 chosen").isEnabled()

    person.press(Qt.Key.Key_Return)

    assert person.chosen() == []
    person.until(lambda: "Choose what" in person.meter.sentence)
    assert not person.primary.isEnabled()


def test_with_the_mouse(person: Person, qtbot: QtBot) -> None:
    person.click("Planets", left=200)
    assert person.chosen() == []

    person.choose("Planets", "Field Notes")
    assert person.chosen() == ["Planets", "Field Notes"]

    area = person.view.visualRect(person.index("Planets"))
    qtbot.mouseDClick(person.view.viewport(), Qt.MouseButton.LeftButton, pos=area.center())
    assert person.chosen() == ["Field Notes"]


def test_typing_in_the_list_goes_on_in_the_search(person: Person) -> None:
    person.press(Qt.Key.Key_Down)
    assert QApplication.focusWidget() is person.view

    person.type("p")
    person.type("lan")

    assert person.search.text() == "plan"
    person.until(lambda: person.names() == ["Planets"])


def test_nothing_fits_and_the_way_back(person: Person) -> None:
    person.type("xylophone")
    person.until(lambda: person.panel() == "Nothing fits")

    person.push("Show everything")

    person.until(lambda: person.count() == len(APPS))
    assert person.search.text() == ""


def test_as_a_grid(person: Person, qtbot: QtBot) -> None:
    grid = next(
        button
        for button in person.page.findChildren(QToolButton)
        if button.accessibleName() == "Grid"
    )
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton)

    person.until(
        lambda: (
            person.view.visualRect(person.index("Planets")).left()
            > person.view.visualRect(person.index("Field Notes")).left()
        )
    )
    area = person.view.visualRect(person.index("Planets"))
    corner = QPoint(area.left() + 20, area.top() + 20)
    qtbot.mouseClick(person.view.viewport(), Qt.MouseButton.LeftButton, pos=corner)
    assert person.chosen() == ["Planets"]


def test_runtimes_and_extensions_for_builders(person: Person) -> None:
    tabs = the_only(person.page, QTabBar)
    person.qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(1).center())

    person.until(lambda: "org.satchel.Demo.Platform" in person.names())


def test_only_what_is_chosen(person: Person) -> None:
    person.choose("Planets", "Field Notes")

    person.push("2 chosen")
    person.until(lambda: person.names() == ["Planets", "Field Notes"])

    person.choose("Planets")
    person.until(lambda: person.names() == ["Field Notes"])
    person.choose("Field Notes")
    person.until(lambda: person.count() == len(APPS))


def test_what_is_offered_no_more_can_be_taken_away(person: Person) -> None:
    choice = person.window.session.choice
    gone = ChosenRef(f"app/org.gone.Gone/{choice.options.arch}/stable", "elsewhere", "Gone")
    person.window.session.set_choice(replace(choice, refs=(gone,)))
    person.until(lambda: "elsewhere" in person.meter.sentence)
    assert not person.primary.isEnabled()

    person.push("1 chosen")
    person.until(lambda: person.names() == ["Gone"])
    person.choose("Gone")

    assert person.chosen() == []
    person.until(lambda: person.count() == len(APPS))
    person.until(lambda: "Choose what" in person.meter.sentence)
