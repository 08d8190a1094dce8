"""Windows on computers that know one upstream, and a job that waits for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.replacing import replace
from app.stick.environment import Environment
from tests.servers import HostileServer
from tests.ui.jobs import choose, write
from tests.ui.make.jobs import HELLO, Gate, knowing, make
from tests.ui.user_actions import LONG
from tests.upstream import Upstream
from ui.window.main_window import MainWindow


@pytest.fixture
def start(
    open_window: Callable[..., MainWindow], environment: Environment, tmp_path: Path
) -> Callable[[Upstream, str], MainWindow]:
    """A window on a computer that knows one upstream."""

    def begin(upstream: Upstream, url: str) -> MainWindow:
        remote = knowing(tmp_path, upstream, url)
        return open_window(
            replace(
                environment,
                built_in=(remote,),
                default_network=replace(environment.network, first_pause=0.001),
            )
        )

    return begin


@pytest.fixture
def server(own_upstream: Upstream, hostile: Callable[[Path], HostileServer]) -> HostileServer:
    return hostile(own_upstream.path)


@pytest.fixture
def held(
    start: Callable[..., MainWindow],
    own_upstream: Upstream,
    server: HostileServer,
    tmp_path: Path,
    qtbot: QtBot,
) -> tuple[MainWindow, Gate]:
    """A job whose files the server holds back."""
    window = start(own_upstream, server.url)
    gate = Gate(server)
    choose(window, make(tmp_path / "drive"), HELLO)
    write(window, qtbot)
    qtbot.waitUntil(lambda: gate.waiting > 0, timeout=LONG)
    return window, gate
