"""Several repositories on a drive: all that clients find there are judged.

The real flatpak is given the mount point, and takes the newest commit of any.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.stick.damage import HELLO, OTHER, Stick, copy_stick, flip_middle, garbage, run
from tests.stick.recommit import metadata_of, recommit
from tests.upstream import COLLECTION

pytestmark = pytest.mark.slow

LATER = "--timestamp=2037-01-01T00:00:00Z"
FIRST = ".ostree/repo"
PLACES = ("ostree/repo", ".ostree/repos.d/x", ".")
"""Where a client looks beside the first one."""


@pytest.fixture
def forged(stick: Stick, attacker: SigningKey, tmp_path: Path) -> Path:
    """A repository with a newer Hello that somebody else signed."""
    other = copy_stick(stick.root, tmp_path / "other")
    recommit(other, HELLO, attacker, metadata_of(other, HELLO), LATER)
    return other.repo


def put(repository: Path, drive: Path, place: str) -> None:
    if place == ".":
        shutil.copytree(repository, drive, dirs_exist_ok=True, symlinks=True)
    else:
        shutil.copytree(repository, drive / place, symlinks=True)


def judge(stick: Stick, home: Path, *options: str) -> dict[str, Any]:
    status, said = run(home, "verify", stick.root, "--json", *options)
    report: dict[str, Any] = json.loads(said)
    assert report["ok"] is (status == 0)
    return report


def errors(report: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Code, subject, repository."""
    return {
        (finding["code"], finding["subject"], finding.get("repository", ""))
        for finding in report["findings"]
        if finding["severity"] == "error"
    }


def installs(client: Client, stick: Stick, key: SigningKey) -> str:
    """Which commit of Hello the client takes from the drive."""
    client.remote_add("up", "http://127.0.0.1:9/", key.public, COLLECTION, check=False)
    client.install("up", "org.test.Hello", "--no-deps", "--no-related", sideload=stick.root)
    return client.run("info", "--user", "--show-commit", "org.test.Hello").stdout.strip()


@pytest.mark.parametrize("place", PLACES)
def test_a_forgery_in_another_place(
    stick: Stick,
    forged: Path,
    friend: Path,
    client: Client,
    upstream_key: SigningKey,
    place: str,
) -> None:
    put(forged, stick.root, place)
    report = judge(stick, friend)
    assert ("commit-bad-signature", HELLO, place) in errors(report)
    assert {finding[2] for finding in errors(report)} == {place}
    assert sorted(report["repositories"]) == sorted([FIRST, place])
    assert installs(client, stick, upstream_key) != stick.commit(HELLO)


def test_only_one_of_them_is_judged_and_that_is_an_error(
    stick: Stick, forged: Path, friend: Path
) -> None:
    put(forged, stick.root, "ostree/repo")
    report = judge(stick, friend, "--destination-repo", FIRST)
    assert errors(report) == {("repo-invalid", "ostree/repo", "ostree/repo")}
    status, said = run(friend, "verify", stick.root, "--destination-repo", FIRST)
    assert status == 1
    assert "was not judged" in said
    assert "NOT sound" in said


def test_the_same_repository_by_several_ways_is_one(stick: Stick, friend: Path) -> None:
    links = stick.root / ".ostree/repos.d"
    links.mkdir()
    (links / "a").symlink_to("../repo")
    (links / "b").symlink_to("../../.ostree/repo")
    (links / "gone").symlink_to("../nothing")
    (links / "notes.txt").write_text("hello")
    (links / "empty").mkdir()
    report = judge(stick, friend)
    assert report["ok"]
    assert "repositories" not in report
    assert all("repository" not in finding for finding in report["findings"])


def _bare(path: Path) -> None:
    subprocess.run(["ostree", "init", "--mode=bare-user-only", f"--repo={path}"], check=True)


def _no_objects(path: Path) -> None:
    path.mkdir()
    (path / "config").write_text("[core]\nrepo_version=1\nmode=archive-z2\n")


def _rubbish(path: Path) -> None:
    (path / "objects").mkdir(parents=True)
    (path / "config").write_text("rubbish")


@pytest.mark.parametrize("fill", [_bare, _no_objects, _rubbish])
def test_one_that_cannot_be_judged_is_an_error(
    stick: Stick, friend: Path, fill: Callable[[Path], None]
) -> None:
    (stick.root / ".ostree/repos.d").mkdir()
    fill(stick.root / ".ostree/repos.d/x")
    report = judge(stick, friend)
    assert {(code, where) for code, _, where in errors(report)} == {
        ("repo-invalid", ".ostree/repos.d/x")
    }


@pytest.mark.parametrize("target", ["absolute", "relative", "by another link"])
@pytest.mark.parametrize("place", [".ostree/repos.d/x", "ostree/repo", "ostree", ".ostree/repos.d"])
def test_a_link_that_leads_off_the_drive(
    stick: Stick,
    forged: Path,
    friend: Path,
    client: Client,
    upstream_key: SigningKey,
    place: str,
    target: str,
) -> None:
    elsewhere = stick.root.parent / "elsewhere"
    elsewhere.mkdir()
    name = place.rpartition("/")[2]
    goal = elsewhere / name
    inner = {"x": ".", "repo": ".", "ostree": "repo", "repos.d": "x"}[name]
    shutil.copytree(forged, goal / inner, symlinks=True)
    link = stick.root / place
    link.parent.mkdir(exist_ok=True)
    if target == "by another link":
        (stick.root / "way").symlink_to(os.path.relpath(elsewhere, stick.root))
        link.symlink_to(os.path.relpath(stick.root / "way" / name, link.parent))
    else:
        absolute = target == "absolute"
        link.symlink_to(goal if absolute else os.path.relpath(goal, link.parent))
    report = judge(stick, friend)
    codes = {(code, subject) for code, subject, _ in errors(report)}
    assert ("link-outside", place) in codes
    assert {code for code, _ in codes} == {"link-outside"}
    if target == "absolute":
        assert installs(client, stick, upstream_key) != stick.commit(HELLO)


@pytest.mark.parametrize("place", PLACES)
def test_every_rule_is_about_each_of_them(
    stick: Stick, friend: Path, tmp_path: Path, place: str
) -> None:
    other = copy_stick(stick.root, tmp_path / "other")
    broken = other.object("filez")
    flip_middle(other.path(broken))
    other.signatures(OTHER).unlink()
    other.summary.unlink()
    garbage(other.upstream / "summary")
    put(other.repo, stick.root, place)
    findings = errors(judge(stick, friend))
    assert {
        ("object-corrupt", str(broken), place),
        ("commit-unsigned", OTHER, place),
        ("summary-missing", "summary", place),
        ("upstream-bad-signature", COLLECTION, place),
    } <= findings
    assert {where for _, _, where in findings} == {place}
