"""Taking apps off a stick: what goes, what stays, and that the room is free afterwards."""

from __future__ import annotations

import json
import random
import shutil

import pytest

from app.drive.space import measure
from tests.client import Client
from tests.satchel import satchel
from tests.stick.changing.changed import (
    ARCH,
    HELLO,
    LARGE,
    OTHER,
    assert_sound,
    assert_whole,
    change,
    changes,
    install,
    killed,
    refs,
)
from tests.stick.changing.conftest import SECOND
from tests.stick.damage import flip_middle
from tests.stick.made_drive import MadeDrive, copy_drive, objects, published
from tests.stick.makers import make
from tests.upstream import Upstream

KILLS = 30
IN_GATE = 18
"""This one of them is in the gate."""


def test_an_app_goes_and_its_room_is_free(made: MadeDrive, client: Client) -> None:
    """No network, and nobody here knows the source."""
    before = objects(made.drive)
    told = change(made, "remove", "org.test.Large", "--dry-run").json
    assert objects(made.drive) == before
    finished = change(made, "remove", "org.test.Large").finished
    assert [removal["ref"] for removal in finished["removed"]] == [LARGE]
    assert finished["pruned"]["bytes"] > 3_000_000
    gone = before - objects(made.drive)
    assert told["estimate"]["freed"]["objects"] <= len(gone)
    # Both as the file system counts: of small files the clusters, not what is in them.
    assert told["estimate"]["freed"]["bytes"] <= finished["pruned"]["bytes"]
    assert finished["pruned"]["bytes"] % measure(made.drive).cluster == 0
    assert LARGE not in refs(made)
    for name in ("satchel/contents.tsv", "satchel/START-HERE.html"):
        assert "org.test.Large" not in (made.drive / name).read_text()
    assert_sound(made)
    assert_whole(made)
    install(made, client, HELLO)


def test_with_the_last_app_goes_what_it_needs(made: MadeDrive) -> None:
    """An empty stick is a stick; what was left out of nothing is not told any more."""
    change(made, "remove", "org.test.Large", "org.test.Other")
    runtime = f"runtime/org.test.Platform/{ARCH}/1"
    assert runtime in refs(made)
    gone = change(made, "remove", "hello").finished["removed"]
    assert {removal["ref"] for removal in gone if removal["named"]} == {HELLO}
    assert runtime in {removal["ref"] for removal in gone}
    assert refs(made) == set()
    assert objects(made.drive) == set()
    assert_sound(made)
    assert not list((made.drive / "satchel").glob("*.flatpakrepo"))


def test_what_others_need_stays(made: MadeDrive) -> None:
    before = published(made.drive)
    done = change(made, "remove", "org.test.Platform", check=2)
    assert "app/org.test.Hello" in done.stderr
    assert published(made.drive) == before


def test_only_what_is_there_can_go(made: MadeDrive) -> None:
    before = published(made.drive)
    assert "org.test.Hello" in change(made, "remove", "org.test.Helo", check=2).stderr
    assert "--unused" in change(made, "remove", check=2).stderr
    assert published(made.drive) == before
    empty = made.directory / "empty"
    empty.mkdir()
    satchel("remove", empty, "org.test.Hello", home=made.home, check=6)


def test_without_pruning_everything_stays_that_was_there(made: MadeDrive) -> None:
    before = objects(made.drive)
    # What the job has no use for and leads astray is told at its end, and keeps nobody from it.
    astray = made.drive / ".ostree/repo/extensions/satchel/remotes"
    astray.symlink_to(made.directory)
    finished = change(made, "remove", "org.test.Large", "--no-prune", check=1).finished
    assert [each["code"] for each in finished["verify"]["findings"]][:1] == ["link-outside"]
    astray.unlink()
    assert finished["pruned"] is None
    assert objects(made.drive) >= {name for name in before if "commit" not in name}
    assert "orphan-objects" in assert_sound(made)


def test_the_last_app_of_a_source(
    made: MadeDrive, second: Upstream, full: MadeDrive, client: Client
) -> None:
    """With one source left, the stick serves as that source itself again."""
    make(second, made.drive, "org.second.Far", home=made.home, name="second")
    repository = made.drive / ".ostree/repo"
    assert not (repository / "summary.idx").exists()
    change(made, "remove", "org.second.Far")
    copies = repository / "extensions/satchel/upstream"
    assert [path.name for path in copies.iterdir()] == [full.upstream.collection]
    assert (repository / "summary.idx").read_bytes() == (
        copies / full.upstream.collection / "summary.idx"
    ).read_bytes()
    assert not (repository / "refs/mirrors" / SECOND).exists()
    assert_sound(made)
    assert_whole(made)
    install(made, client, HELLO)


