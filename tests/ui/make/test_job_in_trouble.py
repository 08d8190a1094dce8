"""Everything that can get in the way of a job."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.devices import Devices
from tests.gpg import SigningKey
from tests.ostree.web import status
from tests.servers import HostileServer
from tests.stick.made_drive import only
from tests.ui.jobs import WRITE, buttons, choose, finish, review, said, until_said, write
from tests.ui.make.jobs import HELLO, Cable, Gate, make, room_on, shown_keys
from tests.ui.user_actions import LONG, press
from tests.upstream import Upstream
from tests.volumes import mount, mounted
from ui.dialogs.keys import KeysDialog
from ui.state.page_name import PageName
from ui.window.main_window import MainWindow

pytestmark = pytest.mark.slow

BEFORE_IT_BREAKS = 8
"""Files that come, of those that are asked for."""


def test_a_network_that_vanishes_on_the_way_and_comes_back(
    start: Callable[..., MainWindow],
    own_upstream: Upstream,
    server: HostileServer,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    window = start(own_upstream, server.url)
    drive = make(tmp_path / "drive")
    choose(window, drive, HELLO)
    review(window, qtbot)
    cable = Cable(server, BEFORE_IT_BREAKS)
    press(qtbot, window, WRITE)
    until_said(window, qtbot, "The source of the apps does not answer")
    # What the system calls it is for those who ask.
    assert "could not be reached" not in said(window)
    assert "goes on from here" in said(window)
    assert "My drive is not finished" in said(window)
    assert "Back to apps" in buttons(window)

    before = len(server.paths())
    cable.plug_in()
    press(qtbot, window, "Try again")
    finish(window, qtbot)
    asked = [path for path in server.paths()[before:] if path.endswith(".filez")]
    assert 0 < len(asked) < len(list(drive.glob(".ostree/repo/objects/*/*.filez")))
    assert window.session.outcome is not None
    assert window.session.outcome.check is not None
    assert window.session.outcome.check.ok


def test_without_network_it_can_be_tried_again(
    start: Callable[..., MainWindow],
    own_upstream: Upstream,
    server: HostileServer,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    window = start(own_upstream, server.url)
    choose(window, make(tmp_path / "drive"), HELLO)
    review(window, qtbot)
    server.everything = only(".filez", status("404 Not Found"))
    press(qtbot, window, WRITE)
    qtbot.waitUntil(lambda: "Try again" in buttons(window), timeout=LONG)
    assert "goes on from here" in said(window)

    server.everything = None
    press(qtbot, window, "Try again")
    finish(window, qtbot)


def test_a_wrong_signature_is_refused_and_the_key_shown(
    start: Callable[..., MainWindow],
    own_upstream: Upstream,
    server: HostileServer,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    other = SigningKey("Somebody else <else@example.org>")
    try:
        own_upstream.key = other
        window = start(own_upstream, server.url)
        drive = make(tmp_path / "drive")
        choose(window, drive, HELLO)
        window.open(PageName.REVIEW)
        qtbot.waitUntil(lambda: "Show the keys…" in buttons(window), timeout=LONG)
        assert "The drive is as before." in said(window)
        assert not list(drive.iterdir())

        press(qtbot, window, "Show the keys…")
        qtbot.waitUntil(lambda: shown_keys(window) != "", timeout=LONG)
        assert other.fingerprint in shown_keys(window).replace(" ", "")
        [dialog] = window.findChildren(KeysDialog)
        dialog.reject()
    finally:
        other.close()


@pytest.mark.thorough
def test_a_drive_that_becomes_full_leads_back_to_the_apps(
    start: Callable[..., MainWindow],
    own_upstream: Upstream,
    server: HostileServer,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    window = start(own_upstream, server.url)
    with mounted("ext4", tmp_path / "drive", megabytes=16) as drive:
        choose(window, drive, HELLO)
        review(window, qtbot)
        # Somebody else uses the room meanwhile.
        with open(drive / "others", "wb") as file:
            os.posix_fallocate(file.fileno(), 0, room_on(drive) - 100_000)
        press(qtbot, window, WRITE)
        qtbot.waitUntil(lambda: "Leave apps out" in buttons(window), timeout=LONG)
        assert "My drive is full." in said(window)
        assert "Look again" in buttons(window)
        press(qtbot, window, "Leave apps out")
        assert window.page.name is PageName.APPS


def test_a_drive_pulled_out_while_it_is_written(
    start: Callable[..., MainWindow],
    own_upstream: Upstream,
    server: HostileServer,
    devices: Devices,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    window = start(own_upstream, server.url)
    disk = devices.disk("ext4")
    disk.appear()
    drive = tmp_path / "drive"
    mount("ext4", disk.device, drive)
    gate = Gate(server)
    choose(window, drive, HELLO)
    write(window, qtbot)
    qtbot.waitUntil(lambda: gate.waiting > 0, timeout=LONG)

    disk.detach()
    gate.open = True
    qtbot.waitUntil(lambda: "Choose another drive" in buttons(window), timeout=LONG)
    assert not window.bridge.guarded
    # The page of drives sees that it has gone; what happened stays readable.
    said_before = said(window)
    window.session.set_target(None)
    assert said(window) == said_before
    press(qtbot, window, "Choose another drive")
    assert window.page.name is PageName.DRIVE
