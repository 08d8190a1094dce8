"""What is installed here without its remote, without its signature, or from a file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.ostree.objects import ObjectKind
from tests.stick.installer.running import run
from tests.stick.kinds.conftest import bundle
from tests.stick.person import HELLO, LOCALE, Person
from tests.stick.receiving.computers import USER, Computer
from tests.upstream import host_arch

pytestmark = pytest.mark.slow


def test_what_is_installed_from_a_remote_that_is_gone(person: Person) -> None:
    """Nobody who is asked about others can tell of it."""
    person.client.run("remote-delete", "--user", "--force", "school")
    person.disconnect()
    words = ("org.test.Hello", "--from-installed", "--offline")
    error = person.make("drive", *words, check=2).finished["error"]
    assert "org.test.Hello is installed here from school" in error["message"]
    assert "--remote" in error["hint"]
    remote = person.directory / "own/school.flatpakrepo"
    assert person.make("drive", *words, "--remote", remote).finished["verify"]["ok"]


def test_what_flatpak_leaves_of_a_file_is_no_remote(person: Person, tmp_path: Path) -> None:
    """Apps in files that tell of no address have a remote without one; it is asked for nothing."""
    file = bundle(person.upstream, "org.test.Hello", tmp_path / "hello.flatpak")
    person.client.run("uninstall", "--user", "-y", "org.test.Hello")
    person.client.run("install", "--user", "-y", "--noninteractive", "--no-deps", file)
    assert "hello-origin" in (person.client.repo / "config").read_text()
    done = person.run("plan", "drive", "org.test.Hello", "--remote", "school", "--json")
    assert "hello-origin" not in done.said


def test_what_has_lost_its_signature_is_vouched_for_by_nobody(person: Person) -> None:
    """It was accepted; a check later calls it an error, and no receive takes it."""
    person.damage(HELLO, ObjectKind.COMMITMETA)
    person.disconnect()
    words = ("org.test.Hello", "--from-installed", "--offline", "--allow-unsigned")
    done = person.make("drive", *words)
    assert done.finished["verify"]["unsigned_apps"] == [HELLO]
    said = person.run("make", "second", *words, "--yes").stdout
    assert "NOT vouched for: nothing is damaged" in said
    assert "Sound (" not in said


RUNTIME = f"runtime/org.test.Platform/{host_arch()}/1"


@pytest.mark.parametrize(
    ("ref", "listed"),
    [
        (HELLO, False),
        (RUNTIME, False),
        pytest.param(LOCALE, False, marks=pytest.mark.thorough),
        (HELLO, True),
        pytest.param(RUNTIME, True, marks=pytest.mark.thorough),
        pytest.param(LOCALE, True, marks=pytest.mark.thorough),
    ],
)
def test_every_computer_is_asked_about_what_has_lost_its_signature(
    person: Person, ref: str, *, listed: bool
) -> None:
    """And about what runs on it or brings it along. flatpak itself looks only at what the list of
    the drive names, and then takes it from nobody."""
    person.damage(ref, ObjectKind.COMMITMETA)
    if not listed:
        shutil.rmtree(person.client.repo / "tmp/cache")
    person.disconnect()
    words = ("org.test.Hello", "--from-installed", "--offline", "--allow-unsigned")
    assert person.make("drive", *words).finished["ok"]
    drive = person.directory / "drive"
    page = (drive / "satchel/START-HERE.html").read_text()
    assert "Nobody vouches for org.test.Hello (from" in page
    assert '<p class="unsigned">' in page
    assert "everything but what nobody vouches for" in page
    # What the kit says of it is what a check expects.
    report = person.run("verify", "drive", "--json", check=1).json
    codes = {each["code"] for each in report["findings"]}
    assert not {code for code in codes if code.startswith("kit-")}

    computer = Computer(person.directory, USER, person.another())
    assert "org.test.Hello" in run(computer, drive, "--list")
    said = run(computer, drive, expect=1)
    assert "Nobody vouches for" in said
    assert "NOT installed:\n  org.test.Hello" in said
    assert not computer.installed()
    run(computer, drive, "--allow-unsigned")
    assert {HELLO, ref} <= computer.installed().keys()
    # What is here already needs nobody's word.
    assert "Already there" in run(computer, drive)


def test_nobody_is_asked_once_the_signature_is_back(person: Person) -> None:
    person.damage(HELLO, ObjectKind.COMMITMETA)
    words = ("org.test.Hello", "--from-installed", "--offline", "--allow-unsigned")
    person.make("drive", *words)
    person.run("repair", "drive", "--remote", "school", "--yes")
    assert person.run("verify", "drive", "--json").json["findings"] == []
    drive = person.directory / "drive"
    assert "Nobody vouches" not in (drive / "satchel/START-HERE.html").read_text()
    assert "unvouched" not in (drive / "satchel/contents.tsv").read_text()
