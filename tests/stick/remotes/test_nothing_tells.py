"""All that would name a source without a collection ID is lost: record, refs, lists and kit. Whose
the apps are nobody can tell any more, but they are there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.gpg import SigningKey
from tests.satchel import Done, satchel
from tests.stick.damage import HELLO, OTHER, RUNTIME
from tests.stick.remotes.carrying import Carrier
from tests.upstream import COLLECTION, Upstream


def emptied(stick: Carrier) -> None:
    """As a power cut leaves what had just been given its name."""
    for place in (stick.repo / "refs", stick.repo / "extensions", stick.drive / "satchel"):
        for path in place.rglob("*"):
            if path.is_file():
                path.write_bytes(b"")
    (stick.repo / "summary").write_bytes(b"")


def gone(stick: Carrier) -> None:
    """As the repair of a file system does."""
    for place in (stick.repo / "refs", stick.repo / "extensions", stick.drive / "satchel"):
        shutil.rmtree(place)
    (stick.repo / "summary").unlink()


def names_gone(stick: Carrier) -> None:
    """The directories are there."""
    gone(stick)
    (stick.repo / "extensions/satchel").mkdir(parents=True)


LOSSES = (emptied, gone, names_gone)
Loss = Callable[[Carrier], None]


@pytest.mark.parametrize("lose", LOSSES)
def test_no_prune_frees_them(lose: Loss, stick: Carrier) -> None:
    lose(stick)
    assert satchel("prune", stick.drive, "--json", home=stick.home).json["objects"] == 0


SOMEBODY = "somebody"


def _repair(stick: Carrier, *words: str) -> Done:
    """On a computer that knows nothing of the source."""
    return satchel("repair", stick.drive, "--yes", *words, home=stick.home / SOMEBODY, check=False)


def _prune(stick: Carrier, *words: str) -> Any:
    return satchel("prune", stick.drive, "--json", *words, home=stick.home / SOMEBODY).json


@pytest.mark.parametrize("lose", LOSSES)
def test_not_after_repairs_either(lose: Loss, stick: Carrier) -> None:
    """And whoever names the source has all again."""
    before = stick.refs
    lose(stick)
    for _ in range(2):
        _repair(stick)
        assert _prune(stick)["objects"] == 0
    plan = stick.run("repair", "--dry-run", "--json").json
    done = stick.run("repair", "--yes", "--json").finished
    assert done["unhealed"] == plan["unhealed"] == []
    assert stick.refs == before
    assert stick.errors() == set()
    assert "names-lost" not in stick.codes()
    assert _prune(stick)["objects"] == 0


def test_not_after_a_job_of_another_source(stick: Carrier, nameless: Upstream) -> None:
    """What it says before of what becomes free is true."""
    gone(stick)
    other = Carrier(nameless, stick.directory, "others")
    done = other.make("org.test.Other")
    assert done["ok"]
    assert "names-lost" in stick.codes()
    assert _prune(stick, "--dry-run")["objects"] == 0
    assert _prune(stick)["objects"] == 0


def test_they_are_told_and_freed_when_somebody_says_so(stick: Carrier) -> None:
    gone(stick)
    _repair(stick)
    findings = stick.findings()
    told = {each["subject"] for each in findings if each["code"] == "names-lost"}
    assert {HELLO, OTHER, RUNTIME} <= told
    hints = {each["hint"] for each in findings if each["code"] == "names-lost"}
    assert all("--remote" in hint and "--forgotten" in hint for hint in hints)
    foreseen = _prune(stick, "--forgotten", "--dry-run")
    done = _prune(stick, "--forgotten")
    assert done["objects"] == foreseen["objects"] > 50
    assert "names-lost" not in stick.codes()
    assert stick.record["unnamed"] == []


def test_another_source_gets_nothing_of_it(stick: Carrier, tmp_path: Path) -> None:
    """It has an app of that name, with another key."""
    gone(stick)
    _repair(stick)
    stranger = Upstream(tmp_path / "stranger", SigningKey("Stranger <stranger@example.org>"), "")
    stranger.add_app("org.test.Hello")
    stranger.update()
    other = Carrier(stranger, stick.directory, "strange")
    other.run("repair", "--yes", check=False)
    assert not (stick.repo / "refs/remotes/strange").exists()
    assert "names-lost" in stick.codes()


@pytest.mark.thorough
def test_what_another_source_has_by_the_same_name_is_no_other_version(
    stick: Carrier, upstream: Upstream
) -> None:
    """The runtime is there from a collection as well, whose commits say that they are its own."""
    collection = stick.home / "collection.flatpakrepo"
    collection.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    satchel("make", stick.drive, "org.test.Hello", "--remote", collection, home=stick.home)
    commits = set(stick.refs.values())
    gone(stick)
    _repair(stick, "--remote", str(collection))
    assert (stick.repo / "refs/mirrors" / COLLECTION / RUNTIME).exists()
    assert _prune(stick)["objects"] == 0
    there = {path.parent.name + path.stem for path in stick.repo.glob("objects/*/*.commit")}
    assert commits <= there


def test_an_update_says_how_the_drive_learns_where_its_source_is(stick: Carrier) -> None:
    """To name it to the update does not help: it has to prove itself first."""
    emptied(stick)
    said = " ".join(stick.run("update", check=4).stderr.split())
    assert "satchel repair TARGET --remote ADDRESS writes it down" in said
    stick.run("repair", "--yes")
    stick.run("update")
