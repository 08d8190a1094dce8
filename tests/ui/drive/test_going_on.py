"""A drive that is pulled out in the middle of a job, and comes back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.progress import Event, Phase, PhaseStarted
from app.replacing import replace
from app.stick.demo import APP
from app.stick.environment import Environment
from app.stick.memory.unfinished_jobs import UnfinishedJobs
from app.stick.writing.job import run_job
from app.stick.writing.outcome import Outcome
from tests.devices import Devices, Disk
from tests.ui.drive.plugged import Plugged
from tests.ui.test_clicks import Hand
from tests.ui.user_actions import press
from ui.i18n.numbers import sized
from ui.state.choice import Choice, ChosenRef
from ui.state.page_name import PageName
from ui.state.works import planned
from ui.window.main_window import MainWindow


@dataclass
class Held:
    """Jobs wait where the download begins, once ``closed``."""

    closed: bool = True
    reached: threading.Event = field(default_factory=threading.Event)
    gate: threading.Event = field(default_factory=threading.Event)

    def run(self, *arguments: Any, **options: Any) -> Outcome:
        plan, environment, known, report, cancel = arguments

        def wait(event: Event) -> None:
            report(event)
            if self.closed and event == PhaseStarted(Phase.DOWNLOAD):
                self.reached.set()
                self.gate.wait()

        return run_job(plan, environment, known, wait, cancel, **options)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    held = Held()
    monkeypatch.setattr(planned, "run_job", held.run)
    yield held
    held.gate.set()


@pytest.fixture
def computer(demo: Environment, devices: Devices) -> Environment:
    """It knows the demo's remote, and drives are plugged into it."""
    assert devices.environment
    return replace(demo, demo_drive=None, loops_are_removable=True)


def interrupted(window: MainWindow, disk: Disk, held: Held, qtbot: QtBot) -> Plugged:
    """An app is being written when the drive is pulled out."""
    plugged = Plugged(window, qtbot)
    disk.appear()
    plugged.until(lambda: window.session.target is not None)
    session = window.session
    chosen = ChosenRef(
        f"app/{APP}/{session.environment.arch}/stable", session.remotes[0].name, "Atlas"
    )
    session.set_choice(Choice((chosen,), session.default_options))
    window.open(PageName.REVIEW)
    plugged.until(lambda: session.plan is not None)
    press(qtbot, window, window.page.primary_text)
    plugged.until(held.reached.is_set)
    disk.detach()
    held.closed = False
    held.gate.set()
    plugged.until(lambda: not window.bridge.guarded)
    plugged.until(lambda: session.target is None)
    return plugged


def test_after_a_new_start_one_click_goes_on(
    open_window: Callable[..., MainWindow],
    computer: Environment,
    devices: Devices,
    held: Held,
    qtbot: QtBot,
) -> None:
    disk = devices.disk("ext4", label="CLASSROOM", megabytes=96)
    first = open_window(computer)
    interrupted(first, disk, held, qtbot)
    with qtbot.waitSignal(first.closed, timeout=60_000):
        first.leave()

    window = open_window(computer)
    plugged = Plugged(window, qtbot)
    disk.appear()
    plugged.until(lambda: plugged.page.primary_text == "Go on")
    assert window.page is plugged.page
    assert plugged.page.foot_text.startswith("Goes on where it stopped")
    assert plugged.page.value.startswith("CLASSROOM")

    # Jobs start from it, since this one was approved before.
    hand = Hand(window, qtbot)
    hand.click("Go on")
    plugged.until(lambda: window.page.name is PageName.MAKE)
    # All that goes on, not just what is left; and for the first time in this window.
    plan = window.session.plan
    assert plan is not None
    assert window.pages[PageName.APPS].value == f"1 app(s), {sized(plan.estimate.takes)}"
    plugged.until(lambda: window.session.outcome is not None)
    assert [ref.name for ref in window.session.choice.refs] == ["Atlas"]
    outcome = window.session.outcome
    assert outcome is not None
    assert outcome.check is not None
    assert outcome.check.ok
    assert computer.unfinished.all() == {}
    assert len(hand.clicks) == 1


def test_it_is_offered_where_it_was_pulled_out_and_the_notice_has_gone(
    open_window: Callable[..., MainWindow],
    computer: Environment,
    devices: Devices,
    held: Held,
    qtbot: QtBot,
) -> None:
    disk = devices.disk("ext4", label="CLASSROOM", megabytes=96)
    window = open_window(computer)
    plugged = interrupted(window, disk, held, qtbot)
    window.open(PageName.DRIVE)
    assert window.session.notice.startswith("CLASSROOM was pulled out.")

    disk.appear()
    plugged.until(lambda: plugged.page.primary_text == "Go on")
    assert window.session.notice == ""


@pytest.mark.thorough
def test_starting_afresh_takes_it_back_and_undo_brings_it(
    open_window: Callable[..., MainWindow],
    computer: Environment,
    devices: Devices,
    held: Held,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    disk = devices.disk("ext4", label="CLASSROOM", megabytes=96)
    window = open_window(computer)
    plugged = interrupted(window, disk, held, qtbot)
    window.session.set_choice(replace(window.session.choice, refs=()))
    window.open(PageName.DRIVE)
    disk.appear()
    plugged.until(lambda: plugged.page.primary_text == "Go on")

    # The disk of this computer is slow: undo comes before it is written that it was taken back.
    slow, forget = threading.Event(), UnfinishedJobs.forget

    def forget_slowly(jobs: UnfinishedJobs, key: str) -> None:
        slow.wait()
        forget(jobs, key)

    monkeypatch.setattr(UnfinishedJobs, "forget", forget_slowly)
    plugged.click_at(plugged.card(disk).own.center())
    assert plugged.page.primary_text == "Choose apps"
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert plugged.page.primary_text == "Go on"
    QApplication.processEvents()
    slow.set()
    plugged.until(lambda: not window.bridge.busy)
    assert len(computer.unfinished.all()) == 1


@pytest.mark.thorough
def test_while_it_is_looked_at_it_goes_on_by_itself(
    open_window: Callable[..., MainWindow],
    computer: Environment,
    devices: Devices,
    held: Held,
    qtbot: QtBot,
) -> None:
    disk = devices.disk("ext4", label="CLASSROOM", megabytes=96)
    window = open_window(computer)
    plugged = interrupted(window, disk, held, qtbot)
    assert window.page.name is PageName.MAKE

    disk.appear()
    plugged.until(lambda: window.session.outcome is not None)
    assert window.page.name is PageName.MAKE
    assert window.session.notice == ""
