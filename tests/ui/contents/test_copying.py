"""A drive is copied to another: which could take it, and the copy itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget

from app.drive.safety.guard import DriveGoneError, FileSystemIdentity
from app.drive.space import measure
from app.errors import DriveError
from app.message import Message
from app.progress import CancelToken, Event, silent
from app.replacing import replace
from app.stick.checking.check import CheckOptions
from app.stick.checking.check_place import check_path
from app.stick.cloning.place import Place as CopyPlace
from app.stick.store.location import find_stick
from tests.environments import environment_in
from tests.stick.damage import copy_stick, flip_middle
from tests.ui.contents.person import Person
from tests.ui.widget_tree import focused, texts
from ui.controllers.copying import CopyingView, CopyRow
from ui.models.place import folder_place
from ui.pages.contents.copy_dialog import CopyDialog
from ui.state.choice import Choice, ChosenRef
from ui.state.page_name import PageName
from ui.state.works.copy import CopyWork
from ui.state.works.work import WorkContext
from ui.widgets.buttons import Button
from ui.widgets.check_box import CheckBox


def asks(person: Person, stick: Path) -> CopyDialog:
    """Where it could be copied."""
    person.looks_at(stick)
    person.until(lambda: person.offers("Copy to another drive"))
    person.clicks("Copy to another drive")
    dialog = person.page.findChild(CopyDialog)
    assert dialog is not None
    person.until(dialog.isVisible)
    return dialog


def names_folder(dialog: CopyDialog, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    button(dialog, "Use a folder").click()


def button(dialog: CopyDialog, text: str) -> Button:
    return next(each for each in dialog.findChildren(Button) if each.text() == text)


def said(widget: QWidget) -> str:
    return "\n".join(text for _, text in texts(widget))


def test_a_copy_is_made_checked_and_shown(
    person: Person, good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As good as what was copied, of which nobody knows here whose it is."""
    original = copy_stick(good, tmp_path / "CLASSROOM").root
    session = person.window.session
    left = ChosenRef("app/org.test.Left/x86_64/stable", "up", "Left")
    session.set_choice(Choice((left,), session.default_options))
    dialog = asks(person, original)
    assert "Plug in another drive" in dialog.sentence
    small = tmp_path / "SMALL"
    small.mkdir()
    names_folder(dialog, small, monkeypatch)
    person.until(lambda: "to copy" in said(dialog))
    person.until(lambda: dialog.verb.text() == "Copy to SMALL")
    dialog.verb.click()

    assert person.window.page.name is PageName.MAKE
    # What is copied, and not what somebody chose before.
    assert person.window.pages[PageName.APPS].value == "2 app(s)"
    assert person.window.page.title == "Copying CLASSROOM to SMALL"
    person.until(lambda: session.outcome is not None)
    assert session.outcome is not None
    assert session.outcome.check is not None
    assert session.outcome.check.only_unvouched
    assert person.window.page.title == "SMALL is a copy of CLASSROOM"
    assert "copied in" in said(person.window.page)
    judges = session.environment.judges(session.known)
    assert check_path(small, judges, CheckOptions(), silent, CancelToken()).only_unvouched
    person.clicks("See what is on it")
    person.until(lambda: person.page.title == "SMALL" and "vouches" in person.line)


def test_a_drive_that_is_pulled_out_while_the_original_is_read_leaves_no_copy_here(
    good: Path, tmp_path: Path
) -> None:
    """Its directory stays, as by fstab."""
    environment = environment_in(tmp_path)
    pulled = tmp_path / "PULLED"
    pulled.mkdir()

    def pull_out(_event: Event) -> None:
        if not (tmp_path / "drive").exists():
            pulled.rename(tmp_path / "drive")
            pulled.mkdir()

    work = CopyWork(good, ".ostree/repo", "CLASSROOM", pulled, ())
    with pytest.raises(DriveGoneError):
        work.run(WorkContext(environment, environment.known_remotes()), pull_out, CancelToken())
    assert (tmp_path / "drive").exists()
    assert not list(pulled.iterdir())


