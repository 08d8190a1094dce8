"""What shares a drive on the network, without a window: by what stands for the web server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.errors import SatchelError
from app.flatpak.remotes.known import Known
from app.message import Message
from app.progress import Cancel, CancelToken, Reporter
from app.replacing import replace
from app.serve.announcing.events import NO_BUS, NOT_RUNNING, Announcing
from app.serve.errors import PortInUseError
from app.serve.upstream.events import UpstreamAway, UpstreamBack
from app.serve.values import (
    Address,
    Computer,
    Computers,
    DriveBack,
    DriveGone,
    NotServed,
    ServedApp,
    ServedRemote,
    ServeOutcome,
    ServeRequest,
    Serving,
)
from app.stick.environment import Environment
from tests.ui.sharing_states import CABLE, WIFI
from tests.waiting import GUARD_MS
from ui.controllers.sharing import SharingController
from ui.models.sharing import SharingEnd, SharingState, SharingView
from ui.models.sharing_words import SharingWords
from ui.state.session import Session, Target
from ui.tasks.bridge import Bridge

_APP = ServedApp("app/org.test.A/x86_64/stable", "org.test.A", 0)
_SERVING = Serving((WIFI,), (ServedRemote("org.test", "test", "", "", None, (_APP,)),))


class Server:
    """Serves nothing, and says what it is told to."""

    def __init__(self) -> None:
        self.requests: list[ServeRequest] = []
        self.running = 0
        self.error: SatchelError | None = None
        self._tell: Callable[[object], None] | None = None
        self._ended = threading.Event()

    def __call__(
        self,
        request: ServeRequest,
        environment: Environment,
        known: Known,
        report: Callable[[object], None],
        cancel: Cancel,
    ) -> ServeOutcome:
        del environment, known
        self.requests.append(request)
        if self.error is not None:
            raise self.error
        self._tell = report
        self.running += 1
        report(_SERVING)
        try:
            while not self._ended.wait(0.01):
                cancel.check()
        except SatchelError:
            pass
        finally:
            self.running -= 1
        return ServeOutcome(0, 0, 0.0)

    def tell(self, event: object) -> None:
        assert self._tell is not None
        self._tell(event)


class Place:
    """A window's bridge and session without the window, and what shares with them."""

    def __init__(self, environment: Environment, root: Path) -> None:
        self.bridge = Bridge()
        self.session = Session(environment)
        self.server = Server()
        self.target = Target(root, "CLASSROOM")
        self.ends: list[SharingEnd] = []
        self.sharing = SharingController(self.session, self.bridge, work=self.server)
        self.sharing.ended.connect(self.ends.append)

    @property
    def view(self) -> SharingView:
        return self.sharing.view

    def close(self) -> None:
        self.bridge.close()
        for each in (self.sharing, self.session, self.bridge):
            each.deleteLater()


@pytest.fixture
def place(qapp: QApplication, environment: Environment, tmp_path: Path) -> Iterator[Place]:
    assert qapp
    place = Place(environment, tmp_path / "drive")
    yield place
    place.close()


def state_of(controller: SharingController) -> SharingState:
    return controller.view.state


def run(place: Place, qtbot: QtBot) -> None:
    place.sharing.share(place.target)
    qtbot.waitUntil(lambda: place.view.state is SharingState.RUNNING, timeout=GUARD_MS)


