"""Without a drive, and what cards tell."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.drive.drive import Drive, Volume
from app.drive.filesystem_advice import TOLERATED
from app.drive.space import Space
from app.message import NOTHING
from app.stick.environment import Environment
from app.stick.inspecting.overview import Overview
from tests.ui.drive.plugged import LONG, button, places, primary, spoken
from ui.models import place_words
from ui.models.place import Place, PlaceKind
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
    with qtbot.waitSignal(window.demo_wanted):
        qtbot.mouseClick(button(page, "Try the demo"), Qt.MouseButton.LeftButton)


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

    qtbot.mouseClick(button(page, "Choose a folder…"), Qt.MouseButton.LeftButton)
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
    assert primary(window).isEnabled()


def test_advice_says_what_large_clusters_waste() -> None:
    def place(cluster: int) -> Place:
        volume = Volume(
            "/dev/sdb1", 1, "exfat", "BIG", "U", 64 * GB, (Path("/media/BIG"),), False,
            30 * GB, cluster,
        )  # fmt: skip
        drive = Drive("/dev/sdb", 0, "A", "B", "C", "usb", 64 * GB, True, False, NOTHING, (volume,))
        return Place(PlaceKind.DRIVE, "BIG", drive, volume, Path("/media/BIG"))

    assert place(128 * 1024).wasted > TOLERATED * 30 * GB
    assert "128 KiB" in place_words.file_system_advice(place(128 * 1024))
    assert place_words.file_system_advice(place(4096)) == ""


def test_a_card_says_how_many_apps_since_when_and_how_many_could_be_newer() -> None:
    space = Space(Path("/media/A"), "ext4", 4096, 10 * GB, 30 * GB, None, None, False)
    made = int(time.mktime((2026, 5, 3, 12, 0, 0, 0, 0, 0)))
    overview = Overview(space, stick=True, apps=14, others=9, updates=5, made=made)
    place = Place(PlaceKind.FOLDER, "A", root=Path("/media/A"), overview=overview)

    text = place_words.contents(place)
    assert text.startswith("14 app")
    assert "5 update" in text
    assert "26" in text
