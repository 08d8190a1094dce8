"""The Settings page: what is set is kept at once, what is damaged is told, remotes come and go."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QLineEdit,
    QListView,
    QMessageBox,
    QPushButton,
    QSpinBox,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from app.cli.environment import read_environment
from app.flatpak.upstream.cache import RemoteCache, cache_size
from app.settings import FILE
from app.stick.demo import demo_environment
from app.stick.environment import Environment
from tests.satchel import environment, satchel
from tests.ui.user_actions import (
    LONG,
    choose_from_menu,
    dialog,
    everything_said,
    find_control,
    press,
)
from tests.upstream import Upstream
from ui.state.page_name import PageName
from ui.widgets.language_chips import LanguageChips
from ui.window.main_window import MainWindow


@pytest.fixture
def real(tmp_path: Path) -> Environment:
    """A person's computer, as the command finds it."""
    return read_environment(environment(tmp_path))


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    return tmp_path / ".config/satchel" / FILE


@pytest.fixture
def page(
    open_window: Callable[..., MainWindow], real: Environment, qtbot: QtBot
) -> Callable[[], MainWindow]:
    """Opens the window on its settings."""

    def opened() -> MainWindow:
        window = open_window(real.reloaded())
        window.open(PageName.SETTINGS)
        qtbot.waitUntil(lambda: not window.bridge.busy, timeout=LONG)
        return window

    return opened


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
    field = find_control(window, QSpinBox, "Connections at once")
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "7")
    assert saved(settings_file) == {}

    with qtbot.waitSignal(window.closed, timeout=LONG):
        window.close()

    assert saved(settings_file)["connections"] == 7


def test_numbers_and_kinds_are_kept_at_once(
    page: Callable[[], MainWindow], settings_file: Path, qtbot: QtBot
) -> None:
    window = page()
    connections = find_control(window, QSpinBox, "Connections at once")
    assert connections.value() == 32
    connections.selectAll()
    qtbot.keyClicks(connections, "4")
    qtbot.keyClick(connections, Qt.Key.Key_Return)
    kind = find_control(window, QComboBox, "Drives are for computers of the kind")
    kind.setFocus()
    qtbot.keyClicks(kind, "riscv64")
    find_control(window, QDoubleSpinBox, "Keep at most").setValue(1.5)

    qtbot.waitUntil(lambda: len(saved(settings_file)) == 3, timeout=LONG)
    assert saved(settings_file) == {
        "connections": 4,
        "architecture": "riscv64",
        "cache_limit": 1_500_000_000,
    }
    qtbot.waitUntil(lambda: window.session.environment.arch == "riscv64", timeout=LONG)
    assert window.session.choice.options.arch == "riscv64"
    assert window.session.environment.network.connections == 4


def test_languages_are_added_ordered_and_given_back(
    page: Callable[[], MainWindow], settings_file: Path, qtbot: QtBot
) -> None:
    window = page()
    for typed in ("deut", "espa"):
        press(qtbot, window, "Add a language")
        choosing = dialog(qtbot, QDialog)
        qtbot.keyClicks(choosing.findChildren(QLineEdit)[0], typed)
        press(qtbot, choosing, "Add")
        qtbot.waitUntil(lambda: not window.bridge.busy, timeout=LONG)
    assert saved(settings_file)["languages"] == ["de", "es"]

    chips = find_control(window, LanguageChips, "Languages, best first")
    assert chips.languages == ("de", "es")
    spanish = find_control(window, QToolButton, "Remove Spanish")
    choose_from_menu(qtbot, spanish, "Make it the first")
    qtbot.waitUntil(lambda: saved(settings_file)["languages"] == ["es", "de"], timeout=LONG)
    qtbot.waitUntil(lambda: window.session.environment.languages == ("es", "de"), timeout=LONG)
    press(qtbot, window, "Remove Spanish")
    qtbot.waitUntil(lambda: saved(settings_file)["languages"] == ["de"], timeout=LONG)

    press(qtbot, window, "As on this computer")
    qtbot.waitUntil(lambda: not saved(settings_file), timeout=LONG)


def test_the_cache_is_measured_cleared_and_kept_small(
    page: Callable[[], MainWindow], real: Environment, qtbot: QtBot
) -> None:
    RemoteCache(real.cache, "https://a/").write("summary", bytes(3_000_000))
    window = page()
    assert "3.0\N{NO-BREAK SPACE}MB" in everything_said(window)

    press(qtbot, window, "Clear")
    qtbot.waitUntil(lambda: not cache_size(real.cache), timeout=LONG)
    qtbot.waitUntil(lambda: "0\N{NO-BREAK SPACE}bytes" in everything_said(window), timeout=LONG)


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
    assert find_control(window, QSpinBox, "Connections at once").value() == 7


def test_what_cannot_be_saved_stays_as_it_was(
    page: Callable[[], MainWindow], real: Environment, qtbot: QtBot
) -> None:
    real.config.parent.mkdir(parents=True, exist_ok=True)
    real.config.write_text("in the way")
    window = page()
    connections = find_control(window, QSpinBox, "Connections at once")
    connections.setValue(5)

    qtbot.waitUntil(lambda: "cannot be saved" in everything_said(window), timeout=LONG)
    assert connections.value() == 32


def test_remotes_show_their_keys_and_ones_own_can_be_removed(
    page: Callable[[], MainWindow],
    default_upstream: Upstream,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    file = tmp_path / "school.flatpakrepo"
    file.write_text(default_upstream.flatpakrepo(default_upstream.path.as_uri()))
    (fingerprint,) = satchel("remotes", "add", file, "--json", home=tmp_path).json["keys"]
    window = page()
    remotes = find_control(window, QListView, "Remotes")
    model = remotes.model()
    rows = {model.index(row, 0).data(): model.index(row, 0) for row in range(model.rowCount())}
    mine = next(row for row in rows.values() if "added by you" in said(row.data(_SPOKEN)))
    assert fingerprint in said(mine.data(_SPOKEN)).replace(" ", "")
    remove = find_control(window, QPushButton, "Remove the remote")
    assert not remove.isEnabled()

    remotes.setCurrentIndex(next(row for row in rows.values() if row.row() != mine.row()))
    assert not remove.isEnabled()
    remotes.setCurrentIndex(mine)
    qtbot.mouseClick(remove, Qt.MouseButton.LeftButton)
    press(qtbot, dialog(qtbot, QMessageBox), "Remove")
    qtbot.waitUntil(lambda: model.rowCount() == len(rows) - 1, timeout=LONG)
    assert not list((tmp_path / ".config/satchel/remotes").iterdir())


_SPOKEN = Qt.ItemDataRole.AccessibleTextRole


def said(value: object) -> str:
    assert isinstance(value, str)
    return value


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
    connections = find_control(window, QSpinBox, "Connections at once")
    connections.setValue(9)
    qtbot.waitUntil(lambda: window.session.environment.network.connections == 9, timeout=LONG)
    assert not settings_file.exists()
    assert window.session.environment.demo_drive == demo.demo_drive
