"""The kit's checksums: what `sha256sum` says of a drive, and what a check says of them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.tree_keys import KnownTrees
from app.stick.kit.checksums import AlikeLists, FormerLists
from app.stick.planning.present_objects import PresentObjects
from app.stick.store.location import find_stick, open_repository
from tests.stick.damage import HELLO, LIST, Stick, copy_stick, flip, verify

MISSING = ("kit-missing", "satchel")


def sha256sum(stick: Stick, program: str = "sha256sum") -> int:
    """As people without Satchel would check everything; its exit status."""
    return subprocess.run(
        [*program.split(), "-c", *sorted((stick.root / "satchel/checksums").iterdir())],
        cwd=stick.repo / "objects",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    ).returncode


@pytest.fixture
def stick(good: Path, tmp_path: Path) -> Stick:
    return copy_stick(good, tmp_path / "drive")


@pytest.mark.parametrize("program", ["sha256sum", "busybox sha256sum"])
def test_other_programs_find_damage_by_them(stick: Stick, program: str) -> None:
    commits = {commit for ref, commit in stick.refs().items() if ref != "ostree-metadata"}
    assert {path.name for path in (stick.root / "satchel/checksums").iterdir()} == commits
    assert sha256sum(stick, program) == 0
    flip(stick.path(stick.object("filez")), 40)
    assert sha256sum(stick, program) == 1


def test_one_is_missing(stick: Stick, tmp_path: Path) -> None:
    (stick.root / "satchel/checksums" / stick.commit(HELLO)).unlink()
    assert verify(stick, tmp_path) == {MISSING}
    assert verify(stick, tmp_path, "--quick") == {MISSING}
    shutil.rmtree(stick.root / "satchel/checksums")
    assert verify(stick, tmp_path) == {MISSING}


@pytest.mark.parametrize("change", ["one of another object", "shorter", "longer", "huge"])
def test_one_was_changed(stick: Stick, tmp_path: Path, change: str) -> None:
    path = stick.root / "satchel/checksums" / stick.commit(HELLO)
    data = path.read_bytes()
    path.write_bytes(
        {
            "one of another object": data.replace(data[:8], b"00000000", 1),
            "shorter": data.partition(b"\n")[2],
            "longer": data + data,
            "huge": data + bytes(64 << 20),
        }[change]
    )
    assert verify(stick, tmp_path) == {("kit-altered", f"satchel/checksums/{path.name}")}
    # Nobody has read what they are about.
    assert verify(stick, tmp_path, "--quick") == set()


def test_nothing_is_taken_for_sound_because_they_say_so(stick: Stick, tmp_path: Path) -> None:
    damaged = stick.object("filez")
    flip(stick.path(damaged), 40)
    path = stick.root / "satchel/checksums" / stick.commit(HELLO)
    path.unlink()
    stick.update_kit()
    codes = {code for code, _ in verify(stick, tmp_path)}
    assert "object-corrupt" in codes


def test_what_else_lies_there(stick: Stick, tmp_path: Path) -> None:
    folder = stick.root / "satchel/checksums"
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / ("a" * 64)).write_text("#!/bin/sh\n")
    # What a job left that was killed; and those of what was there before.
    (folder / f".{'b' * 64}.x1.tmp").write_text("")
    (folder / ("b" * 64)).write_text("")
    assert verify(stick, tmp_path) == {("kit-altered", f"satchel/checksums/{'a' * 64}")}


def test_the_list_says_which_commits(stick: Stick, tmp_path: Path) -> None:
    table = stick.root / "satchel/contents.tsv"
    table.write_text(table.read_text().replace(stick.commit(HELLO), "0" * 64))
    assert verify(stick, tmp_path) == {LIST}


def test_of_several_drives_with_the_same_lists_it_is_made_once(good: Path, tmp_path: Path) -> None:
    drives = [copy_stick(good, tmp_path / f"drive-{number}") for number in range(3)]
    commit = drives[0].commit(HELLO)
    changed = drives[2].root / "satchel/checksums" / commit
    changed.write_bytes(changed.read_bytes().partition(b".filez\n")[2])
    alike = AlikeLists()

    def lists(drive: Stick, alike: AlikeLists | None = None) -> FormerLists:
        location = find_stick(drive.root)
        repository = open_repository(location)
        trees = KnownTrees()
        PresentObjects.of(repository, trees).read_trees()
        coming = {commit: repository.read_object(ObjectName(commit, ObjectKind.COMMIT))}
        former = FormerLists(location, [commit], coming, trees, alike)
        former.read()
        former.prepare()
        return former

    first, second, other = (lists(drive, alike) for drive in drives)
    assert first.of(commit) is second.of(commit)
    assert first.outlines[commit] is second.outlines[commit]
    for drive, shared in zip(drives, (first, second, other), strict=True):
        alone = lists(drive)
        assert shared.of(commit) == alone.of(commit)
        assert shared.outlines[commit].lines == alone.outlines[commit].lines
        assert shared.outlines[commit].kept == alone.outlines[commit].kept
    assert len(other.of(commit)) < len(first.of(commit))
