"""Sharing a drive on the network, from the window: by the real web server, and what it stands."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.errors import SatchelError
from app.flatpak.remotes.known import Known
from app.message import Message
from app.progress import Cancel, CancelToken, Reporter
from app.serve import serving
from app.serve.announcing.events import NO_BUS, NOT_RUNNING, Announcing
from app.serve.errors import PortInUseError, WebServerMissingError
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
from app.stick.demo import APP
from app.stick.environment import Environment
from tests.client import Client
from tests.ui.demo_stick import demo_stick
from tests.ui.sharing_states import CABLE, COMPUTERS, RUNNING, WIFI, several, show_sharing
from tests.ui.widget_tree import the_only
from tests.ui.window_states import WINDOW_STATES
from tests.waiting import GUARD_MS
from ui.controllers.sharing import SharingController
from ui.dialogs.sharing import SharingDialog
from ui.dialogs.sharing_sheet import address_sheet
from ui.models.sharing import SharingEnd, SharingState, SharingView
from ui.models.sharing_words import SharingWords
from ui.pages.contents.page import ContentsPage
from ui.state.page_name import PageName
from ui.state.session import Session, Target
from ui.tasks.bridge import Bridge
from ui.widgets.buttons import Button, MenuButton
from ui.widgets.dialog import Question
from ui.widgets.fields import NumberField
from ui.widgets.labels import FittingLabel
from ui.widgets.printing import print_sheet
from ui.window.main_window import MainWindow
from ui.window.sidebar import Sidebar

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


@pytest.fixture
def port() -> int:
    """One that is free."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def dialog_of(window: MainWindow) -> SharingDialog:
    dialog = window.findChild(SharingDialog)
    assert dialog is not None
    return dialog


def button(parent: SharingDialog | Question, text: str) -> Button:
    buttons = (each for each in parent.findChildren(Button) if each.text() == text)
    return next(each for each in buttons if each.window() is parent)


def told_by(controller: SharingController) -> str:
    """Who took what, in one text."""
    return "\n".join(each.text for each in SharingWords().computers(controller.view))


