"""What is only to be read is scrolled by keys as well, wherever the focus is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.stick.environment import Environment
from tests.ui.widget_tree import focused
from ui.state.page_name import PageName
from ui.widgets import labels
from ui.widgets.dialog import Dialog
from ui.widgets.page_scroll import PageScroll
from ui.window.main_window import MainWindow


def page_through(qtbot: QtBot, area: PageScroll) -> tuple[int, int]:
    """Where it is after Page Down, and after Page Up."""
    places = []
    for key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
        qtbot.keyClick(focused(), key)
        places.append(area.verticalScrollBar().value())
    return places[0], places[1]


def test_rows_of_a_dialog(qtbot: QtBot) -> None:
    dialog = Dialog("Try it", "")
    qtbot.addWidget(dialog)
    text = labels.body("Satchel puts apps on a USB drive. " * 60)
    area = PageScroll(text, dialog)
    area.setFixedHeight(80)
    dialog.body.addWidget(area)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(lambda: dialog.isActiveWindow() and area.verticalScrollBar().maximum() > 0)
    assert focused() is dialog.cancel
    down, up = page_through(qtbot, area)
    assert down > 0
    assert up == 0


@pytest.mark.slow
def test_a_page_of_the_window(
    open_window: Callable[..., MainWindow], demo: Environment, qtbot: QtBot
) -> None:
    window = open_window(demo)
    window.open(PageName.SETTINGS)
    window.resize(QSize(720, 480))
    window.activateWindow()
    area = window.page.findChild(PageScroll)
    assert area is not None
    qtbot.waitUntil(lambda: window.isActiveWindow() and area.verticalScrollBar().maximum() > 0)
    # Beside what scrolls: the sidebar.
    qtbot.keyClick(window, Qt.Key.Key_Backtab)
    QApplication.processEvents()
    assert not area.isAncestorOf(focused())
    down, up = page_through(qtbot, area)
    assert down > 0
    assert up == 0
