"""Freeing what nothing needs: what goes, and whose it is that stays."""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest

from app.drive.space import measure
from app.fs.root import Root
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.reach import ObjectReach
from tests.servers import HostileServer
from tests.stick.changing.changed import (
    HELLO,
    LARGE,
    assert_sound,
    assert_whole,
    change,
    changes,
    killed,
)
from tests.stick.made_drive import MadeDrive, copy_drive, objects

KILLS = 30


def repository(made: MadeDrive) -> Path:
    return made.drive / ".ostree/repo"


def ostree(made: MadeDrive, *arguments: str) -> str:
    command, *rest = arguments
    done = subprocess.run(
        ["ostree", command, f"--repo={repository(made)}", *rest],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def commit_of(made: MadeDrive, ref: str) -> str:
    base = repository(made) / "refs/mirrors" / made.upstream.collection
    return (base / ref).read_text().strip()


@pytest.fixture
def littered(made: MadeDrive) -> MadeDrive:
    """Large is on it, and nothing names it any more; and what interrupted pulls leave."""
    change(made, "remove", "org.test.Large", "--no-prune")
    place = repository(made)
    (place / "tmp/staging-0-abc").mkdir()
    (place / "tmp/staging-0-abc/object").write_bytes(b"x" * 1000)
    (place / "tmp/left").write_bytes(b"x" * 1000)
    (place / "extensions/satchel/.stick.json.abcd.tmp").write_bytes(b"{")
    (place / f"state/{'a' * 64}.commitpartial").touch()
    return made


def test_what_nothing_needs_goes(littered: MadeDrive) -> None:
    """As much as was said before, and nothing that is needed."""
    told = change(littered, "prune", "--dry-run").json
    before = objects(littered.drive)
    done = change(littered, "prune").json
    assert {**done, "dry_run": True} == told
    assert done["objects"] == len(before - objects(littered.drive)) > 0
    assert (done["partial"], done["leftovers"]) == (1, 3)
    allocated = measure(littered.drive).allocated
    assert done["leftover_bytes"] == 2 * allocated(1000) + allocated(1)
    assert_sound(littered)
    assert_whole(littered)
    assert not list((repository(littered) / "extensions/satchel").glob(".*"))
    assert change(littered, "prune").json["objects"] == 0


@pytest.mark.thorough
def test_what_described_a_source_before_is_not_left_over(made: MadeDrive, full: MadeDrive) -> None:
    """Adding to it and mending it describe it anew; only who asks for that keeps the former one."""

    def codes(finished: Any) -> set[str]:
        return {each["code"] for each in finished["verify"]["findings"]}

    with HostileServer(full.upstream.path, full.web.port) as web:
        drive = MadeDrive(made.directory, full.upstream, web)
        assert "orphan-objects" not in codes(drive.make("org.test.Hello.Plugin.fun").finished)
        later = full.upstream.copy(made.directory / "later")
        later.update()
        web.root = later.path
        (made.drive / "satchel/START-HERE.html").unlink()
        words = ("--trust-drive-keys", "--remote", drive.remote)
        assert "orphan-objects" not in codes(change(drive, "repair", *words).finished)
        assert_whole(drive)
        gone = change(drive, "remove", "org.test.Hello.Plugin.fun", "--no-prune").finished
        assert "orphan-objects" in codes(gone)


def test_what_others_name_stays(littered: MadeDrive) -> None:
    """Whoever uses the repository as well: by refs of any kind, or as the parent of another."""
    large = next(
        name.replace("/", "")[:64]
        for name in sorted(objects(littered.drive))
        if name.endswith(".commit") and _is_of(littered, name, LARGE)
    )
    ostree(littered, "refs", "--create=mine/large", large)
    before = objects(littered.drive)
    change(littered, "prune")
    gone = before - objects(littered.drive)
    assert f"{large[:2]}/{large[2:]}.commit" not in gone
    ostree(littered, "fsck")
    ostree(littered, "refs", "--delete", "mine/large")
    child = littered.drive / ".ostree/repos.d/10-other"
    child.parent.mkdir()
    subprocess.run(["ostree", "init", f"--repo={child}", "--mode=archive"], check=True)
    with open(child / "config", "a") as config:
        config.write("parent=/elsewhere\n")
    (child / "refs/heads/large").write_text(f"{large}\n")
    change(littered, "prune")
    assert f"{large[:2]}/{large[2:]}.commit" in objects(littered.drive)
    (child / "refs/heads/large").unlink()
    change(littered, "prune")
    assert f"{large[:2]}/{large[2:]}.commit" not in objects(littered.drive)
    assert_whole(littered)


def _is_of(made: MadeDrive, name: str, ref: str) -> bool:
    return ref.encode() in (repository(made) / "objects" / name).read_bytes()


@pytest.mark.parametrize("was_here", [False, True])
def test_what_nobody_names_may_have_been_lost_where_satchel_was(
    littered: MadeDrive, *, was_here: bool
) -> None:
    """With the record. A repository that others have made never had one."""
    place = repository(littered)
    if was_here:
        (place / "extensions/satchel/stick.json").write_bytes(b"")
    else:
        # Many of these have no list either.
        (place / "summary").unlink()
        shutil.rmtree(place / "extensions")
        shutil.rmtree(littered.drive / "satchel")
    change(littered, "prune")
    left = objects(littered.drive)
    hello, large = (
        ObjectName(littered.upstream.refs[ref], ObjectKind.COMMIT).path for ref in (HELLO, LARGE)
    )
    assert hello in left
    assert (large in left) == was_here


def test_what_is_being_written_stays(littered: MadeDrive) -> None:
    """Another program holds the lock of the repository, or that of a directory in tmp/."""
    lock = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
    held = os.open(repository(littered) / ".lock", os.O_RDWR)
    fcntl.fcntl(held, fcntl.F_OFD_SETLK, lock)
    before = objects(littered.drive)
    change(littered, "prune", check=3)
    os.close(held)
    assert objects(littered.drive) == before
    held = os.open(repository(littered) / "tmp/staging-0-abc-lock", os.O_RDWR | os.O_CREAT)
    fcntl.fcntl(held, fcntl.F_OFD_SETLK, lock)
    change(littered, "prune")
    os.close(held)
    left = {path.name for path in (repository(littered) / "tmp").iterdir()}
    assert left == {"staging-0-abc", "staging-0-abc-lock"}


@pytest.mark.thorough
def test_with_a_damaged_tree_only_what_is_nobodys_for_sure(littered: MadeDrive) -> None:
    """Nobody knows what the tree of Hello needs."""
    top = ostree(littered, "show", "--raw", commit_of(littered, HELLO))
    objects_root = Root(repository(littered) / "objects")
    with ObjectReach(objects_root) as reach:
        commit = ObjectName(commit_of(littered, HELLO), ObjectKind.COMMIT).key
        (tree, _) = reach.below(commit) or (b"", b"")
        below = reach.reached([commit_of(littered, HELLO)])
    assert top
    path = repository(littered) / "objects" / ObjectName.from_key(tree).path
    kept = path.read_bytes()
    path.unlink()
    change(littered, "prune")
    path.write_bytes(kept)
    with ObjectReach(objects_root) as reach:
        lost = {ObjectName.from_key(key) for key in below.keys - reach.present}
    # What only Large had went, and Hello shares nothing with it.
    assert not {name for name in lost if name.kind is not ObjectKind.COMMITMETA}
    assert_sound(littered)


@pytest.fixture(scope="module")
def count(full: MadeDrive, tmp_path_factory: pytest.TempPathFactory) -> int:
    directory = tmp_path_factory.mktemp("count")
    copy_drive(full.drive, directory / "drive")
    counted = MadeDrive(directory, full.upstream, full.web)
    change(counted, "remove", "org.test.Large", "org.test.Hello", "--no-prune")
    return changes(counted, "prune")


@pytest.mark.kills
@pytest.mark.thorough
@pytest.mark.parametrize("number", range(KILLS))
def test_killed(made: MadeDrive, count: int, number: int) -> None:
    """No tree is there without what is in it: libostree would take it for whole."""
    change(made, "remove", "org.test.Large", "org.test.Hello", "--no-prune")
    chance = random.Random(number)
    killed(made, 1 + int((number + chance.random()) * count / KILLS), "prune")
    assert_sound(made)
    with ObjectReach(Root(repository(made) / "objects")) as reach:
        for key in reach.present:
            name = ObjectName.from_key(key)
            if name.kind in (ObjectKind.COMMIT, ObjectKind.DIRTREE):
                below = reach.below(key)
                assert below is not None
                assert reach.present >= set(below), name
    change(made, "prune")
    assert_sound(made)
    assert_whole(made)