class TestRealServer:
    def test_a_computer_that_asks_is_counted(
        self, open_window: Callable[..., MainWindow], demo: Environment, port: int, qtbot: QtBot
    ) -> None:
        settings = demo.settings.with_value("share_port", port)
        window = open_window(demo, settings=settings)
        window.session.set_target(Target(demo_stick(), "CLASSROOM"))
        window.open(PageName.CONTENTS)
        page = window.pages[PageName.CONTENTS]
        assert isinstance(page, ContentsPage)
        [entry] = [
            action
            for menu in page.findChildren(MenuButton)
            for action in menu.menu().actions()
            if action.text() == "Share on the network"
        ]
        qtbot.waitUntil(lambda: bool(page.foot_text), timeout=GUARD_MS)
        entry.trigger()
        controller = window.sharing.controller
        dialog = dialog_of(window)
        assert dialog.sentence.startswith("Looking at what is on ")
        qtbot.waitUntil(lambda: controller.view.state is SharingState.RUNNING, timeout=GUARD_MS)
        assert dialog.sentence.startswith("Computers in this room can install the 1 app(s)")
        answers: list[bytes] = []

        def ask() -> None:
            for path in ("", "demo/summary"):
                with urlopen(f"http://127.0.0.1:{port}/{path}") as answer:
                    answers.append(answer.read())

        asking = threading.Thread(target=ask)
        asking.start()
        asking.join()
        assert b"flatpak" in answers[0]
        qtbot.waitUntil(lambda: controller.view.here == 1, timeout=GUARD_MS)
        [computer] = controller.view.computers
        assert computer.address == "127.0.0.1"
        assert computer.bytes >= len(answers[1])
        assert window.sharing.told == ("Shared", "1 computer(s)")
        dialog.close()
        assert controller.view.state is SharingState.RUNNING
        controller.stop()
        qtbot.waitUntil(lambda: controller.view.state is SharingState.OFF, timeout=GUARD_MS)
        with socket.socket() as listening:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(("127.0.0.1", port))

    @pytest.mark.thorough
    def test_a_real_client_is_named_with_what_it_took(
        self,
        open_window: Callable[..., MainWindow],
        demo: Environment,
        port: int,
        tmp_path: Path,
        qtbot: QtBot,
    ) -> None:
        """By the button where a drive is ready."""
        window = open_window(demo, settings=demo.settings.with_value("share_port", port))
        WINDOW_STATES["make: ready"](window, qtbot)
        buttons = window.page.findChildren(Button)
        share = next(each for each in buttons if each.text() == "Share on the network")
        qtbot.mouseClick(share, Qt.MouseButton.LeftButton)
        controller = window.sharing.controller
        qtbot.waitUntil(lambda: state_of(controller) is SharingState.RUNNING, timeout=GUARD_MS)
        client = Client(tmp_path / "client")
        client.run("remote-add", "--user", "demo", f"http://127.0.0.1:{port}/demo.flatpakrepo")
        client.install("demo", APP)
        # The runtime comes before the app.
        qtbot.waitUntil(lambda: "Atlas" in told_by(controller), timeout=GUARD_MS)
        [told] = SharingWords().computers(controller.view)
        assert told.heading == "127.0.0.1"
        assert "Classroom Atlas" in told.text
        dialog_of(window).close()

    @pytest.mark.thorough
    def test_a_port_that_is_taken_is_told_and_another_chosen(
        self, open_window: Callable[..., MainWindow], demo: Environment, port: int, qtbot: QtBot
    ) -> None:
        settings = demo.settings.with_value("share_port", port)
        window = open_window(demo, settings=settings)
        controller = window.sharing.controller
        with socket.socket() as other:
            other.bind(("", port))
            other.listen()
            window.sharing.share(Target(demo_stick(), "CLASSROOM"))
            dialog = dialog_of(window)
            qtbot.waitUntil(lambda: controller.view.state is SharingState.FAILED, timeout=GUARD_MS)
        field = dialog.findChild(NumberField)
        assert field is not None
        assert field.isVisible()
        assert field.value() == port + 1
        field.setValue(port)
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: controller.view.state is SharingState.RUNNING, timeout=GUARD_MS)

    @pytest.mark.thorough
    def test_without_nginx_it_says_what_to_install(
        self,
        open_window: Callable[..., MainWindow],
        demo: Environment,
        monkeypatch: pytest.MonkeyPatch,
        qtbot: QtBot,
    ) -> None:
        def missing(_variables: Mapping[str, str]) -> str:
            raise WebServerMissingError()

        monkeypatch.setattr(serving, "find_nginx", missing)
        window = open_window(demo)
        window.sharing.share(Target(demo_stick(), "CLASSROOM"))
        controller = window.sharing.controller
        qtbot.waitUntil(lambda: state_of(controller) is SharingState.FAILED, timeout=GUARD_MS)
        assert isinstance(controller.view.error, WebServerMissingError)
        headline, meaning = SharingWords().message(controller.view)
        assert "nginx" in headline
        assert "package" in meaning
        dialog_of(window).close()
        assert state_of(controller) is SharingState.OFF


