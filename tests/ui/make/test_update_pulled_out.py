"""A drive that is pulled out while it is updated: it goes on as what was chosen does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.replacing import replace
from app.stick.environment import Environment
from app.stick.planning.options import Options
from tests.devices import Devices, Disk
from tests.servers import HostileServer
from tests.ui.jobs import review, until_said
from tests.ui.make.jobs import HELLO, Gate, knowing
from tests.ui.user_actions import LONG, press
from tests.upstream import Upstream, host_arch
from ui.state.choice import Choice, ChosenRef
from ui.state.page_name import PageName
from ui.state.works.work import WorkKind
from ui.window.main_window import MainWindow

pytestmark = pytest.mark.thorough


class Updating:
    """A real drive with an app, of which there is a newer version; the update is held back."""

    def __init__(
        self,
        open_window: Callable[..., MainWindow],
        environment: Environment,
        disk: Disk,
        upstream: Upstream,
        server: HostileServer,
        qtbot: QtBot,
    ) -> None:
        self.environment = environment
        self.disk = disk
        self.window = open_window(environment, loops_are_removable=True)
        self._qtbot = qtbot
        self._make()
        upstream.bump(HELLO, {"share/new": "new\n" * 4000})
        upstream.update(ostree_metadata=True)
        self._begin(server)

    def until(self, condition: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=LONG)

    def press(self, text: str) -> None:
        press(self._qtbot, self.window, text)

    def _make(self) -> None:
        session, window = self.window.session, self.window
        self.disk.appear()
        self.until(lambda: session.target is not None)
        (remote,) = session.remotes
        session.set_choice(Choice((ChosenRef(HELLO, remote.name, "Hello"),), Options(host_arch())))
        review(window, self._qtbot)
        self.press("Write to CLASSROOM")
        self.until(lambda: session.outcome is not None)
        session.set_choice(Choice((), Options(host_arch())))

    def _begin(self, server: HostileServer) -> None:
        self.window.open(PageName.CONTENTS)
        self.press("Check for updates")
        self.until(lambda: self.window.page.primary_text == "Update 1 app(s)")
        # What is newer, and in which version, has been told: now the files are held back.
        self.gate = Gate(server)
        self.press("Update 1 app(s)")
        self.until(lambda: self.gate.waiting > 0)
        assert self.window.page.title == "Updating CLASSROOM"

    def pull_out(self) -> None:
        self.disk.detach()
        self.gate.open = True
        until_said(self.window, self._qtbot, "CLASSROOM was pulled out.")
        assert self.window.session.outcome is None

    def is_up_to_date(self) -> None:
        session = self.window.session
        self.until(lambda: session.outcome is not None)
        outcome, work = session.outcome, session.work
        assert outcome is not None
        assert work is not None
        assert work.kind is WorkKind.UPDATE
        assert outcome.check is not None
        assert outcome.check.ok
        assert outcome.updated == ("Hello",)
        assert self.window.page.title == "CLASSROOM is up to date"
        assert self.environment.unfinished.all() == {}


@pytest.fixture
def updating(
    open_window: Callable[..., MainWindow],
    environment: Environment,
    devices: Devices,
    own_upstream: Upstream,
    server: HostileServer,
    tmp_path: Path,
    qtbot: QtBot,
) -> Updating:
    assert devices.environment
    remote = knowing(tmp_path, own_upstream, server.url)
    network = replace(environment.network, first_pause=0.001)
    computer = replace(environment, built_in=(remote,), default_network=network)
    disk = devices.disk("ext4", label="CLASSROOM")
    return Updating(open_window, computer, disk, own_upstream, server, qtbot)


def test_it_goes_on_by_itself(updating: Updating) -> None:
    updating.pull_out()
    updating.disk.appear()
    updating.is_up_to_date()
    updating.press("See what is on it")
    updating.until(lambda: updating.window.page.primary_text == "Check for updates")


def test_after_a_new_start_one_click_goes_on(
    updating: Updating, open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    updating.pull_out()
    first = updating.window
    with qtbot.waitSignal(first.closed, timeout=LONG):
        first.leave()
    updating.window = open_window(updating.environment, loops_are_removable=True)
    updating.disk.appear()
    updating.press("Go on")
    updating.is_up_to_date()
