"""Menus that are emptied and filled again."""

from __future__ import annotations

import re

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.satchel import ROOT
from ui.widgets.menu import Menu


def test_entries_outlive_menus_that_were_emptied(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    lasting = Menu(window)
    entries: list[QAction] = []
    for _ in range(50):
        passing = Menu(window)
        for _ in range(20):
            passing.entry("one")
            passing.line()
        passing.clear()
        entries += [lasting.entry(f"{number}") for number in range(20)]
        passing.deleteLater()
        qtbot.wait(0)
    assert all(map(isValid, entries))
    assert [action.text() for action in lasting.actions()] == [action.text() for action in entries]


def test_an_entry_does_what_it_was_given(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    chosen: list[str] = []
    menu = Menu(window)
    menu.entry("one", lambda: chosen.append("one")).trigger()
    menu.below("more").entry("two", lambda: chosen.append("two")).trigger()
    assert chosen == ["one", "two"]


def test_no_menu_is_made_in_another_way() -> None:
    made = re.compile(r"\bQMenu\((?!Menu\))|\baddAction\(self\.tr|\baddSeparator\(")
    others = [
        path.name
        for path in (ROOT / "ui").rglob("*.py")
        if path.name != "menu.py" and made.search(path.read_text("utf-8"))
    ]
    assert others == []
