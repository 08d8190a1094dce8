"""The real window, offscreen, in fresh directories; what a test leaves behind fails it."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import contextlib
import gc
import itertools
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QTimer, QTranslator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.replacing import replace
from app.stick.demo import demo_environment
from app.stick.environment import Environment
from tests.environments import environment_in
from tests.ui.clock import Clock
from tests.volumes import turn
from tests.waiting import GUARD_MS
from ui.style.dressing import dress
from ui.widgets import guard
from ui.window.main_window import USUAL_SIZE, MainWindow

_LONG = GUARD_MS


@pytest.fixture(autouse=True)
def nothing_left(qapp: QApplication) -> Iterator[None]:
    """No thread, no window, no running timer, no language outlives its test."""
    dress(qapp)
    # Keys were used last by another test, if at all.
    QCoreApplication.sendEvent(qapp, QEvent(QEvent.Type.MouseButtonPress))
    threads = set(threading.enumerate())
    locale, direction = QLocale(), qapp.layoutDirection()
    yield
    qapp.closeAllWindows()
    for translator in qapp.findChildren(QTranslator):
        # Whoever comes next reads English as it is written.
        qapp.removeTranslator(translator)
        translator.deleteLater()
    qapp.setProperty("languages", None)
    qapp.setLayoutDirection(direction)
    QLocale.setDefault(locale)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    ending = [thread for thread in threading.enumerate() if thread not in threads]
    for thread in ending:
        # A server's thread ends once it sees that its client has gone, which is now.
        thread.join(_LONG / 1000)
    left = [thread.name for thread in ending if thread.is_alive()]
    assert not left, f"threads left behind: {left}"
    windows = qapp.topLevelWidgets()
    assert not windows, f"windows left behind: {windows}"
    timers = [
        each
        for each in gc.get_objects()
        if type(each) is QTimer and isValid(each) and each.isActive()
    ]
    assert not timers, f"timers left behind: {timers}"
    # What is there now stays; the next test's collection passes it over.
    gc.freeze()


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever presses something has looked at it for a second before."""
    seconds = itertools.count()
    monkeypatch.setattr(guard, "now", lambda: 1000 * next(seconds))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The guard's, which goes only as the test says."""
    clock = Clock()
    monkeypatch.setattr(guard, "now", clock)
    return clock


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """A computer that knows no remote, and nothing else either."""
    return environment_in(tmp_path)


@pytest.fixture
def demo(environment: Environment) -> Iterator[Environment]:
    """The demo remote, served, and a throwaway drive."""
    with demo_environment(environment) as demo:
        # A window may be closed after the demo's own directory has gone, and remembers its size.
        yield replace(demo, state=environment.state)


@pytest.fixture
def open_window(qtbot: QtBot) -> Iterator[Callable[..., MainWindow]]:
    """Opens windows: ``open_window(environment)``; shown, and with the remotes looked up.

    They are closed after the test, whatever they are doing. A window mounts every drive that comes,
    so while one watches them no other process's test has any.
    """
    windows: list[MainWindow] = []
    turns = contextlib.ExitStack()

    def start(environment: Environment, **changes: object) -> MainWindow:
        environment = replace(environment, **changes)
        if environment.loops_are_removable:
            turns.enter_context(turn.held())
        window = MainWindow(environment)
        windows.append(window)
        # The screen that tests run on is smaller than people's.
        window.resize(USUAL_SIZE)
        window.closed.connect(lambda: windows.remove(window))
        window.show()
        qtbot.waitUntil(lambda: window.session.knows_remotes, timeout=_LONG)
        return window

    with turns:
        yield start
        for window in tuple(windows):
            with qtbot.waitSignal(window.closed, timeout=_LONG):
                window.leave()
    # Whatever is put back as it was would style all of them anew.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(open_window: Callable[..., MainWindow], demo: Environment) -> MainWindow:
    """The demo's window."""
    return open_window(demo)
