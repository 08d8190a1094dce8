"""The Drive page: drives come and go, are mounted, formatted, ejected; folders and the demo."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLineEdit,
    QListView,
    QPushButton,
    QRadioButton,
)
from pytestqt.qtbot import QtBot

from app.drive.drive import Drive, Volume
from app.drive.filesystem_advice import TOLERATED
from app.drive.space import Space
from app.drive.udisks.mounting import mount
from app.message import NOTHING
from app.stick.environment import Environment
from app.stick.inspecting.overview import Overview
from tests.devices import Devices, Disk
from tests.ui.test_accessible import name_of
from tests.ui.test_translated import DATA, Pseudo
from tests.ui.widget_tree import controls, cut_off, texts
from tests.ui.window_states import plugged_in
from tests.volumes import run
from tests.waiting import GUARD_MS
from ui.models import place_words
from ui.models.place import Place, PlaceKind
from ui.models.places import PlacesModel
from ui.pages.drive.format_drive import FormatDialog
from ui.pages.drive.page import DrivePage
from ui.state.page_name import PageName
from ui.widgets.primary_button import PrimaryButton
from ui.window.main_window import MainWindow

_LONG = GUARD_MS
_GB = 10**9


def button(root: DrivePage | FormatDialog, text: str) -> QPushButton:
    buttons = [each for each in root.findChildren(QPushButton) if each.text() == text]
    # The one that is shown, where there are more.
    return max(buttons, key=QPushButton.isVisible)


def primary(window: MainWindow) -> PrimaryButton:
    button = window.findChild(PrimaryButton)
    assert button is not None
    return button


def list_of(page: DrivePage) -> QListView:
    view = page.findChild(QListView)
    assert view is not None
    return view


def places(page: DrivePage) -> list[Place]:
    model = list_of(page).model()
    return [model.index(row, 0).data(PlacesModel.PLACE) for row in range(model.rowCount())]


def spoken(page: DrivePage) -> list[str]:
    return [place_words.spoken(place) for place in places(page)]


class Plugged:
    """A window on a computer with drives."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        page = window.pages[PageName.DRIVE]
        assert isinstance(page, DrivePage)
        self.window = window
        self.page = page
        self._qtbot = qtbot

    def until(self, condition: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=_LONG)

    def place(self, disk: Disk) -> Place | None:
        """The card of a drive that is in now."""
        return next(
            (
                place
                for place in places(self.page)
                if place.drive is not None and place.drive.device == disk.device
            ),
            None,
        )

    def until_place(self, disk: Disk, condition: Callable[[Place], object]) -> Place:
        def there() -> bool:
            place = self.place(disk)
            return place is not None and bool(condition(place))

        self.until(there)
        place = self.place(disk)
        assert place is not None
        return place

    def click(self, disk: Disk) -> None:
        """Choose the card of a drive with the mouse."""
        view = list_of(self.page)
        row = next(
            row
            for row, place in enumerate(places(self.page))
            if place.drive is not None and place.drive.device == disk.device
        )
        index = view.model().index(row, 0)
        view.scrollTo(index)
        self._qtbot.mouseClick(
            view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center()
        )

    def press(self, text: str) -> None:
        self._qtbot.mouseClick(button(self.page, text), Qt.MouseButton.LeftButton)

    def format(self, disk: Disk) -> FormatDialog:
        """Open the dialog for a drive, as far as it knows that it can."""
        self.click(disk)
        self.press("Format…")
        self.until(lambda: isinstance(QApplication.activeModalWidget(), FormatDialog))
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, FormatDialog)
        return dialog

    def confirm(self, dialog: FormatDialog, name: str) -> None:
        field = dialog.findChildren(QLineEdit)[-1]
        field.clear()
        self._qtbot.keyClicks(field, name)


@pytest.fixture
def plugged(
    open_window: Callable[..., MainWindow],
    environment: Environment,
    devices: Devices,
    qtbot: QtBot,
) -> Iterator[Plugged]:
    assert devices.environment
    window = open_window(environment, loops_are_removable=True)
    plugged = Plugged(window, qtbot)
    plugged.until(lambda: not window.session.drives.looking)
    yield plugged
    dialog = QApplication.activeModalWidget()
    if isinstance(dialog, FormatDialog):
        plugged.until(lambda: not dialog.working)
        dialog.reject()


