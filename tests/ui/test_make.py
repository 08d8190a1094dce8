"""Make: the whole job through the window, and everything that can get in its way."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QAbstractEventDispatcher, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from app.flatpak.remotes.known import read_remote
from app.flatpak.remotes.remote import Remote
from app.progress import CancelToken, Event, Phase, PhaseStarted, Reporter
from app.stick.environment import Environment
from tests.buses import message_bus, service
from tests.devices import Devices
from tests.gpg import SigningKey
from tests.ostree.web import Exchange, hang_up, status
from tests.satchel import satchel
from tests.servers import HostileServer
from tests.stick.scene import only
from tests.ui.jobs import buttons, choose, finish, review, said, until_said, write
from tests.ui.user_actions import LONG, press
from tests.upstream import Upstream, host_arch
from tests.volumes import mount, mounted
from tests.work import counted
from ui.dialogs.keys import KeysDialog
from ui.models.work_cells import CellState
from ui.pages.make.log_view import LogView
from ui.pages.make.page import MakePage
from ui.state.page_name import PageName
from ui.tasks.bridge import Bridge, Task, Work
from ui.widgets.work_map import WorkMap
from ui.window.main_window import MainWindow

pytestmark = pytest.mark.slow

HELLO = f"app/org.test.Hello/{host_arch()}/stable"
_BLOCKED = 60_000
"""Calls of functions, 13,000 as it is: the page that comes then is built at once."""
_BEFORE_IT_BREAKS = 8
"""Files that come, of those that are asked for."""
_MOMENT = 300
"""Milliseconds in which a check that does not heed its pause has ended."""


def knowing(directory: Path, upstream: Upstream, url: str) -> Remote:
    """The only remote of a computer."""
    path = directory / "test.flatpakrepo"
    path.write_text(upstream.flatpakrepo(url))
    return read_remote(path)


@pytest.fixture
def start(
    open_window: Callable[..., MainWindow], environment: Environment, tmp_path: Path
) -> Callable[[Upstream, str], MainWindow]:
    """A window on a computer that knows one upstream."""

    def begin(upstream: Upstream, url: str) -> MainWindow:
        remote = knowing(tmp_path, upstream, url)
        return open_window(
            replace(
                environment,
                built_in=(remote,),
                default_network=replace(environment.network, first_pause=0.001),
            )
        )

    return begin


@pytest.fixture
def server(own_upstream: Upstream, hostile: Callable[[Path], HostileServer]) -> HostileServer:
    return hostile(own_upstream.path)


@pytest.fixture
def held(
    start: Callable[..., MainWindow],
    own_upstream: Upstream,
    server: HostileServer,
    tmp_path: Path,
    qtbot: QtBot,
) -> tuple[MainWindow, Gate]:
    """A job whose files the server holds back."""
    window = start(own_upstream, server.url)
    gate = Gate(server)
    choose(window, make(tmp_path / "drive"), HELLO)
    write(window, qtbot)
    qtbot.waitUntil(lambda: gate.waiting > 0, timeout=LONG)
    return window, gate


class Gate:
    """Lets requests for files pass once it is open; those that wait meanwhile are counted."""

    def __init__(self, server: HostileServer) -> None:
        self.waiting = 0
        self.open = False
        server.everything = only(".filez", self._wait)

    def _wait(self, exchange: Exchange) -> None:
        self.waiting += 1
        end = time.monotonic() + LONG / 1000
        while not self.open and time.monotonic() < end:
            time.sleep(0.01)
        exchange.good()


class Cable:
    """Carries so many files, and then nothing at all until it is plugged in again."""

    def __init__(self, server: HostileServer, files: int) -> None:
        self._left = files
        self._lock = threading.Lock()
        server.everything = self._carry

    def plug_in(self) -> None:
        self._left = sys.maxsize

    def _carry(self, exchange: Exchange) -> None:
        with self._lock:
            self._left -= exchange.path.endswith(".filez")
            cut = self._left < 0
        if cut:
            hang_up(exchange)
        exchange.good()


class Threshold:
    """Work stops where a phase begins, until the person has done something there."""

    def __init__(self, bridge: Bridge, phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
        self._run = bridge.run
        self._phase = phase
        self._go = threading.Event()
        self.reached = threading.Event()
        monkeypatch.setattr(bridge, "run", self._begin)

    def go_on(self) -> None:
        self._go.set()

    def _begin(self, work: Work, **slots: Any) -> Task:
        return self._run(partial(self._work, work), **slots)

    def _work(self, work: Work, report: Reporter, cancel: CancelToken) -> Any:
        return work(partial(self._report, report), cancel)

    def _report(self, report: Reporter, event: Event) -> None:
        report(event)
        if event == PhaseStarted(self._phase):
            self.reached.set()
            assert self._go.wait(LONG / 1000)


def make(directory: Path) -> Path:
    directory.mkdir()
    return directory


def room_on(drive: Path) -> int:
    found = os.statvfs(drive)
    return found.f_bavail * found.f_frsize


def shown_keys(window: MainWindow) -> str:
    dialogs = window.findChildren(KeysDialog)
    return dialogs[0].text if dialogs else ""


def answer(qtbot: QtBot, gate: Gate) -> None:
    """Say that it may stop; the server answers what it was asked for."""
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    press(qtbot, box, "Stop and close")
    gate.open = True


def work_of(window: MainWindow) -> WorkMap:
    page = window.pages[PageName.MAKE]
    assert isinstance(page, MakePage)
    [picture] = page.findChildren(WorkMap)
    return picture


def log_of(window: MainWindow) -> list[str]:
    [log] = window.pages[PageName.MAKE].findChildren(LogView)
    return log.lines


def test_the_whole_job(window: MainWindow, qtbot: QtBot) -> None:
    choose(window)
    write(window, qtbot)
    finish(window, qtbot)

    outcome = window.session.outcome
    assert outcome is not None
    assert outcome.check is not None
    assert outcome.check.ok
    assert "My drive is ready" in said(window)
    counts = work_of(window).counts()
    assert counts[CellState.VERIFIED] > 0
    assert counts[CellState.DAMAGED] == counts[CellState.PLANNED] == counts[CellState.WRITTEN] == 0
    assert work_of(window).accessibleDescription() == "planned: 0 %, written: 0 %, checked: 100 %"
    assert window.pages[PageName.MAKE].title == "The drive is written"
    assert any("Reading everything back" in line for line in log_of(window))


def test_nothing_is_written_before_the_person_said_so(window: MainWindow, qtbot: QtBot) -> None:
    choose(window)
    review(window, qtbot)
    window.open(PageName.MAKE)

    assert window.page.name is PageName.REVIEW
    demo = window.session.environment.demo_drive
    assert demo is not None
    assert not list(demo.iterdir())


def test_paused_it_stands_still_and_goes_on(held: tuple[MainWindow, Gate], qtbot: QtBot) -> None:
    window, gate = held
    press(qtbot, window, "Pause")
    assert "Paused" in said(window)
    gate.open = True
    assert "Go on" in buttons(window)
    assert window.session.outcome is None
    assert window.bridge.guarded

    press(qtbot, window, "Go on")
    finish(window, qtbot)


def test_paused_in_the_check_it_stands_still_and_goes_on(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    threshold = Threshold(window.bridge, Phase.VERIFY, monkeypatch)
    choose(window)
    write(window, qtbot)
    until_said(window, qtbot, "Reading everything back")
    qtbot.waitUntil(threshold.reached.is_set, timeout=LONG)

    press(qtbot, window, "Pause")
    with qtbot.assertNotEmitted(window.session.outcome_changed, wait=_MOMENT):
        threshold.go_on()
    assert "Paused" in said(window)
    assert work_of(window).counts()[CellState.VERIFIED] == 0

    press(qtbot, window, "Go on")
    finish(window, qtbot)
    assert work_of(window).counts()[CellState.VERIFIED] > 0


def test_stopped_it_says_so_and_goes_on_from_there(
    held: tuple[MainWindow, Gate], qtbot: QtBot
) -> None:
    window, gate = held
    press(qtbot, window, "Stop")
    gate.open = True
    until_said(window, qtbot, "Stopped as you asked.")
    assert "What was on the drive before stays usable." in said(window)

    press(qtbot, window, "Go on")
    finish(window, qtbot)


def test_closed_in_the_middle_it_asks_stops_and_leaves_what_can_be_gone_on_with(
    held: tuple[MainWindow, Gate], tmp_path: Path, qtbot: QtBot
) -> None:
    window, gate = held
    QTimer.singleShot(0, partial(answer, qtbot, gate))
    with qtbot.waitSignal(window.closed, timeout=LONG):
        window.close()

    found = satchel("verify", "--json", tmp_path / "drive", home=tmp_path, check=1).json
    assert "journal-left" in {one["code"] for one in found["findings"]}


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
    cable = Cable(server, _BEFORE_IT_BREAKS)
    press(qtbot, window, "Write to the drive")
    until_said(window, qtbot, "could not be reached or broke off")
    assert "goes on from here" in said(window)
    assert "The drive is not finished" in said(window)
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
    press(qtbot, window, "Write to the drive")
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
        press(qtbot, window, "Write to the drive")
        qtbot.waitUntil(lambda: "Back to apps" in buttons(window), timeout=LONG)
        assert "drive is full" in said(window)
        assert "Choose another drive" in buttons(window)
        press(qtbot, window, "Back to apps")
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


def test_the_computer_is_kept_awake_and_the_desktop_tells_who_looks_elsewhere(
    held: tuple[MainWindow, Gate], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, gate = held
    told: list[tuple[str, str]] = []

    def take(_method: str, arguments: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
        told.append((arguments[3], arguments[4]))
        return "u", (1,)

    with message_bus() as address, service(address, "org.freedesktop.Notifications", take):
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        window.open(PageName.SETTINGS)
        gate.open = True
        qtbot.waitUntil(lambda: bool(told), timeout=LONG)
    assert told == [("The drive is ready", "You can go on in Satchel.")]
    assert window.page.name is PageName.SETTINGS
    assert window.may_open(PageName.DONE)


def test_the_window_never_blocks_while_a_job_runs(
    start: Callable[..., MainWindow],
    own_upstream: Upstream,
    server: HostileServer,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    window = start(own_upstream, server.url)
    choose(window, make(tmp_path / "drive"), HELLO)
    review(window, qtbot)
    press(qtbot, window, "Write to the drive")
    with LongestTurn() as turn:
        finish(window, qtbot)

    assert 0 < turn.calls < _BLOCKED


class LongestTurn(QObject):
    """How many functions the main thread calls between two waits of its event loop, at most.

    What other threads, and other programs, do meanwhile does not count.
    """

    def __enter__(self) -> LongestTurn:
        self.calls = 0
        self._begun = 0
        self._counting = contextlib.ExitStack()
        self._work = self._counting.enter_context(counted())
        dispatcher = QAbstractEventDispatcher.instance()
        dispatcher.aboutToBlock.connect(self._rest)
        return self

    def __exit__(self, *_: object) -> None:
        dispatcher = QAbstractEventDispatcher.instance()
        dispatcher.aboutToBlock.disconnect(self._rest)
        self._counting.close()

    def _rest(self) -> None:
        self.calls = max(self.calls, self._work.calls - self._begun)
        self._begun = self._work.calls
