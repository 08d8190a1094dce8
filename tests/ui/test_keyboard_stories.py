"""Whole stories in the real window, by keys alone; the focus is seen after every one of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QFileDialog
from pytestqt.qtbot import QtBot

from app.stick.environment import Environment
from tests.bundles import ATLAS_REF, bundle_bytes
from tests.stick.damage import flip_middle
from tests.ui.demo_stick import demo_stick
from tests.ui.jobs import until_said
from tests.ui.keyboard import Keyboard
from tests.ui.user_actions import everything_said, find_control
from tests.ui.widget_tree import the_only
from tests.ui.window_states import WINDOW_STATES
from ui.controllers.many import ManyController
from ui.i18n.shortcuts import Action
from ui.pages.apps.file_details import FileDetails
from ui.pages.apps.your_choice import YourChoice
from ui.state.page_name import PageName
from ui.widgets.search_field import SearchField
from ui.widgets.slide_over import SlideOver
from ui.widgets.toast import ToastBar
from ui.window.main_window import MainWindow

pytestmark = pytest.mark.slow


@pytest.fixture
def keyboard(window: MainWindow, qtbot: QtBot) -> Keyboard:
    return Keyboard(window, qtbot)


@pytest.fixture
def drive(demo: Environment) -> Path:
    """The demo's, with an app on it."""
    assert demo.demo_drive is not None
    shutil.copytree(demo_stick(), demo.demo_drive, dirs_exist_ok=True, symlinks=True)
    return demo.demo_drive


def test_from_nothing_to_a_drive_that_is_ready(keyboard: Keyboard, qtbot: QtBot) -> None:
    window = keyboard.window
    keyboard.takes("Choose apps")
    keyboard.until_page(PageName.APPS)
    # One can type at once.
    assert keyboard.focus.startswith("Search")
    keyboard.types("atlas")
    keyboard.until(lambda: "1 app" in everything_said(window.page))
    keyboard.presses(Qt.Key.Key_Down, Qt.Key.Key_Space)
    assert keyboard.sees_focus
    keyboard.until(lambda: window.session.choice.refs)

    keyboard.takes("Review")
    keyboard.until_page(PageName.REVIEW)
    keyboard.until(lambda: window.session.plan is not None and not window.bridge.busy)
    assert keyboard.sees_focus
    # What has been looked over is written at once, and what could be changed is before it.
    assert keyboard.focus == "Write to Demo drive"
    keyboard.presses(Qt.Key.Key_Return)
    keyboard.until_page(PageName.MAKE)
    assert keyboard.sees_focus
    keyboard.until(lambda: window.session.outcome is not None)
    until_said(window, qtbot, "read back and right")
    assert keyboard.sees_focus
    keyboard.takes("Next drive, same apps")
    keyboard.until_page(PageName.DRIVE)


@pytest.mark.usefixtures("drive")
def test_an_app_is_taken_off_undone_and_taken_off(keyboard: Keyboard) -> None:
    window = keyboard.window
    keyboard.takes("What's on a drive")
    keyboard.until_page(PageName.CONTENTS)
    keyboard.goes_to("Apps on the drive")
    keyboard.presses(Qt.Key.Key_Delete)
    keyboard.until(lambda: window.page.primary_text == "Apply 1 change(s)")
    keyboard.presses_keys(Action.UNDO)
    keyboard.until(lambda: window.page.primary_text != "Apply 1 change(s)")
    keyboard.presses(Qt.Key.Key_Delete)
    keyboard.takes("Apply 1 change(s)")
    keyboard.until_page(PageName.MAKE)
    keyboard.until(lambda: window.session.outcome is not None)
    assert keyboard.sees_focus


