"""Sources on the Settings page: their keys, turned off, removed, taken unsigned."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.stick.environment import Environment
from tests.demo import APPS
from tests.satchel import satchel
from tests.ui.user_actions import LONG, dialog, everything_said, find_control
from tests.ui.widget_tree import the_only
from tests.upstream import Upstream
from ui.dialogs.keys import KeysDialog
from ui.dialogs.nobody_vouches import NobodyVouchesDialog
from ui.pages.settings.sources_card import SourceRow
from ui.state.page_name import PageName
from ui.widgets.buttons import MenuButton
from ui.widgets.toast import ToastBar
from ui.window.main_window import MainWindow


def source(window: MainWindow, name: str) -> SourceRow:
    return next(row for row in window.findChildren(SourceRow) if row.remote.label == name)


def until_it_says(qtbot: QtBot, window: MainWindow, name: str, word: str) -> None:
    """Wait until the row of a source does."""

    def does() -> bool:
        rows = (row for row in window.findChildren(SourceRow) if row.remote.label == name)
        return any(word in everything_said(row) for row in rows)

    qtbot.waitUntil(does, timeout=LONG)


def offered(row: SourceRow) -> dict[str, QAction]:
    """What its ⋮ offers."""
    (button,) = row.findChildren(MenuButton)
    return {action.text(): action for action in button.menu().actions() if action.isVisible()}


def test_sources_show_their_keys_are_turned_off_and_removed(
    page: Callable[[], MainWindow],
    default_upstream: Upstream,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    file = tmp_path / "school.flatpakrepo"
    file.write_text(default_upstream.flatpakrepo(default_upstream.path.as_uri()))
    (fingerprint,) = satchel("remotes", "add", file, "--json", home=tmp_path).json["keys"]
    window = page()
    mine = source(window, "Test upstream")
    assert "Signed" in everything_said(mine)
    assert list(offered(mine)) == ["Key…", "Turn off", "Remove…"]
    assert list(offered(source(window, "Flathub"))) == ["Key…", "Turn off"]

    offered(mine)["Key…"].trigger()
    keys = dialog(qtbot, KeysDialog)
    assert fingerprint in keys.text.replace(" ", "")
    keys.close()

    offered(mine)["Turn off"].trigger()
    until_it_says(qtbot, window, "Test upstream", "Off")
    assert not next(each for each in window.session.remotes if each.name == "school").listed
    offered(source(window, "Test upstream"))["Turn on"].trigger()
    until_it_says(qtbot, window, "Test upstream", "Signed")

    offered(source(window, "Test upstream"))["Remove…"].trigger()
    directory = tmp_path / ".config/satchel/remotes"
    qtbot.waitUntil(lambda: not list(directory.iterdir()), timeout=LONG)
    bar = the_only(window, ToastBar)
    qtbot.waitUntil(lambda: bar.toast is not None, timeout=LONG)
    bar.undo()
    qtbot.waitUntil(lambda: bool(list(directory.iterdir())), timeout=LONG)
    until_it_says(qtbot, window, "Test upstream", "Signed")


@pytest.mark.thorough
def test_what_nobody_vouches_for_is_taken_and_given_back_in_its_row(
    page: Callable[[], MainWindow], tmp_path: Path, qtbot: QtBot
) -> None:
    file = tmp_path / ".config/satchel/remotes/school.flatpakrepo"
    file.parent.mkdir(parents=True)
    file.write_text("[Flatpak Repo]\nTitle=School apps\nUrl=https://apps.test/repo\n")
    window = page()
    assert "Key unknown" in everything_said(source(window, "School apps"))
    offered(source(window, "School apps"))["Take its apps anyway…"].trigger()
    asked = dialog(qtbot, NobodyVouchesDialog)
    qtbot.keyClicks(find_control(asked, QLineEdit, "Type School apps to go on"), "School apps")
    asked.verb.click()
    until_it_says(qtbot, window, "School apps", "Unsigned")

    offered(source(window, "School apps"))["Do not take its apps"].trigger()
    until_it_says(qtbot, window, "School apps", "Key unknown")


@pytest.mark.thorough
def test_a_source_says_how_much_it_has(
    open_window: Callable[..., MainWindow], demo: Environment, qtbot: QtBot
) -> None:
    window = open_window(demo)
    window.open(PageName.APPS)
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=LONG)
    window.open(PageName.SETTINGS)
    said = re.compile(rf"{len(APPS)} apps, list of \d+ \w+")
    qtbot.waitUntil(lambda: said.search(everything_said(window)) is not None, timeout=LONG)