@pytest.mark.thorough
def test_several_get_a_copy_at_once(
    person: Person, good: Path, foreign: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that has other apps stays as it is."""
    original = copy_stick(good, tmp_path / "CLASSROOM").root
    other = copy_stick(foreign, tmp_path / "OTHER").root
    dialog = asks(person, original)
    for name in ("ONE", "TWO"):
        (tmp_path / name).mkdir()
    for folder in (tmp_path / "ONE", tmp_path / "TWO", other):
        names_folder(dialog, folder, monkeypatch)
    person.until(lambda: said(dialog).count("to copy,") >= 2 and "Other apps" in said(dialog))
    assert dialog.verb.text() == "Copy"
    for tick in dialog.findChildren(CheckBox):
        if tick.isVisible():
            tick.click()
    assert dialog.verb.text() == "Copy to 2 drive(s)"
    dialog.verb.click()

    page = person.window.page
    assert page.name is PageName.MAKE
    person.until(lambda: page.value == "2 of 2 ready")
    assert page.title == "CLASSROOM copied to 2 drive(s)"
    assert "Keep going" not in said(page)
    judges = person.window.session.environment.judges(person.window.session.known)
    for name in ("ONE", "TWO"):
        report = check_path(tmp_path / name, judges, CheckOptions(), silent, CancelToken())
        assert report.only_unvouched
    person.clicks("What's on a drive")
    assert person.window.page.name is PageName.CONTENTS


def test_return_copies_as_soon_as_there_is_one_to_copy_to_and_cancels_never(
    person: Person, good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = asks(person, copy_stick(good, tmp_path / "CLASSROOM").root)
    dialog.activateWindow()
    person.until(dialog.isActiveWindow)
    person.qtbot.keyClick(focused(), Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert dialog.verb.reason == "Plug in another drive first."
    (tmp_path / "SMALL").mkdir()
    names_folder(dialog, tmp_path / "SMALL", monkeypatch)
    person.until(lambda: dialog.verb.text() == "Copy to SMALL")
    person.qtbot.keyClick(focused(), Qt.Key.Key_Return)
    assert person.window.page.name is PageName.MAKE


@pytest.mark.thorough
def test_of_several_the_first_tick_has_the_focus(
    person: Person, good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing can be copied before one of them is ticked."""
    dialog = asks(person, copy_stick(good, tmp_path / "CLASSROOM").root)
    dialog.activateWindow()
    person.until(dialog.isActiveWindow)
    for name in ("ONE", "TWO"):
        (tmp_path / name).mkdir()
        names_folder(dialog, tmp_path / name, monkeypatch)
    person.until(lambda: said(dialog).count("to copy,") >= 2)
    first, second = (each for each in dialog.findChildren(CheckBox) if each.isVisible())
    assert focused() is first
    person.qtbot.keyClick(first, Qt.Key.Key_Space)
    assert dialog.verb.text() == "Copy to ONE"
    person.qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert focused() is second


def test_what_cannot_be_ticked_is_not_ticked_anywhere_on_its_row(
    person: Person, good: Path, tmp_path: Path
) -> None:
    """Once there is room on it, nobody means it yet."""
    dialog = asks(person, good)
    nowhere = FileSystemIdentity(0, 0, 0, "", "")
    room = CopyPlace(find_stick(good), nowhere, measure(tmp_path), 1, 1)
    full = CopyRow(folder_place(tmp_path), tmp_path, error=DriveError(Message("It is full.")))
    other = CopyRow(folder_place(tmp_path / "other"), tmp_path / "other", room)
    dialog.show_view(CopyingView("CLASSROOM", (full, other)))
    [tick] = [each for each in dialog.findChildren(CheckBox) if not each.isVisible()]
    row = tick.parentWidget()
    assert row is not None
    person.until(lambda: row.height() > 1)
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    dialog.show_view(CopyingView("CLASSROOM", (replace(full, room=room, error=None), other)))
    assert not tick.isChecked()


def test_what_is_in_the_way_is_said_before_anything_is_written(
    person: Person, good: Path, foreign: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = copy_stick(foreign, tmp_path / "other").root
    dialog = asks(person, good)
    names_folder(dialog, other, monkeypatch)
    person.until(lambda: "Other apps are on it" in said(dialog))
    assert not dialog.verb.isVisible()
    button(dialog, "Erase or set up a drive").click()
    assert person.window.page.name is PageName.DRIVE


@pytest.mark.thorough
def test_a_damaged_drive_is_repaired_rather_than_copied(
    person: Person, good: Path, tmp_path: Path
) -> None:
    stick = copy_stick(good, tmp_path / "stick")
    flip_middle(stick.path(stick.object("dirtree")))
    dialog = asks(person, stick.root)
    person.until(lambda: "damaged" in dialog.sentence)
    button(dialog, "Repair").click()
    assert person.window.page.name is PageName.MAKE
    person.until(lambda: person.window.session.outcome is not None)
