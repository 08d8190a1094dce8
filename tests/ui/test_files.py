"""Apps that are files: looked at, chosen, looked over and written like others, and told apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.stick.environment import Environment
from tests.bundles import ATLAS_REF, bundle_bytes
from tests.ui.jobs import finish, review, said
from tests.ui.user_actions import LONG, everything_said, find_control, press
from tests.ui.widget_tree import the_only
from ui.controllers.apps import AppsController
from ui.pages.apps.badges import badges
from ui.pages.apps.choice_strip import ChoiceStrip
from ui.pages.apps.file_details import FileDetails
from ui.pages.contents.apps_model import AppsModel
from ui.pages.review.plan_view import PlanView
from ui.state.page_name import PageName
from ui.widgets.toast import ToastBar
from ui.window.main_window import MainWindow


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As somebody has got it."""
    directory = tmp_path_factory.mktemp("bundle")
    path = directory / "atlas.flatpak"
    path.write_bytes(bundle_bytes(directory / "made"))
    return path


def looked_at(window: MainWindow, file: Path, qtbot: QtBot) -> FileDetails:
    """What is shown of the file."""
    window.opening.open([str(file)])
    qtbot.waitUntil(
        lambda: any(each.isVisible() for each in window.findChildren(FileDetails)), timeout=LONG
    )
    details = the_only(window, FileDetails)
    assert window.page.name is PageName.APPS
    return details


def test_a_file_says_what_it_is_before_it_is_chosen(
    window: MainWindow, atlas: Path, qtbot: QtBot
) -> None:
    details = looked_at(window, atlas, qtbot)
    told = everything_said(details)
    for text in ("Classroom Atlas", "From a file, not from a source", "Signed", "It needs this"):
        assert text in told
    assert "Nobody" not in told
    assert not window.session.choice.refs

    # The focus is on the button that takes it; Escape leaves it.
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), QPushButton), timeout=LONG)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not details.isVisible(), timeout=LONG)
    assert not window.session.choice.refs


def test_it_is_chosen_and_can_be_taken_back(window: MainWindow, atlas: Path, qtbot: QtBot) -> None:
    details = looked_at(window, atlas, qtbot)
    press(qtbot, details, "Choose Classroom Atlas")
    bar = the_only(window, ToastBar)
    qtbot.waitUntil(lambda: bar.toast is not None, timeout=LONG)
    assert bar.toast is not None
    assert bar.toast.text == "Classroom Atlas added to your choice"
    assert [each.ref for each in window.session.choice.refs] == [ATLAS_REF]
    strip = the_only(window, ChoiceStrip)
    qtbot.waitUntil(lambda: "Fits" in strip.sentence, timeout=LONG)

    bar.undo()
    assert not window.session.choice.refs


@pytest.mark.thorough
def test_it_takes_the_place_of_the_same_app_from_a_source(
    window: MainWindow, atlas: Path, qtbot: QtBot
) -> None:
    apps = window.findChild(AppsController)
    assert apps is not None
    window.open(PageName.APPS)
    qtbot.waitUntil(lambda: apps.catalogues is not None, timeout=LONG)
    assert apps.catalogues is not None
    row = apps.catalogues.find("demo", ATLAS_REF)
    assert row is not None
    apps.choosing.toggle(row, "Classroom Atlas")
    assert not apps.notes(row).as_file
    details = looked_at(window, atlas, qtbot)
    press(qtbot, details, "Choose Classroom Atlas")
    [ref] = window.session.choice.refs
    assert ref.file is not None
    assert apps.is_chosen(row)
    assert "Chosen as a file" in {badge.text for badge in badges(row, (), apps.notes(row))}


def test_several_are_added_at_once(
    window: MainWindow, atlas: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    bad = tmp_path / "bad.flatpak"
    bad.write_bytes(b"flatpak\0" + bytes(2000))
    window.opening.open([str(atlas), str(bad)])
    bar = the_only(window, ToastBar)
    qtbot.waitUntil(lambda: bar.toast is not None, timeout=LONG)
    assert bar.toast is not None
    assert bar.toast.text.startswith("1 added, 1 not: ")
    assert [each.ref for each in window.session.choice.refs] == [ATLAS_REF]
    assert not the_only(window, FileDetails).isVisible()


def test_nobody_vouches_for_what_no_source_here_has_signed(
    open_window: Callable[..., MainWindow], environment: Environment, atlas: Path, qtbot: QtBot
) -> None:
    window = open_window(environment)
    details = looked_at(window, atlas, qtbot)
    assert "Nobody vouches for it" in everything_said(details)
    assert find_control(details, QPushButton, "Take Classroom Atlas anyway").isEnabled()


@pytest.mark.thorough
def test_it_is_looked_over_and_written(window: MainWindow, atlas: Path, qtbot: QtBot) -> None:
    details = looked_at(window, atlas, qtbot)
    press(qtbot, details, "Choose Classroom Atlas")
    drive = window.session.environment.demo_drive
    assert drive is not None
    qtbot.waitUntil(lambda: window.session.target is not None, timeout=LONG)
    review(window, qtbot)
    assert "1 app(s) onto" in said(window)
    [line] = the_only(window.page, PlanView).rows.lines
    assert (line.name, line.remarks) == ("Classroom Atlas", (("From a file", False),))

    press(qtbot, window, window.page.primary_text)
    finish(window, qtbot)
    assert [path.name for path in drive.glob("satchel/bundles/*")] == [
        "org.satchel.Demo.Atlas.flatpak"
    ]

    window.open(PageName.CONTENTS)
    model = window.page.findChild(AppsModel)
    assert model is not None
    qtbot.waitUntil(lambda: bool(model.lines), timeout=LONG)
    [line_there] = model.lines
    assert (line_there.app.name, line_there.languages) == ("Classroom Atlas", "From a file")
    qtbot.waitUntil(lambda: "Sound" in everything_said(window.page), timeout=LONG)
    assert "1 app(s)" in everything_said(window.page)
