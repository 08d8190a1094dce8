"""Saves a picture of every page in light and dark and in two sizes; see packaging/screenshots.

``STATES`` names what is shown: each brings a window into a state and may wait for it with
`settle`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from app.flatpak.remotes.directories import FlatpakDirectories
from app.ostree.pull.fetch import Network
from app.settings import Settings
from app.stick.demo import demo_environment
from app.stick.environment import Environment
from ui.controllers.inspection import InspectionController
from ui.i18n.translation import translate
from ui.pages.apps.app_view import AppView
from ui.pages.apps.choice_strip import ChoiceStrip
from ui.state.page_name import PageName
from ui.window.main_window import MainWindow

SIZES = (QSize(900, 600), QSize(1280, 800))
_PATIENCE = 60.0


def page(name: PageName) -> Callable[[MainWindow], None]:
    """A page as it is when nothing has been chosen yet."""

    def show(window: MainWindow) -> None:
        window.open(name)

    return show


def choosing(window: MainWindow) -> None:
    """Two apps are chosen, one of them is looked at."""
    window.open(PageName.APPS)
    view = window.page.findChild(AppView)
    strip = window.findChild(ChoiceStrip)
    assert view is not None
    assert strip is not None
    settle(lambda: view.model().rowCount() > 1)
    view.setCurrentIndex(view.model().index(0, 0))
    before = strip.sentence
    for row in range(2):
        view.model().setData(view.model().index(row, 0), None, Qt.ItemDataRole.CheckStateRole)
    settle(lambda: strip.sentence != before and not window.bridge.busy)


def reviewing(window: MainWindow) -> None:
    """What the choice comes to."""
    choosing(window)
    window.page.primary()
    settle(lambda: window.session.plan is not None and not window.bridge.busy)


def done(window: MainWindow) -> None:
    """The job has ended well."""
    reviewing(window)
    window.page.primary()
    settle(lambda: window.page.name is PageName.DONE)


def made(window: MainWindow) -> None:
    """The work, as it was."""
    done(window)
    window.open(PageName.MAKE)


def contents(window: MainWindow) -> None:
    """What takes the room on the drive that was made."""
    done(window)
    window.open(PageName.CONTENTS)
    inspector = window.page.findChild(InspectionController)
    assert inspector is not None
    settle(lambda: inspector.sizes is not None)


def settings(window: MainWindow) -> None:
    """With the keys of the remotes, as soon as they have been looked at."""
    window.open(PageName.SETTINGS)
    settle(lambda: not window.bridge.busy)


STATES: dict[str, Callable[[MainWindow], None]] = {
    "drive": page(PageName.DRIVE),
    "apps": choosing,
    "review": reviewing,
    "make": made,
    "done": done,
    "contents": contents,
    "settings": settings,
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


def dark() -> QPalette:
    """As desktops have it that ask for dark."""
    palette = QPalette(QColor(42, 43, 46), QColor(32, 33, 36))
    palette.setColor(QPalette.ColorRole.Base, QColor(26, 27, 29))
    palette.setColor(QPalette.ColorRole.AlternateBase, QColor(38, 39, 42))
    palette.setColor(QPalette.ColorRole.Highlight, QColor(58, 122, 204))
    palette.setColor(QPalette.ColorRole.HighlightedText, QColor("white"))
    return palette


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
    )


def main(directory: Path, languages: tuple[str, ...]) -> None:
    application = QApplication(["satchel"])
    application.setStyle("Fusion")
    translate(application, languages)
    light = application.style().standardPalette()
    with tempfile.TemporaryDirectory() as scratch:
        real = nothing_known(Path(scratch), languages)
        for shade, palette in (("light", light), ("dark", dark())):
            application.setPalette(palette)
            for name, state in STATES.items():
                with demo_environment(real) as environment:
                    _take(environment, state, directory, f"{name}-{shade}")


def _take(
    environment: Environment, state: Callable[[MainWindow], None], directory: Path, name: str
) -> None:
    window = MainWindow(environment)
    window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    window.show()
    settle(lambda: window.session.knows_remotes)
    state(window)
    for size in SIZES:
        window.resize(size)
        settle(lambda: window.size() == size)  # noqa: B023
        QApplication.processEvents()
        path = directory / f"{name}-{size.width()}x{size.height()}.png"
        if not window.grab().save(str(path)):
            raise OSError(f"{path} cannot be written")
    ended: list[bool] = []
    window.closed.connect(lambda: ended.append(True))
    window.leave()
    settle(lambda: bool(ended))


if __name__ == "__main__":
    main(Path(sys.argv[1]), tuple(sys.argv[2:]) or ("en",))
