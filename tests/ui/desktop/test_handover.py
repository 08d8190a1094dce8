"""The window hears what later starts hand over, and nobody else."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.handover import Request
from tests.waiting import GUARD, GUARD_MS
from ui.desktop.handover import HandoverServer


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    path = tmp_path / "runtime"
    path.mkdir(mode=0o700)
    return path


@pytest.fixture
def server(runtime: Path) -> Iterator[HandoverServer]:
    server = HandoverServer(runtime)
    assert server.listening
    yield server
    server.close()


def connected(runtime: Path) -> socket.socket:
    """A start that has said nothing yet."""
    ours = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(GUARD)
    directory = os.open(runtime / "satchel", os.O_RDONLY)
    try:
        ours.connect(f"/proc/self/fd/{directory}/window")
    finally:
        os.close(directory)
    return ours


def test_a_request_is_told_and_answered(
    server: HandoverServer, runtime: Path, qtbot: QtBot
) -> None:
    request = Request(("/home/tom/a.flatpakref",), "token")
    with closing(connected(runtime)) as start:
        with qtbot.waitSignal(server.requested, timeout=GUARD_MS) as heard:
            start.send(request.dump())
        assert heard.args == [request]
        assert start.recv(1)


@pytest.mark.parametrize("data", [b"", b"{}", b"[1", b"x" * 100_000])
def test_anything_else_is_not_answered_and_does_no_harm(
    server: HandoverServer, runtime: Path, qtbot: QtBot, data: bytes
) -> None:
    heard: list[object] = []
    server.requested.connect(heard.append)
    with closing(connected(runtime)) as start:
        start.send(data)
        start.setblocking(False)

        def is_closed() -> bool:
            try:
                return start.recv(1) == b""
            except BlockingIOError:
                return False

        qtbot.waitUntil(is_closed, timeout=GUARD_MS)
    assert not heard
    with (
        closing(connected(runtime)) as start,
        qtbot.waitSignal(server.requested, timeout=GUARD_MS),
    ):
        start.send(Request().dump())


def test_whoever_connects_and_says_nothing_keeps_nobody_out(
    server: HandoverServer, runtime: Path, qtbot: QtBot
) -> None:
    silent = [connected(runtime) for _ in range(40)]
    with (
        closing(connected(runtime)) as start,
        qtbot.waitSignal(server.requested, timeout=GUARD_MS),
    ):
        start.send(Request().dump())
    for each in silent:
        each.close()


def test_a_second_window_does_not_listen(server: HandoverServer, runtime: Path) -> None:
    second = HandoverServer(runtime)
    assert not second.listening
    second.close()
    assert server.listening
