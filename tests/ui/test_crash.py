"""Bugs in slots and threads: a calm dialog, a report, and the program goes on."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from types import TracebackType

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from tests.waiting import GUARD_MS
from ui.tasks.crash import CrashReporter

_LONG = GUARD_MS


@pytest.fixture
def reporter(qapp: QApplication) -> Iterator[CrashReporter]:
    del qapp
    crash_reporter = CrashReporter()
    crash_reporter.install()
    yield crash_reporter
    crash_reporter.remove()


def answer(qtbot: QtBot, button: str) -> str:
    """Wait for the dialog, press the button with that text; the dialog's details."""

    def dialog() -> QMessageBox | None:
        widget = QApplication.activeModalWidget()
        return widget if isinstance(widget, QMessageBox) else None

    details: list[str] = []

    def press() -> None:
        box = dialog()
        if box is None:
            QTimer.singleShot(10, press)
            return
        assert threading.current_thread() is threading.main_thread()
        details.append(box.detailedText())
        next(each for each in box.buttons() if each.text() == button).click()

    press()
    qtbot.waitUntil(lambda: bool(details) and dialog() is None, timeout=_LONG)
    return details[0]


def fail() -> None:
    raise ZeroDivisionError("for a test")


@pytest.mark.usefixtures("reporter")
class TestReporter:
    def test_an_exception_of_a_slot_is_shown(
        self, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
    ) -> None:
        sys.excepthook(*caught())

        details = answer(qtbot, "Close")

        assert "ZeroDivisionError" in details
        assert "test_crash.py" in details
        assert "ZeroDivisionError" in capsys.readouterr().err

    def test_an_exception_of_a_thread_is_shown_by_the_main_thread(
        self, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
    ) -> None:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()

        assert "ZeroDivisionError" in answer(qtbot, "Close")
        capsys.readouterr()

    def test_the_report_can_be_copied(
        self, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
    ) -> None:
        sys.excepthook(*caught())

        details = answer(qtbot, "Copy the report")

        assert QGuiApplication.clipboard().text() == details
        assert details.startswith("Satchel ")
        capsys.readouterr()


def caught() -> tuple[type[BaseException], BaseException, TracebackType | None]:
    try:
        fail()
    except ZeroDivisionError as error:
        return type(error), error, error.__traceback__
    raise AssertionError