class TestController:
    def test_it_runs_until_it_is_stopped(self, place: Place, qtbot: QtBot) -> None:
        place.sharing.share(place.target)
        assert place.view.state is SharingState.STARTING
        run(place, qtbot)
        assert place.view.address == WIFI
        assert place.view.apps == (_APP,)
        assert place.server.requests[0].targets == (place.target.root,)
        now = place.session.environment.clock()
        place.server.tell(Computers((Computer("10.0.4.21", now, now, 5, (), ()),), 5))
        qtbot.waitUntil(lambda: place.view.here == 1, timeout=GUARD_MS)
        assert place.bridge.lending.takers_at([place.target.root]) == 1
        place.sharing.stop()
        assert state_of(place.sharing) is SharingState.STOPPING
        qtbot.waitUntil(lambda: bool(place.ends), timeout=GUARD_MS)
        assert state_of(place.sharing) is SharingState.OFF
        assert (place.ends[0].computers, place.ends[0].bytes) == (1, 5)

    def test_whoever_writes_to_the_drive_has_it_alone_and_then_it_goes_on(
        self, place: Place, qtbot: QtBot
    ) -> None:
        run(place, qtbot)
        running: list[int] = []

        def write(_report: Reporter, _cancel: CancelToken) -> None:
            running.append(place.server.running)

        work = place.bridge.lending.freeing(write, (place.target.root,))
        place.bridge.run(work, guarded=True)
        qtbot.waitUntil(lambda: len(place.server.requests) == 2, timeout=GUARD_MS)
        assert running == [0]
        qtbot.waitUntil(lambda: place.view.state is SharingState.RUNNING, timeout=GUARD_MS)
        assert not place.ends

    def test_whoever_ejects_the_drive_ends_it_first_and_that_is_told(
        self, place: Place, qtbot: QtBot
    ) -> None:
        run(place, qtbot)
        running: list[int] = []

        def eject(_report: Reporter, _cancel: CancelToken) -> None:
            running.append(place.server.running)

        roots = (place.target.root,)
        place.bridge.run(place.bridge.lending.freeing(eject, roots, for_good=True))
        qtbot.waitUntil(lambda: bool(running and place.ends), timeout=GUARD_MS)
        assert running == [0]
        assert place.view.state is SharingState.OFF
        assert "let go of" in SharingWords().ended(place.ends[0])

    def test_work_on_another_drive_disturbs_nobody(self, place: Place, qtbot: QtBot) -> None:
        run(place, qtbot)

        def eject(_report: Reporter, _cancel: CancelToken) -> None:
            return None

        assert place.bridge.lending.freeing(eject, (Path("/elsewhere"),), for_good=True) is eject
        assert place.view.state is SharingState.RUNNING

    def test_a_drive_that_was_pulled_out_is_waited_for(self, place: Place, qtbot: QtBot) -> None:
        run(place, qtbot)
        place.server.tell(DriveGone(place.target.root))
        place.server.tell(Serving((WIFI,), ()))
        qtbot.waitUntil(lambda: place.view.state is SharingState.DRIVE_GONE, timeout=GUARD_MS)
        place.server.tell(DriveBack(place.target.root))
        place.server.tell(_SERVING)
        qtbot.waitUntil(lambda: place.view.state is SharingState.RUNNING, timeout=GUARD_MS)

    def test_a_network_that_changes_is_noticed(self, place: Place, qtbot: QtBot) -> None:
        run(place, qtbot)
        place.server.tell(replace(_SERVING, addresses=(WIFI, CABLE)))
        qtbot.waitUntil(lambda: len(place.view.addresses) == 2, timeout=GUARD_MS)
        place.sharing.choose(1)
        assert place.view.address == CABLE
        # What is chosen stays, wherever it stands now.
        place.server.tell(replace(_SERVING, addresses=(CABLE, WIFI)))
        qtbot.waitUntil(lambda: place.view.addresses[0] == CABLE, timeout=GUARD_MS)
        assert place.view.address == CABLE
        here = Address("lo", "127.0.0.1", "http://127.0.0.1:8080/")
        place.server.tell(replace(_SERVING, addresses=(here,)))
        qtbot.waitUntil(lambda: place.view.has_no_network, timeout=GUARD_MS)

    def test_where_others_do_not_find_it_that_is_told_until_they_do(
        self, place: Place, qtbot: QtBot
    ) -> None:
        run(place, qtbot)
        place.server.tell(NO_BUS)
        place.server.tell(NOT_RUNNING)
        told = (NOT_RUNNING.notice.message,)
        qtbot.waitUntil(lambda: place.view.notices == told, timeout=GUARD_MS)
        place.server.tell(Announcing((("org.test", "org.test (teacher)"),)))
        qtbot.waitUntil(lambda: not place.view.notices, timeout=GUARD_MS)

    def test_what_cannot_be_had_is_told_until_it_can_be(self, place: Place, qtbot: QtBot) -> None:
        run(place, qtbot)
        reason = Message("No.")
        place.server.tell(NotServed(place.target.root, "org.test", reason))
        place.server.tell(UpstreamAway("test", reason))
        place.server.tell(NOT_RUNNING)
        qtbot.waitUntil(lambda: len(place.view.notices) == 3, timeout=GUARD_MS)
        place.server.tell(UpstreamBack("test"))
        place.server.tell(Announcing(()))
        qtbot.waitUntil(lambda: place.view.notices == (reason,), timeout=GUARD_MS)

    def test_another_port_is_taken_at_once_and_kept(self, place: Place, qtbot: QtBot) -> None:
        place.server.error = PortInUseError(8080)
        place.sharing.share(place.target)
        qtbot.waitUntil(lambda: place.view.state is SharingState.FAILED, timeout=GUARD_MS)
        place.server.error = None
        place.sharing.again(8081)
        qtbot.waitUntil(lambda: place.view.state is SharingState.RUNNING, timeout=GUARD_MS)
        assert place.view.port == 8081
        session = place.session
        qtbot.waitUntil(lambda: session.environment.settings.share_port == 8081, timeout=GUARD_MS)
        assert [each.listen.port for each in place.server.requests] == [8080, 8081]

    def test_what_is_set_counts_at_once(self, place: Place, qtbot: QtBot) -> None:
        run(place, qtbot)
        environment = place.session.environment
        settings = environment.settings.with_value("share_fetches", True)
        place.session.set_environment(replace(environment, settings=settings))
        qtbot.waitUntil(lambda: len(place.server.requests) == 2, timeout=GUARD_MS)
        assert [each.upstream for each in place.server.requests] == [False, True]
        qtbot.waitUntil(lambda: place.view.state is SharingState.RUNNING, timeout=GUARD_MS)
        assert not place.ends
