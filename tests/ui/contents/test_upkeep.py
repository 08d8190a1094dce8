"""A drive is kept up: it comes back, is updated, loses apps; with the real engine."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.flatpak.remotes.remote import Remote, RemoteOrigin
from app.ostree.pull.fetch import Network
from app.stick.environment import Environment
from tests.gpg import SigningKey
from tests.servers import Server
from tests.ui.contents.person import Person
from tests.ui.contents.test_drives import drive, plug
from tests.ui.drive.plugged import list_of, places, primary
from tests.ui.keyboard import Keyboard
from tests.ui.user_actions import can_be_pressed, choose_from_menu, everything_said
from tests.upstream import COLLECTION, Upstream, host_arch
from ui.controllers.apps import AppsController
from ui.controllers.cost_status import CostState
from ui.i18n.shortcuts import Action
from ui.models.place_words import PlaceState, state
from ui.pages.contents.apps_delegate import AppsDelegate
from ui.pages.contents.apps_model import AppLine
from ui.pages.contents.apps_view import AppsList
from ui.pages.drive.page import DrivePage
from ui.pages.make.done_view import DoneView
from ui.state.drives import Drives
from ui.state.page_name import PageName
from ui.state.session import Target
from ui.window.main_window import MainWindow

HELLO = f"app/org.test.Hello/{host_arch()}/stable"
MOST_CLICKS = 3
MOST_KEYS = 8


@pytest.fixture(scope="session")
def newer(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    """The upstream of the good drive, later."""
    copy = upstream.copy(tmp_path_factory.mktemp("later") / "upstream")
    copy.bump(HELLO, {"share/new": "new\n" * 4000})
    copy.update(ostree_metadata=True)
    return copy


@pytest.fixture
def returning(good: Path, tmp_path: Path) -> Path:
    """A drive of before."""
    return Path(shutil.copytree(good, tmp_path / "returning", symlinks=True))


class Keeper(Person):
    """Somebody who keeps a drive up.

    Attributes:
        clicked: how often the mouse was clicked.
    """

    clicked = 0

    @property
    def list(self) -> AppsList:
        apps = self.page.findChild(AppsList)
        assert apps is not None
        return apps

    @property
    def lines(self) -> dict[str, AppLine]:
        """The rows, by name and in their order."""
        model = self.list.view.model()
        rows = (model.index(row, 0) for row in range(model.rowCount()))
        lines = [index.data(Qt.ItemDataRole.UserRole) for index in rows]
        return {line.app.name: line for line in lines}

    def clicks_bin(self, name: str) -> None:
        """Of an app; where it is marked, Undo is there instead."""
        view = self.list.view
        row = list(self.lines).index(name)
        delegate = view.itemDelegate()
        assert isinstance(delegate, AppsDelegate)
        place = view.visualRect(view.model().index(row, 0))
        area = delegate.bin_area(place, self.lines[name], mirrored=view.isRightToLeft())
        self.click(view.viewport(), area.center())

    def goes_to(self, name: str) -> None:
        """A row, by the keyboard."""
        self.list.view.setFocus()
        self.list.view.setCurrentIndex(
            self.list.view.model().index(list(self.lines).index(name), 0)
        )

    def presses_primary(self) -> None:
        button = primary(self.window)
        self.until(lambda: can_be_pressed(button))
        self.click(button, button.rect().center())

    def click(self, widget: QWidget, place: QPoint) -> None:
        self.clicked += 1
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place)

    @property
    def foot(self) -> str:
        return self.page.foot_text

    def is_done(self) -> DoneView:
        """What Make says in the end."""
        make = self.window.pages[PageName.MAKE]
        self.until(lambda: self.window.session.outcome is not None)
        done = make.findChild(DoneView)
        assert done is not None
        assert done.isVisible()
        return done


@pytest.fixture
def knowing(
    open_window: Callable[..., MainWindow],
    environment: Environment,
    qtbot: QtBot,
    newer: Upstream,
    upstream_key: SigningKey,
    monkeypatch: pytest.MonkeyPatch,
) -> Keeper:
    """Somebody whose computer knows where the apps come from, and that there are newer ones."""
    # What is plugged into the computer that runs the tests is none of theirs.
    monkeypatch.setattr(Drives, "watch", lambda *_: None)
    source = remote(newer.path.as_uri(), upstream_key)
    return Keeper(open_window(environment, built_in=(source,)), qtbot)


def remote(url: str, key: SigningKey) -> Remote:
    return Remote("up", url, collection_id=COLLECTION, keys=(key.public,), origin=RemoteOrigin.USER)


def test_from_plugging_a_drive_in_to_its_update_it_is_three_clicks_at_most(
    knowing: Keeper, returning: Path
) -> None:
    window = knowing.window
    plug(window, drive(mounted=returning))
    page = window.page
    assert isinstance(page, DrivePage)
    knowing.until(lambda: [state(place) for place in places(page)] == [PlaceState.UPDATES])
    cards = list_of(page)
    own = cards.card_layout(cards.model().index(0, 0)).own
    knowing.click(cards.viewport(), own.center())
    knowing.until(lambda: window.page.name is PageName.CONTENTS)
    knowing.until(lambda: knowing.primary == "Update 1 app(s)")
    knowing.presses_primary()
    knowing.until(lambda: window.page.name is PageName.MAKE)
    assert knowing.clicked <= MOST_CLICKS
    assert window.page.title == "Updating APPS"

    done = knowing.is_done()
    assert "Hello" in everything_said(done)
    assert window.page.title == "APPS is up to date"
    window.open(PageName.CONTENTS)
    knowing.until(lambda: knowing.lines and not any(line.pill for line in knowing.lines.values()))
    knowing.until(lambda: knowing.primary == "Check for updates")
    assert knowing.line.startswith("Sound")
    knowing.presses_primary()
    knowing.until(lambda: "Everything is up to date" in knowing.foot)


def test_a_drive_that_comes_back_is_updated_by_a_few_keys(knowing: Keeper, returning: Path) -> None:
    window = knowing.window
    plug(window, drive(mounted=returning))
    page = window.page
    assert isinstance(page, DrivePage)
    knowing.until(lambda: [state(place) for place in places(page)] == [PlaceState.UPDATES])
    keyboard = Keyboard(window, knowing.qtbot)
    keyboard.goes_to("Drives and folders")
    keyboard.presses_keys(Action.MENU)
    keyboard.picks("What's on it")
    keyboard.until_page(PageName.CONTENTS)
    keyboard.until(lambda: knowing.primary == "Update 1 app(s)")
    keyboard.presses_keys(Action.PRIMARY)
    keyboard.until_page(PageName.MAKE)
    assert keyboard.pressed <= MOST_KEYS
    knowing.is_done()


@pytest.mark.thorough
def test_after_an_update_the_lists_that_were_there_before_tell_of_none(
    open_window: Callable[..., MainWindow],
    environment: Environment,
    qtbot: QtBot,
    upstream: Upstream,
    upstream_key: SigningKey,
    returning: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Apps was open before there was something newer: the drive has what Apps does not know."""
    monkeypatch.setattr(Drives, "watch", lambda *_: None)
    own = upstream.copy(tmp_path / "own")
    source = remote(own.path.as_uri(), upstream_key)
    keeper = Keeper(open_window(environment, built_in=(source,)), qtbot)
    window = keeper.window
    window.session.set_target(Target(returning, "APPS"))
    window.open(PageName.APPS)
    controller = window.page.findChild(AppsController)
    assert controller is not None

    def badge() -> tuple[bool, bool]:
        """Whether Hello is on the drive, and another one than its source has."""
        catalogues = controller.catalogues
        row = catalogues.find("up", HELLO) if catalogues is not None else None
        notes = controller.notes(row) if row is not None else None
        return (notes.on_drive, notes.update) if notes is not None else (False, False)

    keeper.until(lambda: badge() == (True, False))

    own.bump(HELLO, {"share/new": "new\n" * 4000})
    own.update(ostree_metadata=True)
    keeper.looks_at(returning)
    keeper.until(lambda: keeper.primary in ("Check for updates", "Update 1 app(s)"))
    if keeper.primary == "Check for updates":
        keeper.presses_primary()
    keeper.until(lambda: keeper.primary == "Update 1 app(s)")
    keeper.presses_primary()
    keeper.is_done()

    window.open(PageName.APPS)
    keeper.until(lambda: controller.choosing.status.cost.state is CostState.NOTHING_CHOSEN)
    keeper.until(lambda: not window.bridge.busy)
    assert badge() == (True, False)


