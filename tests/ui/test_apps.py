"""Choosing apps: looking for them, choosing them, and what the choice costs on this drive."""

from __future__ import annotations

from collections.abc import Callable, Sized
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QPushButton,
    QScrollArea,
    QTabBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.flatpak.catalogue.component import Component
from app.flatpak.catalogue.remote_catalogue import Row
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.ostree.pull.fetch import Network
from app.resources import resource
from app.stick.environment import Environment
from tests.gpg import SigningKey
from tests.large import LargeRemote
from tests.servers import HostileServer, Server, slow
from tests.stick.makers import make
from tests.ui.widget_tree import focused, the_only
from tests.upstream import Upstream
from tests.volumes import mounted
from tests.waiting import GUARD_MS
from tests.work import counted
from ui.dialogs.add_language import AddLanguageDialog
from ui.dialogs.add_remote import AddRemoteDialog
from ui.pages.apps.app_details import AppDetails
from ui.pages.apps.app_view import AppView
from ui.pages.apps.cost_meter import CostMeter
from ui.pages.apps.filter_bar import FilterBar
from ui.pages.apps.languages_and_graphics import LanguagesAndGraphicsDialog
from ui.state.page_name import PageName
from ui.state.session import ChosenRef, Target
from ui.widgets.labels import Label
from ui.widgets.notice import NoticeLabel
from ui.widgets.primary_button import PrimaryButton
from ui.widgets.search_field import SearchField
from ui.widgets.state_panel import StatePanel
from ui.window.main_window import MainWindow

LONG = GUARD_MS
THOUSANDS = 5000
SOME = 60


