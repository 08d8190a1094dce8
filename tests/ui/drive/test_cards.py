"""Without a drive, and what cards tell."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.drive.space import Space
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.inspecting.overview import Overview
from app.stick.memory.unfinished_jobs import UnfinishedJob, WantedRef
from tests.ui.drive.plugged import LONG, button, places, primary, spoken
from tests.ui.jobs import said
from ui.models import place_words
from ui.models.place import Place, PlaceKind, Unfinished
from ui.models.place_words import PlaceState
from ui.pages.drive.page import DrivePage
from ui.state.page_name import PageName
from ui.window.main_window import MainWindow

GB = 10**9


def test_without_a_drive_it_says_what_to_do_and_offers_the_demo(
    open_window: Callable[..., MainWindow], environment: Environment, qtbot: QtBot
) -> None:
    window = open_window(environment)
    page = window.pages[PageName.DRIVE]
    assert isinstance(page, DrivePage)
    qtbot.waitUntil(lambda: not window.session.drives.looking, timeout=LONG)

    assert places(page) == []
    assert "8 GB is enough for about twenty school apps" in said(page)
    assert page.foot_text == "You can also plug it in later."
    assert page.primary_text == "Choose apps first"
    assert page.value == "Not plugged in yet"
    with qtbot.waitSignal(window.demo_wanted):
        qtbot.mouseClick(button(page, "Try it without a drive"), Qt.MouseButton.LeftButton)
    page.primary()
    assert window.page.name is PageName.APPS


def test_a_computer_without_the_drive_service_says_so_and_takes_a_folder(
    open_window: Callable[..., MainWindow],
    environment: Environment,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/no-bus")
    folder = tmp_path / "media"
    folder.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    window = open_window(environment)
    page = window.pages[PageName.DRIVE]
    assert isinstance(page, DrivePage)
    qtbot.waitUntil(lambda: bool(window.session.drives.notices), timeout=LONG)

    qtbot.mouseClick(button(page, "Use a folder"), Qt.MouseButton.LeftButton)
    assert window.session.target is not None
    assert window.session.target.root == folder
    assert window.page.primary_enabled


def test_the_demo_drive_is_a_card_and_shows_what_is_on_it(
    window: MainWindow, demo: Environment, qtbot: QtBot
) -> None:
    page = window.pages[PageName.DRIVE]
    assert isinstance(page, DrivePage)
    assert window.session.target is not None
    assert window.session.target.root == demo.demo_drive
    qtbot.waitUntil(lambda: "No apps on it yet" in spoken(page)[0], timeout=LONG)
    assert primary(window).action.enabled


def test_a_card_says_how_many_apps_since_when_and_how_many_could_be_newer() -> None:
    space = Space(Path("/media/A"), "ext4", 4096, 10 * GB, 30 * GB, None, None, False)
    made = int(time.mktime((2026, 5, 3, 12, 0, 0, 0, 0, 0)))
    overview = Overview(space, stick=True, apps=14, others=9, updates=5, made=made)
    place = Place(PlaceKind.FOLDER, "A", root=Path("/media/A"), overview=overview)

    state = place_words.state(place)
    assert state is PlaceState.UPDATES
    assert place_words.state_text(place, state).startswith("14 app")
    assert "5 update" in place_words.state_text(place, state)
    free, written = place_words.line(place)
    assert free.endswith("GB free.")
    assert "3 May" in written


def test_an_interrupted_job_is_told_with_what_is_written(tmp_path: Path) -> None:
    space = Space(tmp_path, "ext4", 4096, 10 * GB, 30 * GB, None, None, False)
    overview = Overview(space, stick=True, apps=6, interrupted=True)
    refs = tuple(WantedRef(f"app/org.test.A{n}/x86_64/stable", "up") for n in range(10))
    unfinished = Unfinished(UnfinishedJob(refs, 1, "x86_64"), 6, GB // 2, 8 * GB // 5)
    place = Place(PlaceKind.FOLDER, "A", root=tmp_path, overview=overview, unfinished=unfinished)

    assert place.can_go_on
    assert place_words.state(place) is PlaceState.INTERRUPTED
    told, kept = place_words.line(place)
    assert told == "6 of 10 apps are on it."
    assert kept.replace("\N{NO-BREAK SPACE}", " ") == "1.6 GB of 2.1 GB is written and kept."
    # Begun by another computer: nobody here knows what it was to do.
    stranger = replace(place, unfinished=None)
    assert not stranger.can_go_on
    assert place_words.line(stranger)[1] == "What is written is kept."
