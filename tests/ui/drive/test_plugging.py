"""Drives come and go, are mounted, chosen and ejected."""

from __future__ import annotations

import os

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.drive.udisks.mounting import mount
from tests.devices import Devices
from tests.ui.drive.plugged import Plugged, button, list_of, places, primary
from tests.volumes import run
from ui.models import place_words
from ui.state.page_name import PageName


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
