"""What a source without a collection ID drops stays on drives, and is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.satchel import satchel
from tests.stick.damage import HELLO, OTHER, RUNTIME
from tests.stick.installer.running import run
from tests.stick.receiving.computers import Computer
from tests.stick.remotes.carrying import ORIGIN, Carrier
from tests.upstream import Upstream

LOCALE = HELLO.replace("app/org.test.Hello", "runtime/org.test.Hello.Locale")
THIRD = OTHER.replace("Other", "Third")
RULE = "Computers take from there only what it lists."
WHY = f"Test upstream does not list org.test.Other any more. {RULE}"


@pytest.fixture
def dropped(carrier: Carrier) -> Carrier:
    """One of the two apps is gone, the other is newer, and there is a third."""
    carrier.upstream.remove(OTHER)
    carrier.upstream.bump(HELLO)
    carrier.upstream.add_app("org.test.Third")
    carrier.upstream.update()
    return carrier


def _said(text: str) -> str:
    return " ".join(text.split())


def test_it_stays_with_all_that_is_of_its_source(dropped: Carrier, tmp_path: Path) -> None:
    """Computers find it by the list of before only."""
    before = dropped.refs
    shown = _said(dropped.run("update", "--dry-run", check=7).stdout)
    assert "is the newest there is, but for what stays as it is." in shown
    assert f"What is from Test upstream stays as it is: {WHY}" in shown
    assert "satchel remove" in shown
    done = dropped.run("update", "--yes", "--json", check=7).finished
    assert done["changed"] is False
    assert done["unasked"] == []
    (held,) = done["held_back"]
    assert (held["origin"], held["unlisted"], held["newer"]) == (ORIGIN, [OTHER], [HELLO])
    assert dropped.refs == before
    assert dropped.errors() == set()
    computer = Computer(tmp_path / "computer")
    run(computer, dropped.drive)
    assert {HELLO, OTHER} <= computer.client.installed().keys()


@pytest.mark.thorough
def test_taken_off_it_holds_nothing_back(dropped: Carrier) -> None:
    satchel("remove", dropped.drive, "org.test.Other", "--yes", home=dropped.home)
    done = dropped.run("update", "--yes", "--json").finished
    assert done["held_back"] == []
    assert OTHER not in dropped.refs
    assert dropped.refs[HELLO] == dropped.upstream.commit(HELLO)
    assert dropped.errors() == set()


@pytest.mark.thorough
def test_nothing_else_is_newer(carrier: Carrier) -> None:
    """Then nothing is left behind."""
    carrier.upstream.remove(OTHER)
    carrier.upstream.update()
    before = carrier.refs
    done = carrier.run("update", "--yes", "--json").finished
    assert [each["newer"] for each in done["held_back"]] == [[]]
    assert carrier.refs == before
    assert carrier.errors() == set()


@pytest.mark.thorough
def test_what_only_came_along_holds_nothing_back(carrier: Carrier) -> None:
    """Translations that the app does not have any more."""
    (locale,) = (ref for ref in carrier.refs if ref.startswith("runtime/org.test.Hello.Locale/"))
    carrier.upstream.remove(locale)
    newer = carrier.upstream.bump(HELLO)
    carrier.upstream.update()
    done = carrier.run("update", "--yes", "--json").finished
    assert done["held_back"] == []
    assert carrier.refs[HELLO] == newer
    assert locale not in carrier.refs
    assert carrier.errors() == set()


@pytest.mark.thorough
def test_what_was_renamed_follows(carrier: Carrier) -> None:
    carrier.upstream.add_app("org.test.Third")
    carrier.upstream.republish(OTHER, f"--add-metadata-string=ostree.endoflife-rebase={THIRD}")
    carrier.upstream.update()
    done = carrier.run("update", "--yes", "--json").finished
    assert done["held_back"] == []
    assert THIRD in carrier.refs
    assert carrier.errors() == set()


def test_what_it_needs_is_dropped(carrier: Carrier) -> None:
    """Apps are no use without their runtime."""
    before = carrier.refs
    carrier.upstream.remove(RUNTIME)
    carrier.upstream.bump(HELLO)
    carrier.upstream.update()
    done = carrier.run("update", "--yes", check=7)
    assert "does not list org.test.Platform any more" in _said(done.said)
    assert carrier.refs == before
    assert carrier.errors() == set()


@pytest.mark.parametrize("verb", [pytest.param("plan", marks=pytest.mark.thorough), "make"])
def test_another_one_of_its_source_is_refused(dropped: Carrier, verb: str) -> None:
    """It could come only with the new list."""
    before = dropped.refs
    done = dropped.run(verb, "org.test.Third", check=4)
    assert WHY in _said(done.said)
    assert "satchel remove" in _said(done.said)
    assert dropped.refs == before
    assert dropped.errors() == set()


def test_another_source_goes_on(dropped: Carrier, tmp_path: Path) -> None:
    """Also with an app that needs what is held back, as it is there."""
    guests = Upstream(tmp_path / "guests", dropped.upstream.key, collection="")
    guests.add_app("org.test.Guest")
    guests.update()
    file = tmp_path / "guests.flatpakrepo"
    file.write_text(guests.flatpakrepo(guests.path.as_uri()))
    before = dropped.refs
    words = ("org.test.Guest", "--yes", "--json")
    done = satchel("make", dropped.drive, *words, "--remote", file, home=dropped.home).finished
    assert done["ok"]
    assert dropped.refs == before
    newer = guests.bump(OTHER.replace("Other", "Guest"))
    guests.update()
    dropped.remote.rename(dropped.home / "known.flatpakrepo")
    satchel("remotes", "add", dropped.home / "known.flatpakrepo", home=dropped.home)
    options = ("--yes", "--json", "--remote", file)
    done = satchel("update", dropped.drive, *options, home=dropped.home, check=7).finished
    assert [each["unlisted"] for each in done["held_back"]] == [[OTHER]]
    place = dropped.repo / "refs/remotes/guests/app/org.test.Guest"
    assert {path.read_text().strip() for path in place.rglob("*") if path.is_file()} == {newer}
    assert dropped.refs == before
    assert dropped.errors() == set()


@pytest.mark.thorough
def test_what_is_held_back_gets_the_runtime_of_another_source(
    carrier: Carrier, tmp_path: Path
) -> None:
    """Nothing else needs that one."""
    guests = Upstream(tmp_path / "guests", carrier.upstream.key, collection="")
    leaves = guests.add_app("org.test.Leaves")
    guests.add_app("org.test.Guest")
    guests.update()
    file = carrier.home / "guests.flatpakrepo"
    file.write_text(guests.flatpakrepo(guests.path.as_uri()))
    satchel("remotes", "add", file, home=carrier.home)
    carrier.run("make", "guests:org.test.Guest", "guests:org.test.Leaves", "--yes")
    satchel("remove", carrier.drive, HELLO, OTHER, "--yes", home=carrier.home)
    guests.remove(leaves)
    guests.update()
    newer = carrier.upstream.bump(RUNTIME)
    carrier.upstream.update()
    done = carrier.run("update", "--yes", "--json").finished
    assert [each["unlisted"] for each in done["held_back"]] == [[leaves]]
    assert carrier.refs[RUNTIME] == newer
    users = carrier.record["refs"][ORIGIN][RUNTIME]["needed_by"]
    assert set(users) == {leaves, leaves.replace("Leaves", "Guest")}
    assert carrier.errors() == set()


@pytest.mark.parametrize("what", [HELLO, pytest.param(LOCALE, marks=pytest.mark.thorough)])
def test_an_object_of_what_is_newer_is_not_handed_out(carrier: Carrier, what: str) -> None:
    """What is there stays installable: of another version than the list names computers take
    nothing."""
    objects = carrier.upstream.path / "objects"
    there = set(objects.rglob("*.filez"))
    for ref in (OTHER, OTHER, what):
        carrier.upstream.bump(ref)
    carrier.upstream.update()
    listed = carrier.upstream.ostree("ls", "-C", "-R", what)
    new = [path for path in set(objects.rglob("*.filez")) - there if _checksum(path) in listed]
    assert new
    for path in new:
        path.unlink()
    done = carrier.run("update", "--yes", check=7)
    assert "cannot come as Test upstream lists it: Upstream does not hand out" in _said(done.said)
    assert {HELLO, OTHER} <= carrier.refs.keys()
    assert carrier.errors() == set()


def _checksum(path: Path) -> str:
    return path.parent.name + path.stem


@pytest.mark.parametrize("dropped_ref", [RUNTIME, pytest.param(OTHER, marks=pytest.mark.thorough)])
def test_a_repair_of_something_else_loses_nothing(carrier: Carrier, dropped_ref: str) -> None:
    """Nothing of upstream's is needed for the kit."""
    carrier.upstream.remove(dropped_ref)
    carrier.upstream.bump(HELLO)
    carrier.upstream.update()
    before = carrier.refs
    shutil.rmtree(carrier.drive / "satchel")
    done = carrier.run("repair", "--yes")
    assert "stays as it is" in _said(done.said)
    assert carrier.refs == before
    assert carrier.errors() == set()


def test_nor_does_a_repair_of_what_was_dropped(dropped: Carrier) -> None:
    """What only its source could mend is named."""
    before = dropped.refs
    listed = dropped.upstream.ostree("ls", "-C", "-R", dropped.refs[OTHER])
    lost = next(path for path in dropped.repo.rglob("*.filez") if _checksum(path) in listed)
    lost.unlink()
    done = dropped.run("repair", "--yes", check=1)
    assert WHY in _said(done.said)
    assert dropped.refs == before


@pytest.mark.thorough
def test_without_a_list_nothing_is_left_to_lose(dropped: Carrier) -> None:
    shutil.rmtree(dropped.copy)
    done = dropped.run("repair", "--yes")
    assert f"{OTHER} is taken off the drive" in _said(done.said)
    assert OTHER not in dropped.refs
    assert dropped.refs[HELLO] == dropped.upstream.commit(HELLO)
    assert dropped.errors() == set()
