"""The Apps page: what there is to choose, and what is chosen."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from job_views import NO_INTERNET
from PySide6.QtCore import Qt
from settling import settle

from app.flatpak.catalogue.browse import Order
from app.flatpak.refs import Ref, host_arch
from app.flatpak.remotes.known import Known
from app.replacing import replace
from app.stick.store.needs import (
    ClientInstallation,
    ClientRef,
    ClientRemote,
    Needs,
    Scope,
    dump_needs,
)
from ui.controllers.apps import AppsController
from ui.controllers.search import SearchCriteria
from ui.controllers.systems import SystemRow, SystemsController, SystemsState, SystemsView
from ui.dialogs.computers import ComputersDialog
from ui.pages.apps.app_browser import AppBrowser
from ui.pages.apps.app_list import Role
from ui.pages.apps.app_view import AppView
from ui.pages.apps.catalogue_panel import CataloguePanel
from ui.pages.apps.choice_strip import ChoiceStrip
from ui.pages.apps.search_head import SearchHead
from ui.pages.apps.start_view import StartView
from ui.pages.apps.systems_dialog import SystemsDialog
from ui.state.page_name import PageName
from ui.widgets.message_card import MessageCard
from ui.widgets.search_field import SearchField
from ui.widgets.slide_over import SlideOver
from ui.widgets.toast import ToastBar
from ui.window.main_window import MainWindow

_INSTALLED = ("Abacus", "Atlas", "Paint", "Planets")


def all_apps(window: MainWindow) -> AppView:
    """The list on the Apps page, with all there are."""
    browser = window.page.findChild(AppBrowser)
    criteria = window.page.findChild(SearchCriteria)
    assert browser is not None
    assert criteria is not None
    criteria.set_order(Order.NAME)
    return browser.view


def beginning(window: MainWindow) -> None:
    """Sets, one of them added, and apps for a classroom."""
    window.open(PageName.APPS)
    view = window.page.findChild(StartView)
    assert view is not None
    settle(lambda: bool(view.cards))
    view.cards[0].button.click()
    settle(lambda: not window.bridge.busy)
    toast = window.findChild(ToastBar)
    assert toast is not None
    toast.end()
    chosen = [each.ref for each in window.session.choice.refs]
    settle(lambda: all(window.session.pictures.get(ref) is not None for ref in chosen))


def looking_at_a_set(window: MainWindow) -> None:
    """Over the start view."""
    beginning(window)
    view = window.page.findChild(StartView)
    assert view is not None
    view.set_opened.emit(view.cards[1].id)
    settle(lambda: is_in_place(window))


def is_in_place(window: MainWindow) -> bool:
    """Whether what slides over the page has arrived."""
    slides = [slide for slide in window.page.findChildren(SlideOver) if slide.is_open]
    return all(window.page.rect().contains(slide.geometry()) for slide in slides)


def your_choice(window: MainWindow) -> None:
    """What is chosen, in its own place."""
    beginning(window)
    strip = window.findChild(ChoiceStrip)
    assert strip is not None
    strip.opened.emit()


def for_computers(window: MainWindow) -> None:
    """What two computers that wrote what they need will get."""
    window.open(PageName.APPS)
    view = window.page.findChild(StartView)
    assert view is not None
    settle(lambda: bool(view.cards))
    remote = window.session.remotes[0]
    refs = [f"app/org.satchel.Demo.{name}/{host_arch()}/stable" for name in _INSTALLED]
    source = ClientRemote("demo", remote.collection_id or "", remote.url)
    with tempfile.TemporaryDirectory() as scratch:
        paths = []
        for number, drivers in enumerate((("default",), ("nvidia-550", "default")), 1):
            there = tuple(ClientRef(Ref.parse(ref), "0" * 64, "demo") for ref in refs[number - 1 :])
            place = ClientInstallation(Scope.SYSTEM, 12 * 10**9, (source,), there)
            flatpak = "1.14.10" if number == 1 else ""
            needs = Needs(
                f"lab-0{number}", int(time.time()), (host_arch(),), flatpak, drivers, (), (place,)
            )
            paths.append(Path(scratch) / f"{number}.json")
            paths[-1].write_bytes(dump_needs(needs))
        window.opening.open([str(path) for path in paths])
        settle(lambda: bool(window.findChildren(ComputersDialog)))


def no_internet(window: MainWindow) -> None:
    """And no list of apps from before."""
    session = window.session
    session.set_known(Known((replace(session.remotes[0], url="http://127.0.0.1:9/"),)))
    window.open(PageName.APPS)
    card = window.page.findChild(MessageCard)
    panel = window.page.findChild(CataloguePanel)
    controller = window.page.findChild(AppsController)
    assert card is not None
    assert panel is not None
    assert controller is not None
    settle(card.isVisible)
    # This computer may have internet, and lack only that server.
    panel.show_status(replace(controller.catalogue, error=NO_INTERNET))


def choosing(window: MainWindow) -> None:
    """Two apps are chosen, one of them is looked at."""
    window.open(PageName.APPS)
    view = all_apps(window)
    strip = window.findChild(ChoiceStrip)
    assert strip is not None
    settle(lambda: view.model().rowCount() > 1)
    view.looked_at.emit(view.model().index(0, 0).data(Role.ROW))
    before = strip.sentence
    for row in range(2):
        view.model().setData(view.model().index(row, 0), None, Qt.ItemDataRole.CheckStateRole)
    settle(lambda: strip.sentence != before and not window.bridge.busy)


def searching(window: MainWindow) -> None:
    """Nothing is found, but something else may have been meant."""
    window.open(PageName.APPS)
    view = all_apps(window)
    field = window.page.findChild(SearchField)
    assert field is not None
    settle(lambda: view.model().rowCount() > 1)
    field.setText("plnaets")
    settle(lambda: not view.isVisible())


def tiles(window: MainWindow) -> None:
    """Apps beside each other."""
    choosing(window)
    all_apps(window).set_tiles(True)


def systems(window: MainWindow) -> None:
    """Of a source that the demo does not have."""
    beginning(window)
    head = window.page.findChild(SearchHead)
    assert head is not None
    head.systems_wanted.emit()
    dialog = window.page.findChild(SystemsDialog)
    assert dialog is not None
    settle(lambda: dialog.view.state is not SystemsState.LOOKING)
    controller = dialog.findChild(SystemsController)
    assert controller is not None
    rows = tuple(
        SystemRow("os", "Example OS", f"os/example/amd64/{name}", chosen=name == "os6")
        for name in ("os5", "os6")
    )
    controller.changed.emit(SystemsView(SystemsState.THERE, rows))
