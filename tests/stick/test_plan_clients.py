"""A plan says what computers will take of the drive as it will be; then they do."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from app.message import Message, alike
from tests.client import Client
from tests.gpg import SigningKey
from tests.satchel import satchel
from tests.stick.damage import HELLO, OTHER, Stick
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.slow

OWN, SECOND = ".ostree/repo", ".ostree/repos.d/other"


@pytest.fixture
def later(upstream: Upstream, newer: Path, tmp_path: Path) -> Path:
    """The remote as it was when ``newer`` was made."""
    remote = tmp_path / "later.flatpakrepo"
    remote.write_text(
        upstream.flatpakrepo((newer.parent.parent / "upstream-later" / upstream.path.name).as_uri())
    )
    return remote


@pytest.fixture
def now(upstream: Upstream, tmp_path: Path) -> Path:
    """The remote as it was when ``good`` was made."""
    remote = tmp_path / "now.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    return remote


@pytest.fixture
def computer(client: Client, upstream_key: SigningKey) -> Client:
    """It knows the remote, which it cannot reach."""
    client.remote_add("up", "http://127.0.0.1:9/", upstream_key.public, COLLECTION, check=False)
    return client


def plan(stick: Stick, remote: Path, computer: Client, *options: str) -> dict[str, Any]:
    home = computer.directory / "satchel"
    home.mkdir(exist_ok=True)
    words = ("plan", "--json", stick.root, "org.test.Hello", "--remote", remote)
    done = satchel(*words, *options, home=home, env=computer.environment)
    told: dict[str, Any] = done.json
    return told


def clients(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["ref"]: each for each in told["clients"]}


def notices(told: dict[str, Any], beginning: str) -> list[list[str]]:
    """The refs of each notice that begins so."""
    return [
        each["args"]["refs"] for each in told["notices"] if each["message"].startswith(beginning)
    ]


def test_all_of_it_is_taken(stick: Stick, now: Path, computer: Client) -> None:
    told = plan(stick, now, computer)
    assert {HELLO, OTHER} <= set(clients(told))
    for each in clients(told).values():
        assert each["taken"]["version"] == each["version"]
        assert each["taken"]["repository"] == OWN
        assert each["here"] == "install"
        assert (each["behind"], each["newer_here"], each["ignored"]) == (False, False, None)


def test_what_stays_at_its_version_is_behind_the_list_that_goes_along(
    stick: Stick, later: Path, computer: Client
) -> None:
    told = plan(stick, later, computer, "--keep-versions")
    assert clients(told)[HELLO]["version"]["commit"] == stick.commit(HELLO)
    assert clients(told)[HELLO]["behind"]
    assert notices(told, "The list that goes along names something newer") == [[HELLO]]
    assert not clients(plan(stick, later, computer))[HELLO]["behind"]


def test_nothing_older_than_here(
    stick: Stick, newer: Path, now: Path, later: Path, computer: Client
) -> None:
    computer.install("up", "org.test.Hello", sideload=newer)
    told = plan(stick, now, computer)
    assert clients(told)[HELLO]["newer_here"]
    assert clients(told)[HELLO]["here"] == "keep"
    assert notices(told, "This computer has something newer") == [[HELLO]]
    before = computer.installed()
    computer.update(f"--sideload-repo={stick.root}", HELLO)
    assert computer.installed() == before
    # Of the same there is nothing to say.
    assert not clients(plan(stick, later, computer))[HELLO]["newer_here"]


def test_an_update_of_what_is_here(stick: Stick, later: Path, computer: Client) -> None:
    computer.install("up", "org.test.Hello", sideload=stick.root)
    assert clients(plan(stick, later, computer))[HELLO]["here"] == "update"


@pytest.mark.thorough
def test_another_repository_on_the_drive_is_newer(
    stick: Stick, newer: Path, later: Path, now: Path, computer: Client
) -> None:
    shutil.copytree(newer / OWN, stick.root / SECOND, symlinks=True)
    told = plan(stick, now, computer)
    taken = clients(told)[HELLO]["taken"]
    assert taken["repository"] == SECOND
    assert notices(told, f"Computers that are given the whole drive take from {SECOND}") == [
        [HELLO]
    ]
    computer.install("up", "org.test.Hello", sideload=stick.root)
    assert computer.installed()[HELLO] == taken["version"]["commit"]
    # Once it is as new, whose it is makes no difference.
    told = plan(stick, later, computer)
    assert not notices(told, "Computers that are given the whole drive")


def test_what_the_plan_does_not_touch(
    stick: Stick, warned: Path, now: Path, computer: Client
) -> None:
    """Of another collection, whose ostree-metadata somebody has exchanged for an old one."""
    other = Stick(warned)
    ref = "org.test.Second"
    shutil.copytree(
        other.repo / f"refs/mirrors/{ref}", stick.repo / f"refs/mirrors/{ref}", dirs_exist_ok=True
    )
    shutil.copytree(other.repo / "objects", stick.repo / "objects", dirs_exist_ok=True)
    (stick.repo / f"refs/mirrors/{ref}/ostree-metadata").write_text(
        f"{stick.commit('ostree-metadata')}\n"
    )
    stick.update_summary()
    told = plan(stick, now, computer)
    second = [each for each in told["clients"] if each["collection"] == ref]
    assert second
    assert all(each["ignored"] for each in second)
    (named,) = notices(told, "Not every computer will take")
    assert set(named) == {each["ref"] for each in second}
    (said,) = [each["message"] for each in told["notices"] if "Not every" in each["message"]]
    assert f"it describes {', '.join(named)} differently" in said


def test_reasons_of_another_kind_are_told_apart() -> None:
    unfit = "its ostree-metadata does not fit: {problem}"
    older = Message(unfit, problem=Message("it is older than a commit on the drive"))
    others = [
        Message(unfit, problem=Message("it names another commit for {name}, or none", name=ref))
        for ref in (HELLO, OTHER)
    ]
    told = alike([*others, older])
    assert [(places, str(why).partition(": ")[2]) for places, why in told] == [
        ([0, 1], f"it names another commit for {HELLO}, {OTHER}, or none"),
        ([2], "it is older than a commit on the drive"),
    ]
