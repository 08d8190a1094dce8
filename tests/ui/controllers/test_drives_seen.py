"""Drives as the window sees them, when one look at them has failed."""

from __future__ import annotations

import os
from types import SimpleNamespace

from pytestqt.qtbot import QtBot

from app.errors import DriveError
from app.message import Message
from tests.ui.controllers.held_bridge import HeldBridge
from ui.state.drives import Drives

BROKEN = DriveError(Message("It broke off."))


def test_after_a_look_that_failed_what_happens_next_is_seen(
    bridge: HeldBridge, qtbot: QtBot
) -> None:
    happens = os.eventfd(1, os.EFD_NONBLOCK)
    monitor = SimpleNamespace(fileno=lambda: happens, drives=(), close=lambda: None)
    drives = Drives(loops_are_removable=False)
    drives.watch(bridge)
    bridge.finish(SimpleNamespace(monitor=monitor, notices=()))
    qtbot.waitUntil(lambda: len(bridge.tasks) == 1)
    bridge.fail(BROKEN)
    assert drives.problem is BROKEN

    qtbot.waitUntil(lambda: len(bridge.tasks) == 1)
    bridge.finish(monitor)
    assert drives.problem is None
    drives.close()
    os.close(happens)
