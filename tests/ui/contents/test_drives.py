"""Which drive is looked at, and drives that change or go meanwhile."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from app.drive.drive import Drive, Volume
from app.message import NOTHING
from tests.stick.damage import METADATA, Stick
from tests.ui.contents.person import Person
from tests.ui.user_actions import find_control
from ui.state.page_name import PageName
from ui.window.main_window import MainWindow


@pytest.mark.thorough
def test_of_two_repositories_both_can_be_looked_at(
    person: Person, foreign: Path, stick: Stick
) -> None:
    shutil.copytree(foreign / ".ostree/repo", stick.root / "media/repo", symlinks=True)
    (stick.root / ".ostree/repos.d").mkdir(exist_ok=True)
    (stick.root / ".ostree/repos.d/more").symlink_to("../../media/repo")
    person.looks_at(stick.root)
    person.until(lambda: "written on" in person.line)
    box = find_control(person.builders, QComboBox, "Repository on the drive")
    assert [box.itemText(row) for row in range(box.count())] == [".ostree/repo", "media/repo"]
    box.setFocus()
    person.qtbot.keyClick(box, Qt.Key.Key_Down)
    person.until(lambda: "not written by Satchel" in person.line)
    person.builders.reject()
    person.window.activateWindow()
    person.until(person.window.isActiveWindow)
    person.checks()
    assert "missing or out of date" in person.said
    # Satchel writes to the first.
    assert not person.offers("Write it again…")
    assert person.primary == "Check again"

    (stick.repo / "config").write_text("nonsense")
    box = find_control(person.builders, QComboBox, "Repository on the drive")
    box.setFocus()
    person.qtbot.keyClick(box, Qt.Key.Key_Up)
    person.until(lambda: "cannot be installed from it" in person.panel)
    person.qtbot.keyClick(box, Qt.Key.Key_Down)
    person.until(lambda: "not written by Satchel" in person.line)


def test_a_check_stops_when_asked(person: Person, good: Path) -> None:
    person.looks_at(good)
    person.turns_to_the_check()
    person.presses()
    assert person.primary == "Stop checking"
    person.presses()
    person.until(lambda: person.primary == "Check again")
    assert "stopped" in person.said or person.check.verdict


def test_what_was_written_since_is_seen_on_coming_back(friend: Person, stick: Stick) -> None:
    friend.looks_at(stick.root)
    assert "sound" in friend.checks()
    friend.window.open(PageName.SETTINGS)
    stick.remove_ref(METADATA)
    friend.window.open(PageName.CONTENTS)
    friend.until(lambda: "missing or out of date" in friend.said)
    assert friend.line.startswith("Not checked yet")
    assert friend.check.verdict == ""


def test_another_drive_may_be_chosen_and_stays(
    person: Person, good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    person.looks_at(good)
    person.until(lambda: "written on" in person.line)
    person.opens(empty, monkeypatch)
    person.until(lambda: "no apps on" in person.panel)
    person.chooses(0)
    person.until(lambda: "written on" in person.line)


def drive(*, mounted: Path | None) -> Drive:
    places = (mounted,) if mounted is not None else ()
    volume = Volume("/dev/sdx1", 17, "ext4", "APPS", "A-B", 10**9, places)
    return Drive("/dev/sdx", 16, "", "Stick", "", "usb", 10**9, True, False, NOTHING, (volume,))


def plug(window: MainWindow, *drives: Drive) -> None:
    window.session.drives.drives = drives
    window.session.drives.changed.emit()


def test_a_drive_is_chosen_mounted_and_pulled_out(
    window: MainWindow, qtbot: QtBot, good: Path
) -> None:
    person = Person(window, qtbot)
    plug(window, drive(mounted=None))
    window.open(PageName.CONTENTS)
    demo, apps, folder = person.places
    assert demo.startswith("Demo drive")
    # Two of one name differ by make and size.
    assert apps.startswith("APPS, ")
    assert "1" in apps
    assert folder == "Open a folder…"
    person.until(lambda: "no apps on Demo drive" in person.panel)
    person.chooses(1)
    person.until(lambda: "APPS cannot be opened" in person.panel)

    plug(window, drive(mounted=good))
    person.until(lambda: "written on" in person.line)
    assert person.title.text() == "APPS"

    plug(window)
    person.until(lambda: "APPS was pulled out" in person.panel)
    assert person.primary == ""

    plug(window, drive(mounted=good))
    person.until(lambda: len(person.places) == 3)


def test_pulled_out_while_it_is_checked(window: MainWindow, qtbot: QtBot, stick: Stick) -> None:
    person = Person(window, qtbot)
    plug(window, drive(mounted=stick.root))
    window.open(PageName.CONTENTS)
    person.chooses(1)
    person.turns_to_the_check()
    person.presses()
    plug(window)
    person.until(lambda: "APPS was pulled out" in person.panel)
    person.until(lambda: not window.bridge.busy)
