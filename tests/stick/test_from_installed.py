"""What is installed here without its remote, without its signature, or from a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.ostree.objects import ObjectKind
from tests.stick.kinds.conftest import bundle
from tests.stick.person import HELLO, Person

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