class Person:
    """Looks at the window and uses it."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.qtbot = qtbot
        self.page = window.pages[PageName.APPS]
        self.view = the_only(self.page, AppView)
        self.search = the_only(self.page, SearchField)
        self.meter = the_only(self.page, CostMeter)
        self.details = the_only(self.page, AppDetails)

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=LONG)

    def names(self) -> list[str]:
        """Of the apps in the list, at most a page of them."""
        model = self.view.model()
        return [model.index(row, 0).data() for row in range(min(model.rowCount(), 40))]

    def count(self) -> int:
        return self.view.model().rowCount() if self.view.isVisible() else 0

    def index(self, name: str) -> QModelIndex:
        return self.view.model().index(self.names().index(name), 0)

    def is_checked(self, name: str) -> bool:
        state: Qt.CheckState = self.index(name).data(Qt.ItemDataRole.CheckStateRole)
        return state == Qt.CheckState.Checked

    def press(self, key: Qt.Key) -> None:
        self.qtbot.keyClick(QApplication.focusWidget(), key)

    def type(self, text: str) -> None:
        self.qtbot.keyClicks(QApplication.focusWidget(), text)

    def click(self, name: str, *, left: int) -> None:
        """On an app, so many pixels from the left."""
        area = self.view.visualRect(self.index(name))
        place = QPoint(area.left() + left, area.center().y())
        self.qtbot.mouseClick(self.view.viewport(), Qt.MouseButton.LeftButton, pos=place)

    def choose(self, *names: str) -> None:
        for name in names:
            self.click(name, left=16)

    def chosen(self) -> list[str]:
        return [one.name for one in self.window.session.choice.refs]

    def texts(self) -> str:
        """All that can be read on the page."""
        return "\n".join(one.text() for one in self.page.findChildren(Label) if one.isVisible())

    def panel(self) -> str:
        """What stands in place of a list; empty if nothing does."""
        panels = [one for one in self.page.findChildren(StatePanel) if one.isVisible()]
        return "\n".join(one.accessibleName() for one in panels if one.parent() is not self.details)

    def button(self, text: str) -> QPushButton | QToolButton:
        kinds: list[QPushButton | QToolButton] = [
            *self.page.findChildren(QPushButton),
            *self.page.findChildren(QToolButton),
        ]
        return next(one for one in kinds if one.isVisible() and text in one.text())

    def push(self, text: str) -> None:
        self.qtbot.mouseClick(self.button(text), Qt.MouseButton.LeftButton)

    def filter(self, text: str) -> None:
        """As in the menu of filters."""
        actions = the_only(self.page, FilterBar).findChildren(QAction)
        next(one for one in actions if text in one.text()).trigger()

    @property
    def primary(self) -> PrimaryButton:
        return the_only(self.window, PrimaryButton)


@pytest.fixture
def person(window: MainWindow, qtbot: QtBot) -> Person:
    """On the Apps page of the demo, its three apps before them."""
    return arrived(window, qtbot)


def arrived(window: MainWindow, qtbot: QtBot) -> Person:
    person = visiting(window, qtbot)
    person.until(lambda: person.count() > 0)
    person.until(lambda: "Choose what" in person.meter.sentence)
    return person


def visiting(window: MainWindow, qtbot: QtBot) -> Person:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=LONG)
    window.open(PageName.APPS)
    assert window.page.name is PageName.APPS
    return Person(window, qtbot)


@pytest.fixture(scope="module")
def large(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> LargeRemote:
    return LargeRemote(tmp_path_factory.mktemp("apps") / "large", upstream_key, SOME)


@pytest.fixture(scope="module")
def thousands(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> LargeRemote:
    return LargeRemote(tmp_path_factory.mktemp("apps") / "thousands", upstream_key, THOUSANDS)


@pytest.fixture
def visit(
    open_window: Callable[..., MainWindow],
    environment: Environment,
    tmp_path: Path,
    qtbot: QtBot,
) -> Callable[..., Person]:
    """`visit(remote…)`: to the Apps page of a window that knows these, for an empty folder."""

    def start(*remotes: Remote, drive: Path | None = None) -> Person:
        place = drive or tmp_path / "drive"
        place.mkdir(exist_ok=True)
        window = open_window(environment, built_in=remotes, default_network=Network(retries=0))
        window.session.set_target(Target(place, "Stick"))
        return visiting(window, qtbot)

    return start


def remote_of(path: Path | str, key: SigningKey, name: str = "remote") -> Remote:
    url = path.as_uri() if isinstance(path, Path) else path
    return Remote(name, url, title=name.title(), keys=(key.public,))


# The list


def test_shows_what_there_is(person: Person) -> None:
    assert person.names() == ["Classroom Atlas", "Field Notes", "Planets"]
    assert not person.primary.isEnabled()
    assert person.primary.toolTip() == "Choose at least one app."


def test_with_the_keyboard_alone(person: Person) -> None:
    assert QApplication.focusWidget() is person.search
    person.type("notes")
    person.until(lambda: person.names() == ["Field Notes"])

    person.press(Qt.Key.Key_Down)
    person.press(Qt.Key.Key_Space)

    assert person.chosen() == ["Field Notes"]
    assert person.is_checked("Field Notes")
    person.until(lambda: "It fits" in person.meter.sentence)
    assert person.primary.isEnabled()
    assert person.button("1 chosen").isEnabled()

    person.press(Qt.Key.Key_Return)

    assert person.chosen() == []
    person.until(lambda: "Choose what" in person.meter.sentence)
    assert not person.primary.isEnabled()


def test_with_the_mouse(person: Person, qtbot: QtBot) -> None:
    person.click("Planets", left=200)
    assert person.chosen() == []

    person.choose("Planets", "Field Notes")
    assert person.chosen() == ["Planets", "Field Notes"]

    area = person.view.visualRect(person.index("Planets"))
    qtbot.mouseDClick(person.view.viewport(), Qt.MouseButton.LeftButton, pos=area.center())
    assert person.chosen() == ["Field Notes"]


def test_typing_in_the_list_goes_on_in_the_search(person: Person) -> None:
    person.press(Qt.Key.Key_Down)
    assert QApplication.focusWidget() is person.view

    person.type("p")
    person.type("lan")

    assert person.search.text() == "plan"
    person.until(lambda: person.names() == ["Planets"])


def test_nothing_fits_and_the_way_back(person: Person) -> None:
    person.type("xylophone")
    person.until(lambda: person.panel() == "Nothing fits")

    person.push("Show everything")

    person.until(lambda: person.count() == 3)
    assert person.search.text() == ""


def test_as_a_grid(person: Person, qtbot: QtBot) -> None:
    grid = next(
        one for one in person.page.findChildren(QToolButton) if one.accessibleName() == "Grid"
    )
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton)

    person.until(
        lambda: (
            person.view.visualRect(person.index("Planets")).left()
            > person.view.visualRect(person.index("Field Notes")).left()
        )
    )
    area = person.view.visualRect(person.index("Planets"))
    corner = QPoint(area.left() + 20, area.top() + 20)
    qtbot.mouseClick(person.view.viewport(), Qt.MouseButton.LeftButton, pos=corner)
    assert person.chosen() == ["Planets"]


def test_runtimes_and_extensions_for_builders(person: Person) -> None:
    tabs = the_only(person.page, QTabBar)
    person.qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(1).center())

    person.until(lambda: "org.satchel.Demo.Platform" in person.names())


def test_only_what_is_chosen(person: Person) -> None:
    person.choose("Planets", "Field Notes")

    person.push("2 chosen")
    person.until(lambda: person.names() == ["Planets", "Field Notes"])

    person.choose("Planets")
    person.until(lambda: person.names() == ["Field Notes"])
    person.choose("Field Notes")
    person.until(lambda: person.count() == 3)


def test_what_is_offered_no_more_can_be_taken_away(person: Person) -> None:
    choice = person.window.session.choice
    gone = ChosenRef(f"app/org.gone.Gone/{choice.options.arch}/stable", "elsewhere", "Gone")
    person.window.session.set_choice(replace(choice, refs=(gone,)))
    person.until(lambda: "elsewhere" in person.meter.sentence)
    assert not person.primary.isEnabled()

    person.push("1 chosen")
    person.until(lambda: person.names() == ["Gone"])
    person.choose("Gone")

    assert person.chosen() == []
    person.until(lambda: person.count() == 3)
    person.until(lambda: "Choose what" in person.meter.sentence)


# Details


def test_what_an_app_is_and_what_it_shares(person: Person) -> None:
    person.choose("Planets")
    person.click("Classroom Atlas", left=200)

    person.until(lambda: "Rivers, mountains" in person.texts())
    person.until(lambda: "Shares what is there or chosen" in person.texts())
    said = person.texts().replace("\N{ZERO WIDTH SPACE}", "")
    assert "LGPL-2.1-or-later (free)" in said
    assert "Runs on: org.satchel.Demo.Platform 1" in said
    assert "It keeps to its own files." in said
    assert "app/org.satchel.Demo.Atlas" in said

    person.push("Choose")
    assert person.chosen() == ["Planets", "Classroom Atlas"]
    person.push("Take it away")
    assert person.chosen() == ["Planets"]


def test_what_it_may_do_and_that_nobody_looks_after_it(
    visit: Callable[..., Person], large: LargeRemote, upstream_key: SigningKey
) -> None:
    person = visit(remote_of(large.path, upstream_key))
    person.until(lambda: person.count() == SOME)
    person.view.enter()

    person.until(lambda: "It uses the network." in person.texts())
    person.until(lambda: "Needs and brings along" in person.texts())
    assert "It gets no more updates." in person.texts()
    assert "Nobody looks after it" in person.texts()
    assert "• Fast" in person.texts()


def test_a_name_without_end_leaves_everything_in_sight(person: Person) -> None:
    name = "Donaudampfschiff" * 20
    row = Row(Remote("demo", ""), Component(id=name, ref=f"app/{name}/x86_64/stable"), False)

    person.details.show_row(row, None, chosen=False)

    scroll = the_only(person.details, QScrollArea)
    inside = scroll.widget()
    assert inside is not None
    person.until(lambda: inside.width() == scroll.viewport().width())
    assert person.button("Choose").accessibleName() == f"Choose {name}"


# Thousands


def more_than(count: int, items: Sized) -> bool:
    return len(items) > count


def test_thousands_are_searched_while_one_types(
    visit: Callable[..., Person], thousands: LargeRemote, upstream_key: SigningKey
) -> None:
    person = visit(remote_of(thousands.path, upstream_key))
    person.until(lambda: person.count() == THOUSANDS)
    answers: list[int] = []
    person.view.model().modelReset.connect(lambda: answers.append(person.count()))

    for letter in "kelp birch 13":
        before = len(answers)
        with counted() as work:
            person.type(letter)
        assert work.calls < 3000  # 300 as it is
        person.until(partial(more_than, before, answers))

    assert person.names()
    assert all({"Kelp", "Birch"} <= set(name.split()) for name in person.names())


def test_only_the_last_of_many_letters_is_answered(
    visit: Callable[..., Person], thousands: LargeRemote, upstream_key: SigningKey
) -> None:
    person = visit(remote_of(thousands.path, upstream_key))
    person.until(lambda: person.count() == THOUSANDS)

    person.type("atlas atlas 100")

    person.until(lambda: person.names()[:1] == ["Atlas Atlas 100"])
    person.until(lambda: not person.window.bridge.busy)
    assert person.names()[0] == "Atlas Atlas 100"


def test_filters(
    visit: Callable[..., Person], thousands: LargeRemote, upstream_key: SigningKey
) -> None:
    person = visit(remote_of(thousands.path, upstream_key))
    person.until(lambda: person.count() == THOUSANDS)

    person.filter("Verified")
    person.until(lambda: person.count() == sum(1 for n in range(THOUSANDS) if n % 3 == 0))
    assert person.button("Filters (1)")
    person.filter("Free licence")
    person.until(lambda: person.count() == sum(1 for n in range(THOUSANDS) if n % 3 == 0 and n % 5))
    person.filter("end of life")
    fits = [n for n in range(THOUSANDS) if n % 3 == 0 and n % 5 and n % 10]
    person.until(lambda: person.count() == len(fits))

    person.type("games")
    category = the_only(person.page, FilterBar)._category
    person.until(lambda: person.panel() == "Nothing fits")
    person.push("Show everything")
    person.until(lambda: person.count() == THOUSANDS)
    person.until(lambda: category.findData("Game") > 0)
    category.setCurrentIndex(category.findData("Game"))
    person.until(lambda: person.count() == sum(1 for n in range(THOUSANDS) if n % 7 == 0))
    assert "Games (715)" in category.currentText()


# The cost


@pytest.mark.devices
def test_over_the_limit_it_says_so_before_anyone_waits(
    visit: Callable[..., Person], upstream_key: SigningKey, tmp_path: Path
) -> None:
    small = LargeRemote(tmp_path / "large", upstream_key, 20)
    with mounted("ext4", tmp_path / "images", megabytes=48) as drive:
        person = visit(remote_of(small.path, upstream_key), drive=drive)
        person.until(lambda: person.count() == 20)

        person.choose(person.names()[0])

        person.until(lambda: "but only" in person.meter.sentence)
        assert "Choose fewer apps" in person.meter.sentence
        assert not person.primary.isEnabled()
        assert person.primary.toolTip() == person.meter.sentence
        assert not person.window.may_open(PageName.REVIEW)

        person.choose(person.names()[0])
        person.until(lambda: "Choose what" in person.meter.sentence)
        person.window.leave()
        person.until(lambda: not person.window.bridge.busy)


def test_what_is_on_the_drive_is_known(
    visit: Callable[..., Person],
    default_upstream: Upstream,
    upstream_key: SigningKey,
    tmp_path: Path,
) -> None:
    drive = tmp_path / "stick"
    drive.mkdir()
    make(default_upstream, drive, "org.test.Hello", home=tmp_path / "home")
    person = visit(remote_of(default_upstream.path, upstream_key), drive=drive)
    person.until(lambda: person.count() > 1)
    person.until(lambda: "Choose what" in person.meter.sentence)

    person.filter("Already on the drive")

    person.until(lambda: person.count() == 1)
    assert "on the drive" in person.index(person.names()[0]).data(
        Qt.ItemDataRole.AccessibleDescriptionRole
    )


# Remotes


D = TypeVar("D", bound=QWidget)


def dialog_of(person: Person, kind: type[D]) -> D:
    """The dialog of that kind, as soon as it has the focus."""

    def has_focus() -> bool:
        dialog, focus = QApplication.activeModalWidget(), QApplication.focusWidget()
        return isinstance(dialog, kind) and focus is not None and dialog.isAncestorOf(focus)

    person.until(has_focus)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, kind)
    return dialog


def test_a_remote_is_added_after_its_key_was_shown(
    visit: Callable[..., Person],
    default_upstream: Upstream,
    large: LargeRemote,
    upstream_key: SigningKey,
    tmp_path: Path,
) -> None:
    file = tmp_path / "mine.flatpakrepo"
    file.write_text(large.flatpakrepo(large.path.as_uri()))
    person = visit(remote_of(default_upstream.path, upstream_key))
    person.until(lambda: person.count() > 0)
    person.click("Hello", left=200)

    person.push("Add a remote")
    dialog = dialog_of(person, AddRemoteDialog)
    person.type(str(file))
    person.press(Qt.Key.Key_Return)

    def words() -> str:
        return "\n".join(one.text() for one in dialog.findChildren(Label) if one.isVisible())

    person.until(lambda: upstream_key.fingerprint in words().replace(" ", ""))
    assert not (person.window.session.environment.config / "remotes").exists()
    go = next(one for one in dialog.findChildren(PrimaryButton))
    assert go.text() == "Trust and add"
    person.qtbot.mouseClick(go, Qt.MouseButton.LeftButton)

    person.until(lambda: person.count() > SOME)
    # What was looked at before is looked at again.
    person.until(lambda: person.details.row is not None)
    assert person.view.currentIndex().data() == "Hello"
    source = the_only(person.page, FilterBar)._source
    assert source.isVisible()
    source.setCurrentIndex(source.findData("mine"))
    person.until(lambda: person.count() == SOME)


def test_the_fields_of_a_remote_follow_each_other(person: Person) -> None:
    person.push("Add a remote")
    dialog = dialog_of(person, AddRemoteDialog)
    person.type("https://example.org/repo")

    names = []
    for _ in range(5):
        names.append(focused().accessibleName())
        person.press(Qt.Key.Key_Tab)

    assert names == [
        "Address",
        "Browse for: Address",
        "Key file",
        "Browse for: Key file",
        "Collection",
    ]
    dialog.reject()


def test_a_remote_whose_name_is_taken_gets_another(
    visit: Callable[..., Person],
    default_upstream: Upstream,
    large: LargeRemote,
    upstream_key: SigningKey,
    tmp_path: Path,
) -> None:
    file = tmp_path / "mine.flatpakrepo"
    file.write_text(large.flatpakrepo(large.path.as_uri()))
    person = visit(remote_of(default_upstream.path, upstream_key, "mine"))
    person.until(lambda: person.count() > 0)
    person.push("Add a remote")
    dialog = dialog_of(person, AddRemoteDialog)
    go = the_only(dialog, PrimaryButton)
    person.type(str(file))
    person.press(Qt.Key.Key_Return)
    person.until(lambda: go.text() == "Trust and add")
    person.press(Qt.Key.Key_Return)
    person.until(lambda: focused().accessibleName() == "Name")

    person.type("other")
    person.press(Qt.Key.Key_Return)
    person.until(lambda: go.text() == "Trust and add")
    person.press(Qt.Key.Key_Return)

    person.until(lambda: person.count() > SOME)
    assert [one.name for one in person.window.session.remotes] == ["mine", "other"]


def test_a_remote_that_is_none_is_not_added(person: Person, tmp_path: Path) -> None:
    person.push("Add a remote")
    dialog = dialog_of(person, AddRemoteDialog)
    person.type(str(tmp_path / "nothing.flatpakrepo"))
    person.press(Qt.Key.Key_Return)

    go = next(one for one in dialog.findChildren(PrimaryButton))
    person.until(lambda: go.text() == "Try again")
    dialog.reject()


def test_without_network_the_last_catalogue_serves(
    visit: Callable[..., Person],
    large: LargeRemote,
    upstream_key: SigningKey,
) -> None:
    with Server(large.path) as server:
        remote = remote_of(server.url, upstream_key)
        person = visit(remote)
        person.until(lambda: person.count() == SOME)

    person.window.session.set_known(Known((remote, replace(remote, name="again", url="file:///"))))

    remark = the_only(person.page, NoticeLabel)
    person.until(lambda: "could not be reached; this is how it was on" in person.texts())
    assert remark.isVisible()
    person.until(lambda: person.count() == SOME)
    person.choose(person.names()[0])
    person.until(lambda: "It fits" in person.meter.sentence)


def test_a_catalogue_that_cannot_be_used_leaves_the_names(
    visit: Callable[..., Person], own_upstream: Upstream, upstream_key: SigningKey
) -> None:
    commit = own_upstream.commit(f"appstream2/{own_upstream.arch}")
    (own_upstream.path / f"objects/{commit[:2]}/{commit[2:]}.commit").write_bytes(b"rubbish")

    person = visit(remote_of(own_upstream.path.as_uri(), upstream_key))

    person.until(lambda: "org.test.Hello" in person.names())
    assert "only names are known" in person.texts()


def test_without_network_and_catalogue_it_says_what_to_do(
    visit: Callable[..., Person], large: LargeRemote, upstream_key: SigningKey
) -> None:
    server = Server(large.path)
    with server:
        port_is_free = server.url
    person = visit(remote_of(port_is_free, upstream_key))

    person.until(lambda: "could not be reached" in person.panel())
    assert "network" in person.texts()
    assert "0 bytes" not in person.texts()
    person.until(lambda: "Choose what" in person.meter.sentence)
    assert "free" in person.texts()

    person.push("Try again")
    person.until(lambda: "could not be reached" in person.panel())


def test_fetching_can_be_stopped(
    visit: Callable[..., Person],
    large: LargeRemote,
    upstream_key: SigningKey,
    hostile: Callable[[Path], HostileServer],
) -> None:
    server = hostile(large.path)
    server.always["/summary.idx"] = slow(1000)
    person = visit(remote_of(server.url, upstream_key))
    person.until(lambda: "Fetching" in person.panel())

    person.push("Stop")

    person.until(lambda: person.panel() == "The catalogue was not fetched")
    server.always.clear()
    person.push("Fetch it")
    person.until(lambda: person.count() == SOME)


def test_without_any_remote_one_is_asked_for(visit: Callable[..., Person]) -> None:
    person = visit()

    person.until(lambda: person.panel() == "No remote is known")
    panels = [one for one in person.page.findChildren(StatePanel) if one.isVisible()]
    button = next(
        one for panel in panels for one in panel.findChildren(QPushButton) if one.isVisible()
    )
    person.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = dialog_of(person, AddRemoteDialog)
    dialog.reject()


def test_graphics_drivers_are_chosen_once(
    visit: Callable[..., Person], large: LargeRemote, upstream_key: SigningKey
) -> None:
    person = visit(remote_of(large.path, upstream_key))
    person.until(lambda: person.count() == SOME)

    person.push("Languages and graphics")
    dialog = dialog_of(person, LanguagesAndGraphicsDialog)
    search = the_only(dialog, SearchField)
    assert search is not None
    search.setFocus()
    person.type("nvidia 7-1")
    person.press(Qt.Key.Key_Down)
    person.press(Qt.Key.Key_Space)
    dialog.accept()

    assert person.window.session.choice.options.gpus
    assert all("7-1" in one for one in person.window.session.choice.options.gpus)
    assert resource("icons", "gpu.svg").exists()


def test_languages_are_chosen_once(
    visit: Callable[..., Person], default_upstream: Upstream, upstream_key: SigningKey
) -> None:
    """By whom the drive is used, not by whom it is made."""
    person = visit(remote_of(default_upstream.path, upstream_key))
    person.until(lambda: person.count() > 1)
    session = person.window.session
    assert session.choice.options.languages == session.environment.languages[:1]

    person.push("Languages and graphics")
    dialog = dialog_of(person, LanguagesAndGraphicsDialog)
    add = next(one for one in dialog.findChildren(QPushButton) if one.text() == "Add…")
    person.qtbot.mouseClick(add, Qt.MouseButton.LeftButton)
    dialog_of(person, AddLanguageDialog)
    # No language's name begins like this; one has it as its code.
    person.type("pt")
    person.press(Qt.Key.Key_Return)
    person.until(lambda: QApplication.activeModalWidget() is dialog)
    dialog.accept()
    assert "pt" in session.choice.options.languages
