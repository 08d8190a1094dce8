"""Somebody at the Contents page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.widget_tree import texts
from tests.waiting import GUARD_MS
from ui.pages.contents.apps_view import AppsList
from ui.pages.contents.builders import BuildersDialog
from ui.pages.contents.check_view import CheckView
from ui.pages.contents.contents_view import Part
from ui.pages.contents.empty import EmptyContents
from ui.pages.contents.page import ContentsPage
from ui.pages.contents.place_title import PlaceTitle
from ui.pages.contents.refs_model import RefColumn
from ui.pages.contents.refs_table import RefsTable
from ui.pages.contents.treemap import TreeMap
from ui.state.page_name import PageName
from ui.state.session import Target
from ui.widgets.buttons import MenuButton
from ui.widgets.fold import Fold
from ui.widgets.primary_button import PrimaryButton
from ui.widgets.segments import Segments
from ui.widgets.toast import ToastBar
from ui.widgets.verdict_line import VerdictLine
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
        self.title.menu.actions()[-1].trigger()

    @property
    def title(self) -> PlaceTitle:
        title = self.page.findChild(PlaceTitle)
        assert title is not None
        return title

    @property
    def places(self) -> list[str]:
        """What can be chosen instead, and the folder."""
        return [action.text() for action in self.title.menu.actions() if action.text()]

    def chooses(self, number: int) -> None:
        """One of the places in the menu below the title."""
        self.title.menu.actions()[number].trigger()

    def clicks(self, text: str) -> None:
        """Once it is there: some buttons wait for what is worked out in the background."""
        self.until(lambda: any(each.isVisible() for each in self._buttons(text)))
        self.qtbot.mouseClick(self.button(text), Qt.MouseButton.LeftButton)

    def button(self, text: str) -> QPushButton:
        return next(button for button in self._buttons(text) if button.isVisible())

    def _buttons(self, text: str) -> list[QPushButton]:
        return [each for each in self.window.findChildren(QPushButton) if each.text() == text]

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
        empty = self.page.findChild(EmptyContents)
        assert empty is not None
        if not empty.isVisible():
            return ""
        shown: list[QWidget] = [
            widget for widget in empty.findChildren(QWidget) if widget.isVisible()
        ]
        return " ".join(
            f"{widget.accessibleName()} {widget.accessibleDescription()}" for widget in shown
        )

    @property
    def line(self) -> str:
        """What is said of the drive below its name."""
        line = self.page.findChild(VerdictLine)
        assert line is not None
        return line.said if line.isVisible() else ""

    @property
    def toast(self) -> str:
        bar = self.window.findChild(ToastBar)
        assert bar is not None
        return bar.accessibleName() if bar.isVisible() else ""

    @property
    def said(self) -> str:
        """All that can be read on the page."""
        return "\n".join(text for _, text in texts(self.page))

    @property
    def everything(self) -> str:
        """The same of the whole window."""
        return "\n".join(text for _, text in texts(self.window))

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
        buttons = self.window.findChildren(QPushButton)
        return any(button.text() == text and button.isVisible() for button in buttons)

    @property
    def table(self) -> RefsTable:
        refs_table = self.builders.findChild(RefsTable)
        assert refs_table is not None
        return refs_table

    @property
    def builders(self) -> BuildersDialog:
        """Details for builders, opened by the menu."""
        dialog = self.page.findChild(BuildersDialog)
        if dialog is None:
            self.menu("Details for builders")
            dialog = self.page.findChild(BuildersDialog)
        assert dialog is not None
        return dialog

    def menu(self, text: str) -> None:
        action = next(
            action
            for button in self.page.findChildren(MenuButton)
            for action in button.menu().actions()
            if action.text() == text
        )
        action.trigger()

    @property
    def cells(self) -> list[str]:
        """Of the map, as they are read out."""
        model = self.picture.view.model()
        return [
            str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole))
            for row in range(model.rowCount())
        ]

    def opens_cell(self, row: int) -> None:
        view = self.picture.view
        self.until(lambda: view.visualRect(view.model().index(row, 0)).height() > 0)
        place = view.visualRect(view.model().index(row, 0)).center()
        self.qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)

    def unfolds(self) -> None:
        """Details for builders, below the check."""
        fold = self.check.findChild(Fold)
        assert fold is not None
        fold.set_open(True)

    @property
    def apps(self) -> list[str]:
        """The rows of the list, as they are read out."""
        apps = self.page.findChild(AppsList)
        assert apps is not None
        model = apps.view.model()
        return [
            str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole))
            for row in range(model.rowCount())
        ]

    def part(self, part: Part) -> None:
        """By its segment."""
        segments = self.page.findChild(Segments)
        assert segments is not None
        buttons = segments.findChildren(QAbstractButton)
        self.qtbot.mouseClick(buttons[part], Qt.MouseButton.LeftButton)

    def column(self, column: RefColumn) -> list[str]:
        model = self.table.model()
        return [str(model.index(row, column).data()) for row in range(model.rowCount())]

    def turns_to_the_check(self) -> None:
        """Which has not been made yet."""
        self.until(lambda: self.primary == "Check for updates")
        self.part(Part.CHECK)
        assert self.primary == "Check now"

    def checks(self) -> str:
        """Check, to the end; the verdict."""
        self.until(lambda: self.primary.startswith(("Check", "Repair")))
        self.part(Part.CHECK)
        if self.primary == "Repair":
            self.clicks("Check again")
        else:
            self.presses()
        self.until(lambda: self.check.verdict)
        return self.check.verdict

    @property
    def remarks(self) -> list[str]:
        """What is listed below the verdict."""
        return [f"{remark.title}. {remark.text}" for remark in self.check.remarks]

    @property
    def findings(self) -> list[str]:
        """All of it, for builders."""
        model = self.check.details.findings.model()
        return [
            str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole))
            for row in range(model.rowCount())
        ]
