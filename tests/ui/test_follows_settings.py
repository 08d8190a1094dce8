"""What is set in the settings shows at once: the window's language and its appearance."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.replacing import replace
from app.settings import Appearance
from app.stick.environment import Environment
from tests.waiting import GUARD_MS
from ui.i18n.translation import spoken, translate, translations
from ui.start import Windows
from ui.state.choice import ChosenRef
from ui.state.page_name import PageName
from ui.style.look import Scheme, look
from ui.window.main_window import MainWindow


@pytest.fixture
def speaks(qapp: QApplication) -> Iterator[Callable[[str], bool]]:
    """``speaks("de")``: whether the application has another language now."""
    yield lambda language: translate(qapp, (language,))
    translate(qapp, ("en",))


@pytest.fixture
def windows(
    qapp: QApplication, qtbot: QtBot, environment: Environment, speaks: Callable[[str], bool]
) -> Iterator[Windows]:
    speaks("en")
    qapp.setQuitOnLastWindowClosed(False)
    windows = Windows(environment)
    windows.open(demo=False)
    yield windows
    assert windows.window is not None
    with qtbot.waitSignal(windows.window.closed, timeout=GUARD_MS):
        windows.stop()
    windows.close()
    qapp.setQuitOnLastWindowClosed(True)


@pytest.fixture
def window(windows: Windows, qtbot: QtBot) -> MainWindow:
    window = windows.window
    assert window is not None
    qtbot.waitUntil(lambda: window.session.knows_remotes, timeout=GUARD_MS)
    return window


def set_(window: MainWindow, **values: object) -> None:
    environment = window.session.environment
    settings = environment.settings
    for name, value in values.items():
        settings = settings.with_value(name, value)
    window.session.set_environment(replace(environment, settings=settings))


def test_the_window_speaks_what_there_is() -> None:
    assert "en" in translations()
    assert "de" in translations()


def test_another_language(window: MainWindow, qapp: QApplication, qtbot: QtBot) -> None:
    ref = ChosenRef("app/org.test.App/x86_64/stable", "school", "App")
    window.session.set_choice(replace(window.session.choice, refs=(ref,)))
    window.open(PageName.SETTINGS)
    before = window.pages
    set_(window, languages=["de_AT"])
    qtbot.waitUntil(lambda: window.pages is not before, timeout=GUARD_MS)

    assert spoken(qapp) == "de"
    assert window.pages[PageName.DRIVE].label == "Laufwerk"
    assert window.page.name is PageName.SETTINGS
    assert window.page.isVisible()
    assert window.session.choice.refs == (ref,)
    window.back()
    assert window.page is window.pages[PageName.DRIVE]

    before = window.pages
    set_(window, languages=[])
    qtbot.waitUntil(lambda: window.pages is not before, timeout=GUARD_MS)
    assert window.pages[PageName.DRIVE].label == "Drive"


def test_one_that_is_not_there_changes_nothing(window: MainWindow, qapp: QApplication) -> None:
    before = window.pages
    set_(window, languages=["cy", "en"])
    qapp.processEvents()
    assert window.pages is before


def test_not_while_a_drive_is_written(window: MainWindow, qapp: QApplication, qtbot: QtBot) -> None:
    over = threading.Event()
    window.bridge.run(lambda _report, _cancel: over.wait(), guarded=True)
    before = window.pages
    set_(window, languages=["de"])
    qapp.processEvents()
    assert window.pages is before
    assert spoken(qapp) == "en"
    over.set()
    qtbot.waitUntil(lambda: window.pages is not before, timeout=GUARD_MS)
    assert spoken(qapp) == "de"


def test_dark_and_light_and_back(window: MainWindow) -> None:
    set_(window, appearance="dark")
    assert look().scheme is Scheme.DARK
    set_(window, appearance="light")
    assert look().scheme is Scheme.LIGHT
    set_(window, appearance="system")
    assert window.session.environment.settings.appearance is Appearance.SYSTEM
