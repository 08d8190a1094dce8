"""The whole job through the window: paused, stopped, closed, and out of sight."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.progress import Phase
from tests.buses import message_bus, service
from tests.satchel import satchel
from tests.servers import HostileServer
from tests.ui.job_states import JOB_STATES
from tests.ui.jobs import WRITE, buttons, choose, finish, review, said, until_said, write
from tests.ui.make.jobs import HELLO, Gate, LongestTurn, Threshold, answer, log_of, make, work_of
from tests.ui.many_states import MANY_STATUSES
from tests.ui.user_actions import LONG, dialog, press
from tests.ui.window_states import WINDOW_STATES
from tests.upstream import Upstream
from ui.controllers.job import JobController
from ui.controllers.many import ManyController
from ui.models.work_cells import CellState
from ui.state.page_name import PageName
from ui.widgets.dialog import Question
from ui.window.main_window import MainWindow

pytestmark = pytest.mark.slow

BLOCKED = 60_000
"""Calls of functions, 13,000 as it is: the page that comes then is built at once."""

MOMENT = 300
"""Milliseconds in which a check that does not heed its pause has ended."""


def test_the_whole_job(window: MainWindow, qtbot: QtBot) -> None:
    choose(window)
    write(window, qtbot)
    finish(window, qtbot)

    outcome = window.session.outcome
    assert outcome is not None
    assert outcome.check is not None
    assert outcome.check.ok
    assert "read back and right" in said(window)
    counts = work_of(window).counts()
    assert counts[CellState.VERIFIED] > 0
    assert counts[CellState.DAMAGED] == counts[CellState.PLANNED] == counts[CellState.WRITTEN] == 0
    assert work_of(window).accessibleDescription() == "planned: 0 %, written: 0 %, checked: 100 %"
    assert window.pages[PageName.MAKE].title == "My drive is ready to hand out"
    assert any("reading everything back" in line for line in log_of(window))


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
    qtbot.waitUntil(lambda: "% My drive, Satchel" in window.windowTitle(), timeout=LONG)
    press(qtbot, window, "Pause")
    assert "Paused" in said(window)
    gate.open = True
    assert "Go on" in buttons(window)
    assert window.session.outcome is None
    assert window.bridge.guarded

    press(qtbot, window, "Go on")
    finish(window, qtbot)


@pytest.mark.thorough
def test_paused_in_the_check_it_stands_still_and_goes_on(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    threshold = Threshold(window.bridge, Phase.VERIFY, monkeypatch)
    choose(window)
    write(window, qtbot)
    until_said(window, qtbot, "reading everything back")
    qtbot.waitUntil(threshold.reached.is_set, timeout=LONG)

    press(qtbot, window, "Pause")
    with qtbot.assertNotEmitted(window.session.outcome_changed, wait=MOMENT):
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
    question = dialog(qtbot, Question)
    assert "can still be installed" in said(question)
    press(qtbot, question, "Stop")
    gate.open = True
    until_said(window, qtbot, "Stopped as you asked.")
    assert "What was on the drive before stays usable." in said(window)

    press(qtbot, window, "Go on")
    finish(window, qtbot)


@pytest.mark.thorough
def test_the_question_leaves_once_there_is_nothing_to_stop_any_more(
    window: MainWindow, qtbot: QtBot
) -> None:
    """Of one drive that is pulled out meanwhile, and of several that are made to the end."""
    WINDOW_STATES["make: getting"](window, qtbot)
    press(qtbot, window, "Stop")
    dialog(qtbot, Question)
    job = window.page.findChild(JobController)
    assert job is not None
    job.status_changed.emit(JOB_STATES["make: pulled out"])
    assert QApplication.activeModalWidget() is None
    WINDOW_STATES["make: several"](window, qtbot)
    press(qtbot, window, "Stop all")
    question = dialog(qtbot, Question)
    many = window.page.findChild(ManyController)
    assert many is not None
    many.status_changed.emit(MANY_STATUSES["make: several"])
    assert question.isVisible()
    many.status_changed.emit(MANY_STATUSES["make: several, ended"])
    assert QApplication.activeModalWidget() is None


def test_closed_in_the_middle_it_asks_stops_and_leaves_what_can_be_gone_on_with(
    held: tuple[MainWindow, Gate], tmp_path: Path, qtbot: QtBot
) -> None:
    window, gate = held
    QTimer.singleShot(0, partial(answer, qtbot, gate))
    with qtbot.waitSignal(window.closed, timeout=LONG):
        window.close()

    report = satchel("verify", "--json", tmp_path / "drive", home=tmp_path, check=1).json
    assert "journal-left" in {finding["code"] for finding in report["findings"]}


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
    assert told == [("My drive is ready", "You can go on in Satchel.")]
    assert window.page.name is PageName.SETTINGS
    assert window.may_open(PageName.MAKE)


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
    press(qtbot, window, WRITE)
    with LongestTurn() as turn:
        finish(window, qtbot)

    assert 0 < turn.calls < BLOCKED
