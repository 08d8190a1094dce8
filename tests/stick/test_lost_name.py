"""A stick whose directory has lost its name, as after the repair of a file system."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from app.fs.nodes import Node
from app.fs.root import Root
from app.stick.store.location import find_lost
from tests.satchel import satchel
from tests.stick.damage import HELLO, Stick
from tests.upstream import Upstream

TOP, REPO = ".ostree", ".ostree/repo"

CASES = {
    "short": ("OSTREE~1/repo", [("OSTREE~1", TOP)]),
    "small": ("ostree~1/REPO", [("ostree~1", TOP)]),
    "fsck": ("FSCK0000.000/repo", [("FSCK0000.000", TOP)]),
    "both": ("FSCK0000.000/FSCK0001.000", [("FSCK0000.000", TOP), (f"{TOP}/FSCK0001.000", REPO)]),
    "inner": (f"{TOP}/FSCK0000.000", [(f"{TOP}/FSCK0000.000", REPO)]),
    "e2fsck": ("lost+found/#12/repo", [("lost+found/#12", TOP)]),
    "alone": ("LOST+FOUND/repo", [("LOST+FOUND/repo", REPO)]),
    "chkdsk": ("FOUND.000/DIR0000.CHK/repo", [("FOUND.000/DIR0000.CHK", TOP)]),
}


def make_repository(path: Path) -> None:
    for name in ("objects", "refs"):
        (path / name).mkdir(parents=True)
    (path / "config").write_text("[core]\n")


@pytest.mark.parametrize("case", CASES)
def test_it_is_found_by_what_a_repair_calls_it(case: str, tmp_path: Path) -> None:
    path, renames = CASES[case]
    make_repository(tmp_path / path)
    lost = find_lost(tmp_path)
    assert lost is not None
    assert (lost.repository_path, list(lost.renames)) == (path, renames)
    lost.put_back(Root(tmp_path))
    names = {each.name for each in (tmp_path / TOP).iterdir()}
    # FAT takes both for one name.
    assert names == ({"REPO"} if case == "small" else {"repo"})
    assert find_lost(tmp_path) is None or case == "small"


def test_beside_what_is_left_of_it(tmp_path: Path) -> None:
    make_repository(tmp_path / "OSTREE~1/repo")
    (tmp_path / TOP).mkdir()
    lost = find_lost(tmp_path)
    assert lost is not None
    lost.put_back(Root(tmp_path))
    assert (tmp_path / REPO / "objects").is_dir()


def test_what_is_not_certain_stays(tmp_path: Path) -> None:
    """A person's own repository, one that is named by a link, half of one, one of two, and what
    lies beside a stick."""
    for name in ("repo", "backup/OSTREE~1"):
        make_repository(tmp_path / name)
    make_repository(tmp_path / "elsewhere/real")
    (tmp_path / "OSTREE~3").symlink_to("elsewhere/real")
    (tmp_path / "OSTREE~4/repo/objects").mkdir(parents=True)
    assert find_lost(tmp_path) is None
    make_repository(tmp_path / "OSTREE~1/repo")
    assert find_lost(tmp_path) is not None
    make_repository(tmp_path / "FSCK0000.000/repo")
    assert find_lost(tmp_path) is None
    make_repository(tmp_path / REPO)
    (tmp_path / "FSCK0000.000").rename(tmp_path / "other")
    assert find_lost(tmp_path) is None


def test_of_two_in_the_same_directory_nobody_knows_which(tmp_path: Path) -> None:
    for name in ("repo", "FSCK0001.000"):
        make_repository(tmp_path / "OSTREE~1" / name)
    assert find_lost(tmp_path) is None


def test_what_cannot_be_read_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A repair leaves what the medium does not give."""
    make_repository(tmp_path / "FOUND.000/DIR0000.CHK")
    make_repository(tmp_path / "FOUND.000/DIR0001.CHK/repo")
    seen = Root.node

    def node(self: Root, path: str) -> Node | None:
        if path.startswith("FOUND.000/DIR0000.CHK/"):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return seen(self, path)

    monkeypatch.setattr(Root, "node", node)
    lost = find_lost(tmp_path)
    assert lost is not None
    assert lost.path == "FOUND.000/DIR0001.CHK"


def test_a_repair_gives_it_its_name_again(
    stick: Stick, upstream: Upstream, friend: Path, tmp_path: Path
) -> None:
    (stick.root / TOP).rename(stick.root / "OSTREE~1")
    back = [{"path": "OSTREE~1", "to": TOP}]
    for verb, status in (("inspect", 6), ("verify", 1)):
        said = satchel(verb, stick.root, home=friend, check=status).said
        assert "OSTREE~1 is one that has lost its name .ostree" in said
        assert "satchel repair" in said
    remote = tmp_path / "test.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    words = ("repair", stick.root, "--remote", remote)
    make = ("plan", stick.root, "org.test.Hello", "--remote", remote, "--json")
    told = satchel(*make, home=friend).json["notices"]
    assert any("OSTREE~1" in str(each) and "repair" in str(each) for each in told), told
    foreseen = satchel(*words, "--json", "--dry-run", home=friend).json
    assert (foreseen["put_back"], foreseen["moved"]) == (back, [])
    assert not (stick.root / TOP).exists()
    said = satchel(*words, "--dry-run", home=friend).stdout
    assert "OSTREE~1 → .ostree" in said
    done = satchel(*words, "--json", home=friend).finished
    assert (done["ok"], done["put_back"]) == (True, back)
    assert done["jobs"] == []
    assert stick.ref(HELLO).is_file()
    assert satchel("verify", stick.root, home=friend, check=0)
