"""Lists of sources where the computer has fewer programs, so that flatpak gets no view."""

from __future__ import annotations

import gzip
import os
import shutil
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.stick.damage import HELLO, Stick, copy_stick
from tests.stick.installer.running import run
from tests.stick.receiving.computers import Computer

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

BARE = ("flatpak", "gpg", "gpgconf", "mkdir", "cp", "mv", "rm", "touch", "gzip", "base64", "date")
BROUGHT = "List of source up: brought up to date."


@pytest.fixture
def stick(good: Path, tmp_path: Path) -> Stick:
    return copy_stick(good, tmp_path / "stick")


def programs(tmp_path: Path, *more: str) -> str:
    """PATH with as much as a small system has, without what makes links."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in (*BARE, *more):
        there = shutil.which(name)
        assert there
        (folder / name).symlink_to(there)
    return str(folder)


def bare(computer: Computer, stick: Stick, path: str) -> str:
    said = run(computer, stick.root, shell="/bin/dash", PATH=path)
    assert "Signatures are not checked" in said
    assert HELLO in computer.installed()
    return said


def test_gpgv_knows_the_key(stick: Stick, upstream_key: SigningKey, tmp_path: Path) -> None:
    computer = Computer(tmp_path / "computer")
    computer.knows(upstream_key)
    assert BROUGHT in bare(computer, stick, programs(tmp_path, "gpgv", "od", "dd"))
    assert "org.test.Other" in computer.flatpak("remote-ls", "--cached", "up")


def test_gpgv_does_not_know_the_key(stick: Stick, attacker: SigningKey, tmp_path: Path) -> None:
    computer = Computer(tmp_path / "computer")
    computer.knows(attacker)
    assert BROUGHT not in bare(computer, stick, programs(tmp_path, "gpgv", "od", "dd"))
    assert computer.caches == set()


def test_without_gpgv_where_there_is_none_yet(
    stick: Stick, upstream_key: SigningKey, tmp_path: Path
) -> None:
    computer = Computer(tmp_path / "computer")
    computer.knows(upstream_key)
    assert BROUGHT in bare(computer, stick, programs(tmp_path))
    assert {"up.idx", "up.idx.sig"} <= computer.caches


def test_what_is_installed_is_what_the_list_says(stick: Stick, tmp_path: Path) -> None:
    table = stick.root / "satchel/contents.tsv"
    table.write_text(table.read_text().replace(stick.commit(HELLO), "0" * 64))
    said = run(Computer(tmp_path / "computer"), stick.root, expect=1)
    assert "Installed, but not what this drive says it has:\n  Hello" in said


def test_a_list_without_end_is_not_kept(
    stick: Stick, upstream_key: SigningKey, tmp_path: Path
) -> None:
    with gzip.open(stick.sub_summary, "wb", compresslevel=1) as bomb:
        for _ in range(70):
            bomb.write(bytes(1 << 20))
    os.truncate(stick.upstream / "summary.idx", 1 << 40)
    computer = Computer(tmp_path / "computer")
    computer.knows(upstream_key)
    assert BROUGHT not in bare(computer, stick, programs(tmp_path, "find"))
    assert computer.caches == set()
