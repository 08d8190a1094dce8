"""The states of the window that every page has to bear being looked at in.

A scene brings a window of the demo into a state. Add one for every state worth looking at:
`test_accessible` and `test_translated` go through all of them.
"""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from ui.window import MainWindow

Scene = Callable[[MainWindow, QtBot], None]


def page(name: str) -> Scene:
    """A page as it is when nothing has been chosen yet."""

    def show(window: MainWindow, _qtbot: QtBot) -> None:
        window.open(name)
        assert window.page.name == name

    return show


SCENES: dict[str, Scene] = {
    "drive": page("drive"),
    "apps": page("apps"),
    "contents": page("contents"),
    "settings": page("settings"),
}