@pytest.mark.thorough
def test_what_is_damaged_is_repaired(keyboard: Keyboard, drive: Path) -> None:
    window = keyboard.window
    objects = drive.glob(".ostree/repo/objects/*/*.filez")
    flip_middle(max(objects, key=lambda path: path.stat().st_size))
    keyboard.takes("What's on a drive")
    keyboard.goes_to("Apps on the drive")
    # Within a group the arrow keys lead on.
    keyboard.goes_to("More", backwards=True)
    keyboard.presses(Qt.Key.Key_Backtab, Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert (keyboard.focus, keyboard.sees_focus) == ("Check", True)
    keyboard.takes("Check now")
    keyboard.until(lambda: window.page.primary_text == "Repair")
    # Where it was: the button means something else now.
    assert keyboard.focus == "Repair"
    assert keyboard.sees_focus
    keyboard.presses(Qt.Key.Key_Return)
    keyboard.until_page(PageName.MAKE)
    keyboard.until(lambda: window.session.outcome is not None)
    assert keyboard.sees_focus


@pytest.mark.usefixtures("drive")
def test_a_drive_is_compared_and_the_focus_comes_back(keyboard: Keyboard) -> None:
    keyboard.takes("What's on a drive")
    keyboard.goes_to("Apps on the drive")
    keyboard.takes("More", backwards=True)
    keyboard.picks("Compare with…")
    keyboard.until_dialog("Compare")
    assert keyboard.focus == "What to compare with"
    keyboard.presses(Qt.Key.Key_Escape)
    keyboard.until_closed()
    assert keyboard.focus.startswith("More")


@pytest.mark.usefixtures("drive")
def test_what_else_there_is_to_do_needs_no_menu_key(keyboard: Keyboard) -> None:
    """Many keyboards have none."""
    window = keyboard.window
    keyboard.goes_to("Drives and folders")
    keyboard.presses_keys(Action.MENU)
    keyboard.picks("Details")
    keyboard.until_dialog("Demo drive")
    keyboard.presses(Qt.Key.Key_Return)
    keyboard.until_closed()
    assert keyboard.focus == "Drives and folders"
    keyboard.takes("What's on a drive")
    keyboard.goes_to("Apps on the drive")
    keyboard.presses_keys(Action.MENU)
    keyboard.picks("Take it off")
    keyboard.until(lambda: window.page.primary_text == "Apply 1 change(s)")


def test_languages_are_chosen(keyboard: Keyboard) -> None:
    window = keyboard.window
    keyboard.presses_keys(Action.STEP_2)
    keyboard.takes("More for the apps")
    keyboard.picks("Languages…")
    keyboard.until_dialog("Languages and graphics")
    assert keyboard.focus == "Add a language"
    keyboard.presses(Qt.Key.Key_Return)
    keyboard.until_dialog("Add a language")
    keyboard.types("deutsch")
    keyboard.presses(Qt.Key.Key_Return)
    keyboard.until_dialog("Languages and graphics")
    keyboard.goes_to("Carry only these")
    keyboard.presses(Qt.Key.Key_Space, Qt.Key.Key_Return)
    keyboard.until(lambda: "de" in window.session.choice.options.languages)
    assert window.session.choice.options.carry
    keyboard.until_closed()


def test_terms_are_accepted(keyboard: Keyboard, qtbot: QtBot) -> None:
    window = keyboard.window
    WINDOW_STATES["review: terms"](window, qtbot)
    for _ in range(2):
        keyboard.goes_to("I accept")
        assert not window.page.primary_enabled
        keyboard.presses(Qt.Key.Key_Space, Qt.Key.Key_Tab)
    keyboard.until(lambda: window.page.primary_enabled)
    keyboard.goes_to("Write to")


@pytest.mark.thorough
def test_a_file_is_opened_and_undone(
    keyboard: Keyboard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = keyboard.window
    atlas = tmp_path / "atlas.flatpak"
    atlas.write_bytes(bundle_bytes(tmp_path / "made"))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(atlas)], ""))
    keyboard.presses_keys(Action.STEP_2)
    keyboard.takes("More for the apps")
    keyboard.picks("Add an app from a file…")
    details = the_only(window, FileDetails)
    keyboard.until(details.isVisible)
    keyboard.until(lambda: keyboard.focus == "Choose Classroom Atlas" and keyboard.sees_focus)
    keyboard.presses(Qt.Key.Key_Return)
    bar = the_only(window, ToastBar)
    keyboard.until(lambda: bar.toast is not None)
    assert [each.ref for each in window.session.choice.refs] == [ATLAS_REF]
    keyboard.presses_keys(Action.UNDO)
    assert not window.session.choice.refs


def test_a_drive_that_is_asked_about_is_answered_in_its_row(
    keyboard: Keyboard, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = keyboard.window
    answers: list[tuple[int, bool]] = []
    WINDOW_STATES["make: several"](window, qtbot)
    many = window.page.findChild(ManyController)
    assert many is not None
    monkeypatch.setattr(many, "answer", lambda number, use: answers.append((number, use)))
    keyboard.goes_to("Use it")
    keyboard.presses(Qt.Key.Key_Space)
    keyboard.takes("Not this one")
    assert answers == [(5, True), (5, False)]
    assert find_control(window, QAbstractButton, "Not this one").isVisible()


def test_escape_closes_what_lies_over_the_apps_wherever_the_focus_is(keyboard: Keyboard) -> None:
    """One thing after the other, and what is searched for last."""
    window = keyboard.window
    keyboard.takes("Choose apps")
    keyboard.until_page(PageName.APPS)
    keyboard.types("atlas")
    keyboard.until(lambda: "1 app" in everything_said(window.page))
    keyboard.presses(Qt.Key.Key_Down, Qt.Key.Key_Return)
    slides = window.page.findChildren(SlideOver)
    keyboard.until(lambda: any(slide.is_open for slide in slides) and keyboard.sees_focus)
    keyboard.takes("Your choice")
    keyboard.until(lambda: the_only(window, YourChoice).isVisible())
    keyboard.presses(Qt.Key.Key_Escape)
    keyboard.until(lambda: not the_only(window, YourChoice).isVisible())
    assert any(slide.is_open for slide in slides)
    assert keyboard.focus.startswith("Your choice")
    keyboard.presses(Qt.Key.Key_Escape)
    assert not any(slide.is_open for slide in slides)

    keyboard.goes_to("Search", backwards=True)
    search = the_only(window.page, SearchField)
    assert search.text() == "atlas"
    keyboard.presses(Qt.Key.Key_Escape)
    assert search.text() == ""
