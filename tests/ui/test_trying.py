"""Trying a drive as an offline computer would, from the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.replacing import replace
from app.stick.environment import Environment
from tests.stick.damage import Stick, copy_stick
from tests.ui.demo_stick import demo_stick
from tests.waiting import GUARD_MS
from ui.controllers.rehearsal import RehearsalState, TryState
from ui.dialogs.rehearsal import RehearsalDialog
from ui.pages.contents.page import ContentsPage
from ui.state.page_name import PageName
from ui.state.session import Target
from ui.widgets.buttons import MenuButton
from ui.window.main_window import MainWindow

pytestmark = pytest.mark.slow


def trying(window: MainWindow, root: Path, qtbot: QtBot) -> RehearsalDialog:
    """The drive's menu on Contents."""
    window.session.set_target(Target(root, "CLASSROOM"))
    window.open(PageName.CONTENTS)
    page = window.pages[PageName.CONTENTS]
    assert isinstance(page, ContentsPage)
    entries = [
        action
        for button in page.findChildren(MenuButton)
        for action in button.menu().actions()
        if action.text() == "Try it as an offline computer would"
    ]
    qtbot.waitUntil(lambda: bool(page.foot_text), timeout=GUARD_MS)
    entries[0].trigger()
    dialog = page.findChild(RehearsalDialog)
    assert dialog is not None
    return dialog


def ended(dialog: RehearsalDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not dialog.view.under_way, timeout=GUARD_MS)


def test_every_app_is_ticked_once_it_installs(
    open_window: Callable[..., MainWindow], demo: Environment, qtbot: QtBot
) -> None:
    dialog = trying(open_window(demo), demo_stick(), qtbot)
    assert dialog.cancel.text() == "Stop"
    ended(dialog, qtbot)
    assert dialog.view.state is RehearsalState.DONE
    assert [row.state for row in dialog.view.rows] == [TryState.INSTALLS]
    assert dialog.sentence == "All 1 app(s) install"
    assert not dialog.verb.isVisible()
    assert dialog.cancel.text() == "Close"
    dialog.close()


@pytest.mark.thorough
def test_what_does_not_install_is_said_in_plain_words(
    open_window: Callable[..., MainWindow], demo: Environment, tmp_path: Path, qtbot: QtBot
) -> None:
    stick: Stick = copy_stick(demo_stick(), tmp_path / "stick")
    window = open_window(demo)
    for path in (stick.root / ".ostree/repo/objects").glob("*/*.filez"):
        path.unlink()
    dialog = trying(window, stick.root, qtbot)
    ended(dialog, qtbot)
    assert dialog.view.state is RehearsalState.DONE
    [row] = dialog.view.rows
    assert row.state is TryState.FAILS
    assert dialog.sentence == "0 of 1 app(s) install"
    assert dialog.verb.isVisible()
    assert dialog.verb.text() == "Repair"
    dialog.acted.emit()
    qtbot.waitUntil(lambda: window.page.name is PageName.MAKE, timeout=GUARD_MS)


def test_without_flatpak_it_says_so(
    open_window: Callable[..., MainWindow], demo: Environment, tmp_path: Path, qtbot: QtBot
) -> None:
    window = open_window(replace(demo, variables={"PATH": str(tmp_path)}))
    dialog = trying(window, demo_stick(), qtbot)
    ended(dialog, qtbot)
    assert dialog.view.state is RehearsalState.FAILED
    assert "no flatpak" in dialog.sentence
    dialog.close()


def test_closing_it_stops_it_and_nothing_stays(
    open_window: Callable[..., MainWindow], demo: Environment, qtbot: QtBot
) -> None:
    window = open_window(demo)
    dialog = trying(window, demo_stick(), qtbot)
    qtbot.waitUntil(lambda: dialog.view.state is RehearsalState.TRYING, timeout=GUARD_MS)
    dialog.close()
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=GUARD_MS)
    place = demo.cache / "rehearsals"
    assert list(place.iterdir()) == []
