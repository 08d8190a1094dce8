"""Files dropped on the window or opened with it: added, or told why not."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.flatpak.remotes.remote import Remote
from app.replacing import replace
from app.stick.environment import Environment
from tests.gpg import SigningKey
from tests.ui.needing_computers import needing, written
from tests.ui.user_actions import everything_said
from tests.ui.widget_tree import the_only
from tests.upstream import COLLECTION, Upstream, host_arch
from tests.waiting import GUARD_MS
from ui.controllers.given_files import GivenFiles, GivenState
from ui.dialogs.add_remote import AddRemoteDialog
from ui.dialogs.computers import ComputersDialog
from ui.pages.apps.choice_strip import ChoiceStrip
from ui.pages.apps.your_choice import YourChoice
from ui.state.page_name import PageName
from ui.widgets.buttons import Link
from ui.widgets.message_list import MessageList
from ui.widgets.toast import ToastBar
from ui.window.drop_overlay import DropOverlay
from ui.window.main_window import MainWindow

HELLO = f"app/org.test.Hello/{host_arch()}/stable"


@pytest.fixture
def school(default_upstream: Upstream, upstream_key: SigningKey) -> Remote:
    return Remote(
        "school", default_upstream.path.as_uri(), "School apps", keys=(upstream_key.public,)
    )


@pytest.fixture
def window(
    open_window: Callable[..., MainWindow], environment: Environment, school: Remote
) -> MainWindow:
    return open_window(environment, built_in=(school,))


@pytest.fixture
def ref_file(default_upstream: Upstream, tmp_path: Path) -> Path:
    path = tmp_path / "hello.flatpakref"
    key = base64.b64encode(default_upstream.key.public).decode()
    path.write_text(
        "[Flatpak Ref]\nName=org.test.Hello\nBranch=stable\nTitle=Hello\nIsRuntime=false\n"
        f"Url={default_upstream.path.as_uri()}\nGPGKey={key}\n"
    )
    return path


def dragged(*paths: Path | str) -> QMimeData:
    data = QMimeData()
    data.setUrls(
        [QUrl.fromLocalFile(str(path)) if isinstance(path, Path) else QUrl(path) for path in paths]
    )
    return data


def dragged_text(text: str) -> QMimeData:
    data = QMimeData()
    data.setText(text)
    return data


def drop(window: MainWindow, data: QMimeData) -> bool:
    """Whether it was taken."""
    none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    actions = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    enter = QDragEnterEvent(QPoint(400, 300), actions, data, *none)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    assert the_only(window, DropOverlay).isVisible() == enter.isAccepted()
    event = QDropEvent(QPointF(400, 300), actions, data, *none)
    event.ignore()
    QApplication.sendEvent(window, event)
    assert not the_only(window, DropOverlay).isVisible()
    assert not event.isAccepted() or event.dropAction() is Qt.DropAction.CopyAction
    return event.isAccepted()


def told(window: MainWindow, qtbot: QtBot) -> str:
    """What the toast says, once it does."""
    bar = the_only(window, ToastBar)
    qtbot.waitUntil(lambda: bar.toast is not None, timeout=GUARD_MS)
    assert bar.toast is not None
    return bar.toast.text


def says(widget: QWidget, text: str) -> bool:
    return text in everything_said(widget)


def chosen(window: MainWindow) -> list[str]:
    return [each.ref for each in window.session.choice.refs]


def test_an_app_is_chosen_and_can_be_taken_back(
    window: MainWindow, ref_file: Path, qtbot: QtBot
) -> None:
    assert drop(window, dragged(ref_file))
    text = told(window, qtbot)
    assert text.endswith("added to your choice")
    assert chosen(window) == [HELLO]
    assert window.page.name is PageName.APPS

    the_only(window, ToastBar).undo()
    assert chosen(window) == []


@pytest.mark.thorough
def test_undo_leaves_alone_what_came_later(
    window: MainWindow, ref_file: Path, qtbot: QtBot
) -> None:
    drop(window, dragged(ref_file))
    told(window, qtbot)
    choice = window.session.choice
    window.session.set_choice(replace(choice, refs=(*choice.refs, *choice.refs)))
    the_only(window, ToastBar).undo()
    assert chosen(window) == [HELLO, HELLO]


def test_what_is_chosen_already_is_said_to_be(
    window: MainWindow, ref_file: Path, qtbot: QtBot
) -> None:
    window.opening.open([str(ref_file)])
    told(window, qtbot)
    the_only(window, ToastBar).end()
    window.opening.open([str(ref_file)])
    assert told(window, qtbot).endswith("is chosen already")
    assert chosen(window) == [HELLO]


def test_several_end_in_one_sentence(
    window: MainWindow, ref_file: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    (bundle := tmp_path / "game.flatpak").write_bytes(b"flatpak\0" + bytes(2000))
    drop(window, dragged(ref_file, bundle))
    text = told(window, qtbot)
    assert text.startswith("1 added, 1 not: ")
    assert "game.flatpak cannot be used" in text


def test_what_is_passed_over_of_very_many_is_told(
    window: MainWindow, ref_file: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    none = [tmp_path / f"{number}.flatpakref" for number in range(201)]
    assert drop(window, dragged(ref_file, *none))
    assert (
        told(window, qtbot)
        == "1 added, 201 not: Satchel takes 200 files at a time. Add the others "
        "afterwards."
    )
    assert chosen(window) == [HELLO]


def test_a_source_is_looked_at_first(
    open_window: Callable[..., MainWindow],
    environment: Environment,
    default_upstream: Upstream,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    window = open_window(environment, built_in=())
    path = tmp_path / "school.flatpakrepo"
    path.write_text(default_upstream.flatpakrepo(default_upstream.path.as_uri()))
    drop(window, dragged(path))
    dialog = add_dialog(window, qtbot)
    assert not window.session.remotes

    accept(dialog, qtbot)
    assert told(window, qtbot) == "Test upstream added to your sources"
    assert [remote.name for remote in window.session.remotes] == ["school"]


@pytest.mark.parametrize("trusted", [True, False])
def test_an_app_brings_no_source_along_unasked(
    open_window: Callable[..., MainWindow],
    environment: Environment,
    ref_file: Path,
    qtbot: QtBot,
    trusted: bool,
) -> None:
    window = open_window(environment, built_in=())
    window.opening.open([str(ref_file)])
    dialog = add_dialog(window, qtbot)
    if trusted:
        accept(dialog, qtbot)
        assert "added" in told(window, qtbot)
        assert chosen(window) == [HELLO]
    else:
        dialog.reject()
        assert "which was not added" in told(window, qtbot)
        assert chosen(window) == []


def test_while_a_drive_is_written_the_choice_stays(
    window: MainWindow, ref_file: Path, qtbot: QtBot
) -> None:
    over = threading.Event()
    window.bridge.run(lambda _report, _cancel: over.wait(), guarded=True)
    window.opening.open([str(ref_file)])
    assert "being written" in told(window, qtbot)
    assert chosen(window) == []
    over.set()


def test_what_is_given_before_the_sources_are_known_waits_for_them(
    environment: Environment, school: Remote, ref_file: Path, qtbot: QtBot
) -> None:
    window = MainWindow(replace(environment, built_in=(school,)))
    window.show()
    window.opening.open([str(ref_file)])
    (files,) = window.opening.findChildren(GivenFiles)
    assert files.state is GivenState.WAITING
    qtbot.waitUntil(lambda: chosen(window) == [HELLO], timeout=GUARD_MS)
    with qtbot.waitSignal(window.closed, timeout=GUARD_MS):
        window.leave()


def test_of_texts_only_an_address_is_taken(window: MainWindow, qtbot: QtBot) -> None:
    """As some programs drag a link."""
    for text in (
        "org.test.Hello",
        "See https://school.example/hello.flatpakref for more",
        "mailto:teacher@school.example",
    ):
        assert not drop(window, dragged_text(text)), text
    assert drop(window, dragged_text(" http://127.0.0.1:9/hello.flatpakref\n"))
    assert "127.0.0.1:9" in told(window, qtbot)


@pytest.mark.parametrize("path", ["a" * 300, "a%00b"])
def test_a_path_that_cannot_be_one_is_told(window: MainWindow, qtbot: QtBot, path: str) -> None:
    if drop(window, dragged_text(f"file:///{path}")):
        assert "cannot be read" in told(window, qtbot)


def test_a_folder_is_looked_at(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    """Wherever it is dropped, and though a drive is written meanwhile."""
    over = threading.Event()
    window.bridge.run(lambda _report, _cancel: over.wait(), guarded=True)
    for page in (PageName.DRIVE, PageName.SETTINGS):
        (folder := tmp_path / page.name).mkdir()
        window.open(page)
        assert drop(window, dragged(folder))
        qtbot.waitUntil(lambda: window.page.name is PageName.CONTENTS, timeout=GUARD_MS)
        heading = f"There are no apps on {folder.name} yet"
        qtbot.waitUntil(partial(says, window.page, heading), timeout=GUARD_MS)
    over.set()


@pytest.mark.thorough
def test_a_folder_among_files_is_named(
    window: MainWindow, ref_file: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    (folder := tmp_path / "photos").mkdir()
    assert drop(window, dragged(ref_file, folder))
    assert "1 added, 1 not: photos is a folder." in told(window, qtbot)
    assert chosen(window) == [HELLO]


@pytest.mark.thorough
def test_whoever_drags_it_away_again_sees_the_page(window: MainWindow, ref_file: Path) -> None:
    data = dragged(ref_file)
    enter = QDragEnterEvent(
        QPoint(400, 300), Qt.DropAction.CopyAction, data,
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(window, enter)
    assert the_only(window, DropOverlay).isVisible()
    assert not any(each.acceptDrops() for each in window.findChildren(QWidget))
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not the_only(window, DropOverlay).isVisible()


def test_what_computers_need_is_chosen(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    """Together, with what each will get; Undo takes all of it back."""
    platform = f"runtime/org.test.Platform/{host_arch()}/1"
    first = written(tmp_path, needing("lab-1", [HELLO, platform], COLLECTION))
    drivers = ("nvidia-550", "default")
    second = written(tmp_path, needing("lab-2", [HELLO], COLLECTION, drivers=drivers))
    before = window.session.choice
    drop(window, dragged(first, second))
    text = told(window, qtbot)
    assert text.startswith("For 2 computer")
    assert text.endswith(": 1 added")
    assert window.page.name is PageName.APPS
    assert chosen(window) == [HELLO]
    options = window.session.choice.options
    assert (options.gpus, options.languages) == (("nvidia-550",), ("de",))
    dialog = the_only(window, ComputersDialog)
    (listed,) = dialog.findChildren(MessageList)
    items = [listed.model().index(row, 0).data(Qt.ItemDataRole.UserRole) for row in range(2)]
    assert [item.heading.split(",")[0] for item in items] == ["lab-1", "lab-2"]
    assert all(item.text.startswith("1 update") for item in items)
    dialog.reject()

    the_only(window, ToastBar).undo()
    assert window.session.choice == before


def test_what_each_computer_gets_can_be_looked_at_again(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    window.opening.open([str(written(tmp_path, needing("lab", [HELLO], COLLECTION)))])
    told(window, qtbot)
    the_only(window, ComputersDialog).reject()
    the_only(window, ChoiceStrip).opened.emit()
    (link,) = (
        each
        for each in the_only(window, YourChoice).findChildren(Link)
        if each.text().startswith("For 1 computer")
    )
    assert link.isVisible()
    link.click()
    assert any(each.isVisible() for each in window.findChildren(ComputersDialog))
    # With the last app, the computers go too.
    for dialog in window.findChildren(ComputersDialog):
        dialog.reject()
    the_only(window, YourChoice).cleared.emit()
    assert window.session.choice.computers == ()


@pytest.mark.thorough
def test_nothing_is_newer_than_what_a_computer_has(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    foreign = written(tmp_path, needing("lab", [HELLO], "org.test.Nobody"))
    window.opening.open([str(foreign)])
    assert "Nothing of what these computers have" in told(window, qtbot)
    assert not window.findChildren(ComputersDialog)


def add_dialog(window: MainWindow, qtbot: QtBot) -> AddRemoteDialog:
    qtbot.waitUntil(lambda: bool(window.findChildren(AddRemoteDialog)), timeout=GUARD_MS)
    return the_only(window, AddRemoteDialog)


def accept(dialog: AddRemoteDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.verb, Qt.MouseButton.LeftButton)
