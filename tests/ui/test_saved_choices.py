"""Saved choices in the window: kept, brought back, imported, given away."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLineEdit,
    QListWidget,
    QMenu,
    QMessageBox,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from app.stick.choices.profile import Profile, saved_profiles
from app.stick.environment import Environment
from tests.ui.user_actions import LONG, dialog, everything_said, find_control, press
from ui.pages.apps.choice_notes import ChoiceNotesDialog
from ui.pages.apps.manage_choices import ManageChoicesDialog
from ui.pages.apps.save_choice import SaveChoiceDialog
from ui.pages.apps.saved_choices_button import SavedChoicesButton
from ui.state.page_name import PageName
from ui.state.session import ChosenRef
from ui.window.main_window import MainWindow


class Saved:
    """The menu, as a person goes through it."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self._qtbot = qtbot

    @property
    def button(self) -> SavedChoicesButton:
        return find_control(self.window, SavedChoicesButton, "Saved choices")

    def pick(self, text: str) -> None:
        self._qtbot.waitUntil(self.button.isEnabled, timeout=LONG)
        menu = self.button.menu()
        assert isinstance(menu, QMenu)
        action = next(action for action in menu.actions() if action.text() == text)
        assert action.isEnabled()
        action.trigger()

    def save(self, name: str) -> None:
        self.pick("Save this choice…")
        asking = dialog(self._qtbot, SaveChoiceDialog)
        self._qtbot.keyClicks(find_control(asking, QLineEdit, "Name of the choice"), name)
        press(self._qtbot, asking, "Save")
        self.until(lambda: name in self.window.session.notice)

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


def test_a_choice_comes_back_by_its_name(saved: Saved, apps: tuple[ChosenRef, ...]) -> None:
    session = saved.window.session
    saved.choose(*apps)
    saved.save("Class 5b")
    saved.choose()
    saved.pick("Class 5b")
    saved.until(lambda: session.choice.refs == apps)
    assert "Class 5b: 2" in session.notice

    saved.choose(apps[0])
    assert not session.notice


def test_another_choice_is_not_lost_without_asking(
    saved: Saved, apps: tuple[ChosenRef, ...], qtbot: QtBot
) -> None:
    session = saved.window.session
    saved.choose(apps[0])
    saved.save("one")
    saved.choose(apps[1])
    saved.pick("one")
    press(qtbot, dialog(qtbot, QMessageBox), "Cancel")
    assert session.choice.refs == (apps[1],)

    saved.pick("one")
    press(qtbot, dialog(qtbot, QMessageBox), "Add")
    assert set(session.choice.refs) == set(apps)
    saved.choose(apps[1])
    saved.pick("one")
    press(qtbot, dialog(qtbot, QMessageBox), "Replace")
    assert session.choice.refs == (apps[0],)


def test_what_is_not_there_any_more_is_told_by_name(
    saved: Saved, demo: Environment, apps: tuple[ChosenRef, ...], qtbot: QtBot
) -> None:
    saved_profiles(demo.config).save(
        "old", Profile((apps[0].ref, "org.example.Gone", "school:org.example.X"))
    )
    saved.window.session.set_environment(demo)
    saved.until(lambda: any(action.text() == "old" for action in menu_of(saved).actions()))
    saved.pick("old")
    notes = dialog(qtbot, ChoiceNotesDialog)
    said = everything_said(notes)
    assert "org.example.Gone" in said
    assert "There is no remote called school." in said
    assert saved.window.session.choice.refs == (apps[0],)
    press(qtbot, notes, "Close")


def menu_of(saved: Saved) -> QMenu:
    menu = saved.button.menu()
    assert isinstance(menu, QMenu)
    return menu


def test_a_list_of_flatpak_is_imported(
    saved: Saved, apps: tuple[ChosenRef, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:  # fmt: skip
    listed = tmp_path / "list.txt"
    id = apps[0].ref.split("/")[1]
    listed.write_text(f"Atlas\t{id}\t1\tstable\tsystem\nP\torg.x.y.Platform\t\t1\tsystem\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(listed), ""))
    saved.pick("Import…")
    notes = dialog(qtbot, ChoiceNotesDialog)
    assert "passed over" in everything_said(notes)
    press(qtbot, notes, "Close")
    assert saved.window.session.choice.refs == (apps[0],)


def test_nothing_useful_in_a_file_changes_nothing(
    saved: Saved, apps: tuple[ChosenRef, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:  # fmt: skip
    saved.choose(apps[0])
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path), ""))
    saved.pick("Import…")
    press(qtbot, dialog(qtbot, ChoiceNotesDialog), "Close")
    assert saved.window.session.choice.refs == (apps[0],)


def test_an_exported_choice_is_a_file_for_the_command(
    saved: Saved, apps: tuple[ChosenRef, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved.choose(*apps)
    target = tmp_path / "mine"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    saved.pick("Export this choice…")
    written = tmp_path / "mine.toml"
    saved.until(written.exists)
    assert len(tomllib.loads(written.read_text())["refs"]) == 2
    saved.until(lambda: "mine.toml" in saved.window.session.notice)


def test_a_name_that_cannot_be_is_refused_in_place(
    saved: Saved, apps: tuple[ChosenRef, ...], qtbot: QtBot
) -> None:
    saved.choose(*apps)
    saved.pick("Save this choice…")
    asking = dialog(qtbot, SaveChoiceDialog)
    name = find_control(asking, QLineEdit, "Name of the choice")
    save = find_control(asking, QPushButton, "Save")
    assert not save.isEnabled()
    qtbot.keyClicks(name, "a/b")
    assert not save.isEnabled()
    assert "cannot be called so" in everything_said(asking)
    name.setText("fine")
    assert save.isEnabled()
    press(qtbot, asking, "Cancel")


def test_saved_choices_are_removed(
    saved: Saved, demo: Environment, apps: tuple[ChosenRef, ...], qtbot: QtBot
) -> None:
    saved.choose(*apps)
    saved.save("one")
    saved.pick("Manage…")
    managing = dialog(qtbot, ManageChoicesDialog)
    assert find_control(managing, QListWidget, "Saved choices").count() == 1
    press(qtbot, managing, "Remove")
    saved.until(lambda: "Nothing is saved" in everything_said(managing))
    press(qtbot, managing, "Close")
    assert saved_profiles(demo.config).names() == []
    assert QApplication.activeModalWidget() is None


def test_one_that_cannot_be_used_is_removed(
    saved: Saved, demo: Environment, apps: tuple[ChosenRef, ...], qtbot: QtBot
) -> None:
    profiles = demo.config / "profiles"
    profiles.mkdir(parents=True)
    (profiles / "odd.toml").write_text("refs = 5\n")
    saved.choose(*apps)
    saved.save("one")
    menu = saved.button.menu()
    assert isinstance(menu, QMenu)
    assert "odd" not in [action.text() for action in menu.actions()]

    saved.pick("Manage…")
    managing = dialog(qtbot, ManageChoicesDialog)
    choices = find_control(managing, QListWidget, "Saved choices")
    assert [choices.item(row).text() for row in range(2)] == [
        "odd, cannot be used",
        "one, 2 to choose",
    ]
    choices.setCurrentRow(0)
    press(qtbot, managing, "Remove")
    saved.until(lambda: choices.count() == 1)
    press(qtbot, managing, "Close")
    assert saved_profiles(demo.config).names() == ["one"]
