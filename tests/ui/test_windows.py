"""One window after the other: the demo and the person's own, and what later starts hand over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.handover import Request, hand_over
from app.replacing import replace
from app.stick.environment import Environment
from tests.ui.user_actions import press
from tests.ui.widget_tree import the_only
from tests.waiting import GUARD_MS
from ui.start import Windows
from ui.widgets.toast import ToastBar


@pytest.fixture
def windows(qapp: QApplication, qtbot: QtBot, environment: Environment) -> Iterator[Windows]:
    qapp.setQuitOnLastWindowClosed(False)
    windows = Windows(environment)
    yield windows
    assert windows.window is not None
    with qtbot.waitSignal(windows.window.closed, timeout=GUARD_MS):
        windows.stop()
    windows.close()
    qapp.setQuitOnLastWindowClosed(True)


def test_whoever_leaves_the_demo_sees_their_own_drives(windows: Windows, qtbot: QtBot) -> None:
    windows.open(demo=True)
    demo = windows.window
    assert demo is not None
    drive = demo.session.environment.demo_drive
    assert drive is not None
    with qtbot.waitSignal(demo.closed, timeout=GUARD_MS):
        press(qtbot, demo, "Leave")
    assert windows.window is not None
    assert windows.window is not demo
    assert not windows.window.session.environment.is_demo
    assert not drive.exists()


def said(windows: Windows, qtbot: QtBot) -> str:
    """By the toast of the window that is open."""

    def toast() -> bool:
        window = windows.window
        return window is not None and the_only(window, ToastBar).toast is not None

    qtbot.waitUntil(toast, timeout=GUARD_MS)
    assert windows.window is not None
    told = the_only(windows.window, ToastBar).toast
    assert told is not None
    return told.text


@pytest.fixture
def bundle(tmp_path: Path) -> str:
    """A file about which there is something to say."""
    path = tmp_path / "game.flatpak"
    path.write_bytes(b"flatpak\0" + bytes(2000))
    return str(path)


def test_what_a_start_is_given_is_opened(windows: Windows, bundle: str, qtbot: QtBot) -> None:
    assert windows.open(demo=False, files=[bundle])
    assert "game.flatpak" in said(windows, qtbot)


def test_what_a_later_start_is_given_is_opened(windows: Windows, bundle: str, qtbot: QtBot) -> None:
    windows.open(demo=False)
    window = windows.window
    assert window is not None
    window.showMinimized()
    windows.receive(Request((bundle,)))
    assert "game.flatpak" in said(windows, qtbot)
    assert windows.window is window
    assert not window.isMinimized()


def test_the_demo_makes_room_for_what_a_later_start_is_given(
    windows: Windows, bundle: str, qtbot: QtBot
) -> None:
    windows.open(demo=True)
    demo = windows.window
    assert demo is not None
    with qtbot.waitSignal(demo.closed, timeout=GUARD_MS):
        windows.receive(Request((bundle,)))
    assert windows.window is not None
    assert not windows.window.session.environment.is_demo
    assert "game.flatpak" in said(windows, qtbot)


def test_only_ones_own_window_hears_later_starts(
    qapp: QApplication, environment: Environment, tmp_path: Path, qtbot: QtBot
) -> None:
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    qapp.setQuitOnLastWindowClosed(False)
    windows = Windows(replace(environment, runtime=runtime))
    windows.open(demo=True)
    assert not hand_over(runtime, Request())
    demo = windows.window
    assert demo is not None
    with qtbot.waitSignal(demo.closed, timeout=GUARD_MS):
        press(qtbot, demo, "Leave")
    assert (runtime / "satchel/window").exists()

    assert windows.window is not None
    with qtbot.waitSignal(windows.window.closed, timeout=GUARD_MS):
        windows.stop()
    windows.close()
    assert not (runtime / "satchel/window").exists()
    qapp.setQuitOnLastWindowClosed(True)
