"""Drives made without a network, of what this computer has kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from app.ostree.objects import ObjectKind, ObjectName
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.ostree.pull.kept import forget
from tests.satchel import Done, satchel
from tests.servers import Server
from tests.stick.conftest import fill
from tests.upstream import Upstream, host_arch

pytestmark = pytest.mark.slow

HELLO = f"app/org.test.Hello/{host_arch()}/stable"
LOCALE = f"runtime/org.test.Hello.Locale/{host_arch()}/stable"


@dataclass(frozen=True)
class Person:
    """Somebody with a computer, a remote that can be reached or not, and drives.

    Attributes:
        away: a drive that was made while it could be.
    """

    directory: Path
    remote: Path
    upstream: Upstream

    @property
    def home(self) -> Path:
        return self.directory / "home"

    @property
    def cache(self) -> Path:
        return self.home / ".cache/satchel"

    def drive(self, name: str) -> Path:
        drive = self.directory / name
        drive.mkdir(exist_ok=True)
        return drive

    def make(self, name: str, *arguments: str, check: bool | int = True) -> Done:
        return satchel(
            "make",
            self.drive(name),
            "--remote",
            self.remote,
            "--json",
            *arguments,
            home=self.home,
            check=check,
        )

    def spoil(self, ref: str, kind: ObjectKind = ObjectKind.FILE) -> None:
        """One object of a ref, and of nothing else, is not kept any more."""
        own = _objects(self.upstream, ref) - _objects(self.upstream, _other(ref))
        forget(self.cache, min((name for name in own if name.kind is kind), key=str))


def _other(ref: str) -> str:
    return HELLO if ref != HELLO else LOCALE


def _objects(upstream: Upstream, ref: str) -> set[ObjectName]:
    listed = upstream.ostree("ls", "-R", "-C", ref).splitlines()
    files = (line.split()[4] for line in listed if line.startswith("-"))
    return {ObjectName(checksum, ObjectKind.FILE) for checksum in files}


@pytest.fixture
def person(tmp_path: Path, upstream_key: SigningKey) -> Person:
    """The first drive is made; then the network is away."""
    upstream = kept_upstream(tmp_path / "upstream", upstream_key, fill)
    home = tmp_path / "home"
    home.mkdir()
    remote = tmp_path / "school.flatpakrepo"
    person = Person(tmp_path, remote, upstream)
    with Server(upstream.path) as server:
        remote.write_text(upstream.flatpakrepo(server.url))
        first = person.make("first", "org.test.Hello")
        assert first.finished["kept"] == 0
    return person


def test_the_next_drive_is_made_without_a_network(person: Person) -> None:
    done = person.make("second", "org.test.Hello", "--offline")
    assert done.finished["kept"] > 0
    assert done.finished["verify"]["ok"]
    notices = [event["message"] for event in done.events if event["event"] == "notice"]
    assert any("Nobody was asked what" in text for text in notices)
    listed = [
        satchel("inspect", person.drive(name), "--json", home=person.home).json
        for name in ("first", "second")
    ]
    refs = [
        {ref["ref"]: ref["commit"] for ref in each["collections"][0]["refs"]} for each in listed
    ]
    assert refs[0] == refs[1]


@pytest.mark.thorough
def test_plan_and_search_ask_nobody_either(person: Person) -> None:
    arguments = ("--remote", person.remote, "--offline", "--json")
    plan = satchel("plan", person.drive("other"), "org.test.Hello", *arguments, home=person.home)
    assert HELLO in [item["ref"] for item in plan.json["items"]]
    found = satchel("search", "hello", *arguments, home=person.home)
    assert HELLO in [row["ref"] for row in found.json]


@pytest.mark.thorough
def test_what_was_never_fetched_is_named_before_anything_is_written(person: Person) -> None:
    done = person.make("second", "org.test.Hello", "org.test.Other", "--offline", check=4)
    assert "app/org.test.Other/" in done.said
    assert "never fetched" in done.said
    assert list(person.drive("second").iterdir()) == []


@pytest.mark.thorough
def test_a_file_that_is_not_kept_any_more_is_missed_before_anything_is_written(
    person: Person,
) -> None:
    person.spoil(HELLO)
    done = person.make("second", "org.test.Hello", "--offline", check=4)
    assert f"{HELLO} cannot be had without a network: 1 of its" in done.said
    assert list(person.drive("second").iterdir()) == []


@pytest.mark.thorough
def test_what_apps_go_without_is_left_out(person: Person) -> None:
    person.spoil(LOCALE)
    done = person.make("second", "org.test.Hello", "--offline")
    assert LOCALE in [each["ref"] for each in done.finished["left_out"]]


@pytest.mark.thorough
def test_lists_that_were_only_looked_at_do_not_count(person: Person) -> None:
    person.upstream.bump(HELLO)
    person.upstream.update()
    with Server(person.upstream.path) as server:
        # It has moved, which changes nothing for what is kept under its name.
        person.remote.write_text(person.upstream.flatpakrepo(server.url))
        person.make("newer", "org.test.Hello")
        person.upstream.bump(HELLO)
        person.upstream.update()
        satchel("search", "hello", "--remote", person.remote, home=person.home)
    assert person.make("second", "org.test.Hello", "--offline").finished["verify"]["ok"]


@pytest.mark.thorough
def test_a_computer_that_has_kept_nothing_says_so(person: Person, tmp_path: Path) -> None:
    home = tmp_path / "another"
    home.mkdir()
    done = satchel(
        *("make", person.drive("second"), "org.test.Hello", "--offline", "--json"),
        *("--remote", person.remote),
        home=home,
        check=4,
    )
    assert "No list of the apps of" in done.said
