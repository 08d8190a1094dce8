"""Several repositories on a drive that do not agree: which of them computers take what from.

The real flatpak is given the drive, and takes what we said.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.fs.root import Root
from app.stick.store.location import Location
from app.stick.store.named import payloads_of_others
from tests.client import Client
from tests.gpg import SigningKey
from tests.satchel import satchel
from tests.stick.damage import ARCH, HELLO, OTHER, Stick, run
from tests.stick.made_drive import objects
from tests.upstream import COLLECTION

pytestmark = pytest.mark.slow

OWN, SECOND = ".ostree/repo", ".ostree/repos.d/other"
LISTED = {HELLO, OTHER}


@pytest.fixture
def both(stick: Stick, newer: Path) -> Stick:
    """The drive of last week, and beside it the repository of this week's."""
    shutil.copytree(newer / OWN, stick.root / SECOND, symlinks=True)
    return stick


@pytest.fixture
def second(both: Stick) -> Stick:
    """The same drive, for a look at its second repository."""

    class Second(Stick):
        @property
        def repo(self) -> Path:
            return self.root / SECOND

    return Second(both.root)


def test_another_one_with_too_many_refs_keeps_nobody(
    both: Stick, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it needs nobody can tell."""
    monkeypatch.setattr("app.ostree.repository._MAX_REFS", 50)
    for number in range(60):
        (both.root / SECOND / f"refs/heads/{number}").write_text("0" * 64)
    assert payloads_of_others(Location(Root(both.root), OWN)) == frozenset()


def test_what_one_with_too_many_refs_takes_from_ours_stays(
    both: Stick, friend: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which of it nobody can tell, so none of it is freed; all else is done."""
    monkeypatch.setattr("app.ostree.repository._MAX_REFS", 50)
    for number in range(60):
        (both.root / SECOND / f"refs/heads/{number}").write_text("0" * 64)
    with (both.root / SECOND / "config").open("a") as config:
        config.write("parent=../../repo\n")
    before = objects(both.root)
    words = ("remove", "--json", both.root, "org.test.Other", "--destination-repo", OWN)
    done = satchel(*words, home=friend)
    told = next(each for each in done.events if each["event"] == "notice")
    assert f"{SECOND} on the drive needs of it cannot be told" in told["message"]
    assert done.finished["pruned"] is None
    assert not both.ref(OTHER).exists()
    assert objects(both.root) >= before
    assert "Look at this repository" in satchel("prune", both.root, home=friend, check=3).stderr


def judge(stick: Stick, home: Path) -> dict[str, Any]:
    status, said = run(home, "verify", stick.root, "--json")
    report: dict[str, Any] = json.loads(said)
    assert report["ok"] is (status == 0)
    return report


def taken(report: Mapping[str, Any]) -> dict[str, tuple[str, str | None]]:
    """Ref → from which repository, and which commit."""
    return {
        each["ref"]: (each["repository"], each["version"] and each["version"]["commit"])
        for each in report["taken"]
        if each["collection"] == COLLECTION and each["ref"] in LISTED
    }


def codes(report: Mapping[str, Any], *named: str) -> set[tuple[str, str, str]]:
    """Code, subject and repository of the findings of these codes."""
    return {
        (finding["code"], finding["subject"], finding.get("repository", ""))
        for finding in report["findings"]
        if finding["code"] in named
    }


def installs(client: Client, stick: Stick, key: SigningKey, *refs: str) -> dict[str, str]:
    client.remote_add("up", "http://127.0.0.1:9/", key.public, COLLECTION, check=False)
    # Each alone: one that fails ends all of them.
    for ref in refs:
        client.install("up", ref, "--no-deps", "--no-related", sideload=stick.root, check=False)
    return {ref: commit for ref, commit in client.installed().items() if ref in refs}


def test_the_newer_counts_whosever_it_is(
    both: Stick, second: Stick, friend: Path, client: Client, upstream_key: SigningKey
) -> None:
    report = judge(both, friend)
    assert report["ok"]
    assert taken(report)[HELLO] == (SECOND, second.commit(HELLO))
    # Only where somebody gets something else than the record says.
    assert codes(report, "foreign-content") == {("foreign-content", HELLO, OWN)}
    said = installs(client, both, upstream_key, HELLO, OTHER)
    assert said == {ref: commit for ref, (_, commit) in taken(report).items()}


def test_said_in_words(both: Stick, friend: Path) -> None:
    _, said = run(friend, "verify", both.root)
    assert f"take {HELLO} of " in said
    assert f"from {SECOND} instead" in said
    assert f"in several repositories, computers take 1 from {SECOND}" in said


def test_inspect_tells_it_of_the_ref(both: Stick, second: Stick, friend: Path) -> None:
    _, said = run(friend, "inspect", both.root, "--json")
    (collection,) = json.loads(said[said.index("{") :])["collections"]
    refs = {ref["ref"]: ref for ref in collection["refs"]}
    assert refs[HELLO]["instead"]["repository"] == SECOND
    assert refs[HELLO]["instead"]["version"]["commit"] == second.commit(HELLO)
    assert refs[OTHER]["instead"] is None
    assert all(ref["ignored"] is None for ref in collection["refs"] if ARCH in ref["ref"])
    assert any("another repository" in each for each in collection["disagreements"])
    _, said = run(friend, "inspect", both.root)
    assert f"in {SECOND}." in said


def test_the_newest_fails_though_an_older_one_is_sound(
    both: Stick, second: Stick, friend: Path, client: Client, upstream_key: SigningKey
) -> None:
    """flatpak chooses by the lists, and looks at nothing else when that does not work."""
    commit = second.commit(HELLO)
    (second.repo / f"objects/{commit[:2]}/{commit[2:]}.commit").unlink()
    report = judge(both, friend)
    assert taken(report)[HELLO] == ("", None)
    assert ("not-installable", HELLO, OWN) in codes(report, "not-installable")
    assert HELLO in report["damaged_apps"]
    assert set(installs(client, both, upstream_key, HELLO, OTHER)) == {OTHER}


def test_two_of_one_day_say_nothing(stick: Stick, friend: Path) -> None:
    shutil.copytree(stick.repo, stick.root / SECOND, symlinks=True)
    report = judge(stick, friend)
    assert report["ok"]
    assert not codes(report, "foreign-content", "not-installable")
    assert {place for place, _ in taken(report).values()} == {OWN}


def test_one_alone_has_nobody_to_disagree_with(stick: Stick, friend: Path) -> None:
    assert "taken" not in judge(stick, friend)
