"""Sharing a drive on the network, from the window: by the real web server, and what it stands."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.request import urlopen

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.replacing import replace
from app.serve import serving
from app.serve.errors import WebServerMissingError
from app.stick.demo import APP
from app.stick.environment import Environment
from tests.client import Client
from tests.ui.demo_stick import demo_stick
from tests.ui.sharing_states import CABLE, COMPUTERS, RUNNING, WIFI, several, show_sharing
from tests.ui.widget_tree import the_only
from tests.ui.window_states import WINDOW_STATES
from tests.waiting import GUARD_MS
from ui.controllers.sharing import SharingController
from ui.dialogs.ejecting import eject_once_agreed
from ui.dialogs.sharing import SharingDialog
from ui.dialogs.sharing_sheet import address_sheet
from ui.models.sharing import SharingState
from ui.models.sharing_words import SharingWords
from ui.pages.contents.page import ContentsPage
from ui.state.page_name import PageName
from ui.state.session import Target
from ui.widgets.buttons import Button, MenuButton
from ui.widgets.dialog import Question
from ui.widgets.fields import NumberField
from ui.widgets.labels import FittingLabel
from ui.widgets.printing import print_sheet
from ui.window.main_window import MainWindow
from ui.window.sidebar import Sidebar


def state_of(controller: SharingController) -> SharingState:
    return controller.view.state


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

    @pytest.mark.thorough
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
        assert dialog_of(window).sentence == "Computers get nothing from here just now."
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
        assert names == ["Close", "Stop sharing", "Copy", "Print", "Who took what"]
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

    @pytest.mark.thorough
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

    @pytest.mark.thorough
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

    @pytest.mark.thorough
    def test_ejecting_asks_only_where_somebody_takes_something(
        self, open_window: Callable[..., MainWindow], demo: Environment, qtbot: QtBot
    ) -> None:
        window = open_window(demo)
        lending, root = window.bridge.lending, demo_stick()
        ejected: list[Path] = []

        def eject(place: Path) -> None:
            eject_once_agreed(window.bridge, [place], window, lambda: ejected.append(place))

        lending.lend(root)
        eject(root)
        show_sharing(window, several(RUNNING))
        lending.takers = 2
        eject(root / "another")
        assert ejected == [root, root / "another"]
        eject(root)
        question = window.findChild(Question)
        assert question is not None
        assert "2 computer(s)" in question.sentence.text()
        assert len(ejected) == 2
        question.accept()
        assert len(ejected) == 3
        lending.give_back()
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
