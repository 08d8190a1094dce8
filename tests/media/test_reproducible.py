"""The same lock file gives the same trees, whenever and wherever they are made."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from app.media.trees.tree import Layout
from tests.media.mediums import Maker
from tests.media.operating_systems import installed_below
from tests.satchel import satchel
from tests.stick.clients.sticks import CARRIED
from tests.upstream import Upstream

EPOCH = 1_790_000_000


def look(tree: Path) -> dict[str, tuple[object, ...]]:
    """Path → what an archive would have of it, but for owners."""
    return {
        str(path.relative_to(tree)): (
            path.lstat().st_mode,
            int(path.lstat().st_mtime),
            os.readlink(path)
            if path.is_symlink()
            else path.read_bytes()
            if path.is_file()
            else b"",
        )
        for path in (tree, *sorted(tree.rglob("*")))
    }


@pytest.mark.thorough
@pytest.mark.parametrize("layout", Layout)
def test_made_twice(own_upstream: Upstream, layout: Layout, tmp_path: Path) -> None:
    lock, maker = tmp_path / "satchel.lock", Maker(tmp_path, own_upstream)
    trees = []
    with maker.online():
        remote = ("--remote", maker.remote)
        satchel("lock", "org.test.Hello", *remote, "-o", lock, home=maker.home)
        for number, umask in enumerate((0o022, 0o077)):
            home, out = tmp_path / f"computer-{number}", tmp_path / f"computer-{number}/out"
            home.mkdir()
            before = os.umask(umask)
            try:
                words = ("media", out, "--layout", layout, "--locked", lock, *remote, "--json")
                done = satchel(*words, home=home, env={"SOURCE_DATE_EPOCH": str(EPOCH)})
            finally:
                os.umask(before)
            assert done.finished["ok"]
            if number and layout is not Layout.INSTALLED:
                # Once more in the same place changes nothing.
                done = satchel(*words, home=home, env={"SOURCE_DATE_EPOCH": str(EPOCH)})
                assert done.finished["ok"]
            trees.append(look(out))
    first, second = trees
    assert first.keys() == second.keys()
    assert {name for name in first if first[name] != second[name]} == set()
    if layout is Layout.INSTALLED:
        # A lock without lists too brings drivers and languages.
        assert installed_below(tmp_path / "computer-0/out/var/lib/flatpak").keys() == CARRIED
    newest = max(path.lstat().st_mtime for path in (tmp_path / "computer-0/out").rglob("*"))
    assert newest == EPOCH < time.time()


@pytest.mark.thorough
@pytest.mark.parametrize(
    "words",
    [
        ("a.img",),
        ("a.img", "--fs=exfat"),
        ("a.img", "--fs=squashfs"),
        ("a.iso", "--layout=iso-root"),
        ("a.tar", "--layout=installed"),
    ],
    ids=" ".join,
)
def test_images_made_twice(
    default_upstream: Upstream, words: tuple[str, ...], tmp_path: Path
) -> None:
    lock, maker = tmp_path / "satchel.lock", Maker(tmp_path, default_upstream)
    name, *more = words
    images = []
    with maker.online():
        remote = ("--remote", maker.remote)
        satchel("lock", "org.test.Hello", *remote, "-o", lock, home=maker.home)
        for number in range(2):
            home = tmp_path / f"computer-{number}"
            home.mkdir()
            given: list[str | Path] = ["--image", home / name, *more, "--locked", lock, *remote]
            satchel("media", *given, home=home)
            images.append((home / name).read_bytes())
    assert images[0] == images[1]
