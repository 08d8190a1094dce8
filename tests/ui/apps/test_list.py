"""Choosing apps: looking for them with the mouse and with the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from tests.demo import APPS
from tests.gpg import SigningKey
from tests.ui.apps.person import Person, remote_of, visiting
from tests.upstream import Upstream
from ui.window.main_window import MainWindow


def test_shows_what_there_is(person: Person) -> None:
    assert {"Classroom Atlas", "Field Notes", "Planets"} <= set(person.names())
    assert person.names() == sorted(person.names())
    assert not person.primary.action.enabled
    assert person.primary.toolTip() == "Choose at least one app."


def test_a_list_that_comes_takes_the_focus_from_nobody(window: MainWindow, qtbot: QtBot) -> None:
    person = visiting(window, qtbot)
    used = next(
        button
        for button in person.page.findChildren(QToolButton)
        if button.accessibleName() == "More for the apps"
    )
    used.setFocus(Qt.FocusReason.TabFocusReason)
    assert QApplication.focusWidget() is used
    person.until(lambda: person.count() > 0)
    assert QApplication.focusWidget() is used


def test_with_the_keyboard_alone(person: Person) -> None:
    assert QApplication.focusWidget() is person.search
    person.type("notes")
    person.until(lambda: person.names() == ["Field Notes"])

    person.press(Qt.Key.Key_Down)
    person.press(Qt.Key.Key_Space)

    assert person.chosen() == ["Field Notes"]
    assert person.is_checked("Field Notes")
    person.until(lambda: "Fits" in person.strip.sentence)
    assert person.primary.action.enabled

    person.press(Qt.Key.Key_Space)

    assert person.chosen() == []
    person.until(lambda: "Nothing chosen" in person.strip.sentence)
    assert not person.primary.action.enabled


def test_return_looks_at_an_app_and_escape_goes_back_to_it(person: Person) -> None:
    person.press(Qt.Key.Key_Down)
    person.press(Qt.Key.Key_Return)

    person.until(person.details.isVisible)
    assert person.details.row is not None
    assert person.chosen() == []
    second = person.names()[1]
    person.press(Qt.Key.Key_Down)
    person.until(lambda: second in person.texts())

    person.press(Qt.Key.Key_Escape)
    person.until(lambda: not person.details.isVisible())
    assert QApplication.focusWidget() is person.view
    assert person.view.currentIndex().data() == second


def test_with_the_mouse(person: Person, qtbot: QtBot) -> None:
    """The tick chooses, a click elsewhere looks; a double click does no more than a click."""
    person.click("Planets", left=200)
    assert person.chosen() == []
    person.until(person.details.isVisible)

    person.choose("Planets", "Field Notes")
    assert person.chosen() == ["Planets", "Field Notes"]

    viewport, button = person.view.viewport(), Qt.MouseButton.LeftButton
    area = person.view.visualRect(person.index("Planets"))
    qtbot.mouseClick(viewport, button, pos=area.center())
    qtbot.mouseDClick(viewport, button, pos=area.center())
    assert person.chosen() == ["Planets", "Field Notes"]
    qtbot.mouseClick(viewport, button, pos=person.tick("Planets"))
    qtbot.mouseDClick(viewport, button, pos=person.tick("Planets"))
    assert person.chosen() == ["Field Notes"]


@pytest.mark.thorough
def test_typing_in_the_list_goes_on_in_the_search(person: Person) -> None:
    person.press(Qt.Key.Key_Down)
    assert QApplication.focusWidget() is person.view

    person.type("p")
    person.type("lan")

    assert person.search.text() == "plan"
    person.until(lambda: person.names() == ["Planets"])


def test_nothing_fits_and_the_way_back(person: Person) -> None:
    person.type("xylophone")
    person.until(lambda: person.panel() == "Nothing found for “xylophone”")

    person.push("Clear")

    person.until(lambda: person.count() == len(APPS))
    assert person.search.text() == ""


@pytest.mark.thorough
def test_did_you_mean(person: Person) -> None:
    person.type("plnaets")
    person.until(person.panel)

    person.push("planets")

    person.until(lambda: person.names() == ["Planets"])
    assert person.search.text() == "planets"


def test_as_tiles(person: Person) -> None:
    person.filter("Tiles")

    person.until(
        lambda: (
            person.view.visualRect(person.index(person.names()[1])).left()
            > person.view.visualRect(person.index(person.names()[0])).left()
        )
    )
    person.choose("Planets")
    assert person.chosen() == ["Planets"]


@pytest.mark.thorough
def test_technical_parts_for_builders(person: Person) -> None:
    person.filter("Technical parts")

    person.until(lambda: "org.satchel.Demo.Platform" in person.names())
    assert not any(name.endswith(".Locale") for name in person.names())


@pytest.mark.thorough
def test_of_an_app_that_its_source_does_not_describe_no_ref_is_shown(
    visit: Callable[..., Person], own_upstream: Upstream, upstream_key: SigningKey
) -> None:
    person = visit(remote_of(own_upstream.path.as_uri(), upstream_key))
    person.until(lambda: "org.test.Other" in person.names())

    told = person.index("org.test.Other").data(Qt.ItemDataRole.AccessibleDescriptionRole)
    assert told.startswith("Its source does not describe it.")
    assert "app/" not in told