def ready_to_mark(keeper: Keeper, drive: Path) -> None:
    """Wait until apps can be marked, and what that frees is known."""
    keeper.looks_at(drive)
    keeper.until(lambda: keeper.primary == "Update 1 app(s)")
    keeper.until(lambda: all(line.app.alone for line in keeper.lines.values()))


def test_a_bin_marks(knowing: Keeper, returning: Path) -> None:
    ready_to_mark(knowing, returning)
    before = bytes_on(returning)
    # What is newer stands first.
    assert list(knowing.lines) == ["Hello", "Other"]
    knowing.clicks_bin("Other")
    marked = knowing.lines["Other"]
    assert marked.marked
    assert "Comes off, frees" in marked.spoken
    assert knowing.primary == "Apply 1 change(s)"
    assert "Frees" in knowing.foot
    knowing.clicks_bin("Other")
    assert not knowing.lines["Other"].marked
    assert knowing.primary == "Update 1 app(s)"
    assert bytes_on(returning) == before


@pytest.mark.thorough
def test_apply_takes_off(knowing: Keeper, returning: Path) -> None:
    ready_to_mark(knowing, returning)
    before = bytes_on(returning)
    knowing.clicks_bin("Other")
    marked = knowing.lines["Other"]
    knowing.presses_primary()
    done = knowing.is_done()
    assert "Other" in everything_said(done)
    freed = before - bytes_on(returning)
    assert freed > 200_000
    assert freed == pytest.approx(marked.app.alone, rel=0.1)
    knowing.window.open(PageName.CONTENTS)
    knowing.until(lambda: list(knowing.lines) == ["Hello"])
    # Only what was marked has changed.
    knowing.until(lambda: knowing.primary == "Update 1 app(s)")


