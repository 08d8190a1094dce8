"""What brings a window to a state worth looking at; see `tests.ui.window_states`."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from ui.window.main_window import MainWindow

WindowState = Callable[[MainWindow, QtBot], None]