def test_a_drive_comes_is_mounted_and_chosen_and_goes(plugged: Plugged, devices: Devices) -> None:
    window, page = plugged.window, plugged.page
    disk = devices.disk("ext4", label="STICK")
    disk.appear()
    place = plugged.until_place(disk, lambda place: place.volume is not None)
    assert place.name == "STICK"
    assert "not mounted" in place_words.spoken(place)

    plugged.click(disk)
    assert window.session.target is None
    assert not primary(window).isEnabled()
    assert any("Mount it" in notice for notice in page.notices)

    plugged.press("Mount")
    plugged.until(lambda: window.session.target is not None)
    target = window.session.target
    assert target is not None
    assert target.name == "STICK"
    assert os.path.ismount(target.root)
    place = plugged.until_place(disk, lambda place: place.overview is not None)
    assert "No apps on it yet" in place_words.spoken(place)
    assert " free" in place_words.room(place)

    window.open(PageName.APPS)
    disk.detach()
    plugged.until(lambda: window.session.target is None)
    assert window.session.notice.startswith("STICK was unplugged.")
    plugged.until(lambda: all(place.name != "STICK" for place in places(page)))

    disk.appear()
    plugged.until_place(disk, lambda place: place.name == "STICK")
    assert window.session.target is None

    window.open(PageName.DRIVE)
    plugged.click(disk)
    assert window.session.notice == ""


def test_what_the_desktop_unmounts_is_no_target_any_more(
    plugged: Plugged, devices: Devices
) -> None:
    session = plugged.window.session
    disk = devices.disk("ext4", label="STICK")
    disk.appear()
    place = plugged.until_place(disk, lambda place: place.volume is not None)
    assert place.volume is not None
    where = mount(place.volume).path
    plugged.until_place(disk, lambda place: place.root == where)
    plugged.click(disk)
    assert session.target is not None

    plugged.until_place(disk, lambda place: place.overview is not None)
    run("umount", where)
    plugged.until(lambda: session.target is None)
    assert "unmounted" in session.notice

    assert mount(place.volume).path == where
    plugged.until(lambda: session.target is not None)
    assert session.notice == ""


def test_other_drives_do_not_become_the_target_by_themselves(
    plugged: Plugged, devices: Devices
) -> None:
    session = plugged.window.session
    first, other = devices.disk("ext4", label="ONE"), devices.disk("ext4", label="OTHER")
    for disk in (first, other):
        disk.appear()
        place = plugged.until_place(disk, lambda place: place.volume is not None)
        assert place.volume is not None
        mount(place.volume)
        plugged.until_place(disk, lambda place: place.root is not None)
    plugged.click(first)
    target = session.target
    assert target is not None
    assert target.name == "ONE"

    other.detach()
    plugged.until(lambda: all(place.name != "OTHER" for place in places(plugged.page)))
    assert session.target == target

    other.appear()
    plugged.until_place(other, lambda place: place.volume is not None)
    first.detach()
    plugged.until(lambda: session.target is None)


def test_choosing_another_drive_says_nothing_wrong_about_the_first(
    plugged: Plugged, devices: Devices
) -> None:
    session = plugged.window.session
    first, other = devices.disk("ext4", label="ONE"), devices.disk("ext4", label="OTHER")
    for disk in (first, other):
        disk.appear()
        place = plugged.until_place(disk, lambda place: place.volume is not None)
    assert place.volume is not None
    mount(place.volume)
    plugged.until_place(other, lambda place: place.root is not None)
    plugged.click(other)
    assert session.target is not None

    plugged.click(first)
    assert session.target is None
    assert session.notice == ""


def test_a_size_is_the_same_before_and_after_mounting(plugged: Plugged, devices: Devices) -> None:
    disk = devices.disk("ext4", label="STICK", megabytes=64)
    disk.appear()
    before = plugged.until_place(disk, lambda place: place.volume is not None)
    assert before.volume is not None

    mount(before.volume)
    after = plugged.until_place(disk, lambda place: place.overview is not None)
    assert place_words.about(after) == place_words.about(before)


def test_ejecting_makes_it_safe_to_pull_out(plugged: Plugged, devices: Devices) -> None:
    disk = devices.disk("ext4", label="STICK")
    disk.appear()
    plugged.until_place(disk, lambda place: place.volume is not None)
    plugged.click(disk)
    plugged.press("Mount")
    place = plugged.until_place(disk, lambda place: place.root is not None)
    root = place.root
    assert root is not None
    plugged.until(button(plugged.page, "Eject").isEnabled)

    plugged.press("Eject")
    plugged.until(lambda: any("can be pulled out" in notice for notice in plugged.page.notices))
    plugged.until_place(disk, lambda place: place.root is None)
    assert not os.path.ismount(root)
    assert plugged.window.session.target is None
    assert plugged.window.session.notice == ""


def test_the_demo_is_offered_beside_a_drive(
    plugged: Plugged, devices: Devices, qtbot: QtBot
) -> None:
    disk = devices.disk("ext4", label="CLASS")
    disk.appear()
    plugged.until(lambda: plugged.place(disk) is not None)
    with qtbot.waitSignal(plugged.window.demo_wanted):
        plugged.press("Try the demo")


