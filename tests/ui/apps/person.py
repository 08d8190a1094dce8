"""Somebody at the Apps page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.flatpak.catalogue.browse import Order
from app.flatpak.remotes.remote import Remote
from tests.gpg import SigningKey
from tests.ui.widget_tree import the_only
from tests.waiting import GUARD_MS
from ui.controllers.search import SearchCriteria
from ui.pages.apps.app_browser import AppBrowser
from ui.pages.apps.app_delegate import AppDelegate
from ui.pages.apps.app_details import AppDetails
from ui.pages.apps.app_view import AppView
from ui.pages.apps.choice_strip import ChoiceStrip
from ui.pages.apps.search_head import SearchHead
from ui.state.page_name import PageName
from ui.widgets.empty_state import EmptyState
from ui.widgets.fold import FoldHead
from ui.widgets.labels import Label
from ui.widgets.primary_button import PrimaryButton
from ui.widgets.search_field import SearchField
from ui.widgets.state_panel import StatePanel
from ui.window.main_window import MainWindow

LONG = GUARD_MS
THOUSANDS = 3000
"""As many as the largest remotes have."""

SOME = 60


class Person:
    """Looks at the window and uses it."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.qtbot = qtbot
        self.page = window.pages[PageName.APPS]
        self.view = the_only(the_only(self.page, AppBrowser), AppView)
        self.search = the_only(self.page, SearchField)
        self.strip = the_only(window, ChoiceStrip)
        self.details = the_only(self.page, AppDetails)

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=LONG)

    def names(self) -> list[str]:
        """Of the apps in the list, at most a page of them."""
        model = self.view.model()
        return [model.index(row, 0).data() for row in range(min(model.rowCount(), 40))]

    def count(self) -> int:
        return self.view.model().rowCount() if self.view.isVisible() else 0

    def index(self, name: str) -> QModelIndex:
        return self.view.model().index(self.names().index(name), 0)

    def is_checked(self, name: str) -> bool:
        state: Qt.CheckState = self.index(name).data(Qt.ItemDataRole.CheckStateRole)
        return state == Qt.CheckState.Checked

    def press(self, key: Qt.Key) -> None:
        self.qtbot.keyClick(QApplication.focusWidget(), key)

    def type(self, text: str) -> None:
        self.qtbot.keyClicks(QApplication.focusWidget(), text)

    def click(self, name: str, *, left: int) -> None:
        """On an app, so many pixels from the left."""
        self.view.scrollTo(self.index(name))
        area = self.view.visualRect(self.index(name))
        place = QPoint(area.left() + left, area.center().y())
        self.qtbot.mouseClick(self.view.viewport(), Qt.MouseButton.LeftButton, pos=place)

    def tick(self, name: str) -> QPoint:
        """Where the tick of an app is."""
        delegate = self.view.itemDelegate()
        assert isinstance(delegate, AppDelegate)
        index = self.index(name)
        self.view.scrollTo(index)
        return delegate.tick_area(self.view.visualRect(index), index.row()).center()

    def choose(self, *names: str) -> None:
        for name in names:
            button = Qt.MouseButton.LeftButton
            self.qtbot.mouseClick(self.view.viewport(), button, pos=self.tick(name))

    def chosen(self) -> list[str]:
        return [chosen.name for chosen in self.window.session.choice.refs]

    def texts(self) -> str:
        """All that can be read on the page."""
        return "\n".join(
            label.text() for label in self.page.findChildren(Label) if label.isVisible()
        )

    def panel(self) -> str:
        """What stands in place of a list; empty if nothing does."""
        panels = [*self.page.findChildren(StatePanel), *self.page.findChildren(EmptyState)]
        return "\n".join(panel.accessibleName() for panel in panels if panel.isVisible())

    def unfold(self, text: str) -> None:
        heads = self.page.findChildren(FoldHead)
        next(head for head in heads if head.isVisible() and head.text() == text).click()

    def button(self, text: str) -> QPushButton | QToolButton:
        kinds: list[QPushButton | QToolButton] = [
            *self.page.findChildren(QPushButton),
            *self.page.findChildren(QToolButton),
        ]
        return next(button for button in kinds if button.isVisible() and text in button.text())

    def push(self, text: str) -> None:
        self.qtbot.mouseClick(self.button(text), Qt.MouseButton.LeftButton)

    def filter(self, text: str) -> None:
        """As in the menus beside the search."""
        actions = the_only(self.page, SearchHead).findChildren(QAction)
        next(action for action in actions if text in action.text()).trigger()

    @property
    def primary(self) -> PrimaryButton:
        return the_only(self.window, PrimaryButton)


def arrived(window: MainWindow, qtbot: QtBot) -> Person:
    person = visiting(window, qtbot)
    person.until(lambda: person.count() > 0)
    person.until(lambda: "Nothing chosen" in person.strip.sentence)
    return person


def visiting(window: MainWindow, qtbot: QtBot) -> Person:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=LONG)
    window.open(PageName.APPS)
    assert window.page.name is PageName.APPS
    person = Person(window, qtbot)
    # All of them, instead of where choosing begins.
    criteria = person.page.findChild(SearchCriteria)
    assert criteria is not None
    criteria.set_order(Order.NAME)
    return person


def remote_of(path: Path | str, key: SigningKey, name: str = "remote") -> Remote:
    url = path.as_uri() if isinstance(path, Path) else path
    return Remote(name, url, title=name.title(), keys=(key.public,))


D = TypeVar("D", bound=QWidget)


def dialog_of(person: Person, kind: type[D]) -> D:
    """The dialog of that kind, as soon as it has the focus."""

    def has_focus() -> bool:
        dialog, focus = QApplication.activeModalWidget(), QApplication.focusWidget()
        return isinstance(dialog, kind) and focus is not None and dialog.isAncestorOf(focus)

    person.until(has_focus)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, kind)
    return dialog
