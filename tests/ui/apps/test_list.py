"""Choosing apps: looking for them with the mouse and with the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QTabBar, QToolButton
from pytestqt.qtbot import QtBot

from tests.demo import APPS
from tests.ui.apps.person import Person
from tests.ui.widget_tree import the_only


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
    person.until(lambda: "Fits on" in person.strip.sentence)
    assert person.primary.isEnabled()

    person.press(Qt.Key.Key_Return)

    assert person.chosen() == []
    person.until(lambda: "Nothing chosen" in person.strip.sentence)
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