def test_a_drive_that_is_in_use_stays_and_says_by_whom(plugged: Plugged, devices: Devices) -> None:
    disk = devices.disk("ext4", label="STICK")
    disk.appear()
    plugged.until_place(disk, lambda place: place.volume is not None)
    plugged.click(disk)
    plugged.press("Mount")
    place = plugged.until_place(disk, lambda place: place.root is not None)
    assert place.root is not None
    plugged.until(button(plugged.page, "Eject").isEnabled)

    with open(place.root / "open", "w", encoding="utf-8"):
        plugged.press("Eject")
        plugged.until(lambda: any("in use" in notice for notice in plugged.page.notices))
    plugged.until(button(plugged.page, "Eject").isEnabled)
    assert os.path.ismount(place.root)


def test_a_write_protected_drive_cannot_be_chosen_for_apps(
    plugged: Plugged, devices: Devices
) -> None:
    disk = devices.disk("ext4", label="STICK")
    disk.appear(read_only=True)
    plugged.until_place(disk, lambda place: place.volume is not None)
    plugged.click(disk)
    assert any("write-protected" in notice for notice in plugged.page.notices)

    plugged.press("Mount")
    plugged.until(lambda: plugged.window.session.target is not None)
    assert not primary(plugged.window).isEnabled()
    assert not button(plugged.page, "Format…").isVisible()


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
        qtbot.waitUntil(lambda: not window.bridge.busy, timeout=_LONG)

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


def test_mounting_by_keyboard_leads_back_to_the_card(
    plugged: Plugged, devices: Devices, qtbot: QtBot
) -> None:
    disk = devices.disk("ext4", label="STICK")
    disk.appear()
    plugged.until_place(disk, lambda place: place.volume is not None)
    plugged.click(disk)
    button(plugged.page, "Mount").setFocus()
    qtbot.keyClick(button(plugged.page, "Mount"), Qt.Key.Key_Space)
    plugged.until(lambda: plugged.window.session.target is not None)

    assert list_of(plugged.page).hasFocus()
    qtbot.keyClick(list_of(plugged.page), Qt.Key.Key_Return)
    assert plugged.window.page.name is PageName.APPS


def test_the_chosen_card_stays_in_sight_in_a_small_window(
    plugged: Plugged, devices: Devices, qtbot: QtBot
) -> None:
    disks = [devices.disk("ext4", label=f"STICK{number}") for number in range(4)]
    for disk in disks:
        disk.appear()
        plugged.until_place(disk, lambda place: place.volume is not None)
    view = list_of(plugged.page)
    plugged.click(disks[-1])
    plugged.window.resize(900, 600)

    def in_sight() -> bool:
        shown = view.visualRect(view.currentIndex())
        return bool(view.viewport().rect().contains(shown))

    plugged.until(in_sight)
    qtbot.keyClick(view, Qt.Key.Key_Home)
    plugged.until(in_sight)


def test_without_a_drive_it_says_what_to_do_and_offers_the_demo(
    open_window: Callable[..., MainWindow], environment: Environment, qtbot: QtBot
) -> None:
    window = open_window(environment)
    page = window.pages[PageName.DRIVE]
    assert isinstance(page, DrivePage)
    qtbot.waitUntil(lambda: not window.session.drives.looking, timeout=_LONG)

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
    qtbot.waitUntil(lambda: bool(window.session.drives.notices), timeout=_LONG)

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
    qtbot.waitUntil(lambda: "No apps on it yet" in spoken(page)[0], timeout=_LONG)
    assert primary(window).isEnabled()


def test_advice_says_what_large_clusters_waste() -> None:
    def place(cluster: int) -> Place:
        volume = Volume(
            "/dev/sdb1", 1, "exfat", "BIG", "U", 64 * _GB, (Path("/media/BIG"),), False,
            30 * _GB, cluster,
        )  # fmt: skip
        drive = Drive(
            "/dev/sdb", 0, "A", "B", "C", "usb", 64 * _GB, True, False, NOTHING, (volume,)
        )
        return Place(PlaceKind.DRIVE, "BIG", drive, volume, Path("/media/BIG"))

    assert place(128 * 1024).wasted > TOLERATED * 30 * _GB
    assert "128 KiB" in place_words.file_system_advice(place(128 * 1024))
    assert place_words.file_system_advice(place(4096)) == ""


def test_a_card_says_how_many_apps_since_when_and_how_many_could_be_newer() -> None:
    space = Space(Path("/media/A"), "ext4", 4096, 10 * _GB, 30 * _GB, None, None, False)
    made = int(time.mktime((2026, 5, 3, 12, 0, 0, 0, 0, 0)))
    overview = Overview(space, stick=True, apps=14, others=9, updates=5, made=made)
    place = Place(PlaceKind.FOLDER, "A", root=Path("/media/A"), overview=overview)

    text = place_words.contents(place)
    assert text.startswith("14 app")
    assert "5 update" in text
    assert "26" in text
