"""Drives come and go, are chosen, made ready and ejected."""

from __future__ import annotations

import os

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.drive.udisks.mounting import mount
from tests.devices import Devices
from tests.ui.drive.plugged import Plugged, button, list_of, places, spoken
from tests.ui.jobs import said
from tests.ui.user_actions import can_be_pressed
from tests.volumes import run
from ui.models import place_words
from ui.pages.drive.card_menu import CardMenu
from ui.pages.drive.erase_drive import EraseDialog
from ui.pages.drive.rename_drive import RenameDialog
from ui.state.page_name import PageName


def test_the_only_drive_is_chosen_and_ready_and_comes_back_as_the_same(
    plugged: Plugged, devices: Devices
) -> None:
    window, page = plugged.window, plugged.page
    assert window.page.primary_text == "Choose apps first"
    disk = devices.disk("ext4", label="STICK")
    disk.appear()
    plugged.until(lambda: window.session.target is not None)
    target = window.session.target
    assert target is not None
    assert target.name == "STICK"
    assert os.path.ismount(target.root)
    place = plugged.until_place(disk, lambda place: place.overview is not None)
    assert "No apps on it yet" in place_words.spoken(place)
    plugged.until(lambda: page.foot_text.startswith("STICK has "))
    assert page.primary_text == "Choose apps"

    window.open(PageName.APPS)
    disk.detach()
    plugged.until(lambda: window.session.target is None)
    assert window.session.notice.startswith("STICK was pulled out.")
    plugged.until(lambda: all(place.name != "STICK" for place in places(page)))

    disk.appear()
    plugged.until(lambda: window.session.target is not None)
    assert window.session.notice == ""
    back = window.session.target
    assert back is not None
    assert back.drive != target.drive


def test_what_the_desktop_unmounts_is_no_target_any_more(
    plugged: Plugged, devices: Devices
) -> None:
    session = plugged.window.session
    disk = devices.disk("ext4", label="STICK")
    disk.appear()
    place = plugged.until_place(disk, lambda place: place.overview is not None)
    assert place.volume is not None
    where = place.root
    assert where is not None

    run("umount", where)
    plugged.until(lambda: session.target is None)
    assert "let go of" in session.notice

    assert mount(place.volume).path == where
    plugged.until(lambda: session.target is not None)
    assert session.notice == ""


@pytest.mark.thorough
def test_what_was_let_go_of_is_ready_again_after_a_click(
    plugged: Plugged, devices: Devices
) -> None:
    session = plugged.window.session
    disk = devices.disk("ext4", label="STICK")
    disk.appear()
    place = plugged.until_place(disk, lambda place: place.overview is not None)
    assert place.root is not None
    run("umount", place.root)
    plugged.until(lambda: session.target is None)

    plugged.click(disk)
    plugged.until(lambda: session.target is not None)


def test_other_drives_do_not_become_the_target_by_themselves(
    plugged: Plugged, devices: Devices
) -> None:
    session = plugged.window.session
    first, other = devices.disk("ext4", label="ONE"), devices.disk("ext4", label="OTHER")
    first.appear()
    plugged.until(lambda: session.target is not None)
    target = session.target
    other.appear()
    plugged.until_place(other, lambda place: place.volume is not None)
    other.detach()
    plugged.until(lambda: all(place.name != "OTHER" for place in places(plugged.page)))
    assert session.target == target

    other.appear()
    plugged.until_place(other, lambda place: place.volume is not None)
    first.detach()
    plugged.until(lambda: session.target is None)
    plugged.until(lambda: all(place.name != "ONE" for place in places(plugged.page)))
    assert session.target is None


@pytest.mark.thorough
def test_choosing_another_drive_says_nothing_wrong_about_the_first(
    plugged: Plugged, devices: Devices
) -> None:
    session = plugged.window.session
    first, other = devices.disk("ext4", label="ONE"), devices.disk("ext4", label="OTHER")
    for disk in (first, other):
        disk.appear()
        plugged.until_place(disk, lambda place: place.volume is not None)
    plugged.until(lambda: session.target is not None)

    plugged.click(other)
    plugged.until(lambda: session.target is not None and session.target.name == "OTHER")
    assert session.notice == ""


@pytest.mark.thorough
def test_a_size_is_the_same_before_and_after_mounting(plugged: Plugged, devices: Devices) -> None:
    first = devices.disk("ext4", label="FIRST")
    first.appear()
    plugged.until(lambda: plugged.window.session.target is not None)
    disk = devices.disk("ext4", label="STICK", megabytes=64)
    disk.appear()
    before = plugged.until_place(disk, lambda place: place.volume is not None)
    assert before.volume is not None
    assert before.root is None

    mount(before.volume)
    after = plugged.until_place(disk, lambda place: place.overview is not None)
    assert place_words.about(after) == place_words.about(before)


def test_ejecting_makes_it_safe_to_pull_out(plugged: Plugged, devices: Devices) -> None:
    disk = devices.disk("ext4", label="STICK")
    disk.appear()
    place = plugged.until_place(disk, lambda place: place.root is not None)
    root = place.root
    assert root is not None

    plugged.pick(disk, "Eject")
    plugged.until(lambda: "STICK can be pulled out" in said(plugged.window))
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
        plugged.press("Try it without a drive")


def test_a_drive_that_is_in_use_stays_and_says_by_whom(plugged: Plugged, devices: Devices) -> None:
    disk = devices.disk("ext4", label="STICK")
    disk.appear()
    place = plugged.until_place(disk, lambda place: place.root is not None)
    assert place.root is not None

    with open(place.root / "open", "w", encoding="utf-8"):
        plugged.pick(disk, "Eject")
        plugged.until(lambda: "cannot be ejected" in spoken(plugged.page)[0])
    assert "in use" in place_words.why(places(plugged.page)[0])
    plugged.until(lambda: plugged.page.view.operation is None)
    assert os.path.ismount(place.root)
    assert plugged.window.session.target is not None


