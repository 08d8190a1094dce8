"""What ``satchel diff`` tells of two sticks, and of a stick and its upstream."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from app.ostree.names import METADATA_REF
from app.stick.comparing.difference import NO_SOURCE, Held, Kind, Side, compare
from tests.satchel import satchel
from tests.stick.damage import (
    HELLO,
    LOCALE,
    OTHER,
    RUNTIME,
    Stick,
    delete,
    flip_middle,
)
from tests.upstream import Upstream

KEY = ("org.test.Apps", "app/org.test.App/x86_64/stable")
OLD = Held("a" * 64, 1000, "1.0")
NEW = Held("b" * 64, 2000, "1.1")
CUT = Held("a" * 64, 1000, "1.0", whole=False)
UNREADABLE = Held("b" * 64, None, whole=False)
SAME_SECOND = Held("c" * 64, 1000)


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        (None, NEW, Kind.ADDED),
        (OLD, None, Kind.REMOVED),
        (OLD, NEW, Kind.NEWER),
        (NEW, OLD, Kind.OLDER),
        (OLD, SAME_SECOND, Kind.OTHER),
        (OLD, UNREADABLE, Kind.OTHER),
        (OLD, CUT, Kind.DAMAGED),
        (CUT, OLD, Kind.DAMAGED),
        (OLD, OLD, Kind.SAME),
    ],
)
def test_a_ref_of_two_lists(first: Held | None, second: Held | None, kind: Kind) -> None:
    sides = [
        Side(label, {KEY: held} if held is not None else {})
        for label, held in (("A", first), ("B", second))
    ]
    difference = compare(*sides)
    [ref] = difference.refs
    assert (ref.kind, ref.first, ref.second) == (kind, first, second)
    assert difference.same is (kind is Kind.SAME)


def test_a_list_that_says_nothing_of_a_collection_removes_nothing() -> None:
    there = Side("A", {KEY: OLD})
    nobody = Side("upstream", {}, unknown=frozenset({KEY[0]}))
    assert [ref.kind for ref in compare(there, nobody).refs] == [Kind.UNKNOWN]


FILE = (NO_SOURCE, KEY[1])


@pytest.mark.parametrize(("first", "second"), [(FILE, KEY), (KEY, FILE)])
def test_an_app_as_a_file_is_the_one_of_a_source(
    first: tuple[str, str], second: tuple[str, str]
) -> None:
    [same] = compare(Side("A", {first: OLD}), Side("B", {second: OLD})).refs
    [newer] = compare(Side("A", {first: OLD}), Side("B", {second: NEW})).refs
    assert (same.kind, newer.kind, newer.collection) == (Kind.SAME, Kind.NEWER, KEY[0])


def test_an_app_that_is_there_both_ways_is_two() -> None:
    both = Side("A", {FILE: OLD, KEY: NEW})
    assert [ref.kind for ref in compare(both, both).refs] == [Kind.SAME, Kind.SAME]
    alone = Side("B", {KEY: NEW})
    assert {ref.collection: ref.kind for ref in compare(both, alone).refs} == {
        NO_SOURCE: Kind.REMOVED,
        KEY[0]: Kind.SAME,
    }
    others = Side("B", {KEY: OLD, ("org.test.Other", KEY[1]): OLD})
    assert len(compare(Side("A", {FILE: OLD}), others).refs) == 3


# ---- The command


def diff(home: Path, *arguments: str | Path) -> dict[str, Any]:
    told: dict[str, Any] = satchel("diff", *arguments, "--json", home=home).json
    return told


def kinds(told: dict[str, Any]) -> dict[str, str]:
    """Ref → kind, of what is not the same."""
    return {each["ref"]: each["kind"] for each in told["refs"] if each["kind"] != "same"}


def test_a_stick_and_its_copy_are_the_same(good: Path, stick: Stick, stranger: Path) -> None:
    told = diff(stranger, good, stick.root)
    assert told["same"] is True
    assert told["counts"]["same"] == len(told["refs"]) > 4
    said = satchel("diff", good, stick.root, home=stranger).stdout
    assert "No difference" in said
    assert "--contents" in said


def test_newer_one_way_is_older_the_other_way(good: Path, newer: Path, stranger: Path) -> None:
    assert kinds(diff(stranger, good, newer))[HELLO] == "newer"
    back = diff(stranger, newer, good)
    assert kinds(back)[HELLO] == "older"
    [hello] = [each for each in back["refs"] if each["ref"] == HELLO]
    assert hello["first"]["version"] == "1.0"
    assert hello["name"]
    said = satchel("diff", good, newer, home=stranger).stdout
    assert f"Newer on {newer}:" in said
    assert "→" in said


@pytest.mark.thorough
def test_what_only_one_has(good: Path, stick: Stick, stranger: Path) -> None:
    stick.remove_ref(OTHER)
    assert kinds(diff(stranger, good, stick.root)) == {OTHER: "removed"}
    assert kinds(diff(stranger, stick.root, good)) == {OTHER: "added"}


@pytest.mark.thorough
def test_another_collection_is_another_ref(good: Path, warned: Path, stranger: Path) -> None:
    told = diff(stranger, good, warned)
    assert {each["kind"] for each in told["refs"]} == {"added", "removed"}


@pytest.mark.parametrize(
    "kind",
    ["filez", *(pytest.param(kind, marks=pytest.mark.thorough) for kind in ("commit", "dirtree"))],
)
def test_what_is_missing_is_damage(kind: str, good: Path, stick: Stick, stranger: Path) -> None:
    delete(stick.path(stick.object(kind)))
    told = diff(stranger, good, stick.root)
    assert kinds(told) == {HELLO: "damaged"}
    [hello] = [each for each in told["refs"] if each["ref"] == HELLO]
    assert hello["first"]["whole"] is True
    assert hello["second"]["whole"] is False
    assert f"DAMAGED on {stick.root}" in satchel("diff", good, stick.root, home=stranger).stdout


def test_a_ref_that_a_power_cut_has_emptied_is_damage(
    good: Path, stick: Stick, stranger: Path
) -> None:
    """The list still tells what it was, and all of that is there."""
    stick.ref(HELLO).write_bytes(b"")
    told = diff(stranger, good, stick.root)
    assert kinds(told) == {HELLO: "damaged"}
    [hello] = [each for each in told["refs"] if each["ref"] == HELLO]
    assert hello["first"]["commit"] == hello["second"]["commit"]


def test_contents_are_read_if_asked_for(good: Path, stick: Stick, stranger: Path) -> None:
    flip_middle(stick.path(stick.object("filez")))
    told = diff(stranger, good, stick.root)
    assert told["same"] is True
    assert told["unread"] > 0
    told = diff(stranger, good, stick.root, "--contents")
    assert kinds(told) == {HELLO: "damaged"}
    assert told["unread"] == 0


@pytest.mark.thorough
def test_a_mark_is_damage(good: Path, stick: Stick, stranger: Path) -> None:
    stick.partial(HELLO).touch()
    assert kinds(diff(stranger, good, stick.root)) == {HELLO: "damaged"}


def test_what_upstream_has_newer_or_no_more(
    upstream: Upstream, stick: Stick, stranger: Path, tmp_path: Path
) -> None:
    later = upstream.copy(tmp_path / "later")
    later.bump(HELLO)
    later.remove(OTHER)
    later.update()
    remote = tmp_path / "up.flatpakrepo"
    remote.write_text(later.flatpakrepo(later.path.as_uri()))
    told = diff(stranger, stick.root, "--upstream", "--remote", remote)
    told_kinds = kinds(told)
    assert told_kinds[HELLO] == "newer"
    assert told_kinds[OTHER] == "removed"
    assert {LOCALE, RUNTIME, METADATA_REF}.isdisjoint(told_kinds)
    [hello] = [each for each in told["refs"] if each["ref"] == HELLO]
    assert hello["second"]["version"] == "1.0"
    said = satchel("diff", stick.root, "--upstream", "--remote", remote, home=stranger).stdout
    assert "Newer upstream:" in said
    assert "No longer upstream:" in said


def test_without_a_source_nothing_is_said_to_be_gone(stick: Stick, stranger: Path) -> None:
    told = diff(stranger, stick.root, "--upstream")
    assert set(kinds(told).values()) == {"unknown"}


def test_an_upstream_that_does_not_answer(
    upstream: Upstream, stick: Stick, stranger: Path, tmp_path: Path
) -> None:
    remote = tmp_path / "up.flatpakrepo"
    remote.write_text(upstream.flatpakrepo("http://127.0.0.1:9/"))
    satchel("diff", stick.root, "--upstream", "--remote", remote, home=stranger, check=4)


@pytest.mark.parametrize("arguments", [(), ("--upstream", "other")])
def test_one_thing_to_compare_with(
    arguments: tuple[str, ...], stick: Stick, stranger: Path
) -> None:
    satchel("diff", stick.root, *arguments, home=stranger, check=2)


def test_no_stick(stick: Stick, stranger: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    satchel("diff", stick.root, tmp_path / "empty", home=stranger, check=6)


def test_of_several_repositories_it_says_which(good: Path, stick: Stick, stranger: Path) -> None:
    shutil.copytree(stick.repo, stick.root / "ostree/repo")
    done = satchel("diff", good, stick.root, "--json", home=stranger)
    assert done.json["same"] is True
    assert "ostree/repo" in done.stderr
    assert "--destination-repo" not in done.stderr


@pytest.mark.thorough
def test_a_repository_may_be_named_itself(good: Path, stick: Stick, stranger: Path) -> None:
    assert diff(stranger, good, stick.repo)["same"] is True
