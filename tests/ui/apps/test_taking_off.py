"""What is on the drive is ticked from the start; what is unticked comes off it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QListView

from tests.gpg import SigningKey
from tests.satchel import satchel
from tests.stick.makers import make
from tests.ui.apps.person import Person, remote_of
from tests.ui.jobs import finish, until_said
from tests.ui.user_actions import LONG, everything_said, press
from tests.ui.widget_tree import the_only
from tests.upstream import Upstream
from ui.pages.apps.your_choice import YourChoice
from ui.pages.review.drive_rows import DriveRows
from ui.pages.review.plan_view import PlanView
from ui.state.page_name import PageName
from ui.state.session import Target
from ui.widgets.toast import ToastBar


@pytest.fixture
def drive(default_upstream: Upstream, tmp_path: Path) -> Path:
    """With two apps."""
    drive = tmp_path / "stick"
    drive.mkdir()
    make(default_upstream, drive, "org.test.Hello", "org.test.Large", home=tmp_path / "home")
    return drive


@pytest.fixture
def person(
    visit: Callable[..., Person], default_upstream: Upstream, upstream_key: SigningKey, drive: Path
) -> Person:
    person = visit(remote_of(default_upstream.path, upstream_key), drive=drive)
    person.until(lambda: person.count() > 1)
    person.until(lambda: person.strip.sentence == "All of it is on Stick already")
    return person


def on_drive(drive: Path, home: Path) -> set[str]:
    told = satchel("inspect", "--json", drive, home=home).json
    refs = (ref["ref"] for place in told["collections"] for ref in place["refs"])
    return {ref.split("/")[1] for ref in refs if ref.startswith("app/")}


def taken(drive: Path) -> int:
    """Bytes, as the file system counts them."""
    return sum(path.lstat().st_blocks * 512 for path in drive.rglob("*") if path.is_file())


@pytest.mark.slow
def test_from_the_tick_to_the_free_bytes(person: Person, drive: Path, tmp_path: Path) -> None:
    window, qtbot = person.window, person.qtbot
    assert not person.primary.action.enabled
    assert person.is_checked("Large")
    before = taken(drive)

    person.choose("Large")
    person.until(lambda: "1 come(s) off" in person.strip.sentence)
    assert "1 stay, 1 come(s) off, " in person.strip.sentence
    assert not person.is_checked("Large")
    press(qtbot, window, "Review")
    until_said(window, qtbot, "1 app(s) come(s) off: Large.")
    until_said(window, qtbot, "Becomes free")
    assert [line.name for line in the_only(window.page, PlanView).off.lines] == ["Large"]

    press(qtbot, window, "Write to Stick")
    finish(window, qtbot)
    until_said(window, qtbot, "1 app(s) came off: Large.")
    outcome = window.session.outcome
    assert outcome is not None
    assert outcome.check is not None
    assert outcome.check.ok
    assert on_drive(drive, tmp_path) == {"org.test.Hello"}
    assert outcome.pruned is not None
    freed = before - taken(drive)
    assert freed >= 1_000_000
    assert abs(freed - outcome.pruned.bytes) < 100_000

    window.open(PageName.APPS)
    person.until(lambda: person.strip.sentence == "All of it is on Stick already")
    assert not person.is_checked("Large")


def test_it_is_undone_and_forgotten_on_another_drive(person: Person, tmp_path: Path) -> None:
    session = person.window.session
    person.choose("Large")
    person.until(lambda: "come(s) off" in person.strip.sentence)
    bar = the_only(person.window, ToastBar)
    bar.act()
    assert person.is_checked("Large")
    person.until(lambda: person.strip.sentence == "All of it is on Stick already")

    person.choose("Large")
    assert session.choice.coming_off
    other = tmp_path / "other"
    other.mkdir()
    session.set_target(Target(other, "Another"))
    person.until(lambda: person.strip.sentence == "Nothing chosen yet")
    assert session.choice.is_empty
    assert not person.is_checked("Hello")


@pytest.mark.thorough
def test_what_no_source_lists_is_shown_and_stays(
    visit: Callable[..., Person], upstream_key: SigningKey, drive: Path
) -> None:
    """Somebody else's drive: its apps are in the choice, though there is no row to untick."""
    nowhere = remote_of("http://127.0.0.1:9/", upstream_key)
    person = visit(nowhere, drive=drive)
    yours = the_only(person.window, YourChoice)
    model = the_only(yours, QListView).model()
    person.qtbot.waitUntil(lambda: model.rowCount() == 2, timeout=LONG)
    names = {model.index(row, 0).data() for row in range(2)}
    assert names == {"Hello", "Large"}
    assert not person.window.session.choice.without


def with_second(person: Person, upstream: Upstream, place: Path) -> Path:
    """A second drive is chosen as well, which has only the first app."""
    second = place / "second"
    second.mkdir()
    make(upstream, second, "org.test.Hello", home=place / "home")
    session = person.window.session
    session.set_targets((*session.targets, Target(second, "Second")))
    person.until(lambda: person.is_checked("Hello") and not person.is_checked("Large"))
    return second


@pytest.mark.thorough
def test_what_one_of_two_drives_lacks_is_chosen_for_it(
    person: Person, default_upstream: Upstream, drive: Path, tmp_path: Path
) -> None:
    window, session = person.window, person.window.session
    second = with_second(person, default_upstream, tmp_path)
    assert person.strip.sentence == "All of it is on all 2 drives already"

    person.choose("Large")
    person.until(lambda: person.primary.action.enabled)
    press(person.qtbot, window, "Review")
    person.until(lambda: len(session.plans) == 2)
    press(person.qtbot, window, window.page.primary_text)
    person.until(lambda: person.window.page.value == "2 of 2 ready")
    both = {"org.test.Hello", "org.test.Large"}
    assert on_drive(drive, tmp_path) == on_drive(second, tmp_path) == both


@pytest.mark.thorough
def test_what_one_of_two_drives_has_comes_off_that_one(
    person: Person, default_upstream: Upstream, drive: Path, tmp_path: Path
) -> None:
    """Unticked twice: the first time it is for both. Review says of each what comes off it."""
    window, session = person.window, person.window.session
    second = with_second(person, default_upstream, tmp_path)
    person.choose("Large")
    person.until(lambda: person.is_checked("Large"))
    person.choose("Large")
    person.until(lambda: "1 come(s) off" in person.strip.sentence and person.primary.action.enabled)
    press(person.qtbot, window, "Review")
    person.until(lambda: len(session.plans) == 2)
    said = everything_said(the_only(window.page, DriveRows))
    assert "1 app(s) come(s) off: Large." in said
    assert "Nothing comes off." in said
    press(person.qtbot, window, window.page.primary_text)
    person.until(lambda: window.page.value == "2 of 2 ready")
    assert on_drive(drive, tmp_path) == on_drive(second, tmp_path) == {"org.test.Hello"}
