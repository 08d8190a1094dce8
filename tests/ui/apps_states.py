"""States of the page Apps; see `tests.ui.window_states`."""

from __future__ import annotations

import shutil

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.flatpak.catalogue.browse import Order
from app.flatpak.remotes.known import Known
from app.replacing import replace
from app.stick.demo import APP
from app.stick.planning.options import Options
from app.stick.planning.plan import AppOnDrive
from tests.demo import APPS
from tests.ui.demo_stick import demo_stick
from tests.ui.file_states import looking_at_a_file
from tests.ui.window_state import WindowState
from tests.waiting import GUARD_MS
from ui.controllers.search import SearchCriteria
from ui.pages.apps.app_browser import AppBrowser
from ui.pages.apps.app_details import AppDetails
from ui.pages.apps.app_list import Role
from ui.pages.apps.app_view import AppView
from ui.pages.apps.choice_strip import ChoiceStrip
from ui.pages.apps.set_details import SetDetails
from ui.pages.apps.start_view import StartView
from ui.state.choice import Choice, ChosenRef
from ui.state.page_name import PageName
from ui.state.session import Target
from ui.widgets.message_card import MessageCard
from ui.widgets.search_field import SearchField
from ui.window.main_window import MainWindow

_LONG = GUARD_MS


def all_apps(window: MainWindow) -> AppView:
    """The list on the Apps page, with all there are."""
    browser = window.page.findChild(AppBrowser)
    criteria = window.page.findChild(SearchCriteria)
    assert browser is not None
    assert criteria is not None
    criteria.set_order(Order.NAME)
    return browser.view


def beginning(window: MainWindow, qtbot: QtBot) -> None:
    """Sets, one of them added, and apps for a classroom."""
    window.open(PageName.APPS)
    view = window.page.findChild(StartView)
    assert view is not None
    qtbot.waitUntil(lambda: bool(view.cards), timeout=_LONG)
    view.cards[0].button.click()
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=_LONG)


def looking_at_a_set(window: MainWindow, qtbot: QtBot) -> None:
    """Over the start view."""
    beginning(window, qtbot)
    view = window.page.findChild(StartView)
    assert view is not None
    view.set_opened.emit(view.cards[1].id)
    details = window.page.findChild(SetDetails)
    assert details is not None
    qtbot.waitUntil(details.isVisible, timeout=_LONG)


def no_internet(window: MainWindow, qtbot: QtBot) -> None:
    """And no list of apps from before."""
    session = window.session
    session.set_known(Known((replace(session.remotes[0], url="http://127.0.0.1:9/"),)))
    window.open(PageName.APPS)
    card = window.page.findChild(MessageCard)
    assert card is not None
    qtbot.waitUntil(card.isVisible, timeout=_LONG)


def choosing(window: MainWindow, qtbot: QtBot) -> None:
    """An app is looked at and another chosen."""
    window.open(PageName.APPS)
    view = all_apps(window)
    details = window.page.findChild(AppDetails)
    strip = window.findChild(ChoiceStrip)
    assert details is not None
    assert strip is not None
    qtbot.waitUntil(lambda: view.model().rowCount() == len(APPS), timeout=_LONG)
    view.looked_at.emit(view.model().index(0, 0).data(Role.ROW))
    qtbot.waitUntil(lambda: details.row is not None, timeout=_LONG)
    before = strip.sentence
    view.model().setData(view.model().index(1, 0), None, Qt.ItemDataRole.CheckStateRole)
    qtbot.waitUntil(lambda: strip.sentence != before and not window.bridge.busy, timeout=_LONG)


def searching(window: MainWindow, qtbot: QtBot) -> None:
    """Nothing is found, but something else may have been meant."""
    window.open(PageName.APPS)
    view = all_apps(window)
    field = window.page.findChild(SearchField)
    assert field is not None
    qtbot.waitUntil(lambda: view.model().rowCount() == len(APPS), timeout=_LONG)
    field.setText("plnaets")
    qtbot.waitUntil(lambda: not view.isVisible(), timeout=_LONG)


def tiles(window: MainWindow, qtbot: QtBot) -> None:
    """Apps beside each other."""
    choosing(window, qtbot)
    all_apps(window).set_tiles(True)


def technical(window: MainWindow, qtbot: QtBot) -> None:
    """What apps need, for builders."""
    window.open(PageName.APPS)
    view = all_apps(window)
    criteria = window.page.findChild(SearchCriteria)
    assert criteria is not None
    qtbot.waitUntil(lambda: view.model().rowCount() == len(APPS), timeout=_LONG)
    criteria.set_technical(True)
    qtbot.waitUntil(lambda: view.model().rowCount() != len(APPS), timeout=_LONG)


def choose_one(window: MainWindow) -> None:
    """The demo's app for the demo's drive, by names that are the same in every language."""
    session = window.session
    drive = session.environment.demo_drive
    assert drive is not None
    arch = session.environment.arch
    ref = ChosenRef(f"app/{APP}/{arch}/stable", session.remotes[0].name, APP)
    session.set_target(Target(drive, "org.test.Drive"))
    session.set_choice(Choice((ref,), Options(arch)))


def on_the_drive(window: MainWindow) -> None:
    """The demo's app is on its drive."""
    drive = window.session.environment.demo_drive
    assert drive is not None
    shutil.copytree(demo_stick(), drive, dirs_exist_ok=True, symlinks=True)
    choose_one(window)
    session = window.session
    arch = session.environment.arch
    collection = session.remotes[0].collection_id
    assert collection is not None
    (ref,) = session.choice.refs
    session.set_choice(
        Choice((), Options(arch), without=(AppOnDrive(collection, ref.ref, "", APP),))
    )


def taking_off(window: MainWindow, qtbot: QtBot) -> None:
    """What is on the drive comes off, and something new comes."""
    on_the_drive(window)
    choosing(window, qtbot)


APPS_STATES: dict[str, WindowState] = {
    "apps: beginning": beginning,
    "apps: a set": looking_at_a_set,
    "apps: no internet": no_internet,
    "apps: chosen": choosing,
    "apps: nothing found": searching,
    "apps: tiles": tiles,
    "apps: technical parts": technical,
    "apps: coming off": taking_off,
    "apps: a file": looking_at_a_file,
}
