"""The dialog that erases a drive."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QRadioButton
from pytestqt.qtbot import QtBot

from app.stick.environment import Environment
from tests.devices import Devices
from tests.ui.drive.plugged import LONG, Plugged, button
from tests.ui.drive_states import plugged_in
from tests.ui.jobs import said
from tests.ui.test_accessible import name_of
from tests.ui.test_translated import DATA, Pseudo
from tests.ui.user_actions import can_be_pressed
from tests.ui.widget_tree import controls, cut_off, texts
from tests.volumes import run
from ui.models.place import places_of
from ui.pages.drive.erase_drive import EraseDialog
from ui.window.main_window import MainWindow


def test_erasing_wants_the_name_counts_what_gets_lost_and_ends_in_the_card(
    plugged: Plugged, devices: Devices
) -> None:
    disk = devices.disk("ext4", label="OLD", megabytes=64)
    disk.appear()
    place = plugged.until_place(disk, lambda place: place.overview is not None)
    assert place.root is not None
    for name in ("photos", "letters", "music"):
        (place.root / name).mkdir()
    (place.root / "photos/one").write_bytes(b"x" * 1_000_000)
    dialog = plugged.erase(disk)
    erase = button(dialog, "Erase")
    plugged.until(lambda: "3 folder" in said(dialog))
    assert "It is not needed: Satchel can use the drive as it is." in said(dialog)
    plugged.until(lambda: not plugged.window.bridge.busy)
    # It can be reached, and says why it does nothing.
    assert erase.isEnabled()
    assert erase.toolTip() == erase.accessibleDescription() == "First type OLD."
    plugged.confirm(dialog, "OLDER")
    assert not can_be_pressed(erase)
    erase.click()
    assert not dialog.working

    plugged.confirm(dialog, "old")
    plugged.until(lambda: can_be_pressed(erase))
    assert erase.accessibleDescription() == ""
    erase.click()

    # Nothing more is pressed.
    plugged.until(lambda: QApplication.activeModalWidget() is None)
    plugged.until(lambda: plugged.window.session.target is not None)
    target = plugged.window.session.target
    assert target is not None
    assert target.name == "OLD"
    assert target.volume is not None
    assert target.volume.file_system == "ext4"
    assert plugged.page.primary_text == "Choose apps"
    place = plugged.until_place(disk, lambda place: place.overview is not None)
    assert list(_seen(place.root)) == []


def _seen(root: Path | None) -> list[str]:
    assert root is not None
    return [path.name for path in root.iterdir() if path.name != "lost+found"]


@pytest.mark.thorough
def test_a_drive_that_cannot_be_read_needs_it(plugged: Plugged, devices: Devices) -> None:
    disk = devices.disk(megabytes=64)
    disk.appear()
    plugged.until(lambda: plugged.place(disk) is not None)
    dialog = plugged.erase(disk)
    plugged.until(lambda: not plugged.window.bridge.busy)
    assert "Everything on this drive gets lost." in said(dialog)
    assert "It is needed: Satchel cannot use the drive as it is." in said(dialog)
    dialog.reject()


def test_nothing_is_erased_when_the_person_goes_back(plugged: Plugged, devices: Devices) -> None:
    disk = devices.disk("ext4", label="KEEP")
    disk.appear()
    plugged.until_place(disk, lambda place: place.overview is not None)
    dialog = plugged.erase(disk)
    plugged.confirm(dialog, "KEEP")
    exfat = dialog.findChildren(QRadioButton)[1]
    exfat.click()
    button(dialog, "Cancel").click()

    plugged.until(lambda: not plugged.window.bridge.busy)
    assert plugged.until_place(disk, lambda place: place.volume is not None).name == "KEEP"
    assert run("blkid", "-p", "-o", "value", "-s", "LABEL", disk.path) == "KEEP"
    plugged.until(lambda: plugged.window.session.target is not None)


@pytest.mark.thorough
def test_a_drive_that_goes_while_the_dialog_asks_is_not_erased(
    plugged: Plugged, devices: Devices
) -> None:
    disk = devices.disk("ext4", label="KEEP")
    disk.appear()
    plugged.until_place(disk, lambda place: place.overview is not None)
    dialog = plugged.erase(disk)
    plugged.confirm(dialog, "KEEP")

    disk.detach()
    plugged.until(lambda: not button(dialog, "Erase").isVisible())
    assert "pulled out" in said(dialog)
    button(dialog, "Close").click()
    assert run("blkid", "-p", "-o", "value", "-s", "LABEL", disk.path) == "KEEP"


def test_return_does_not_erase(plugged: Plugged, devices: Devices, qtbot: QtBot) -> None:
    disk = devices.disk("ext4", label="KEEP")
    disk.appear()
    plugged.until_place(disk, lambda place: place.overview is not None)
    dialog = plugged.erase(disk)
    plugged.confirm(dialog, "KEEP")
    plugged.until(lambda: can_be_pressed(button(dialog, "Erase")))
    field = dialog.focusWidget()
    qtbot.keyClick(field if field is not None else dialog, Qt.Key.Key_Return)
    assert not dialog.working
    dialog.reject()


def test_the_dialog_can_be_read_in_every_language_and_used_by_everybody(
    qapp: QApplication, open_window: Callable[..., MainWindow], demo: Environment, qtbot: QtBot
) -> None:
    translator = Pseudo()
    qapp.installTranslator(translator)
    try:
        window = open_window(demo)
        (place,) = places_of(plugged_in(window)[1])
        dialog = EraseDialog(place, window.bridge, loops_are_removable=False, parent=window)
        dialog.open()
        qtbot.waitUntil(lambda: not window.bridge.busy, timeout=LONG)
        QApplication.processEvents()

        assert not list(cut_off(dialog))
        assert not [control for control in controls(dialog) if not name_of(control)]
        bare = [text for _, text in texts(dialog) if "[" not in text]
        assert not [text for text in bare if not DATA.fullmatch(text)]
        dialog.reject()
    finally:
        qapp.removeTranslator(translator)
