"""Saves a picture of every page and state in every view of `picture_views`.

See packaging/screenshots.

``STATES`` names what is shown: each brings a window into a state and may wait for it with
`settle`.
"""

from __future__ import annotations

import argparse
import itertools
import os
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import drive_pictures
from job_views import JOB_VIEWS, NO_INTERNET, show_job
from picture_views import ENGLISH, IN_OTHERS, TONGUES, VIEWS, RightToLeft, View, taken
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog

from app.flatpak.catalogue.browse import Order
from app.flatpak.refs import Ref, host_arch
from app.flatpak.remotes.directories import FlatpakDirectories
from app.flatpak.remotes.known import Known
from app.ostree.pull.fetch import Network
from app.settings import Settings
from app.stick.demo import demo_environment
from app.stick.environment import Environment
from app.stick.store.needs import (
    ClientInstallation,
    ClientRef,
    ClientRemote,
    Needs,
    Scope,
    dump_needs,
)
from ui.controllers.apps import AppsController
from ui.controllers.inspection import InspectionController
from ui.controllers.job import JobStatus
from ui.controllers.search import SearchCriteria
from ui.dialogs.about import AboutDialog
from ui.dialogs.computers import ComputersDialog
from ui.dialogs.help import HelpDialog
from ui.dialogs.rehearsal import RehearsalDialog
from ui.i18n.translation import translate
from ui.pages.apps.app_browser import AppBrowser
from ui.pages.apps.app_list import Role
from ui.pages.apps.app_view import AppView
from ui.pages.apps.catalogue_panel import CataloguePanel
from ui.pages.apps.choice_strip import ChoiceStrip
from ui.pages.apps.start_view import StartView
from ui.pages.contents.contents_view import Part
from ui.pages.make.done_view import DoneView
from ui.state.page_name import PageName
from ui.widgets.fold import Fold
from ui.widgets.message_card import MessageCard
from ui.widgets.page_scroll import PageScroll
from ui.widgets.search_field import SearchField
from ui.widgets.segments import Segments
from ui.widgets.slide_over import SlideOver
from ui.widgets.toast import ToastBar
from ui.window.drop_overlay import DropOverlay
from ui.window.main_window import MainWindow

_PATIENCE = 60.0
_INSTALLED = ("Abacus", "Atlas", "Paint", "Planets")


def page(name: PageName) -> Callable[[MainWindow], None]:
    """A page as it is when nothing has been chosen yet."""

    def show(window: MainWindow) -> None:
        window.open(name)

    return show


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
    settle(lambda: _is_in_place(window))


def _is_in_place(window: MainWindow) -> bool:
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


def reviewing(window: MainWindow) -> None:
    """What a set comes to."""
    beginning(window)
    window.page.primary()
    settle(lambda: window.session.plan is not None and not window.bridge.busy)


