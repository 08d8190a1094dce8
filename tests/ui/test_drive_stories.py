"""What becomes of a drive that was made: it is damaged and repaired, shared and pulled out. Real
drives."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

import pytest
from pytestqt.qtbot import QtBot

from app.stick.environment import Environment
from tests.devices import Devices, Disk
from tests.satchel import satchel
from tests.stick.damage import flip_middle
from tests.ui.jobs import choose, finish, review, until_said
from tests.ui.user_actions import LONG, dialog, everything_said, press
from ui.dialogs.sharing import SharingDialog
from ui.models.sharing import SharingState
from ui.state.page_name import PageName
from ui.widgets.dialog import Question
from ui.window.main_window import MainWindow

pytestmark = [pytest.mark.slow, pytest.mark.thorough]


class Made:
    """A window that has just made a drive."""

    def __init__(self, window: MainWindow, disk: Disk, root: Path, qtbot: QtBot) -> None:
        self.window = window
        self.disk = disk
        self.root = root
        self._qtbot = qtbot

    def until(self, condition: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=LONG)

    def press(self, text: str) -> None:
        press(self._qtbot, self.window, text)

    def until_sharing(self, state: SharingState) -> None:
        self.until(lambda: self.window.sharing.controller.view.state is state)


@pytest.fixture
def port() -> int:
    """One that is free."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.fixture
def made(
    open_window: Callable[..., MainWindow],
    demo: Environment,
    devices: Devices,
    port: int,
    qtbot: QtBot,
) -> Made:
    settings = demo.settings.with_value("share_port", port)
    window = open_window(demo, demo_drive=None, loops_are_removable=True, settings=settings)
    disk = devices.disk("ext4", label="STICK")
    disk.appear()
    # The only drive is chosen and made ready by itself.
    qtbot.waitUntil(lambda: window.session.target is not None, timeout=LONG)
    target = window.session.target
    assert target is not None
    choose(window, target.root)
    window.session.set_target(target)
    review(window, qtbot)
    press(qtbot, window, "Write to STICK")
    finish(window, qtbot)
    return Made(window, disk, target.root, qtbot)


def test_damaged_found_and_repaired(made: Made, qtbot: QtBot, tmp_path: Path) -> None:
    objects = made.root.glob(".ostree/repo/objects/*/*.filez")
    flip_middle(max(objects, key=lambda path: path.stat().st_size))
    (made.root / "satchel/START-HERE.html").unlink()
    window = made.window
    window.open(PageName.CONTENTS)
    made.press("Check")
    made.press("Check again")
    made.until(lambda: "damaged" in everything_said(window.page))
    made.press("Repair")
    made.until(lambda: window.page.name is PageName.MAKE)
    until_said(window, qtbot, "STICK is sound again")
    until_said(window, qtbot, "read back and right")
    made.press("Eject")
    until_said(window, qtbot, "STICK can be pulled out")
    made.disk.detach()

    # Somebody else's computer finds nothing wrong with it either.
    made.disk.appear()
    made.until(lambda: window.session.drives.drives)
    window.open(PageName.DRIVE)
    made.until(made.root.is_mount)
    trusting = ("verify", "--trust-drive-keys", "--json")
    assert satchel(*trusting, made.root, home=tmp_path).json["ok"]


def test_shared_pulled_out_and_ejected(made: Made, port: int, qtbot: QtBot) -> None:
    window, controller = made.window, made.window.sharing.controller
    made.press("Share on the network")
    shown = dialog(qtbot, SharingDialog)
    made.until_sharing(SharingState.RUNNING)

    made.disk.detach()
    made.until_sharing(SharingState.DRIVE_GONE)
    until_said(shown, qtbot, "STICK was pulled out")
    made.disk.appear()
    made.until_sharing(SharingState.RUNNING)
    shown.close()

    def take() -> None:
        with urlopen(f"http://127.0.0.1:{port}/demo/summary") as answer:
            answer.read()

    taking = Thread(target=take)
    taking.start()
    taking.join()
    made.until(lambda: controller.view.here == 1)
    made.press("Eject")
    question = dialog(qtbot, Question)
    assert "1 computer(s)" in question.sentence.text()
    press(qtbot, question, "Go on sharing")
    assert controller.view.is_on
    assert made.root.is_mount()

    made.press("Eject")
    press(qtbot, dialog(qtbot, Question), "Stop and eject")
    until_said(window, qtbot, "STICK can be pulled out")
    assert not made.root.is_mount()
    assert not controller.view.is_on
