"""Pulling onto drives that are full, or go away."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import DriveError
from app.fs.files import DriveFullError
from tests.ostree.conftest import Made
from tests.ostree.pull.target import Target
from tests.ostree.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("nothing_left")]


@pytest.fixture
def small_drive(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MB."""
    drive = tmp_path / "small"
    drive.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", drive], check=True)
    yield drive
    subprocess.run(["umount", drive], check=True)


def test_a_full_drive(upstream: Made, web: Web, small_drive: Path) -> None:
    target = Target(small_drive / "stick")
    filler = small_drive / "filler"
    filler.write_bytes(bytes(2_500_000))
    with pytest.raises(DriveFullError):
        target.pull(upstream, web.url)
    assert target.wrong() == []
    filler.unlink()
    subprocess.run(["mount", "-o", "remount,size=64m", small_drive], check=True)
    target.pull(upstream, web.url)
    assert target.same_as(upstream)


def test_a_drive_that_goes_away(upstream: Made, web: Web, target: Target) -> None:
    (target.repository.path / "objects").rename(target.repository.path / "elsewhere")
    with pytest.raises(DriveError):
        target.pull(upstream, web.url)
