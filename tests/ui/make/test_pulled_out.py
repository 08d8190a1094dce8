"""A drive that is pulled out while it is written, and plugged in again: nobody presses anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.replacing import replace
from app.stick.environment import Environment
from app.stick.planning.options import Options
from tests.devices import Devices
from tests.servers import HostileServer
from tests.ui.jobs import review, said, until_said
from tests.ui.make.jobs import HELLO, Gate, knowing
from tests.ui.user_actions import LONG, everything_said, press
from tests.upstream import Upstream, host_arch
from ui.state.choice import Choice, ChosenRef
from ui.window.foot_bar import FootBar
from ui.window.main_window import MainWindow

pytestmark = pytest.mark.slow


def test_it_goes_on_by_itself(
    open_window: Callable[..., MainWindow],
    environment: Environment,
    devices: Devices,
    own_upstream: Upstream,
    server: HostileServer,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    assert devices.environment
    remote = knowing(tmp_path, own_upstream, server.url)
    network = replace(environment.network, first_pause=0.001)
    window = open_window(
        replace(environment, built_in=(remote,), default_network=network), loops_are_removable=True
    )
    session = window.session
    disk = devices.disk("ext4", label="CLASSROOM")
    disk.appear()
    # The only drive is chosen and made ready by itself.
    qtbot.waitUntil(lambda: session.target is not None, timeout=LONG)
    session.set_choice(Choice((ChosenRef(HELLO, remote.name, "Hello"),), Options(host_arch())))
    gate = Gate(server)
    review(window, qtbot)
    press(qtbot, window, "Write to CLASSROOM")
    qtbot.waitUntil(lambda: gate.waiting > 0, timeout=LONG)

    disk.detach()
    gate.open = True
    until_said(window, qtbot, "CLASSROOM was pulled out.")
    assert "it goes on by itself" in said(window)
    # Once, and not in the foot as well.
    qtbot.waitUntil(lambda: bool(session.notice), timeout=LONG)
    foot = window.findChild(FootBar)
    assert foot is not None
    assert everything_said(foot) == "In step 1 you can choose another drive."
    assert session.outcome is None

    disk.appear()
    qtbot.waitUntil(lambda: session.outcome is not None, timeout=LONG)
    assert session.outcome is not None
    assert session.outcome.check is not None
    assert session.outcome.check.ok
