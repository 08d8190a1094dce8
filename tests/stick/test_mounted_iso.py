"""Drives as ISO images that are mounted: their own names, or those that the format has cut.

The images are xorriso's, mounted by fuseiso, since not every kernel knows them.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.satchel import satchel
from tests.stick.conftest import make
from tests.stick.damage import HELLO
from tests.stick.installer.running import run
from tests.stick.receiving.computers import Computer
from tests.upstream import Upstream

pytestmark = pytest.mark.slow

WHOLE = {"Rock Ridge": ("-R",), "long Joliet": ("--norock", "-J", "-joliet-long")}
CUT = {"Joliet": ("--norock", "-J"), "neither": ("--norock",)}


@contextmanager
def mounted(tree: Path, place: Path, *options: str) -> Iterator[Path]:
    """The tree, in an image that is made with these options of mkisofs."""
    image, top = place / "drive.iso", place / "mounted"
    top.mkdir(parents=True)
    command: tuple[str | Path, ...] = (
        "xorriso",
        "-as",
        "mkisofs",
        "-quiet",
        *options,
        "-o",
        image,
        tree,
    )
    subprocess.run(command, check=True, capture_output=True)
    subprocess.run(("fuseiso", image, top, "-o", "ro"), check=True, capture_output=True)
    try:
        yield top
    finally:
        subprocess.run(("fusermount", "-u", top), check=True)


@pytest.fixture(scope="module")
def drive(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("iso") / "made", upstream, "org.test.Hello")


@pytest.mark.parametrize(
    "names", ["Rock Ridge", pytest.param("long Joliet", marks=pytest.mark.thorough)]
)
def test_one_with_whole_names_is_a_drive(drive: Path, tmp_path: Path, names: str) -> None:
    remote = drive.parent / "test.flatpakrepo"
    home = tmp_path / "home"
    home.mkdir()
    with mounted(drive, tmp_path / "iso", *WHOLE[names]) as top:
        assert satchel("verify", top, "--json", home=home, check=False).json["refs"]
        told = satchel("inspect", top, "--json", home=home).json
        assert HELLO in {ref["ref"] for each in told["collections"] for ref in each["refs"]}
        another = tmp_path / "another"
        another.mkdir()
        words = ("org.test.Hello", "--remote", remote, "--from", top, "--offline")
        made = satchel("make", another, *words, "--json", home=home).finished
        assert made["ok"]
        assert made["kept"] == made["bytes"] > 0
        full = satchel("make", top, "org.test.Other", "--remote", remote, home=home, check=3)
        assert f"{top} is read-only" in full.said
        computer = Computer(tmp_path / "computer")
        run(computer, top)
        assert HELLO in computer.installed()


@pytest.mark.parametrize("names", ["Joliet", pytest.param("neither", marks=pytest.mark.thorough)])
def test_one_with_cut_names_is_told(drive: Path, tmp_path: Path, names: str) -> None:
    remote = drive.parent / "test.flatpakrepo"
    home, another = tmp_path / "home", tmp_path / "another"
    for directory in (home, another):
        directory.mkdir()
    with mounted(drive, tmp_path / "iso", *CUT[names]) as top:
        words: dict[int, list[tuple[Any, ...]]] = {
            6: [
                ("inspect", top), ("receive", top), ("rehearse", top), ("diff", top, drive),
                ("clone", top, another),
            ],
            1: [("verify", top)],
            2: [
                ("make", another, HELLO, "--remote", remote, "--from", top),
                ("make", another, HELLO, "--remote", top),
            ],
        }  # fmt: skip
        for status, commands in words.items():
            for command in commands:
                said = " ".join(satchel(*command, home=home, check=status).said.split())
                assert "were cut or changed, as in an ISO image without Rock Ridge" in said
                assert "Make the image anew" in said
        computer = Computer(tmp_path / "computer")
        assert "repair" not in run(computer, top, expect=1)
    assert not os.listdir(another)


def test_a_directory_without_a_repository_is_no_source(tmp_path: Path) -> None:
    empty, drive = tmp_path / "empty", tmp_path / "drive"
    for directory in (empty, drive):
        directory.mkdir()
    for option in ("--remote", "--from"):
        done = satchel("plan", drive, "org.test.Hello", option, empty, home=tmp_path, check=2)
        assert f"There is no repository in {empty}." in " ".join(done.said.split())
