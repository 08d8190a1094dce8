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
from collections.abc import Callable, Sequence
from pathlib import Path

import apps_pictures
import contents_pictures
import drive_pictures
import many_pictures
from changing_pictures import CHANGING_STATES
from job_views import JOB_VIEWS, show_job
from many_pictures import MANY_VIEWS
from mending_pictures import MENDING_STATES
from picture_views import ENGLISH, IN_OTHERS, TONGUES, VIEWS, RightToLeft, View, taken
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication, QDialog
from receiving_pictures import RECEIVING_STATES
from settling import settle
from sharing_pictures import SHARING_STATES
from sources_pictures import SOURCES_STATES
from upkeep_pictures import UPKEEP_STATES

from app.flatpak.remotes.directories import FlatpakDirectories
from app.ostree.pull.fetch import Network
from app.settings import Settings
from app.stick.demo import demo_environment
from app.stick.environment import Environment
from ui.controllers.job import JobStatus
from ui.dialogs.about import AboutDialog
from ui.dialogs.help import HelpDialog
from ui.i18n.translation import translate
from ui.pages.contents.contents_view import Part
from ui.state.page_name import PageName
from ui.widgets.fold import Fold
from ui.widgets.page_scroll import PageScroll
from ui.window.drop_overlay import DropOverlay
from ui.window.main_window import MainWindow


def page(name: PageName) -> Callable[[MainWindow], None]:
    """A page as it is when nothing has been chosen yet."""

    def show(window: MainWindow) -> None:
        window.open(name)

    return show


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


def making(status: JobStatus) -> Callable[[MainWindow], None]:
    """A job that has come so far."""

    def show(window: MainWindow) -> None:
        contents_pictures.reviewing(window)
        show_job(window, status)

    return show


STATES: dict[str, Callable[[MainWindow], None]] = {
    "drive": page(PageName.DRIVE),
    "drive-empty": drive_pictures.empty,
    "drive-several": drive_pictures.several,
    "drive-several-chosen": many_pictures.chosen,
    "apps": apps_pictures.beginning,
    "apps-set": apps_pictures.looking_at_a_set,
    "apps-your-choice": apps_pictures.your_choice,
    "apps-for-computers": apps_pictures.for_computers,
    "apps-systems": apps_pictures.systems,
    "apps-no-internet": apps_pictures.no_internet,
    "apps-list": apps_pictures.choosing,
    "apps-nothing": apps_pictures.searching,
    "apps-tiles": apps_pictures.tiles,
    "review": contents_pictures.reviewing,
    "review-too-much": contents_pictures.too_much,
    "review-several": many_pictures.reviewing,
    **{name: making(status) for name, status in JOB_VIEWS.items()},
    **{name: many_pictures.making(status) for name, status in MANY_VIEWS.items()},
    "done": contents_pictures.done,
    "done-alone": many_pictures.made_alone,
    "done-trying": contents_pictures.trying,
    "done-tried": contents_pictures.tried,
    "contents": contents_pictures.contents(Part.APPS),
    "contents-space": contents_pictures.contents(Part.SPACE),
    "contents-check": contents_pictures.contents(Part.CHECK),
    **CHANGING_STATES,
    **MENDING_STATES,
    **UPKEEP_STATES,
    **RECEIVING_STATES,
    **SOURCES_STATES,
    **SHARING_STATES,
    "settings": settings,
    "settings-unfolded": unfolded,
    "help": reading,
    "about": about,
    "dropping": dropping,
}


STATES["drive-interrupted"] = drive_pictures.interrupted(contents_pictures.done, settle)


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
        for _ in range(30):
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
    parser.add_argument(
        "--view", action="append", choices=sorted({view.name for view in (*VIEWS, *IN_OTHERS)})
    )
    return parser.parse_args()


if __name__ == "__main__":
    main(_arguments())
