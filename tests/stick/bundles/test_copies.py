"""Copies of drives with apps as files, and tries of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.bundles import ATLAS
from tests.satchel import satchel
from tests.stick.bundles.conftest import Maker

pytestmark = pytest.mark.thorough


def test_a_copy_has_the_same_files_and_no_others(maker: Maker, tmp_path: Path) -> None:
    maker.make(maker.signed)
    target = tmp_path / "copy"
    shutil.copytree(maker.drive, target, symlinks=True)
    maker.make(maker.unsigned)
    words = ("clone", maker.drive, target, "--yes", "--trust-drive-keys")
    satchel(*words, "--allow-unsigned", home=tmp_path / "home")
    assert [path.name for path in (target / "satchel/bundles").iterdir()] == [f"{ATLAS}-2.flatpak"]
    (file,) = (target / "satchel/bundles").iterdir()
    assert file.read_bytes() == maker.unsigned.read_bytes()


def test_a_rehearsal_installs_it(maker: Maker, tmp_path: Path) -> None:
    maker.make(maker.unsigned)
    done = satchel("rehearse", maker.drive, home=tmp_path / "home")
    assert "Classroom Atlas" in done.stdout
    assert "1 of 1 apps install" in done.stdout


def test_what_was_taken_off_is_named(maker: Maker, tmp_path: Path) -> None:
    maker.make(maker.signed)
    said = satchel("remove", maker.drive, ATLAS, "--yes", home=tmp_path / "home").stdout
    assert "Took off Classroom Atlas, and" in said
