"""``satchel`` without a verb, as a process: with and without a screen, and how it ends."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.cli.main import main
from app.stick.environment import Environment
from tests.satchel import command, environment, satchel
from tests.waiting import GUARD, GUARD_MS
from ui.start import Windows

_DEADLINE = GUARD
_LONG = GUARD_MS
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}


def until(what: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait for something the process does."""
    end = time.monotonic() + _DEADLINE
    descriptor = os.pidfd_open(process.pid)
    try:
        while not what():
            assert time.monotonic() < end, "it did not come about"
            ended, _, _ = select.select([descriptor], [], [], 0.05)
            assert not ended, process.communicate()
    finally:
        os.close(descriptor)


@pytest.mark.parametrize(
    "screen",
    [
        {},
        {"QT_QPA_PLATFORM": "xcb"},
        {"QT_QPA_PLATFORM": "wayland"},
        {"DISPLAY": ":7077"},
        {"WAYLAND_DISPLAY": "wayland-77"},
        {"QT_QPA_PLATFORM": "nonsense"},
    ],
    ids=lambda screen: "-".join(screen.values()) or "none",
)
@pytest.mark.parametrize("demo", [(), ("--demo",)], ids=["", "demo"])
def test_without_a_screen_it_says_so(
    tmp_path: Path, screen: dict[str, str], demo: tuple[str, ...]
) -> None:
    done = satchel(*demo, home=tmp_path, env=screen, check=2, process=True)

    assert "window" in done.stderr
    assert "satchel --help" in done.stderr
    assert not list((tmp_path / "tmp").iterdir())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_window_and_takes_the_demo_away(
    tmp_path: Path, number: signal.Signals
) -> None:
    scratch = tmp_path / "tmp"
    process = subprocess.Popen(
        command("--demo"),
        env={**environment(tmp_path), **OFFSCREEN},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until(lambda: bool(list(scratch.glob("satchel-demo-*/drive"))), process)
        process.send_signal(number)
        _, said = process.communicate(timeout=_DEADLINE)
    finally:
        process.kill()
        process.wait()

    assert process.returncode == 0, said
    assert not list(scratch.iterdir())
    assert not said


def test_a_second_start_hands_over_and_ends(tmp_path: Path) -> None:
    socket = tmp_path / "runtime/satchel/window"
    process = subprocess.Popen(
        command(),
        env={**environment(tmp_path), **OFFSCREEN},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until(socket.exists, process)
        satchel(home=tmp_path, env=OFFSCREEN, process=True)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=_DEADLINE)
    finally:
        process.kill()
        process.wait()

    assert process.returncode == 0, said
    # What Qt's offscreen screen has to say.
    assert said in {"", "This plugin does not support raise()\n"}
    assert not socket.exists()


def test_other_words_are_no_window(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json"]) == 2
    assert main(["--demo", "--json"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_the_demo_takes_the_place_of_the_window_that_asks_for_it(
    qtbot: QtBot, qapp: QApplication, environment: Environment
) -> None:
    qapp.setQuitOnLastWindowClosed(False)
    windows = Windows(environment)
    windows.open(demo=False)
    first = windows.window
    assert first is not None
    assert not first.session.environment.is_demo

    with qtbot.waitSignal(first.closed, timeout=_LONG):
        first.demo_wanted.emit()

    second = windows.window
    assert second is not None
    assert second.session.environment.is_demo
    drive = second.session.environment.demo_drive
    assert drive is not None
    assert drive.is_dir()
    with qtbot.waitSignal(second.closed, timeout=_LONG):
        windows.stop()
    windows.close()
    assert not drive.exists()
    qapp.setQuitOnLastWindowClosed(True)
