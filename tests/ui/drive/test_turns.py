"""Tests whose windows watch drives leave other processes' tests alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from app.stick.environment import Environment
from tests.volumes import TURNS, Turn
from ui.window.main_window import MainWindow


def test_nobody_else_has_drives_until_the_window_is_closed(
    open_window: Callable[..., MainWindow], environment: Environment, qtbot: QtBot
) -> None:
    window = open_window(environment, loops_are_removable=True)
    with pytest.raises(AssertionError), Turn(TURNS, patience=0).held():
        pass
    with qtbot.waitSignal(window.closed):
        window.leave()
