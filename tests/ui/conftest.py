"""The real window, offscreen, in fresh directories; what a test leaves behind fails it."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import gc
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.flatpak.refs import host_arch
from app.flatpak.remotes.known import Known
from app.ostree.pull.fetch import Network
from app.settings import Settings
from app.stick.surroundings import Surroundings, demo_surroundings
from ui.window import MainWindow

_LONG = 10_000


@pytest.fixture(autouse=True)
def nothing_left(qapp: QApplication) -> Iterator[None]:
    """No thread, no window, no running timer outlives its test."""
    threads = set(threading.enumerate())
    yield
    qapp.closeAllWindows()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    ending = [one for one in threading.enumerate() if one not in threads]
    for one in ending:
        # A server's thread ends once it sees that its client has gone, which is now.
        one.join(_LONG / 1000)
    left = [one.name for one in ending if one.is_alive()]
    assert not left, f"threads left behind: {left}"
    windows = qapp.topLevelWidgets()
    assert not windows, f"windows left behind: {windows}"
    timers = [
        one for one in gc.get_objects() if type(one) is QTimer and isValid(one) and one.isActive()
    ]
    assert not timers, f"timers left behind: {timers}"


@pytest.fixture
def surroundings(tmp_path: Path) -> Surroundings:
    """A computer that knows no remote, and nothing else either."""
    return surroundings_in(tmp_path)


def surroundings_in(directory: Path) -> Surroundings:
    return Surroundings(
        cache=directory / "cache",
        state=directory / "state",
        config=directory / "config",
        languages=("en",),
        network=Network(),
        settings=Settings(),
        arch=host_arch(),
        known_remotes=lambda: Known((), ()),
        clock=time.time,
        again=lambda: surroundings_in(directory),
    )


@pytest.fixture
def demo(surroundings: Surroundings) -> Iterator[Surroundings]:
    """The demo remote, served, and a throwaway drive."""
    with demo_surroundings(surroundings) as found:
        # A window may be closed after the demo's own directory has gone, and remembers its size.
        yield replace(found, state=surroundings.state)


@pytest.fixture
def open_window(qtbot: QtBot) -> Iterator[Callable[..., MainWindow]]:
    """Opens windows: ``open_window(surroundings)``; shown, and with the remotes looked up.

    They are closed after the test, whatever they are doing.
    """
    windows: list[MainWindow] = []

    def start(surroundings: Surroundings, **changes: object) -> MainWindow:
        window = MainWindow(replace(surroundings, **changes))  # type: ignore[arg-type]
        windows.append(window)
        window.closed.connect(lambda: windows.remove(window))
        window.show()
        qtbot.waitUntil(lambda: window.session.known is not None, timeout=_LONG)
        return window

    yield start
    for window in tuple(windows):
        with qtbot.waitSignal(window.closed, timeout=_LONG):
            window.leave()


@pytest.fixture
def window(open_window: Callable[..., MainWindow], demo: Surroundings) -> MainWindow:
    """The demo's window."""
    return open_window(demo)