@pytest.mark.thorough
def test_all_of_it_by_the_keyboard(knowing: Keeper, returning: Path) -> None:
    knowing.looks_at(returning)
    knowing.until(lambda: knowing.primary == "Update 1 app(s)")
    knowing.goes_to("Other")
    view = knowing.list.view
    knowing.qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert knowing.lines["Other"].marked
    knowing.qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert not knowing.lines["Other"].marked
    choose_from_menu(knowing.qtbot, view, "Take it off")
    assert knowing.lines["Other"].marked
    choose_from_menu(knowing.qtbot, view, "Leave it on")
    assert not knowing.lines["Other"].marked
    knowing.goes_to("Hello")
    choose_from_menu(knowing.qtbot, view, "Update it")
    knowing.until(lambda: knowing.window.page.name is PageName.MAKE)
    knowing.is_done()


@pytest.mark.thorough
def test_what_is_known_without_internet_and_what_is_not(
    open_window: Callable[..., MainWindow],
    environment: Environment,
    qtbot: QtBot,
    newer: Upstream,
    upstream_key: SigningKey,
    returning: Path,
) -> None:
    with Server(newer.path) as server:
        source = remote(server.url, upstream_key)
        window = open_window(environment, built_in=(source,), default_network=Network(retries=0))
        keeper = Keeper(window, qtbot)
        keeper.looks_at(returning)
        keeper.until(lambda: keeper.primary == "Check for updates")
        keeper.presses_primary()
        keeper.until(lambda: keeper.primary == "Update 1 app(s)")
        # Asked again, though something newer is known already.
        keeper.menu("Check for updates")
        keeper.until(lambda: keeper.primary == "Stop")
        keeper.until(lambda: keeper.primary == "Update 1 app(s)")
        window.open(PageName.SETTINGS)
    # Nobody answers any more, and what was heard is still known.
    window.open(PageName.CONTENTS)
    assert keeper.primary == "Update 1 app(s)"


def bytes_on(root: Path) -> int:
    """That its objects take of the file system."""
    objects = (root / ".ostree/repo/objects").rglob("*")
    return sum(512 * path.stat().st_blocks for path in objects if path.is_file())
