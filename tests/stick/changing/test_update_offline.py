"""Drives that are brought up to date without a network, by what is kept here or beside."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.satchel import Done
from tests.stick.person import HELLO, Person
from tests.upstream import host_arch

pytestmark = pytest.mark.slow

OTHER = f"app/org.test.Other/{host_arch()}/stable"


def update(person: Person, name: str, *arguments: str | Path, check: bool | int = True) -> Done:
    return person.run("update", name, "--offline", "--yes", "--json", *arguments, check=check)


def told(done: Done) -> list[str]:
    return [event["message"] for event in done.events if event["event"] == "notice"]


def test_by_what_another_drive_has_left_here(person: Person) -> None:
    person.make("drive", "org.test.Hello")
    person.publish()
    person.make("another", "org.test.Hello")
    person.disconnect()
    done = update(person, "drive")
    assert done.finished["verify"]["ok"]
    assert 0 < done.finished["kept"] <= done.finished["bytes"]
    assert person.commits("drive") == person.commits("another")
    assert any("Nobody was asked what" in text for text in told(done))


@pytest.mark.thorough
@pytest.mark.parametrize("how", ["--from", "--from-installed"])
def test_by_what_is_beside(person: Person, how: str) -> None:
    person.make("drive", "org.test.Hello")
    person.publish()
    person.client.update()
    person.make("another", "org.test.Hello")
    person.forget()
    person.disconnect()
    beside = ("--from", person.directory / "another") if how == "--from" else (how,)
    done = update(person, "drive", *beside)
    assert done.finished["verify"]["ok"]
    assert person.commits("drive")[HELLO] == person.upstream.refs[HELLO]


@pytest.mark.thorough
def test_what_is_not_here_stays_as_it_is(person: Person) -> None:
    """The list that is here names it; nobody has fetched it."""
    person.make("drive", "org.test.Hello", "org.test.Other")
    before = person.commits("drive")
    person.publish()
    person.upstream.bump(OTHER)
    person.upstream.update(ostree_metadata=True)
    person.make("another", "org.test.Hello")
    person.disconnect()
    done = update(person, "drive", check=7)
    assert done.finished["verify"]["ok"]
    assert done.finished["held"] == [OTHER]
    after = person.commits("drive")
    assert after[HELLO] == person.upstream.refs[HELLO]
    assert after[OTHER] == before[OTHER]
    assert any(OTHER in text or "org.test.Other" in text for text in told(done))


@pytest.mark.thorough
def test_that_nothing_newer_is_here_is_not_that_there_is_nothing(person: Person) -> None:
    person.make("drive", "org.test.Hello")
    person.publish()
    person.disconnect()
    said = " ".join(person.run("update", "drive", "--offline", "--yes").said.split())
    assert "is the newest there is here" in said
    assert "Nobody was asked what" in said


@pytest.mark.thorough
def test_a_drive_that_has_a_newer_list_than_this_computer_stays_as_it_is(person: Person) -> None:
    """Nobody has held anything back: another computer has made it, or brought it up to date."""
    person.make("old", "org.test.Hello")
    kept = person.directory / "kept"
    (person.directory / "home/.cache").rename(kept)
    person.publish()
    person.make("drive", "org.test.Hello")
    before = person.commits("drive")
    shutil.rmtree(person.directory / "home/.cache")
    shutil.rmtree(person.directory / "home/.local/share/satchel", ignore_errors=True)
    kept.rename(person.directory / "home/.cache")
    person.disconnect()
    for beside in ((), ("--from", person.directory / "old")):
        update(person, "drive", *beside)
        assert person.commits("drive") == before
    assert person.make("drive", "org.test.Hello", "--offline").finished["verify"]["ok"]
    assert person.commits("drive") == before


@pytest.mark.thorough
def test_without_any_list_here_that_of_the_drive_counts(person: Person) -> None:
    person.make("drive", "org.test.Hello")
    before = person.commits("drive")
    person.forget()
    person.disconnect()
    done = update(person, "drive")
    assert person.commits("drive") == before
    assert any("Nobody was asked what" in text for text in told(done))


@pytest.mark.thorough
def test_without_any_list_at_all_it_stays_as_it_is(person: Person) -> None:
    person.make("drive", "org.test.Hello")
    shutil.rmtree(person.directory / "drive/.ostree/repo/extensions/satchel/upstream")
    person.forget()
    person.disconnect()
    done = update(person, "drive", check=4)
    assert "No list of the apps of Test upstream is kept" in done.finished["error"]["message"]


@pytest.mark.thorough
def test_where_no_list_is_kept_by_what_is_installed(person: Person) -> None:
    """Of a drive that never had a list either."""
    shutil.rmtree(person.client.repo / "tmp/cache")
    person.run("make", "drive", "org.test.Hello", "--from-installed", "--offline")
    person.publish()
    person.client.update()
    shutil.rmtree(person.client.repo / "tmp/cache")
    person.disconnect()
    done = update(person, "drive", "--from-installed")
    assert done.finished["verify"]["ok"]
    assert person.commits("drive")[HELLO] == person.upstream.refs[HELLO]


@pytest.mark.thorough
def test_several_at_once(person: Person) -> None:
    for name in ("first", "second"):
        person.make(name, "org.test.Hello")
    person.publish()
    person.make("third", "org.test.Hello")
    person.disconnect()
    update(person, "first", person.directory / "second")
    for name in ("first", "second"):
        assert person.commits(name)[HELLO] == person.upstream.refs[HELLO]
