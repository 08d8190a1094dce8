"""What is kept up: updates of a drive that was made, what comes off, and what to know before."""

from __future__ import annotations

from collections.abc import Callable

from contents_pictures import contents, done
from settling import settle

from app.message import Message
from app.ostree.pull.answers import OfflineError
from app.replacing import replace
from app.stick.planning.holding_back import HeldBack
from app.stick.planning.news import News
from ui.controllers.drive import DriveController
from ui.controllers.upkeep import UpkeepController, UpkeepStatus
from ui.pages.contents.apps_model import AppsModel
from ui.pages.contents.contents_view import Part
from ui.state.page_name import PageName
from ui.window.main_window import MainWindow

_MB = 1_000_000


def updates(window: MainWindow) -> None:
    """Of some apps, known without asking."""
    apps = _shown(window)
    versions = ("2.7", "2.2", "4.4")
    newer = dict(zip(apps[::2], versions, strict=False))
    _tell(window, UpkeepStatus(news=News(newer=newer, download=59 * _MB, exact=True)))


def coming_off(window: MainWindow) -> None:
    """Two are marked, and one of those has an update."""
    apps = _shown(window)
    news = News(newer={apps[0]: "2.7", apps[2]: "2.2"}, download=59 * _MB)
    _tell(window, UpkeepStatus(news=news, marked=(apps[2], apps[3])))


def to_know(window: MainWindow) -> None:
    """What to know before an update, and too little room for it."""
    apps = _shown(window)
    news = News(
        newer={apps[0]: "2.7"},
        coming=("app/org.satchel.Demo.Sketchbook/x86_64/stable",),
        gone=frozenset({apps[1]}),
        renamed={apps[2]: "app/org.satchel.Demo.Sketchbook/x86_64/stable"},
        ended=frozenset({apps[3]}),
        download=900 * _MB,
        lacking=700 * _MB,
    )
    _tell(window, UpkeepStatus(news=news, asked=True))


def up_to_date(window: MainWindow) -> None:
    """The sources have just said so."""
    _shown(window)
    _tell(window, UpkeepStatus(news=News(exact=True), asked=True))


def held_back(window: MainWindow) -> None:
    """One is offered no more, so that the others of its source stay as they are."""
    apps = _shown(window)
    back = HeldBack("remote:school", "The school's repository", (apps[1],), {}, tuple(apps[2:4]))
    news = News(gone=frozenset(back.unlisted), held=frozenset(back.newer), held_back=(back,))
    _tell(window, UpkeepStatus(news=news, asked=True))


def not_asked(window: MainWindow) -> None:
    """Nobody answers."""
    _shown(window)
    _tell(window, UpkeepStatus(error=OfflineError(Message("There is no connection."))))


def taken_off(window: MainWindow) -> None:
    """Two apps of the drive that was made, really."""
    apps = _shown(window)
    controller = _controller(window)
    for ref in apps[2:4]:
        controller.mark(ref)
    controller.apply()
    settle(lambda: window.page.name is PageName.MAKE)
    settle(lambda: window.session.outcome is not None)


def returning(window: MainWindow) -> None:
    """A drive with apps is plugged in, of which some have updates."""
    done(window)
    window.open(PageName.DRIVE)
    settle(lambda: not window.bridge.busy)
    controller = window.page.findChild(DriveController)
    assert controller is not None
    view = controller.view
    places = tuple(
        replace(place, overview=replace(place.overview, updates=3))
        for place in view.places
        if place.overview is not None
    )
    controller.changed.emit(replace(view, places=places))


UPKEEP_STATES: dict[str, Callable[[MainWindow], None]] = {
    "drive-updates": returning,
    "contents-updates": updates,
    "contents-coming-off": coming_off,
    "contents-to-know": to_know,
    "contents-up-to-date": up_to_date,
    "contents-held-back": held_back,
    "contents-not-asked": not_asked,
    "done-taken-off": taken_off,
}


def _shown(window: MainWindow) -> list[str]:
    """The apps on it, by name."""
    contents(Part.APPS)(window)
    settle(lambda: not window.bridge.busy)
    model = window.page.findChild(AppsModel)
    assert model is not None
    return [line.app.ref for line in model.lines]


def _tell(window: MainWindow, status: UpkeepStatus) -> None:
    controller = _controller(window)
    controller.status = status
    controller.changed.emit()


def _controller(window: MainWindow) -> UpkeepController:
    controller = window.page.findChild(UpkeepController)
    assert controller is not None
    return controller
