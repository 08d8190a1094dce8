"""The dialog that formats a drive."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QRadioButton
from pytestqt.qtbot import QtBot

from app.drive.udisks.mounting import mount
from app.stick.environment import Environment
from tests.devices import Devices
from tests.ui.drive.plugged import LONG, Plugged, button, list_of, primary
from tests.ui.test_accessible import name_of
from tests.ui.test_translated import DATA, Pseudo
from tests.ui.widget_tree import controls, cut_off, texts
from tests.ui.window_states import plugged_in
from tests.volumes import run
from ui.pages.drive.format_drive import FormatDialog
from ui.state.page_name import PageName
from ui.window.main_window import MainWindow


def test_formatting_wants_the_name_and_makes_the_drive_ready(
    plugged: Plugged, devices: Devices, qtbot: QtBot
) -> None:
    disk = devices.disk("vfat", label="OLD", megabytes=64)
    disk.appear()
    plugged.until_place(disk, lambda place: place.volume is not None)
    plugged.click(disk)
    assert any("FAT32" in notice for notice in plugged.page.notices)
    dialog = plugged.format(disk)
    erase = button(dialog, "Erase and format")
    plugged.until(lambda: not plugged.window.bridge.busy)
    assert not erase.isEnabled()
    plugged.confirm(dialog, "OLDER")
    assert not erase.isEnabled()

    plugged.confirm(dialog, "old")
    plugged.until(erase.isEnabled)
    erase.click()
    plugged.until(lambda: not dialog.working)
    assert dialog.formatted is not None
    qtbot.keyClick(dialog, Qt.Key.Key_Return)

    plugged.until(lambda: plugged.window.session.target is not None)
    target = plugged.window.session.target
    assert target is not None
    assert target.name == "Satchel"
    assert target.volume is not None
    assert target.volume.file_system == "ext4"
    assert primary(plugged.window).isEnabled()
    plugged.until_place(disk, lambda place: place.overview is not None)


def test_nothing_is_formatted_when_the_person_goes_back(plugged: Plugged, devices: Devices) -> None:
    disk = devices.disk("ext4", label="KEEP")
    disk.appear()
    plugged.until_place(disk, lambda place: place.volume is not None)
    dialog = plugged.format(disk)
    plugged.confirm(dialog, "KEEP")
    exfat = dialog.findChildren(QRadioButton)[1]
    exfat.click()
    button(dialog, "Cancel").click()

    plugged.until(lambda: not plugged.window.bridge.busy)
    assert plugged.until_place(disk, lambda place: place.volume is not None).name == "KEEP"
    assert run("blkid", "-p", "-o", "value", "-s", "LABEL", disk.path) == "KEEP"


def test_a_drive_that_goes_while_the_dialog_asks_is_not_formatted(
    plugged: Plugged, devices: Devices
) -> None:
    disk = devices.disk("ext4", label="KEEP")
    disk.appear()
    plugged.until_place(disk, lambda place: place.volume is not None)
    dialog = plugged.format(disk)
    plugged.confirm(dialog, "KEEP")

    disk.detach()
    plugged.until(lambda: not button(dialog, "Erase and format").isVisible())
    button(dialog, "Close").click()
    assert run("blkid", "-p", "-o", "value", "-s", "LABEL", disk.path) == "KEEP"


def test_the_dialog_can_be_read_in_every_language_and_used_by_everybody(
    qapp: QApplication, open_window: Callable[..., MainWindow], demo: Environment, qtbot: QtBot
) -> None:
    translator = Pseudo()
    qapp.installTranslator(translator)
    try:
        window = open_window(demo)
        drive = plugged_in(window)[1]
        dialog = FormatDialog(drive, "", window.bridge, loops_are_removable=False, parent=window)
        dialog.open()
        qtbot.waitUntil(lambda: not window.bridge.busy, timeout=LONG)

        assert not list(cut_off(dialog))
        assert not [control for control in controls(dialog) if not name_of(control)]
        bare = [text for _, text in texts(dialog) if "[" not in text]
        assert not [text for text in bare if not DATA.fullmatch(text)]
        dialog.reject()
    finally:
        qapp.removeTranslator(translator)


def test_the_keyboard_is_enough(plugged: Plugged, devices: Devices, qtbot: QtBot) -> None:
    disk = devices.disk("ext4", label="STICK")
    disk.appear()
    place = plugged.until_place(disk, lambda place: place.volume is not None)
    assert place.volume is not None
    mount(place.volume)
    plugged.until_place(disk, lambda place: place.root is not None)
    view = list_of(plugged.page)
    qtbot.keyClick(view, Qt.Key.Key_Home)
    while plugged.window.session.target is None:
        qtbot.keyClick(view, Qt.Key.Key_Down)

    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert plugged.window.page.name is PageName.APPS
