"""What the Contents page shows of a drive."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QTreeView

from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.stick.damage import Stick
from tests.stick.makers import make
from tests.ui.contents.person import Person
from tests.ui.widget_tree import texts
from tests.upstream import Upstream, host_arch
from ui.pages.contents.app_facts import AppFactsDialog
from ui.pages.contents.apps_view import AppsList
from ui.pages.contents.builders import BuildersDialog
from ui.pages.contents.contents_view import Part
from ui.pages.contents.empty import EmptyContents
from ui.pages.contents.refs_model import RefColumn
from ui.state.page_name import PageName

NARROW = "\N{NO-BREAK SPACE}"


def test_a_sound_drive(friend: Person, good: Path, upstream_key: SigningKey) -> None:
    friend.looks_at(good)
    friend.until(lambda: "written on" in friend.line)
    assert friend.line.startswith("Not checked yet")
    assert friend.primary == "Check for updates"
    assert "are sound" in friend.checks()
    assert friend.line.startswith("Sound, Checked today at ")
    assert not friend.remarks
    assert not friend.findings
    friend.unfolds()
    assert upstream_key.fingerprint in friend.said
    assert "This computer knows it as that of up." in friend.said


def test_a_drive_that_nobody_here_knows(
    person: Person, good: Path, upstream_key: SigningKey
) -> None:
    person.looks_at(good)
    verdict = person.checks()
    assert "sound" not in verdict
    assert "nobody vouches for it" in verdict
    assert person.line.startswith("Nobody vouches for it")
    assert upstream_key.fingerprint in " ".join(person.findings)


def test_every_part_of_the_drive_is_in_the_picture_once(person: Person, good: Path) -> None:
    person.looks_at(good)
    person.part(Part.SPACE)
    person.until(person.picture.view.isVisible)
    spoken = person.cells
    assert any(row.startswith("Other, ") and " alone" in row for row in spoken)
    assert all(NARROW in row for row in spoken)
    [shared] = [row for row in spoken if row.startswith("Shared by all apps")]
    person.opens_cell(spoken.index(shared))
    inside = person.cells
    assert len([row for row in inside if re.match(r"org\.test\.Platform, \d", row)]) == 1
    assert any(row.startswith("Lists, keys and directories") for row in inside)
    person.clicks("All of the drive")
    assert person.cells == spoken


def test_the_list_tells_of_each_app(person: Person, good: Path) -> None:
    person.looks_at(good)
    person.until(lambda: person.apps and NARROW in person.apps[0])
    assert [row.partition(". ")[0] for row in person.apps] == ["Hello", "Other"]
    assert "German" in person.apps[0]
    assert "1.0" in person.apps[0]


@pytest.mark.thorough
def test_the_table_tells_and_sorts(person: Person, good: Path) -> None:
    person.looks_at(good)
    person.until(lambda: "written on" in person.line)
    person.until(lambda: NARROW in "".join(person.column(RefColumn.SIZE)))
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


def test_a_repository_with_nothing_in_it(person: Person, tmp_path: Path) -> None:
    repository = tmp_path / "drive/.ostree/repo"
    repository.parent.mkdir(parents=True)
    subprocess.run(["ostree", "init", "--mode=archive", f"--repo={repository}"], check=True)
    person.looks_at(tmp_path / "drive")
    person.until(lambda: "no apps that computers would find" in person.panel)
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
    person.until(lambda: "written on" in person.line)
    person.part(Part.SPACE)
    person.until(lambda: person.cells and person.picture.view.isVisible())
    shared = next(row for row in person.cells if row.startswith("Shared by all apps"))
    person.opens_cell(person.cells.index(shared))
    assert hostile in person.column(RefColumn.NAME)
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


def test_details_for_builders(person: Person, good: Path) -> None:
    person.looks_at(good)
    person.until(lambda: "written on" in person.line)
    assert "ostree-metadata" not in person.said
    dialog = person.builders
    view = dialog.findChild(QTreeView)
    assert view is not None
    model = view.model()
    top = model.index(0, 0)
    names = [model.index(row, 0, top).data() for row in range(model.rowCount(top))]
    assert "ostree-metadata" in names
    person.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    person.until(lambda: person.page.findChild(BuildersDialog) is None)


@pytest.mark.thorough
def test_a_drive_that_flatpak_made(
    person: Person, foreign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.window.open(PageName.CONTENTS)
    person.opens(foreign, monkeypatch)
    person.until(lambda: "not written by Satchel" in person.line)
    assert "No list to compare with" in person.column(RefColumn.STATE)
    assert "key not known" in "".join(person.column(RefColumn.SIGNER))
    person.builders.reject()
    person.checks()
    assert person.remarks


def test_no_drive_at_all(person: Person) -> None:
    person.window.open(PageName.CONTENTS)
    person.until(lambda: "No drive to look at" in person.panel)
    assert person.primary == ""
    assert person.button("Open a folder…").isEnabled()
    assert person.places == ["Open a folder…"]


def test_a_drive_without_apps_leads_to_choosing(person: Person, tmp_path: Path) -> None:
    drive = tmp_path / "empty"
    drive.mkdir()
    person.looks_at(drive)
    person.until(lambda: "no apps on" in person.panel)
    person.clicks("Choose apps")
    assert person.window.page.name is PageName.APPS
    target = person.window.session.target
    assert target is not None
    assert target.root == drive


def test_a_repository_that_has_lost_its_name(person: Person, stick: Stick) -> None:
    """As when a file system is repaired: it is no drive without apps."""
    (stick.root / ".ostree").rename(stick.root / "OSTREE~1")
    person.looks_at(stick.root)
    person.until(lambda: "has lost its name" in person.panel)
    assert person.line.startswith("Cannot be read")
    assert person.primary == "Repair…"
    # Nothing comes later that says that it is still being looked at.
    empty = person.page.findChild(EmptyContents)
    assert empty is not None
    assert not any(timer.isActive() for timer in empty.findChildren(QTimer))


@pytest.mark.thorough
def test_of_two_that_have_lost_their_names_the_person_keeps_one(
    person: Person, stick: Stick, tmp_path: Path
) -> None:
    (stick.root / ".ostree").rename(stick.root / "FSCK0000.000")
    other = stick.root / "FSCK0001.000"
    shutil.copytree(stick.root / "FSCK0000.000", other, symlinks=True)
    person.looks_at(stick.root)
    person.until(lambda: "has lost its name" in person.panel)
    assert "Move all but one" in person.everything
    assert person.primary == "Look again"
    other.rename(tmp_path / "elsewhere")
    person.presses()
    person.until(lambda: person.primary == "Repair…")
    assert "Move all but one" not in person.everything


@pytest.mark.thorough
def test_a_repository_that_only_a_repair_can_read(person: Person, stick: Stick) -> None:
    (stick.repo / "config").write_text("nonsense")
    person.looks_at(stick.root)
    person.until(lambda: "cannot be installed from it" in person.panel)
    assert person.primary == "Repair…"


def test_a_repository_that_cannot_be_read(person: Person, stick: Stick) -> None:
    """Of another kind: a repair makes nothing of it either."""
    config = stick.repo / "config"
    config.write_text(config.read_text().replace("mode=archive-z2", "mode=bare"))
    person.looks_at(stick.root)
    person.until(lambda: "cannot be installed from it" in person.panel)
    shutil.rmtree(stick.root)
    assert person.line.startswith("Cannot be read")
    assert person.primary == "Look again"
    person.presses()
    person.until(lambda: "cannot be installed from it" not in person.panel)


def fill_hello(upstream: Upstream) -> None:
    upstream.add_runtime(runnable=False)
    upstream.add_app("org.test.Hello")
    upstream.update()


@pytest.mark.thorough
def test_an_app_of_several_sources(
    person: Person, upstream_key: SigningKey, tmp_path: Path
) -> None:
    """It is one in the list: the one that a computer gets. Which one is told of it."""
    drive, home = tmp_path / "drive", tmp_path / "home"
    for name, signed in (("first", True), ("second", False)):
        source = kept_upstream(tmp_path / name, upstream_key, fill_hello, "", signed=signed)
        if not signed:
            source.bump(f"app/org.test.Hello/{host_arch()}/stable")
            source.update()
        allowed = () if signed else ("--allow-unsigned",)
        make(source, drive, "org.test.Hello", *allowed, home=home, name=name)
    person.looks_at(drive)
    person.part(Part.APPS)
    person.until(lambda: person.apps)
    [hello] = person.apps
    assert "Unsigned" not in hello
    apps = person.page.findChild(AppsList)
    assert apps is not None
    index = apps.view.model().index(0, 0)
    apps.view.setCurrentIndex(index)
    person.qtbot.keyClick(apps.view, Qt.Key.Key_Return)
    dialog = person.window.findChild(AppFactsDialog)
    assert dialog is not None
    told = "\n".join(text for _, text in texts(dialog))
    assert "is on the drive from several sources, and a computer has it once" in told
