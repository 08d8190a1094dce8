"""Somebody at the Contents page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton, QTabWidget
from pytestqt.qtbot import QtBot

from tests.ui.widget_tree import texts
from tests.waiting import GUARD_MS
from ui.pages.contents.check_view import CheckView
from ui.pages.contents.page import ContentsPage
from ui.pages.contents.refs_model import RefColumn
from ui.pages.contents.refs_table import RefsTable
from ui.pages.contents.treemap import TreeMap
from ui.state.page_name import PageName
from ui.state.session import Target
from ui.widgets.primary_button import PrimaryButton
from ui.widgets.state_panel import StatePanel
from ui.widgets.work_map import WorkMap
from ui.window.main_window import MainWindow

LONG = GUARD_MS


class Person:
    """Somebody at the Contents page."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        page = window.pages[PageName.CONTENTS]
        assert isinstance(page, ContentsPage)
        self.window = window
        self.page = page
        self.qtbot = qtbot

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=LONG)

    def looks_at(self, root: Path) -> None:
        """The drive chosen on the Drive page."""
        self.window.session.set_target(Target(root, root.name))
        self.window.open(PageName.CONTENTS)

    def opens(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(root))
        self.clicks("Open a folder…")

    def clicks(self, text: str) -> None:
        self.qtbot.mouseClick(self.button(text), Qt.MouseButton.LeftButton)

    def button(self, text: str) -> QPushButton:
        return next(
            button
            for button in self.page.findChildren(QPushButton)
            if button.text() == text and button.isVisible()
        )

    def presses(self) -> None:
        """The page's one button, by its shortcut."""
        self.qtbot.keyClick(self.window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    @property
    def primary(self) -> str:
        button = self.window.findChild(PrimaryButton)
        assert button is not None
        return button.text() if button.isVisible() else ""

    @property
    def panel(self) -> str:
        """What is said in place of contents."""
        shown = [panel for panel in self.page.findChildren(StatePanel) if panel.isVisible()]
        return " ".join(
            f"{panel.accessibleName()} {panel.accessibleDescription()}" for panel in shown
        )

    @property
    def said(self) -> str:
        """All that can be read on the page."""
        return "\n".join(text for _, text in texts(self.page))

    @property
    def check(self) -> CheckView:
        view = self.page.findChild(CheckView)
        assert view is not None
        return view

    @property
    def picture(self) -> TreeMap:
        tree_map = self.page.findChild(TreeMap)
        assert tree_map is not None
        return tree_map

    @property
    def work(self) -> WorkMap:
        picture = self.check.findChild(WorkMap)
        assert picture is not None
        return picture

    def offers(self, text: str) -> bool:
        buttons = self.page.findChildren(QPushButton)
        return any(button.text() == text and button.isVisible() for button in buttons)

    @property
    def table(self) -> RefsTable:
        refs_table = self.page.findChild(RefsTable)
        assert refs_table is not None
        return refs_table

    def tab(self, number: int) -> None:
        tabs = self.page.findChild(QTabWidget)
        assert tabs is not None
        tabs.setCurrentIndex(number)

    def column(self, column: RefColumn) -> list[str]:
        model = self.table.model()
        return [str(model.index(row, column).data()) for row in range(model.rowCount())]

    def checks(self) -> str:
        """Check, to the end; the verdict."""
        self.until(lambda: self.primary.startswith("Check"))
        self.presses()
        self.until(lambda: self.primary == "Check again")
        return self.check.verdict

    def find_control(self) -> list[str]:
        model = self.check.findings.model()
        return [
            str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole))
            for row in range(model.rowCount())
        ]
