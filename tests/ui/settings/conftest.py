"""The window on its settings, on a person's computer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.cli.environment import read_environment
from app.settings import FILE
from app.stick.environment import Environment
from tests.satchel import environment
from tests.ui.user_actions import LONG
from ui.state.page_name import PageName
from ui.window.main_window import MainWindow


@pytest.fixture
def real(tmp_path: Path) -> Environment:
    """A person's computer, as the command finds it."""
    return read_environment(environment(tmp_path))


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    return tmp_path / ".config/satchel" / FILE


@pytest.fixture
def page(
    open_window: Callable[..., MainWindow], real: Environment, qtbot: QtBot
) -> Callable[[], MainWindow]:
    """Opens the window on its settings."""

    def opened() -> MainWindow:
        window = open_window(real.reloaded())
        window.open(PageName.SETTINGS)
        qtbot.waitUntil(lambda: not window.bridge.busy, timeout=LONG)
        return window

    return opened