@pytest.mark.thorough
def test_what_is_damaged_can_go(made: MadeDrive) -> None:
    """A stick with missing objects, in what goes and in what stays."""
    made_commit = (made.drive / f".ostree/repo/refs/mirrors/org.test.Upstream/{LARGE}").read_text()
    commit = f"{made_commit[:2]}/{made_commit[2:64]}.commit"
    (made.drive / ".ostree/repo/objects" / commit).unlink()
    change(made, "remove", "org.test.Large")
    assert LARGE not in refs(made)
    assert_sound(made)
    trees = sorted((made.drive / ".ostree/repo/objects").glob("*/*.dirtree"))
    trees[0].unlink()
    before = objects(made.drive)
    change(made, "remove", "org.test.Other", check=1)
    assert OTHER not in refs(made)
    assert before - objects(made.drive)


@pytest.fixture(scope="module")
def rest(full: MadeDrive, tmp_path_factory: pytest.TempPathFactory) -> MadeDrive:
    """The stick without Large and Hello, and how often it was changed for that."""
    directory = tmp_path_factory.mktemp("rest")
    copy_drive(full.drive, directory / "drive")
    return MadeDrive(directory, full.upstream, full.web)


@pytest.fixture(scope="module")
def count(rest: MadeDrive) -> int:
    return changes(rest, "remove", "org.test.Large", "org.test.Hello")


def test_a_drive_that_was_copied_from_fat(made: MadeDrive) -> None:
    """All its files may be run, it seems; what a job writes may not."""
    for path in (made.drive / "satchel").rglob("*"):
        path.chmod(0o755)
    change(made, "remove", "org.test.Large")
    assert_sound(made)


def test_names_that_a_job_before_took_off(made: MadeDrive) -> None:
    """That was cut before it wrote another list: they do not come back with the next job."""
    base = made.drive / ".ostree/repo/refs/mirrors" / made.upstream.collection
    going = (HELLO, LARGE, f"runtime/org.test.Hello.Locale/{ARCH}/stable")
    (base / going[0]).unlink()
    (base / going[2]).write_bytes(b"")
    leaving = [{"collection": made.upstream.collection, "ref": ref} for ref in going]
    journal = {"version": 1, "stage": "publishing", "started": 0, "leaving": leaving}
    place = made.drive / ".ostree/repo/extensions/satchel/journal.json"
    place.write_text(json.dumps(journal))
    change(made, "remove", "org.test.Large")
    assert not refs(made) & set(going)
    assert_sound(made)
    assert_whole(made)


@pytest.mark.parametrize("exchanging", [True, False])
def test_refs_that_a_power_cut_has_emptied(made: MadeDrive, *, exchanging: bool) -> None:
    """As FAT leaves them, or takes their names as well: the list still tells what they were."""
    before = refs(made)
    for path in (made.drive / ".ostree/repo/refs/mirrors").rglob("*/*"):
        if path.is_file():
            path.write_bytes(b"")
            if exchanging and path.parent.name != ARCH:
                path.unlink()
    if exchanging:
        journal = {"version": 1, "stage": "publishing", "started": 0, "leaving": []}
        place = made.drive / ".ostree/repo/extensions/satchel/journal.json"
        place.write_text(json.dumps(journal))
    change(made, "remove", "org.test.Large")
    assert refs(made) == before - {LARGE}
    assert_sound(made)
    assert_whole(made)


@pytest.mark.kills
@pytest.mark.parametrize(
    "number",
    [
        pytest.param(number, marks=[] if number == IN_GATE else pytest.mark.thorough)
        for number in range(KILLS)
    ],
)
def test_killed(made: MadeDrive, rest: MadeDrive, count: int, number: int, client: Client) -> None:
    """What was to stay is installable, and the same command goes on."""
    chance = random.Random(number)
    moment = 1 + int((number + chance.random()) * count / KILLS)
    killed(made, moment, "remove", "org.test.Large", "org.test.Hello")
    assert_sound(made)
    copy = MadeDrive(made.directory / "copy", made.upstream, made.web)
    copy.directory.mkdir()
    copy_drive(made.drive, copy.drive)
    install(copy, client, OTHER)
    shutil.rmtree(copy.drive)
    change(made, "remove", "org.test.Large", "org.test.Hello")
    assert refs(made) == refs(rest)
    assert objects(made.drive) == objects(rest.drive)
    assert_sound(made)
    assert_whole(made)
    left = [path for path in made.drive.rglob("*") if path.name.endswith((".tmp", ".new"))]
    assert left == []


@pytest.mark.thorough
def test_what_describes_another_source_comes_again_where_it_is_damaged(
    made: MadeDrive, second: Upstream
) -> None:
    """Nothing of that source goes; it takes no network."""
    make(second, made.drive, "org.second.Far", home=made.home, name="second")
    repository = made.drive / ".ostree/repo"
    upstream = made.upstream.collection
    [sum_] = (repository / "refs/mirrors" / upstream / "ostree-metadata").read_text().split()
    flip_middle(repository / f"objects/{sum_[:2]}/{sum_[2:]}.commit")
    change(made, "remove", "org.second.Far")
    assert_sound(made)
    assert_whole(made)
