"""Installing what is on a drive on this computer, from the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.client.receiving.installation import Place, Scope
from app.client.receiving.unvouched import Unvouched
from app.credentials import host_of
from app.replacing import replace
from app.stick.demo import APP
from app.stick.environment import Environment
from tests.client import Client
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.registry import RegistryServer
from tests.stick.damage import copy_stick
from tests.stick.images.person import Person
from tests.stick.images.person import fill as registered
from tests.stick.nameless.conftest import carried, fill
from tests.ui.demo_stick import demo_stick
from tests.ui.user_actions import everything_said
from tests.waiting import GUARD_MS
from ui.controllers import receiving
from ui.controllers.receiving_view import (
    AppRow,
    Hurdle,
    ReceivingState,
    ReceivingView,
    RowState,
)
from ui.dialogs.nobody_vouches import TypedName
from ui.dialogs.receiving import ReceivingDialog
from ui.dialogs.receiving_words import ReceivingWords
from ui.pages.contents.foot_buttons import FootButtons
from ui.pages.contents.page import ContentsPage
from ui.state.page_name import PageName
from ui.state.session import Target
from ui.widgets.segments import Segments
from ui.window.main_window import MainWindow

pytestmark = pytest.mark.slow

NEW_COMPUTER_YEARS_AGO = 0.0
_MOST_TABS = 20


@pytest.fixture
def computer(demo: Environment, tmp_path: Path) -> Environment:
    """Its flatpak keeps to a directory of its own."""
    client = Client(tmp_path / "client")
    places = {name: value for name, value in client.environment.items() if "FLATPAK" not in name}
    return replace(demo, variables=places)


def installing_here(window: MainWindow, root: Path, qtbot: QtBot) -> ReceivingDialog:
    """The button in the foot of Contents, until the drive has been looked at."""
    window.session.set_target(Target(root, "CLASSROOM"))
    window.open(PageName.CONTENTS)
    page = window.pages[PageName.CONTENTS]
    assert isinstance(page, ContentsPage)
    buttons = page.findChild(FootButtons)
    assert buttons is not None
    qtbot.waitUntil(buttons.install.isVisible, timeout=GUARD_MS)
    buttons.install.click()
    dialog = page.findChildren(ReceivingDialog)[-1]
    looked_at(dialog, qtbot)
    return dialog


def looked_at(dialog: ReceivingDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: dialog.view.state is not ReceivingState.LOOKING, timeout=GUARD_MS)


def only_for_me(dialog: ReceivingDialog, qtbot: QtBot) -> None:
    segments = dialog.findChild(Segments)
    assert segments is not None
    segments.chosen.emit(0)
    looked_at(dialog, qtbot)
    assert dialog.view.scope is Scope.USER


def ended(dialog: ReceivingDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not dialog.view.under_way, timeout=GUARD_MS)


def here(computer: Environment) -> set[str]:
    """The names of what is installed, for one person or for all."""
    refs = {ref for scope in Scope for ref in Place.of(scope, computer.flatpak).installed()}
    return {ref.split("/")[1] for ref in refs}


def test_an_app_is_installed_and_then_it_is_here(
    open_window: Callable[..., MainWindow], computer: Environment, qtbot: QtBot
) -> None:
    window = open_window(computer)
    dialog = installing_here(window, demo_stick(), qtbot)
    only_for_me(dialog, qtbot)
    assert dialog.sentence == "On the drive: 1 new."
    assert "free on this computer" in dialog.notes
    assert here(computer) == set()

    qtbot.mouseClick(dialog.verb, Qt.MouseButton.LeftButton)
    assert dialog.cancel.text() == "Stop"
    ended(dialog, qtbot)

    assert dialog.view.state is ReceivingState.DONE
    assert [row.state for row in dialog.view.rows] == [RowState.INSTALLED]
    assert dialog.sentence == "1 app(s) installed"
    assert APP in here(computer)
    dialog.close()
    again = installing_here(window, demo_stick(), qtbot)
    assert again.view.scope is Scope.USER
    assert again.sentence == "Everything on this drive is on this computer already."
    assert not again.verb.isVisible()
    again.close()


def test_with_the_keyboard_alone(
    open_window: Callable[..., MainWindow], computer: Environment, qtbot: QtBot
) -> None:
    window = open_window(computer)
    dialog = installing_here(window, demo_stick(), qtbot)
    qtbot.waitUntil(dialog.isActiveWindow, timeout=GUARD_MS)
    # It came last, but it is what Return is for; led there once the dialog has its new height.
    qtbot.waitUntil(lambda: dialog.focusWidget() is dialog.verb, timeout=GUARD_MS)
    keyboard_to(QToolButton, qtbot)
    press_key(Qt.Key.Key_Left, qtbot)
    looked_at(dialog, qtbot)
    assert dialog.view.scope is Scope.USER
    assert has_a_ring(dialog.focusWidget())

    keyboard_to(QCheckBox, qtbot)
    press_key(Qt.Key.Key_Space, qtbot)
    assert dialog.view.ticked == ()
    press_key(Qt.Key.Key_Return, qtbot)
    assert dialog.view.state is ReceivingState.CHOOSING
    press_key(Qt.Key.Key_Space, qtbot)
    press_key(Qt.Key.Key_Return, qtbot)
    assert dialog.view.under_way
    assert dialog.focusWidget() is dialog.cancel
    assert has_a_ring(dialog.cancel)
    ended(dialog, qtbot)
    assert dialog.sentence == "1 app(s) installed"
    assert APP in here(computer)

    with qtbot.waitSignal(dialog.finished, timeout=GUARD_MS):
        press_key(Qt.Key.Key_Return, qtbot)


def press_key(key: Qt.Key, qtbot: QtBot) -> None:
    """Where the focus is."""
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, key)


def keyboard_to(kind: type[QWidget], qtbot: QtBot) -> None:
    """With the tab key, to the next of this kind; it shows that the focus is there."""
    for _ in range(_MOST_TABS):
        press_key(Qt.Key.Key_Tab, qtbot)
        if isinstance(QApplication.focusWidget(), kind):
            break
    assert isinstance(QApplication.focusWidget(), kind)
    assert has_a_ring(QApplication.focusWidget())


def has_a_ring(widget: QWidget | None) -> bool:
    return widget is not None and bool(widget.property("keyed"))


def test_apps_are_called_as_on_the_page_behind(
    open_window: Callable[..., MainWindow], computer: Environment, qtbot: QtBot
) -> None:
    settings = replace(computer.settings, languages=("de",))
    window = open_window(replace(computer, settings=settings))
    dialog = installing_here(window, demo_stick(), qtbot)
    assert [row.name for row in dialog.view.rows] == ["Klassenatlas"]
    dialog.close()


@pytest.mark.thorough
def test_what_is_not_ticked_is_not_installed(
    open_window: Callable[..., MainWindow], computer: Environment, qtbot: QtBot
) -> None:
    dialog = installing_here(open_window(computer), demo_stick(), qtbot)
    [row] = dialog.rows
    row.tick.click()
    assert dialog.view.ticked == ()
    qtbot.mouseClick(dialog.verb, Qt.MouseButton.LeftButton)
    assert dialog.view.state is ReceivingState.CHOOSING
    assert dialog.verb.toolTip()
    row.tick.click()
    assert dialog.verb.text() == "Install 1 app(s)"
    dialog.close()


def test_a_key_that_only_the_drive_has_is_asked_about(
    open_window: Callable[..., MainWindow], computer: Environment, qtbot: QtBot
) -> None:
    window = open_window(replace(computer, built_in=()))
    dialog = installing_here(window, demo_stick(), qtbot)
    assert dialog.view.state is ReceivingState.KEY
    assert dialog.view.question is not None
    # Reading comes first: Return does not agree.
    assert not dialog.verb.isDefault()
    qtbot.mouseClick(dialog.verb, Qt.MouseButton.LeftButton)
    looked_at(dialog, qtbot)
    assert [row.state for row in dialog.view.rows] == [RowState.NEW]
    dialog.close()


@pytest.mark.thorough
def test_without_that_key_nothing_is_offered(
    open_window: Callable[..., MainWindow], computer: Environment, qtbot: QtBot
) -> None:
    window = open_window(replace(computer, built_in=()))
    dialog = installing_here(window, demo_stick(), qtbot)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.view.state is ReceivingState.CHOOSING
    assert [row.hurdle for row in dialog.view.rows] == [Hurdle.UNKNOWN_KEY]
    assert dialog.view.ticked == ()
    assert not dialog.verb.isVisible()
    dialog.close()


def test_a_key_that_contradicts_the_one_that_is_known_is_never_asked_about(
    open_window: Callable[..., MainWindow],
    computer: Environment,
    upstream_key: SigningKey,
    qtbot: QtBot,
) -> None:
    assert computer.built_in is not None
    [remote] = computer.built_in
    known = replace(remote, keys=(upstream_key.public,))
    window = open_window(replace(computer, built_in=(known,)))
    dialog = installing_here(window, demo_stick(), qtbot)
    assert dialog.view.state is ReceivingState.CHOOSING
    assert [row.hurdle for row in dialog.view.rows] == [Hurdle.OTHER_KEY]
    assert dialog.sentence == "Nothing on this drive can be installed on this computer."
    assert not dialog.verb.isVisible()
    dialog.close()


def test_without_flatpak_it_says_so_and_how_to_get_it(
    open_window: Callable[..., MainWindow],
    computer: Environment,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    window = open_window(replace(computer, variables={"PATH": str(tmp_path)}))
    dialog = installing_here(window, demo_stick(), qtbot)
    assert dialog.view.state is ReceivingState.FAILED
    assert "no flatpak" in dialog.sentence
    assert "software centre" in dialog.sentence
    dialog.close()


@pytest.mark.thorough
def test_which_flatpak_is_needed_is_said_before_anything_is_tried(
    open_window: Callable[..., MainWindow],
    computer: Environment,
    upstream_key: SigningKey,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    """A drive that has nothing but apps of a container registry."""
    upstream = kept_upstream(tmp_path / "upstream", upstream_key, registered)
    with RegistryServer(tmp_path / "server") as server:
        server.add_all(upstream)
        person = Person(tmp_path, server.registry())
        person.make("reg:org.test.Notes")
    dialog = installing_here(open_window(computer), person.root, qtbot)
    [row] = dialog.rows
    assert "It needs flatpak 1.17 or newer; this computer has 1." in everything_said(row)
    assert dialog.sentence == "Nothing on this drive can be installed on this computer."
    assert not dialog.verb.isVisible()
    dialog.close()


@pytest.mark.thorough
@pytest.mark.parametrize("is_root", [False, True], ids=["somebody", "root"])
def test_a_clock_that_is_wrong_comes_first(
    open_window: Callable[..., MainWindow],
    computer: Environment,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
    *,
    is_root: bool,
) -> None:
    moments = [NEW_COMPUTER_YEARS_AGO]
    monkeypatch.setattr(receiving, "may_set_clock", lambda: is_root)
    monkeypatch.setattr(receiving, "set_clock", moments.append)
    window = open_window(replace(computer, clock=lambda: moments[-1]))
    dialog = installing_here(window, demo_stick(), qtbot)
    assert dialog.view.state is ReceivingState.CLOCK
    assert "clock is wrong" in dialog.sentence
    assert not dialog.rows
    if is_root:
        qtbot.mouseClick(dialog.verb, Qt.MouseButton.LeftButton)
        looked_at(dialog, qtbot)
        assert dialog.sentence == "On the drive: 1 new."
    else:
        assert dialog.verb.text() == "Look again"
    dialog.close()


@pytest.mark.thorough
def test_what_a_run_left_that_was_killed_is_put_right(
    open_window: Callable[..., MainWindow], computer: Environment, qtbot: QtBot
) -> None:
    left = computer.cache / "receiving/0123456789abcdef"
    left.mkdir(parents=True)
    (left / "held").touch()
    dialog = installing_here(open_window(computer), demo_stick(), qtbot)
    assert not left.exists()
    dialog.close()


@pytest.mark.thorough
def test_stopping_it_leaves_nothing_half_done(
    open_window: Callable[..., MainWindow], computer: Environment, qtbot: QtBot
) -> None:
    window = open_window(computer)
    dialog = installing_here(window, demo_stick(), qtbot)
    dialog.acted.emit()
    dialog.reject()
    assert dialog.isVisible()
    ended(dialog, qtbot)
    assert dialog.view.state is ReceivingState.STOPPED
    ticked = {row.ref.split("/")[1] for row in dialog.view.of(RowState.INSTALLED)}
    assert ticked == here(computer) & {APP}
    assert list((computer.cache / "receiving").glob("*")) == []
    for scope in Scope:
        assert list(Place.of(scope, computer.flatpak).path.glob("satchel-*")) == []
    dialog.close()


@pytest.mark.thorough
def test_a_damaged_app_is_named_and_not_installed(
    open_window: Callable[..., MainWindow], computer: Environment, tmp_path: Path, qtbot: QtBot
) -> None:
    stick = copy_stick(demo_stick(), tmp_path / "stick")
    for path in (stick.root / ".ostree/repo/objects").glob("*/*.filez"):
        path.unlink()
    dialog = installing_here(open_window(computer), stick.root, qtbot)
    dialog.acted.emit()
    ended(dialog, qtbot)
    [row] = dialog.view.rows
    assert (row.state, row.hurdle) == (RowState.FAILED, Hurdle.DAMAGED)
    assert dialog.sentence == "0 of 1 app(s) are installed"
    assert APP not in here(computer)
    dialog.close()


@pytest.mark.parametrize("address", ["file:///Flathub", "file:///media/school/Flathub"])
def test_a_source_on_this_computer_is_called_by_all_of_its_address(address: str) -> None:
    """The end of a path is what the drive calls it."""
    view = replace(ReceivingView(), unsigned=Unvouched(address, "School", ("org.test.Hello",)))
    assert ReceivingWords().unsigned(view) == address


def test_what_has_lost_its_signature_is_asked_by_the_name_of_its_source(
    qapp: QApplication,
) -> None:
    """Which no drive can make up: it is what the key here is for."""
    assert qapp
    lost = Unvouched("org.test.Upstream", "School", ("org.test.Hello",), lost=True)
    view = replace(ReceivingView(), unsigned=lost)
    assert ReceivingWords().unsigned(view) == "org.test.Upstream"
    beside = ReceivingWords().unsigned_beside(view)
    assert "come from org.test.Upstream, which signs: the signatures are missing here." in beside
    assert "org.test.Hello" in beside


@pytest.mark.thorough
def test_what_nobody_vouches_for_is_asked_by_its_name(
    open_window: Callable[..., MainWindow],
    computer: Environment,
    upstream_key: SigningKey,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    """Whoever does not type it gets nothing of it."""
    upstream = kept_upstream(tmp_path / "upstream", upstream_key, fill, "", signed=False)
    stick = carried(upstream, tmp_path, "org.test.Hello")
    window = open_window(computer)
    dialog = installing_here(window, stick.drive, qtbot)
    asked = dialog.view.unsigned
    assert asked is not None
    assert (asked.title, asked.ids) == ("Test upstream", ("org.test.Hello",))
    # Not by what the drive calls it: that could be anything.
    assert host_of(asked.address) in dialog.windowTitle()
    assert dialog.verb.reason
    dialog.reject()
    assert [row.hurdle for row in dialog.view.rows] == [Hurdle.UNSIGNED]
    assert dialog.view.ticked == ()
    dialog.close()

    dialog = installing_here(window, stick.drive, qtbot)
    assert dialog.view.state is ReceivingState.UNSIGNED
    field = dialog.findChild(TypedName)
    assert field is not None
    line = field.findChild(QLineEdit)
    assert line is not None
    for wrong in ("yes", "Test upstream"):
        line.setText(wrong)
        assert dialog.verb.reason
    line.setText(f" {host_of(asked.address)}")
    qtbot.mouseClick(dialog.verb, Qt.MouseButton.LeftButton)
    looked_at(dialog, qtbot)
    assert [row.state for row in dialog.view.rows] == [RowState.NEW]
    qtbot.mouseClick(dialog.verb, Qt.MouseButton.LeftButton)
    ended(dialog, qtbot)
    assert "org.test.Hello" in here(computer)
    dialog.close()


@pytest.mark.parametrize(
    ("states", "matters"),
    [
        ((), False),
        ((AppRow(("a", "app/a/x/s"), "A", RowState.REFUSED, hurdle=Hurdle.UNSIGNED),), False),
        ((AppRow(("a", "app/a/x/s"), "A", RowState.REFUSED, hurdle=Hurdle.ROOM),), True),
        ((AppRow(("a", "app/a/x/s"), "A", RowState.HERE),), True),
    ],
)
def test_for_whom_is_asked_where_it_matters(states: tuple[AppRow, ...], matters: bool) -> None:
    assert replace(ReceivingView(), rows=states).scope_matters is matters
