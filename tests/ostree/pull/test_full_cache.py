"""A disk without room empties the cache; it never stops what a drive gets."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.ostree.pull.cache_keeping import contents
from app.ostree.pull.object_cache import CachePlace
from tests.ostree.conftest import Made
from tests.ostree.pull.target import Target
from tests.ostree.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("nothing_left")]


@contextmanager
def _disk(path: Path, size: int) -> Iterator[Path]:
    """A file system of so many bytes."""
    path.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", path], check=True)
    try:
        yield path
    finally:
        subprocess.run(["umount", path], check=True)


def _size(made: Made) -> int:
    return sum(-(-made.file(name).stat().st_size // 4096) * 4096 for name in made.objects())


def test_a_full_disk_of_the_cache_alone(
    upstream: Made, web: Web, target: Target, tmp_path: Path
) -> None:
    with _disk(tmp_path / "disk", _size(upstream) // 2) as disk:
        place = CachePlace(disk / "cache", 10**9)
        target.pull(upstream, web.url, cache=place)
        assert target.same_as(upstream)
        again = Target(tmp_path / "again")
        again.pull(upstream, web.url, cache=place)
        assert again.same_as(upstream)


def test_a_full_disk_that_the_drive_shares_with_the_cache(
    upstream: Made, web: Web, target: Target, tmp_path: Path
) -> None:
    with _disk(tmp_path / "disk", _size(upstream) * 3 // 2) as disk:
        place = CachePlace(disk / "cache", 10**9)
        target.pull(upstream, web.url, cache=place)
        before = contents(place.directory).bytes
        beside = Target(disk / "drive")
        beside.pull(upstream, web.url, cache=place)
        assert beside.same_as(upstream)
        assert contents(place.directory).bytes < before
