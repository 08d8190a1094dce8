"""A window on a computer with drives."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.stick.environment import Environment
from tests.devices import Devices
from tests.ui.drive.plugged import Plugged
from ui.pages.drive.erase_drive import EraseDialog
from ui.window.main_window import MainWindow


@pytest.fixture
def plugged(
    open_window: Callable[..., MainWindow],
    environment: Environment,
    devices: Devices,
    qtbot: QtBot,
) -> Iterator[Plugged]:
    assert devices.environment
    window = open_window(environment, loops_are_removable=True)
    plugged = Plugged(window, qtbot)
    plugged.until(lambda: not window.session.drives.looking)
    yield plugged
    dialog = QApplication.activeModalWidget()
    if isinstance(dialog, EraseDialog):
        plugged.until(lambda: not dialog.working)
        dialog.reject()
