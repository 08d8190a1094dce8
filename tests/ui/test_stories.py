"""Whole stories in the real window, by clicking as a person would."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.stick.environment import Environment
from tests.satchel import satchel
from tests.stick.damage import flip_middle
from tests.ui.demo_stick import demo_stick
from tests.ui.jobs import buttons, until_said
from tests.ui.user_actions import LONG, dialog, everything_said, find_control, press
from ui.pages.apps.app_delegate import AppDelegate
from ui.pages.apps.app_view import AppView
from ui.start import Windows
from ui.state.page_name import PageName
from ui.widgets.dialog import Question
from ui.window.main_window import MainWindow

pytestmark = pytest.mark.slow

_MARK = 20
"""Where a row is clicked to choose it, from its left."""


class Person:
    """Somebody in front of the window."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.qtbot = qtbot

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=LONG)

    def press(self, text: str) -> None:
        press(self.qtbot, self.window, text)

    def until_page(self, name: PageName) -> None:
        self.until(lambda: self.window.page.name is name)

    def picks(self, row: int) -> None:
        """Click the mark of an app, once it is there."""
        self.until(lambda: self.window.page.isVisible() and self._shown_with_more_than(row))
        view = self._shown_with_more_than(row)
        assert view is not None
        delegate = view.itemDelegate()
        assert isinstance(delegate, AppDelegate)
        place = delegate.tick_area(view.visualRect(view.model().index(row, 0)), row).center()
        self.qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        self.until(lambda: self.window.session.choice.refs)

    def _shown_with_more_than(self, row: int) -> AppView | None:
        views = self.window.page.findChildren(AppView)
        shown = (view for view in views if view.isVisible() and view.model().rowCount() > row)
        return next(shown, None)

    def chooses_and_writes(self) -> None:
        """From the Drive page to the result, with what is chosen."""
        if not self.window.session.choice.refs:
            self.press("Choose apps")
            self.picks(0)
        self.press("Review")
        self.until(lambda: self.window.page.primary_text.startswith("Write to"))
        self.press(self.window.page.primary_text)
        self.until(lambda: self.window.session.outcome is not None)


@pytest.fixture
def person(window: MainWindow, qtbot: QtBot) -> Person:
    return Person(window, qtbot)


@pytest.fixture
def first_start(environment: Environment, qtbot: QtBot) -> Iterator[Windows]:
    """Satchel on a computer where it has never been."""
    windows = Windows(environment)
    windows.open(demo=False)
    yield windows
    if windows.window is not None:
        with qtbot.waitSignal(windows.window.closed, timeout=LONG):
            windows.window.leave()
    windows.close()


def test_first_start_then_the_demo_then_a_drive_that_is_sound(
    first_start: Windows, qtbot: QtBot, tmp_path: Path
) -> None:
    before = first_start.window
    assert before is not None
    Person(before, qtbot).press("Try it without a drive")
    qtbot.waitUntil(
        lambda: first_start.window is not None and first_start.window is not before, timeout=LONG
    )
    window = first_start.window
    assert window is not None
    person = Person(window, qtbot)
    assert window.windowTitle() == "Satchel, demo"

    person.chooses_and_writes()
    until_said(window, qtbot, "read back and right")
    window.open(PageName.CONTENTS)
    # What the job has just read back need not be checked again.
    person.until(lambda: "Sound" in everything_said(window.page))
    drive = window.session.environment.demo_drive
    assert drive is not None
    # For this home the drive is a stranger's.
    trusting = ("verify", "--trust-drive-keys", "--json")
    assert satchel(*trusting, drive, home=tmp_path).json["ok"]


@pytest.mark.thorough
def test_a_second_drive_with_the_same_choice(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = person.window
    second = tmp_path / "second"
    second.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(second))
    person.chooses_and_writes()
    chosen = window.session.choice.refs

    person.press("Next drive, same apps")
    person.until_page(PageName.DRIVE)
    person.press("Use a folder")
    assert window.session.choice.refs == chosen
    person.chooses_and_writes()

    until_said(window, person.qtbot, "read back and right")
    listed = satchel("inspect", "--json", second, home=tmp_path).json
    assert chosen[0].ref in {
        ref["ref"] for collection in listed["collections"] for ref in collection["refs"]
    }


@pytest.mark.thorough
def test_the_check_of_a_damaged_drive_says_what_is_wrong(person: Person, demo: Environment) -> None:
    window = person.window
    drive = demo.demo_drive
    assert drive is not None
    shutil.copytree(demo_stick(), drive, dirs_exist_ok=True, symlinks=True)
    objects = drive.glob(".ostree/repo/objects/*/*.filez")
    flip_middle(max(objects, key=lambda path: path.stat().st_size))

    sidebar = find_control(window, QAbstractButton, "What's on a drive")
    person.qtbot.mouseClick(sidebar, Qt.MouseButton.LeftButton)
    person.until_page(PageName.CONTENTS)
    person.press("Check")
    person.press("Check now")
    person.until(lambda: "Repair" in buttons(window))
    assert "damaged" in everything_said(window.page).lower()


@pytest.mark.thorough
def test_stopped_in_the_middle_and_gone_on(person: Person) -> None:
    window = person.window
    person.press("Choose apps")
    person.picks(0)
    person.press("Review")
    person.press("Write to Demo drive")
    person.press("Stop")
    press(person.qtbot, dialog(person.qtbot, Question), "Stop")
    until_said(window, person.qtbot, "Stopped as you asked.")
    assert window.page.name is PageName.MAKE

    person.press("Go on")
    person.until(lambda: window.session.outcome is not None)
    until_said(window, person.qtbot, "read back and right")
    assert QApplication.activeModalWidget() is None
