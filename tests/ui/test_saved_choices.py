"""Saved sets in the window: kept, brought back, lists opened, sets given away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLineEdit,
    QListWidget,
    QMenu,
    QPushButton,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from app.stick.choices.profile import Profile, read_profile, saved_profiles
from app.stick.environment import Environment
from tests.ui.user_actions import LONG, can_be_pressed, dialog, everything_said, find_control, press
from tests.ui.widget_tree import the_only
from ui.pages.apps.choice_notes import ChoiceNotesDialog
from ui.pages.apps.choice_strip import ChoiceStrip
from ui.pages.apps.manage_sets import ManageSetsDialog
from ui.pages.apps.save_set import SaveSetDialog
from ui.pages.apps.your_choice import YourChoice
from ui.state.choice import ChosenRef
from ui.state.page_name import PageName
from ui.widgets.toast import ToastBar
from ui.window.main_window import MainWindow


class Saved:
    """The choice's popover, as a person goes through it."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self._qtbot = qtbot

    @property
    def toast(self) -> str:
        shown = the_only(self.window, ToastBar).toast
        return shown.text if shown is not None else ""

    def undo(self) -> None:
        the_only(self.window, ToastBar).undo()

    def open(self) -> YourChoice:
        popover = the_only(self.window, YourChoice)
        if not popover.isVisible():
            self._qtbot.mouseClick(
                the_only(self.window, ChoiceStrip).button, Qt.MouseButton.LeftButton
            )
        return popover

    def push(self, text: str) -> None:
        self._qtbot.mouseClick(
            find_control(self.open(), QPushButton, text), Qt.MouseButton.LeftButton
        )

    def names(self) -> list[str]:
        """Of the menu."""
        return [action.text() for action in self._menu().actions()]

    def pick(self, text: str) -> None:
        self.until(lambda: text in self.names())
        action = next(action for action in self._menu().actions() if action.text() == text)
        assert action.isEnabled()
        action.trigger()

    def _menu(self) -> QMenu:
        menu = find_control(self.open(), QToolButton, "Saved sets").menu()
        assert isinstance(menu, QMenu)
        return menu

    def save(self, name: str) -> None:
        self.push("Save as a set…")
        asking = dialog(self._qtbot, SaveSetDialog)
        self._qtbot.keyClicks(find_control(asking, QLineEdit, "Name of the set"), name)
        press(self._qtbot, asking, "Save")
        self.until(lambda: name in self.toast)

    def until(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=LONG)

    def choose(self, *refs: ChosenRef) -> None:
        session = self.window.session
        session.set_choice(type(session.choice)(refs, session.choice.options))


@pytest.fixture
def saved(window: MainWindow, qtbot: QtBot) -> Saved:
    window.open(PageName.APPS)
    return Saved(window, qtbot)


@pytest.fixture
def apps(demo: Environment) -> tuple[ChosenRef, ...]:
    """What the demo remote has."""
    (remote,) = demo.known_remotes().remotes
    names = {"org.satchel.Demo.Atlas": "Classroom Atlas", "org.satchel.Demo.Notes": "Field Notes"}
    return tuple(
        ChosenRef(f"app/{id}/{demo.arch}/stable", remote.name, name) for id, name in names.items()
    )


def test_a_set_comes_back_by_its_name(saved: Saved, apps: tuple[ChosenRef, ...]) -> None:
    session = saved.window.session
    saved.choose(*apps)
    saved.save("Class 5b")
    saved.choose()
    saved.pick("Class 5b")
    saved.until(lambda: session.choice.refs == apps)
    assert "Class 5b: 2" in saved.toast


def test_another_choice_stays_and_what_was_added_goes_again(
    saved: Saved, apps: tuple[ChosenRef, ...]
) -> None:
    session = saved.window.session
    saved.choose(apps[0])
    saved.save("one")
    saved.choose(apps[1])
    saved.pick("one")
    saved.until(lambda: set(session.choice.refs) == set(apps))
    saved.undo()
    assert session.choice.refs == (apps[1],)


@pytest.mark.thorough
def test_what_is_not_there_any_more_is_told_by_name(
    saved: Saved, demo: Environment, apps: tuple[ChosenRef, ...], qtbot: QtBot
) -> None:
    saved_profiles(demo.config).save(
        "old", Profile((apps[0].ref, "org.example.Gone", "school:org.example.X"))
    )
    saved.window.session.set_environment(demo)
    saved.pick("old")
    notes = dialog(qtbot, ChoiceNotesDialog)
    said = everything_said(notes)
    assert "org.example.Gone" in said
    assert "There is no remote called school." in said
    assert saved.window.session.choice.refs == (apps[0],)
    press(qtbot, notes, "Close")


