"""The Settings page: what is set is kept at once, what is damaged is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from app import __version__
from app.flatpak.remotes.adding import read_offer
from app.flatpak.upstream.cache import RemoteCache, cache_size
from app.settings import FILE
from app.stick.demo import demo_environment
from app.stick.environment import Environment
from tests.satchel import satchel
from tests.ui.user_actions import LONG, dialog, everything_said, find_control, press
from tests.ui.widget_tree import the_only
from ui.dialogs.about import AboutDialog
from ui.dialogs.help import HelpDialog
from ui.i18n.shortcuts import shortcuts
from ui.i18n.translation import translate
from ui.pages.settings.driver_dialog import DriverDialog
from ui.pages.settings.sets_dialog import SetsDialog
from ui.state.page_name import PageName
from ui.widgets.check_box import Switch
from ui.widgets.fold import Fold
from ui.window.main_window import MainWindow


@pytest.fixture
def demo_of() -> Iterator[Callable[[Environment], Environment]]:
    with ExitStack() as stack:
        yield lambda real: stack.enter_context(demo_environment(real))


def saved(path: Path) -> dict[str, object]:
    try:
        value = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    assert isinstance(value, dict)
    return value


def test_what_is_being_typed_when_the_window_closes_is_kept(
    page: Callable[[], MainWindow], settings_file: Path, qtbot: QtBot
) -> None:
    window = page()
    field = connections_of(window)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "7")
    assert saved(settings_file) == {}

    with qtbot.waitSignal(window.closed, timeout=LONG):
        window.close()

    assert saved(settings_file)["connections"] == 7


def connections_of(window: MainWindow) -> QSpinBox:
    """In what is folded at first."""
    the_only(window.page, Fold).set_open(True)
    return find_control(window, QSpinBox, "Connections at once")


def pick(qtbot: QtBot, window: MainWindow, name: str, text: str) -> None:
    """Choose from a field by what it says."""
    field = find_control(window, QComboBox, name)
    row = field.findText(text)
    assert row >= 0, [field.itemText(number) for number in range(field.count())]
    field.setCurrentIndex(row)
    field.activated.emit(row)
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=LONG)


@pytest.mark.thorough
def test_how_a_drive_is_shared_is_kept(
    page: Callable[[], MainWindow], settings_file: Path, qtbot: QtBot
) -> None:
    window = page()
    port = find_control(window, QSpinBox, "Port")
    assert port.value() == 8080
    port.setValue(9090)
    find_control(window, Switch, "Fetch what is missing").click()
    find_control(window, Switch, "Announce it nearby").click()
    qtbot.waitUntil(lambda: len(saved(settings_file)) == 3, timeout=LONG)
    assert saved(settings_file) == {
        "share_port": 9090,
        "share_fetches": True,
        "share_announces": True,
    }


def test_everything_is_kept_at_once(
    page: Callable[[], MainWindow], settings_file: Path, qtbot: QtBot
) -> None:
    window = page()
    connections = connections_of(window)
    assert connections.value() == 32
    connections.setValue(4)
    pick(qtbot, window, "Their computers", "RISC-V computers")
    pick(qtbot, window, "Keep at most", "5\N{NO-BREAK SPACE}GB")
    pick(qtbot, window, "Appearance", "Dark")
    pick(qtbot, window, "Graphics card", "Ordinary")
    for name in ("Sound when a drive is ready", "Pictures of apps"):
        find_control(window, Switch, name).click()
    qtbot.waitUntil(lambda: len(saved(settings_file)) == 7, timeout=LONG)
    assert saved(settings_file) == {
        "connections": 4,
        "architecture": "riscv64",
        "cache_limit": 5_000_000_000,
        "appearance": "dark",
        "graphics": "ordinary",
        "sound": False,
        "screenshots": False,
    }
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=LONG)
    assert window.session.choice.options.arch == "riscv64"
    assert window.session.environment.network.connections == 4
    assert "Saved" in everything_said(window)

    window.open(PageName.DRIVE)
    window.open(PageName.SETTINGS)
    assert "Saved" not in everything_said(window)


@pytest.mark.thorough
def test_ones_own_kind_of_computer_is_no_setting(
    page: Callable[[], MainWindow], settings_file: Path, qtbot: QtBot
) -> None:
    window = page()
    field = find_control(window, QComboBox, "Their computers")
    own = field.currentText()
    pick(qtbot, window, "Their computers", "RISC-V computers")
    pick(qtbot, window, "Their computers", own)
    assert saved(settings_file) == {}


@pytest.mark.thorough
def test_the_windows_language_stands_before_others(
    page: Callable[[], MainWindow], settings_file: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    satchel("settings", "languages", "fr", "de_AT", home=tmp_path)
    window = page()
    assert find_control(window, QComboBox, "Language").currentText() == "Deutsch"
    pick(qtbot, window, "Language", "English")
    assert saved(settings_file)["languages"] == ["en", "fr", "de_AT"]
    pick(qtbot, window, "Language", "As this computer")
    assert saved(settings_file) == {}


@pytest.mark.thorough
def test_a_sound_comes_with_the_notification(
    page: Callable[[], MainWindow], settings_file: Path, qtbot: QtBot
) -> None:
    window = page()
    sound = find_control(window, Switch, "Sound when a drive is ready")
    find_control(window, Switch, "Notification when a drive is ready").click()
    qtbot.waitUntil(lambda: not sound.isVisible(), timeout=LONG)
    assert saved(settings_file) == {"notifications": False}


def test_the_classrooms_languages_come_and_go(
    page: Callable[[], MainWindow], settings_file: Path, qtbot: QtBot
) -> None:
    window = page()
    for typed in ("germ", "arab"):
        press(qtbot, window, "Add a language")
        choosing = dialog(qtbot, QDialog)
        qtbot.keyClicks(choosing.findChildren(QLineEdit)[0], typed)
        press(qtbot, choosing, "Add")
        qtbot.waitUntil(lambda: not window.bridge.busy, timeout=LONG)
    assert saved(settings_file)["classroom_languages"] == ["de", "ar"]
    assert window.session.choice.options.languages == ("de", "ar")

    press(qtbot, window, "Remove German")
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=LONG)
    assert saved(settings_file)["classroom_languages"] == ["ar"]
    press(qtbot, window, "Remove Arabic")
    qtbot.waitUntil(lambda: not saved(settings_file), timeout=LONG)


@pytest.mark.thorough
def test_drivers_are_asked_for_where_they_are_needed(
    page: Callable[[], MainWindow], settings_file: Path, qtbot: QtBot
) -> None:
    window = page()
    field = find_control(window, QComboBox, "Graphics card")
    field.setCurrentIndex(field.findText("NVIDIA…"))
    field.activated.emit(field.currentIndex())
    asking = dialog(qtbot, DriverDialog)
    (line,) = asking.findChildren(QLineEdit)
    line.setText("new")
    press(qtbot, asking, "Carry it")
    assert "550.120" in everything_said(asking)
    line.setText("550.120, nvidia-535-183-01")
    press(qtbot, asking, "Carry it")
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=LONG)
    assert saved(settings_file) == {
        "graphics": "nvidia",
        "gpus": ["nvidia-550-120", "nvidia-535-183-01"],
    }
    assert window.session.choice.options.gpus == ("nvidia-550-120", "nvidia-535-183-01")
    assert "nvidia-550-120, nvidia-535-183-01" in everything_said(window)

    pick(qtbot, window, "Graphics card", "I don't know")
    assert not window.session.environment.gpus


@pytest.mark.thorough
def test_where_the_sets_come_from(
    page: Callable[[], MainWindow], settings_file: Path, qtbot: QtBot
) -> None:
    window = page()
    press(qtbot, window, "Change where the ready-made sets come from")
    asking = dialog(qtbot, SetsDialog)
    (line,) = asking.findChildren(QLineEdit)
    line.setText("school.example")
    press(qtbot, asking, "Use this address")
    assert "An address begins with" in everything_said(asking)
    line.setText("https://school.example/sets/index.satchel-set")
    press(qtbot, asking, "Use this address")
    qtbot.waitUntil(lambda: "school.example" in everything_said(window), timeout=LONG)
    assert saved(settings_file) == {"sets_address": "https://school.example/sets/index.satchel-set"}

    press(qtbot, window, "Change where the ready-made sets come from")
    press(qtbot, dialog(qtbot, SetsDialog), "Those of Satchel")
    qtbot.waitUntil(lambda: not saved(settings_file), timeout=LONG)


@pytest.mark.thorough
def test_what_is_kept_is_measured_and_emptied(
    page: Callable[[], MainWindow], real: Environment, qtbot: QtBot
) -> None:
    RemoteCache(real.cache, "https://a/").write("summary", bytes(3_000_000))
    window = page()
    assert "3.0\N{NO-BREAK SPACE}MB" in everything_said(window)

    press(qtbot, window, "Empty what is kept")
    qtbot.waitUntil(lambda: not cache_size(real.cache), timeout=LONG)
    qtbot.waitUntil(lambda: "Nothing yet" in everything_said(window), timeout=LONG)


def test_a_window_that_opens_keeps_the_cache_at_its_limit(
    open_window: Callable[..., MainWindow], real: Environment, tmp_path: Path, qtbot: QtBot
) -> None:
    satchel("settings", "cache_limit", "50000000", home=tmp_path)
    for number in range(3):
        RemoteCache(real.cache, f"https://{number}/").write("summary", bytes(30_000_000))
    window = open_window(real.reloaded())
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=LONG)
    assert 0 < cache_size(real.cache) <= 50_000_000


def test_damaged_settings_are_told_and_the_rest_is_used(
    open_window: Callable[..., MainWindow],
    real: Environment,
    settings_file: Path,
    qtbot: QtBot,
) -> None:
    settings_file.parent.mkdir(parents=True)
    settings_file.write_text('{"connections": 7, "cache_limit": "much"}')
    window = open_window(real.reloaded())
    assert window.session.unread

    window.open(PageName.SETTINGS)
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=LONG)
    assert not window.session.unread
    told = everything_said(window)
    assert "damaged" in told
    assert f"{FILE}.damaged-1" in told
    assert connections_of(window).value() == 7


def test_what_cannot_be_saved_stays_as_it_was(
    page: Callable[[], MainWindow], real: Environment, qtbot: QtBot
) -> None:
    real.config.parent.mkdir(parents=True, exist_ok=True)
    real.config.write_text("in the way")
    window = page()
    connections = connections_of(window)
    connections.setValue(5)

    qtbot.waitUntil(lambda: "cannot be saved" in everything_said(window), timeout=LONG)
    assert connections.value() == 32


@pytest.mark.thorough
def test_only_the_languages_of_the_classroom_go_on_drives_once_that_is_set(
    page: Callable[[], MainWindow], settings_file: Path, qtbot: QtBot
) -> None:
    window = page()
    assert window.session.choice.options.carry is None
    press(qtbot, window, "Only these on drives")
    qtbot.waitUntil(lambda: saved(settings_file).get("only_languages") is True, timeout=LONG)
    languages = window.session.environment.classroom_languages
    qtbot.waitUntil(lambda: window.session.choice.options.carry == languages, timeout=LONG)


def test_help_is_in_the_windows_language_and_names_every_key(
    page: Callable[[], MainWindow], qapp: QApplication, qtbot: QtBot
) -> None:
    window = page()
    for language, said in (("de", "Vier Schritte"), ("en", "Four steps")):
        translate(qapp, (language,))
        guide = HelpDialog(window)
        text = guide.text.toPlainText()
        assert said in text
        for shortcut in shortcuts():
            assert shortcut.keys in text
        guide.deleteLater()
    press(qtbot, window, "Help")
    qtbot.waitUntil(lambda: bool(window.findChildren(HelpDialog)), timeout=LONG)
    the_only(window, HelpDialog).close()


def test_about_hands_out_the_log_without_secrets(
    page: Callable[[], MainWindow], real: Environment, qtbot: QtBot
) -> None:
    window = page()
    with qtbot.waitSignal(
        window.bridge.run(
            lambda _report, cancel: read_offer(
                "https://tom:secret@127.0.0.1:9/x.flatpakrepo", real.network, cancel
            )
        ).failed,
        timeout=LONG,
    ):
        pass
    press(qtbot, window, "About")
    about = dialog(qtbot, AboutDialog)
    assert "127.0.0.1" in about.log
    assert __version__ in about.log
    assert "secret" not in about.log
    press(qtbot, about, "Copy the log")
    assert QGuiApplication.clipboard().text() == about.log
    about.close()


def test_what_is_set_in_the_demo_counts_there_and_nowhere_else(
    open_window: Callable[..., MainWindow],
    real: Environment,
    settings_file: Path,
    demo_of: Callable[[Environment], Environment],
    qtbot: QtBot,
) -> None:
    demo = demo_of(real)
    window = open_window(demo)
    window.open(PageName.SETTINGS)
    connections = connections_of(window)
    connections.setValue(9)
    qtbot.waitUntil(lambda: window.session.environment.network.connections == 9, timeout=LONG)
    assert not settings_file.exists()
    assert window.session.environment.demo_drive == demo.demo_drive
