"""Others can add to a stick that is nearly full, as `make` fills it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client import Client
from tests.satchel import satchel
from tests.stick.makers import REPO, make
from tests.upstream import COLLECTION, Upstream, host_arch

pytestmark = pytest.mark.slow

OTHER = f"app/org.test.Other/{host_arch()}/stable"
MB = 1_000_000


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[Path]:
    """A file system of 100 MB."""
    path = tmp_path / "drive"
    path.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100m", "none", path], check=True)
    yield path
    subprocess.run(["umount", path], check=True)


def fill(drive: Path, free: int) -> None:
    """Leave ``free`` bytes."""
    state = os.statvfs(drive)
    with open(drive / "filler", "wb") as file:
        os.posix_fallocate(file.fileno(), 0, state.f_bavail * state.f_frsize - free)


def test_flatpak_adds_to_a_full_stick(
    default_upstream: Upstream, drive: Path, tmp_path: Path, client: Client
) -> None:
    home = tmp_path / "home"
    make(default_upstream, drive, "org.test.Hello", home=home)
    config = drive / REPO / "config"
    assert config.read_text().endswith("indexed-deltas=true\nmin-free-space-percent=0\n")
    fill(drive, 2 * MB)
    client.remote_add_upstream("up", default_upstream, default_upstream.path.as_uri())
    client.run("remote-modify", "--user", f"--collection-id={COLLECTION}", "up")
    client.install("up", "org.test.Other")
    add = ("create-usb", "--user", "--allow-partial", drive, "org.test.Other")
    before = config.read_text()
    config.write_text(before.replace("min-free-space-percent=0\n", ""))
    assert "min-free-space-percent" in client.run(*add, check=False).stdout
    config.write_text(before)
    client.run(*add)
    assert (drive / REPO / "refs/mirrors" / COLLECTION / OTHER).exists()


@pytest.mark.thorough
def test_an_older_stick_can_be_filled_from_its_next_making_on(
    default_upstream: Upstream, tmp_path: Path
) -> None:
    home, stick = tmp_path / "home", tmp_path / "stick"
    make(default_upstream, stick, "org.test.Hello", home=home)
    config = stick / REPO / "config"
    old = "[core]\nrepo_version=1\nmode=archive-z2\nindexed-deltas=true\n"
    for text, expected in (
        (old, f"{old}min-free-space-percent=0\n"),
        (f"{old}min-free-space-size=500MB\n", f"{old}min-free-space-size=500MB\n"),
    ):
        config.write_text(text)
        assert satchel("verify", "--quick", "--json", stick, home=home).json["ok"]
        make(default_upstream, stick, "org.test.Hello", home=home)
        assert config.read_text() == expected