class TestWindow:
    def test_closing_the_dialog_ends_nothing_and_the_line_opens_it_again(
        self, open_window: Callable[..., MainWindow], demo: Environment, qtbot: QtBot
    ) -> None:
        window = open_window(demo)
        show_sharing(window, several(RUNNING))
        window.sharing.show()
        qtbot.keyClick(dialog_of(window), Qt.Key.Key_Escape)
        assert window.sharing.is_on
        assert window.sharing.told == ("Shared", "2 computer(s)")
        sidebar = window.findChild(Sidebar)
        assert sidebar is not None
        sidebar.shared_chosen.emit()
        qtbot.waitUntil(lambda: dialog_of(window).isVisible(), timeout=GUARD_MS)
        dialog_of(window).close()

    def test_who_has_closed_the_dialog_is_told_why_it_waits(
        self, open_window: Callable[..., MainWindow], demo: Environment, qtbot: QtBot
    ) -> None:
        window = open_window(demo)
        told: list[str] = []
        window.sharing.toasted.connect(lambda toast: told.append(toast.text))
        show_sharing(window, RUNNING)
        show_sharing(window, replace(RUNNING, state=SharingState.WAITING))
        show_sharing(window, replace(RUNNING, state=SharingState.WAITING, now=RUNNING.now + 1))
        assert len(told) == 1
        assert told[0].startswith("org.test.Drive is being changed. It is shared again")
        window.sharing.show()
        show_sharing(window, replace(RUNNING, state=SharingState.DRIVE_GONE))
        assert len(told) == 1
        dialog_of(window).close()
        assert qtbot

    def test_the_tab_key_leads_to_everything(
        self, open_window: Callable[..., MainWindow], demo: Environment, qtbot: QtBot
    ) -> None:
        window = open_window(demo)
        show_sharing(window, several(RUNNING))
        window.sharing.show()
        dialog = dialog_of(window)
        qtbot.waitUntil(dialog.isActiveWindow, timeout=GUARD_MS)
        names: list[str] = []
        for _ in range(5):
            focus = dialog.focusWidget()
            assert focus is not None
            names.append(getattr(focus, "text", lambda: "")() or focus.accessibleName())
            qtbot.keyClick(focus, Qt.Key.Key_Tab)
        assert names == ["Close", "Copy", "Print", "Who took what", "Stop sharing"]
        dialog.close()

    def test_who_took_what_is_read_with_the_keyboard(
        self, open_window: Callable[..., MainWindow], demo: Environment, qtbot: QtBot
    ) -> None:
        window = open_window(demo)
        show_sharing(window, several(RUNNING))
        window.sharing.show()
        computers = dialog_of(window).computers
        assert computers.count == len(COMPUTERS)
        computers.setCurrentIndex(computers.model().index(1, 0))
        # What is told once a second leaves the reader where he is.
        later = replace(several(RUNNING), bytes=10**10, now=RUNNING.now + 400)
        show_sharing(window, later)
        assert computers.currentIndex().row() == 1
        item = computers.currentIndex().data(Qt.ItemDataRole.UserRole)
        assert item.heading == "10.0.4.22"
        assert "org.test.D" in item.text
        assert qtbot
        dialog_of(window).close()

    def test_the_address_is_copied_whole(
        self, open_window: Callable[..., MainWindow], demo: Environment, qtbot: QtBot
    ) -> None:
        window = open_window(demo)
        show_sharing(window, RUNNING)
        window.sharing.show()
        dialog = dialog_of(window)
        assert dialog.address == "10.0.4.17:8080"
        qtbot.mouseClick(button(dialog, "Copy"), Qt.MouseButton.LeftButton)
        assert QGuiApplication.clipboard().text() == WIFI.url
        assert button(dialog, "Copied")
        dialog.close()

    def test_a_long_address_is_read_whole(
        self, open_window: Callable[..., MainWindow], demo: Environment, qtbot: QtBot
    ) -> None:
        window = open_window(demo)
        address = replace(CABLE, url="http://192.168.178.123:58080/")
        show_sharing(window, replace(RUNNING, addresses=(address,)))
        window.sharing.show()
        label = the_only(dialog_of(window), FittingLabel)
        assert label.text() == "192.168.178.123:58080"
        qtbot.waitUntil(
            lambda: 0 < label.fontMetrics().horizontalAdvance(label.text()) <= label.width(),
            timeout=GUARD_MS,
        )
        dialog_of(window).close()

    def test_stopping_asks_only_where_somebody_is_here(
        self, open_window: Callable[..., MainWindow], demo: Environment, qtbot: QtBot
    ) -> None:
        window = open_window(demo)
        show_sharing(window, several(RUNNING))
        window.sharing.show()
        dialog = dialog_of(window)
        stops: list[bool] = []
        dialog.stop_wanted.connect(lambda: stops.append(True))
        button(dialog, "Stop sharing").click()
        question = dialog.findChild(Question)
        assert question is not None
        assert not stops
        question.reject()
        show_sharing(window, RUNNING)
        button(dialog, "Stop sharing").click()
        assert stops
        dialog.close()
        assert qtbot

    def test_closing_the_window_asks_and_ends_it(
        self, open_window: Callable[..., MainWindow], demo: Environment, port: int, qtbot: QtBot
    ) -> None:
        window = open_window(demo, settings=demo.settings.with_value("share_port", port))
        window.sharing.share(Target(demo_stick(), "CLASSROOM"))
        dialog_of(window).close()
        controller = window.sharing.controller
        qtbot.waitUntil(lambda: state_of(controller) is SharingState.RUNNING, timeout=GUARD_MS)
        window.close()
        question = window.findChild(Question)
        assert question is not None
        assert "CLASSROOM" in question.sentence.text()
        question.reject()
        assert state_of(controller) is SharingState.RUNNING
        qtbot.waitUntil(lambda: window.findChild(Question) is None, timeout=GUARD_MS)
        window.close()
        question = window.findChild(Question)
        assert question is not None
        with qtbot.waitSignal(window.closed, timeout=GUARD_MS):
            question.acted.emit()


def test_the_sheet_has_the_address(qapp: QApplication, tmp_path: Path) -> None:
    assert qapp
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "address.pdf"))
    print_sheet(printer, address_sheet(WIFI.url, "10.0.4.17:8080"))
    assert (tmp_path / "address.pdf").read_bytes().startswith(b"%PDF")