def test_a_list_of_flatpak_is_opened(
    saved: Saved, apps: tuple[ChosenRef, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:  # fmt: skip
    listed = tmp_path / "list.txt"
    id = apps[0].ref.split("/")[1]
    listed.write_text(f"Atlas\t{id}\t1\tstable\tsystem\nP\torg.x.y.Platform\t\t1\tsystem\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(listed), ""))
    saved.push("Open a list…")
    notes = dialog(qtbot, ChoiceNotesDialog)
    assert "passed over" in everything_said(notes)
    press(qtbot, notes, "Close")
    assert saved.window.session.choice.refs == (apps[0],)


@pytest.mark.thorough
def test_nothing_useful_in_a_file_changes_nothing(
    saved: Saved, apps: tuple[ChosenRef, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:  # fmt: skip
    saved.choose(apps[0])
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path), ""))
    saved.push("Open a list…")
    press(qtbot, dialog(qtbot, ChoiceNotesDialog), "Close")
    assert saved.window.session.choice.refs == (apps[0],)


@pytest.mark.thorough
def test_a_set_for_others_is_a_file_for_the_command_too(
    saved: Saved, apps: tuple[ChosenRef, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved.choose(*apps)
    saved.save("Class 5b")
    target = tmp_path / "mine"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    the_only(saved.window, ToastBar).act()
    written = tmp_path / "mine.satchel-set"
    saved.until(written.exists)
    profile = read_profile(written)
    assert len(profile.refs) == 2
    assert profile.about is not None
    assert profile.about.name(("en",)) == "Class 5b"
    assert profile.about.date is not None
    assert [source.collection for source in profile.sources] == ["org.satchel.Demo"]


@pytest.mark.thorough
def test_a_name_that_cannot_be_is_refused_in_place(
    saved: Saved, apps: tuple[ChosenRef, ...], qtbot: QtBot
) -> None:
    saved.choose(*apps)
    saved.push("Save as a set…")
    asking = dialog(qtbot, SaveSetDialog)
    name = find_control(asking, QLineEdit, "Name of the set")
    save = find_control(asking, QPushButton, "Save")
    assert not can_be_pressed(save)
    qtbot.keyClicks(name, "a/b")
    assert not can_be_pressed(save)
    assert "cannot be called so" in everything_said(asking)
    name.setText("fine")
    assert can_be_pressed(save)
    press(qtbot, asking, "Cancel")


@pytest.mark.thorough
def test_saved_choices_are_removed(
    saved: Saved, demo: Environment, apps: tuple[ChosenRef, ...], qtbot: QtBot
) -> None:
    saved.choose(*apps)
    saved.save("one")
    saved.pick("Manage…")
    managing = dialog(qtbot, ManageSetsDialog)
    assert find_control(managing, QListWidget, "Saved sets").count() == 1
    press(qtbot, managing, "Remove")
    saved.until(lambda: "Nothing is saved" in everything_said(managing))
    press(qtbot, managing, "Close")
    assert saved_profiles(demo.config).names() == []
    assert QApplication.activeModalWidget() is None


@pytest.mark.thorough
def test_one_that_cannot_be_used_is_removed(
    saved: Saved, demo: Environment, apps: tuple[ChosenRef, ...], qtbot: QtBot
) -> None:
    profiles = demo.config / "profiles"
    profiles.mkdir(parents=True)
    (profiles / "odd.toml").write_text("refs = 5\n")
    saved.choose(*apps)
    saved.save("one")
    assert "odd" not in saved.names()

    saved.pick("Manage…")
    managing = dialog(qtbot, ManageSetsDialog)
    choices = find_control(managing, QListWidget, "Saved sets")
    assert [choices.item(row).text() for row in range(2)] == [
        "odd, cannot be used",
        "one, 2 app(s)",
    ]
    choices.setCurrentRow(0)
    press(qtbot, managing, "Remove")
    saved.until(lambda: choices.count() == 1)
    press(qtbot, managing, "Close")
    assert saved_profiles(demo.config).names() == ["one"]
