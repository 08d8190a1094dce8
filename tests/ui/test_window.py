"""The window: the way through it, and how it closes."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.progress import CancelToken, Reporter
from app.stick.environment import Environment
from tests.waiting import GUARD_MS
from ui.state.page_name import PageName
from ui.widgets.dialog import Question
from ui.window.main_window import MainWindow

_LONG = GUARD_MS


def until_cancelled(started: threading.Event) -> Callable[[Reporter, CancelToken], None]:
    """Work that goes on until it is told to stop."""

    def work(_report: Reporter, cancel: CancelToken) -> None:
        started.set()
        while True:
            cancel.check()
            threading.Event().wait(0.01)

    return work


def test_opens_on_the_drive(window: MainWindow) -> None:
    assert window.page.name is PageName.DRIVE
    assert list(window.pages) == [
        PageName.DRIVE,
        PageName.APPS,
        PageName.REVIEW,
        PageName.MAKE,
        PageName.CONTENTS,
        PageName.SETTINGS,
    ]


def test_apps_open_without_a_drive_and_review_does_not(
    open_window: Callable[..., MainWindow], environment: Environment
) -> None:
    window = open_window(environment)

    window.open(PageName.APPS)
    window.open(PageName.REVIEW)

    assert window.page.name is PageName.APPS


def test_back_leads_to_the_step_before_and_from_settings_to_where_one_was(
    window: MainWindow,
) -> None:
    window.open(PageName.APPS)
    window.open(PageName.SETTINGS)
    window.back()
    after_settings = window.page.name
    window.back()

    assert (after_settings, window.page.name) == (PageName.APPS, PageName.DRIVE)


def test_closing_asks_while_the_drive_is_written_and_stays_if_told_so(
    window: MainWindow,
) -> None:
    started = threading.Event()
    task = window.bridge.run(until_cancelled(started), guarded=True)
    seen: list[str] = []

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, Question)
        seen.append(box.sentence.text())
        box.cancel.click()

    QTimer.singleShot(0, answer)
    window.close()

    assert "The drive is still being written." in seen[0]
    assert window.isVisible()
    assert task.running
    assert not task.stopping


def test_closing_stops_what_runs_and_waits_without_freezing(
    window: MainWindow, qtbot: QtBot
) -> None:
    started = threading.Event()
    task = window.bridge.run(until_cancelled(started), guarded=True)
    qtbot.waitUntil(started.is_set, timeout=_LONG)

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, Question)
        qtbot.mouseClick(box.verb, Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, answer)
    with qtbot.waitSignal(window.closed, timeout=_LONG):
        window.close()

    assert not task.running


def test_what_writes_nothing_is_stopped_without_asking(window: MainWindow, qtbot: QtBot) -> None:
    task = window.bridge.run(until_cancelled(threading.Event()))

    with qtbot.waitSignal(window.closed, timeout=_LONG):
        window.close()

    assert not task.running


def test_steps_stay_as_they_are_while_the_drive_is_written(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.open(PageName.APPS)
    task = window.bridge.run(until_cancelled(threading.Event()), guarded=True)

    assert not window.may_open(PageName.DRIVE)
    assert window.may_open(PageName.SETTINGS)

    with qtbot.waitSignal(task.finished, timeout=_LONG):
        task.cancel()
    assert window.may_open(PageName.DRIVE)


def test_a_job_that_ends_while_the_question_is_open_can_be_seen(window: MainWindow) -> None:
    task = window.bridge.run(until_cancelled(threading.Event()), guarded=True)
    seen: list[str] = []

    def end() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, Question)
        seen.append(box.sentence.text())
        task.cancel()

    QTimer.singleShot(0, end)
    window.close()

    assert seen
    assert window.isVisible()
    assert not window.bridge.busy


def test_what_ends_the_program_does_not_wait_for_the_answer(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.bridge.run(until_cancelled(threading.Event()), guarded=True)
    QTimer.singleShot(0, window.leave)

    with qtbot.waitSignal(window.closed, timeout=_LONG):
        window.close()
