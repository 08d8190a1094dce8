"""Jobs of the window: what holds them up, and what is seen of them."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QAbstractEventDispatcher, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.flatpak.remotes.known import read_remote
from app.flatpak.remotes.remote import Remote
from app.progress import CancelToken, Event, Phase, PhaseStarted, Reporter
from tests.ostree.web import Exchange, hang_up
from tests.servers import HostileServer
from tests.stick.made_drive import only
from tests.ui.user_actions import LONG, press
from tests.upstream import Upstream, host_arch
from tests.work import counted
from ui.dialogs.keys import KeysDialog
from ui.pages.make.log_view import LogView
from ui.pages.make.page import MakePage
from ui.state.page_name import PageName
from ui.tasks.bridge import Bridge, Task, Work
from ui.widgets.dialog import Question
from ui.widgets.work_map import WorkMap
from ui.window.main_window import MainWindow

HELLO = f"app/org.test.Hello/{host_arch()}/stable"


def knowing(directory: Path, upstream: Upstream, url: str) -> Remote:
    """The only remote of a computer."""
    path = directory / "test.flatpakrepo"
    path.write_text(upstream.flatpakrepo(url))
    return read_remote(path)


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
    status = os.statvfs(drive)
    return status.f_bavail * status.f_frsize


def shown_keys(window: MainWindow) -> str:
    dialogs = window.findChildren(KeysDialog)
    return dialogs[0].text if dialogs else ""


def answer(qtbot: QtBot, gate: Gate) -> None:
    """Say that it may stop; the server answers what it was asked for."""
    box = QApplication.activeModalWidget()
    assert isinstance(box, Question)
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