def too_much(window: MainWindow) -> None:
    """More than there is room for, and one that gets no more updates."""
    reviewing(window)
    plan = window.session.plan
    assert plan is not None
    estimate = plan.estimate
    first = next(item.ref for item in plan.items if item.named)
    collections = tuple(
        replace(
            each,
            items=tuple(
                replace(item, eol="x") if item.ref == first else item for item in each.items
            ),
        )
        for each in plan.collections
    )
    small = replace(estimate.space, free=estimate.least // 2)
    window.session.set_plan(
        replace(plan, collections=collections, estimate=replace(estimate, space=small))
    )


def done(window: MainWindow) -> None:
    """The job has ended well."""
    reviewing(window)
    window.page.primary()
    settle(lambda: window.session.outcome is not None)


def making(status: JobStatus) -> Callable[[MainWindow], None]:
    """A job that has come so far."""

    def show(window: MainWindow) -> None:
        reviewing(window)
        show_job(window, status)

    return show


def contents(part: Part) -> Callable[[MainWindow], None]:
    """Of the drive that was made."""

    def show(window: MainWindow) -> None:
        done(window)
        window.open(PageName.CONTENTS)
        inspector, segments = _contents(window)
        segments.chosen.emit(part)
        settle(lambda: inspector.sizes is not None)

    return show


def damaged(window: MainWindow) -> None:
    """The largest file on the drive that was made, as a check tells it."""
    done(window)
    drive = window.session.environment.demo_drive
    assert drive is not None
    files = drive.glob(".ostree/repo/objects/*/*.filez")
    largest = max(files, key=lambda path: path.stat().st_size)
    data = largest.read_bytes()
    largest.write_bytes(data[: len(data) // 2] + bytes(16) + data[len(data) // 2 + 16 :])
    window.open(PageName.CONTENTS)
    inspector, segments = _contents(window)
    settle(lambda: inspector.sizes is not None)
    inspector.start_check()
    segments.chosen.emit(Part.CHECK)
    settle(lambda: inspector.check.ended)


def trying(window: MainWindow) -> None:
    """As an offline computer would; some are done."""
    done(window)
    dialog = _try(window)
    settle(lambda: dialog.view.installing > 2)


def tried(window: MainWindow) -> None:
    """Of one app something is missing on the drive."""
    done(window)
    drive = window.session.environment.demo_drive
    assert drive is not None
    for path in drive.glob(".ostree/repo/objects/*/*.filez"):
        data = path.read_bytes()
        content = zlib.decompress(data[8 + int.from_bytes(data[:4], "big") :] or b"\3\0", -15)
        if b"Curves: hello" in content:
            path.unlink()
    dialog = _try(window)
    settle(lambda: not dialog.view.under_way)


def _try(window: MainWindow) -> RehearsalDialog:
    view = window.page.findChild(DoneView)
    assert view is not None
    view.tried.emit()
    dialog = window.page.findChild(RehearsalDialog)
    assert dialog is not None
    return dialog


def _contents(window: MainWindow) -> tuple[InspectionController, Segments]:
    inspector = window.page.findChild(InspectionController)
    segments = window.page.findChild(Segments)
    assert inspector is not None
    assert segments is not None
    return inspector, segments


def settings(window: MainWindow) -> None:
    """With the keys of the remotes, as soon as they have been looked at."""
    window.open(PageName.SETTINGS)
    settle(lambda: not window.bridge.busy)


def unfolded(window: MainWindow) -> None:
    """What few people need, too."""
    settings(window)
    area = window.page.findChild(PageScroll)
    assert area is not None
    # In every size of the window it is to be seen.
    area.verticalScrollBar().rangeChanged.connect(
        lambda _least, most: area.verticalScrollBar().setValue(most)
    )
    for fold in window.page.findChildren(Fold):
        fold.set_open(True)


def reading(window: MainWindow) -> None:
    """The guide."""
    HelpDialog(window).open()


def about(window: MainWindow) -> None:
    AboutDialog(window.bridge, window).open()


def dropping(window: MainWindow) -> None:
    """Something is dragged across the window."""
    window.open(PageName.APPS)
    settle(lambda: not window.bridge.busy)
    overlay = window.findChild(DropOverlay)
    assert overlay is not None
    overlay.rise()


STATES: dict[str, Callable[[MainWindow], None]] = {
    "drive": page(PageName.DRIVE),
    "drive-empty": drive_pictures.empty,
    "drive-several": drive_pictures.several,
    "apps": beginning,
    "apps-set": looking_at_a_set,
    "apps-your-choice": your_choice,
    "apps-for-computers": for_computers,
    "apps-no-internet": no_internet,
    "apps-list": choosing,
    "apps-nothing": searching,
    "apps-tiles": tiles,
    "review": reviewing,
    "review-too-much": too_much,
    **{name: making(status) for name, status in JOB_VIEWS.items()},
    "done": done,
    "done-trying": trying,
    "done-tried": tried,
    "contents": contents(Part.APPS),
    "contents-space": contents(Part.SPACE),
    "contents-check": contents(Part.CHECK),
    "contents-damaged": damaged,
    "settings": settings,
    "settings-unfolded": unfolded,
    "help": reading,
    "about": about,
    "dropping": dropping,
}


def settle(until: Callable[[], bool], patience: float = _PATIENCE) -> None:
    """Let Qt work until something is the case. Raises TimeoutError."""
    end = time.monotonic() + patience
    while not until():
        if time.monotonic() > end:
            raise TimeoutError("the state did not come about")
        loop = QEventLoop()
        QTimer.singleShot(20, loop.quit)
        loop.exec()


STATES["drive-interrupted"] = drive_pictures.interrupted(done, settle)


def nothing_known(directory: Path, languages: tuple[str, ...]) -> Environment:
    """A computer on which nothing has happened yet."""
    return Environment(
        config=directory / "config",
        state=directory / "state",
        default_cache=directory / "cache",
        system_languages=languages,
        default_network=Network(),
        flatpak=FlatpakDirectories.below(directory / "flatpak"),
        settings=Settings(),
        built_in=(),
        variables=dict(os.environ),
    )


def main(arguments: argparse.Namespace) -> None:
    application = QApplication(["satchel"])
    names = arguments.state or tuple(STATES)
    tongues = TONGUES
    if arguments.languages:
        tongues = tuple(each for each in TONGUES if each.languages[0] in arguments.languages)
    for tongue in tongues:
        views = [
            view
            for view in (VIEWS if tongue is ENGLISH else IN_OTHERS)
            if not arguments.view or view.name in arguments.view
        ]
        translate(application, tongue.languages)
        application.setLayoutDirection(tongue.direction)
        mirror = RightToLeft(application)
        if tongue.direction is Qt.LayoutDirection.RightToLeft:
            application.installTranslator(mirror)
        # People have their text large before they open a window.
        texts = sorted({view.text for view in views})
        for name, text in itertools.product(names, texts):
            same = [view for view in views if view.text == text]
            same[0].apply(application)
            with tempfile.TemporaryDirectory() as scratch:
                real = nothing_known(Path(scratch), tongue.languages)
                with demo_environment(real) as environment:
                    path = arguments.directory / f"{tongue.name}{name}"
                    _take(environment, STATES[name], same, path)


def _take(
    environment: Environment,
    state: Callable[[MainWindow], None],
    views: Sequence[View],
    path: Path,
) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    window = MainWindow(environment)
    window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    window.resize(views[0].size)
    window.show()
    settle(lambda: window.session.knows_remotes)
    state(window)
    for view in views:
        view.apply(application)
        window.resize(view.size)
        settle(lambda: window.size() == view.size)  # noqa: B023
        # Layouts and what is fetched for more room follow a little later.
        for _ in range(3):
            QApplication.processEvents()
        picture = f"{path}-{view.name}.png"
        if not taken(window, view.pixels).save(picture):
            raise OSError(f"{picture} cannot be written")
    dialog = QApplication.activeModalWidget()
    if isinstance(dialog, QDialog):
        dialog.reject()
    ended: list[bool] = []
    window.closed.connect(lambda: ended.append(True))
    window.leave()
    settle(lambda: bool(ended))
    # What is closed is gone before the look changes: no loop runs here that would see to it.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", type=Path)
    parser.add_argument("languages", nargs="*", help="such as de_DE; default: all there are")
    parser.add_argument("--state", action="append", choices=tuple(STATES))
    parser.add_argument("--view", action="append", choices=[view.name for view in VIEWS])
    return parser.parse_args()


if __name__ == "__main__":
    main(_arguments())
