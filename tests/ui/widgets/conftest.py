"""Widgets by themselves, in the application's look."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.style.dressing import dress
from ui.style.look import Scheme


@pytest.fixture(params=[Scheme.LIGHT, Scheme.DARK], ids=lambda scheme: scheme.value)
def scheme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Scheme]:
    """Both of the palettes."""
    dresser = dress(qapp)
    dresser.wish(request.param)
    yield request.param
    dresser.wish(None)


@pytest.fixture
def show(qtbot: QtBot) -> Iterator[Callable[[QWidget], QWidget]]:
    """Puts a widget into a window of its own, which is active; the answer is the window."""
    windows: list[QWidget] = []

    def placed(widget: QWidget) -> QWidget:
        window = QWidget()
        windows.append(window)
        layout = QVBoxLayout(window)
        layout.addWidget(widget)
        layout.addStretch(1)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield placed
    for window in windows:
        window.close()
        window.deleteLater()
