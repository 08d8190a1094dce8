"""An app needs something that its source lacks: a file says who has it, or the app stays away."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.flatpak.remotes.remote import Remote
from app.stick.environment import Environment
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.ui.jobs import WRITE, buttons, choose, said, until_said
from tests.ui.user_actions import LONG, dialog, press
from tests.ui.widget_tree import the_only
from tests.upstream import Upstream, host_arch
from ui.dialogs.add_remote import AddRemoteDialog
from ui.pages.apps.file_details import FileDetails
from ui.state.page_name import PageName
from ui.window.main_window import MainWindow

PLATFORM = "org.test.Platform"
APP = f"app/org.test.Notes/{host_arch()}/stable"


def fill_apps(upstream: Upstream) -> None:
    runtime = upstream.add_runtime()
    upstream.add_app("org.test.Notes")
    upstream.remove(runtime)
    upstream.update()


def fill_runtimes(upstream: Upstream) -> None:
    upstream.add_runtime()
    upstream.update()


@pytest.fixture
def school(upstream_key: SigningKey, tmp_path: Path) -> Remote:
    upstream = kept_upstream(tmp_path / "apps", upstream_key, fill_apps)
    return Remote("school", upstream.path.as_uri(), "School apps", keys=(upstream_key.public,))


@pytest.fixture
def elsewhere(upstream_key: SigningKey, tmp_path: Path) -> Path:
    """A file that says where what is missing can be had."""
    upstream = kept_upstream(
        tmp_path / "runtimes", upstream_key, fill_runtimes, collection="org.test.Runtimes"
    )
    file = tmp_path / "runtimes.flatpakrepo"
    file.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    return file


@pytest.fixture
def window(
    open_window: Callable[..., MainWindow],
    environment: Environment,
    school: Remote,
    tmp_path: Path,
    qtbot: QtBot,
) -> MainWindow:
    """On Review, where it has turned out."""
    window = open_window(environment, built_in=(school,))
    (tmp_path / "drive").mkdir()
    choose(window, tmp_path / "drive", APP)
    window.open(PageName.REVIEW)
    until_said(window, qtbot, "Notes needs something that School apps does not have.")
    return window


@pytest.mark.thorough
def test_a_file_tells_who_has_it(
    window: MainWindow, elsewhere: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def chosen(*_arguments: object) -> tuple[list[str], str]:
        return [str(elsewhere)], ""

    monkeypatch.setattr(QFileDialog, "getOpenFileNames", chosen)
    press(qtbot, window, "Choose a file…")
    asked = dialog(qtbot, AddRemoteDialog)
    qtbot.waitUntil(lambda: not asked.verb.reason, timeout=LONG)
    qtbot.mouseClick(asked.verb, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: WRITE in buttons(window), timeout=LONG)
    assert "needs something" not in said(window)


@pytest.mark.thorough
def test_a_file_is_what_it_needs(
    window: MainWindow, upstream_key: SigningKey, tmp_path: Path, qtbot: QtBot
) -> None:
    upstream = kept_upstream(
        tmp_path / "runtimes", upstream_key, fill_runtimes, collection="org.test.Runtimes"
    )
    file = tmp_path / "runtime.flatpak"
    command = ("flatpak", "build-bundle", "--runtime", upstream.path, file, PLATFORM, "1")
    subprocess.run(command, check=True, capture_output=True)
    window.opening.open([str(file)])
    # The page that has them is made when it is first shown.
    qtbot.waitUntil(lambda: window.page.name is PageName.APPS, timeout=LONG)
    details = the_only(window, FileDetails)
    qtbot.waitUntil(details.isVisible, timeout=LONG)
    press(qtbot, details, f"Take {PLATFORM} anyway")
    # As soon as it is known that nothing is missing any more.
    qtbot.waitUntil(lambda: window.may_open(PageName.REVIEW), timeout=LONG)
    window.open(PageName.REVIEW)
    qtbot.waitUntil(lambda: WRITE in buttons(window), timeout=LONG)
    assert "needs something" not in said(window)


@pytest.mark.thorough
def test_other_sources_are_in_the_settings(window: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, window, "Look in other sources")
    assert window.page.name is PageName.SETTINGS


def test_it_is_left_out(window: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, window, "Leave it out")
    assert "Nothing is chosen yet" in said(window)
