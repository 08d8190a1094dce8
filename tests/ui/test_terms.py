"""Parts that come from an app's maker: the terms are accepted on Review, or the part stays away."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.flatpak.remotes.remote import Remote
from app.stick.environment import Environment
from app.stick.writing.job_memory import JobMemory
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.servers import HostileServer
from tests.stick.extra_data.makers import APP, CODEC, CODEC_REF, HELLO, PART, fill
from tests.ui.jobs import WRITE, buttons, choose, finish, review, said, until_said, write
from tests.ui.user_actions import LONG, press
from tests.upstream import Upstream
from ui.controllers.drive_job import DriveJob
from ui.controllers.many import ManyController
from ui.controllers.many_view import DriveRow, RowState
from ui.models.place import folder_place
from ui.pages.review.plan_view import PlanView
from ui.state.page_name import PageName
from ui.widgets.app_message import AppMessage, AppMessages
from ui.widgets.toast import ToastBar
from ui.window.main_window import MainWindow


@pytest.fixture(scope="module")
def upstream(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    return kept_upstream(tmp_path_factory.mktemp("terms") / "up", upstream_key, fill)


@pytest.fixture
def makers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HostileServer]:
    """Where the parts are, for whoever asks by way of it."""
    site = tmp_path / "makers"
    site.mkdir()
    for payload in (PART, CODEC):
        (site / payload.uri.rpartition("/")[2]).write_bytes(payload.payload)
    with HostileServer(site) as server:
        monkeypatch.setenv("http_proxy", server.url)
        yield server


@pytest.fixture
def window(
    open_window: Callable[..., MainWindow],
    environment: Environment,
    upstream: Upstream,
    upstream_key: SigningKey,
) -> MainWindow:
    remote = Remote("up", upstream.path.as_uri(), "School apps", keys=(upstream_key.public,))
    return open_window(environment, built_in=(remote,))


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    directory = tmp_path / "drive"
    directory.mkdir()
    return directory


def banners(window: MainWindow) -> dict[str, AppMessage]:
    """By the app or the part that they are about."""
    [view] = window.page.findChildren(PlanView)
    [messages] = view.findChildren(AppMessages)
    shown = (banner for banner in messages.banners if banner.isVisible())
    return {banner.accessibleName().split(" ")[0].rstrip(":"): banner for banner in shown}


def carried(drive: Path) -> set[str]:
    return {path.name for path in drive.glob("satchel/extra-data/*/*")}


@pytest.mark.thorough
@pytest.mark.usefixtures("makers")
def test_nothing_is_written_before_the_terms_are_accepted(
    window: MainWindow, drive: Path, qtbot: QtBot
) -> None:
    choose(window, drive, APP, HELLO, with_extra_data=True)
    review(window, qtbot)
    assert WRITE not in buttons(window)
    asking = banners(window)
    assert len(asking) == 2
    assert "may not be passed on by its maker" in said(window)
    assert "First accept the terms" in window.page.primary_reason

    for banner in asking.values():
        # By the keyboard, as by the mouse.
        banner.box.setFocus()
        qtbot.keyClick(banner.box, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: WRITE in buttons(window), timeout=LONG)
    write(window, qtbot)
    finish(window, qtbot)
    assert carried(drive) == {PART.name, CODEC.name}


def test_a_job_with_terms_is_not_gone_on_with_unasked(
    window: MainWindow, drive: Path, qtbot: QtBot
) -> None:
    """It is chosen anew: what was declined would come along else."""
    choose(window, drive, APP, HELLO, with_extra_data=True)
    review(window, qtbot)
    environment = window.session.environment
    assert window.session.plan is not None
    JobMemory(environment, window.session.plan, {}).began(1)
    assert not environment.unfinished.all()


def test_a_drive_that_comes_later_gets_nothing_that_nobody_agreed_to(
    window: MainWindow, drive: Path, qtbot: QtBot
) -> None:
    """Nobody is at Review who would read the terms."""
    choose(window, drive, APP, with_extra_data=True)
    many = window.pages[PageName.MAKE].findChild(ManyController)
    assert many is not None
    wanted = many.wanted()
    assert wanted is not None
    row = DriveRow(1, "drive", "")
    job = DriveJob(window.bridge, row, None, time.monotonic, window)
    with qtbot.waitSignal(job.ended, timeout=LONG):
        job.look(folder_place(drive), wanted, confirmed=True)
    assert job.row.state is RowState.FAILED
    assert job.row.error is not None
    assert "The terms of the maker of Extra have not been accepted." in str(job.row.error)
    assert not list(drive.iterdir())

    review(window, qtbot)
    for banner in banners(window).values():
        qtbot.mouseClick(banner.box, Qt.MouseButton.LeftButton)
    wanted = many.wanted()
    assert wanted is not None
    with qtbot.waitSignal(job.planned, timeout=LONG):
        job.look(folder_place(drive), wanted, confirmed=True)


@pytest.mark.thorough
def test_what_was_accepted_can_be_taken_back(window: MainWindow, drive: Path, qtbot: QtBot) -> None:
    choose(window, drive, APP, with_extra_data=True)
    review(window, qtbot)
    for banner in banners(window).values():
        qtbot.mouseClick(banner.box, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: WRITE in buttons(window), timeout=LONG)
    qtbot.mouseClick(banners(window)["Extra"].box, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: WRITE not in buttons(window), timeout=LONG)


@pytest.mark.thorough
def test_an_app_is_left_out_and_the_rest_goes_without_a_part(
    window: MainWindow, drive: Path, qtbot: QtBot
) -> None:
    choose(window, drive, APP, HELLO, with_extra_data=True)
    review(window, qtbot)
    press(qtbot, window.page, "Leave it out")
    qtbot.waitUntil(lambda: "Extra" not in banners(window), timeout=LONG)
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=LONG)
    press(qtbot, window.page, "Carry the rest")
    qtbot.waitUntil(lambda: WRITE in buttons(window), timeout=LONG)

    assert window.session.plan is not None
    refs = {item.ref for item in window.session.plan.items}
    assert HELLO in refs
    assert not refs & {APP, CODEC_REF}
    [bar] = window.findChildren(ToastBar)
    bar.undo()
    until_said(window, qtbot, "may not be passed on")