def test_a_write_protected_drive_cannot_be_chosen_for_apps(
    plugged: Plugged, devices: Devices
) -> None:
    disk = devices.disk("ext4", label="STICK")
    disk.appear(read_only=True)
    place = plugged.until_place(disk, lambda place: place.volume is not None)
    assert "write-protected" in place_words.spoken(place)
    plugged.click_at(plugged.card(disk).card.center())
    assert plugged.page.view.chosen is None
    assert plugged.page.primary_text == "Choose apps first"
    assert "Erase…" not in plugged.entries(disk)


def test_two_clicks_never_do_more_than_one(plugged: Plugged, devices: Devices) -> None:
    disks = [devices.disk("ext4", label=label) for label in ("ONE", "TWO")]
    for disk in disks:
        disk.appear()
        plugged.until_place(disk, lambda place: place.volume is not None)
    plugged.until(lambda: plugged.page.view.operation is None)
    view = list_of(plugged.page)
    plugged.until(lambda: view.verticalScrollBar().maximum() == 0)
    for disk in disks:
        before = plugged.card(disk)
        for place in (before.tick, before.meter, before.name, before.line, before.more):
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place.center())
            popup = QApplication.activePopupWidget()
            target = popup or view.viewport()
            point = target.mapFromGlobal(view.viewport().mapToGlobal(place.center()))
            QTest.mouseDClick(target, Qt.MouseButton.LeftButton, pos=point)
            assert not isinstance(QApplication.activeModalWidget(), EraseDialog)
            assert plugged.window.page is plugged.page
            left = QApplication.activePopupWidget()
            if left is not None:
                left.close()
        plugged.until(lambda: plugged.page.view.operation is None)
        # What is told of it, and how wide that is, may be another by now.
        after = plugged.card(disk)
        assert (after.card, after.tick, after.more) == (before.card, before.tick, before.more)


def test_the_keyboard_is_enough(plugged: Plugged, devices: Devices, qtbot: QtBot) -> None:
    disks = [devices.disk("ext4", label=label) for label in ("ONE", "TWO")]
    for disk in disks:
        disk.appear()
        plugged.until_place(disk, lambda place: place.volume is not None)
    plugged.until(lambda: plugged.window.session.target is not None)
    # What others have in may show for a moment, and be the last.
    plugged.until(lambda: sum(each.drive is not None for each in places(plugged.page)) == 2)
    view = list_of(plugged.page)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_End)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    plugged.until(lambda: len(plugged.window.session.targets) == 2)
    assert plugged.page.value.startswith("2 drive")
    qtbot.keyClick(view, Qt.Key.Key_Return)
    plugged.until(
        lambda: (
            plugged.window.session.target is not None
            and plugged.window.session.target.name == "TWO"
        )
    )
    assert view.hasFocus()

    asked = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(view.viewport(), asked)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, CardMenu)
    assert menu.accessibleName() == "TWO"
    assert {"Open", "Rename…", "Erase…", "Eject", "Details"} <= {
        action.text() for action in menu.actions()
    }
    menu.close()

    qtbot.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert plugged.window.page.name is PageName.APPS


@pytest.mark.thorough
def test_the_card_of_the_keyboard_stays_in_sight_in_a_small_window(
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
        return bool(view.viewport().rect().intersects(shown))

    plugged.until(in_sight)
    qtbot.keyClick(view, Qt.Key.Key_Home)
    plugged.until(in_sight)


@pytest.mark.thorough
def test_cards_are_never_wider_than_the_window(plugged: Plugged, devices: Devices) -> None:
    disk = devices.disk("ext4", label="STICK")
    disk.appear()
    plugged.until_place(disk, lambda place: place.volume is not None)
    view = list_of(plugged.page)
    for width in (1280, 720, 1000, 720):
        plugged.window.resize(width, 480)
        plugged.until(lambda: plugged.card(disk).card.width() <= view.viewport().width())
        assert not view.horizontalScrollBar().isVisible()
        assert plugged.card(disk).more.right() < view.viewport().width()


def test_a_drive_gets_another_name_and_stays_the_target(
    plugged: Plugged, devices: Devices, qtbot: QtBot
) -> None:
    disk = devices.disk("ext4", label="STICK")
    disk.appear()
    place = plugged.until_place(disk, lambda place: place.overview is not None)
    assert place.root is not None
    (place.root / "letter").write_text("Dear all")
    plugged.pick(disk, "Rename…")
    plugged.until(lambda: isinstance(QApplication.activeModalWidget(), RenameDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, RenameDialog)
    field = dialog.findChildren(QLineEdit)[-1]
    assert not can_be_pressed(button(dialog, "Rename"))
    field.clear()
    qtbot.keyClicks(field, "bad/name")
    assert not can_be_pressed(button(dialog, "Rename"))
    field.clear()
    qtbot.keyClicks(field, "CLASSROOM")
    qtbot.keyClick(field, Qt.Key.Key_Return)

    place = plugged.until_place(disk, lambda place: place.name == "CLASSROOM" and place.root)
    assert place.root is not None
    assert (place.root / "letter").read_text() == "Dear all"
    plugged.until(
        lambda: (
            plugged.window.session.target is not None
            and plugged.window.session.target.name == "CLASSROOM"
        )
    )
    assert plugged.window.session.notice == ""
