"""``satchel cache``: what is kept of downloads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.satchel import satchel
from tests.volumes import mounted_tmpfs, run


def _keep(home: Path, sizes: dict[str, int]) -> Path:
    """Objects of these sizes, as a job leaves them."""
    cache = home / ".cache/satchel"
    for name, size in sizes.items():
        path = cache / "objects" / name[:2] / f"{name[2:]}.filez"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(size))
    (cache / "usage").write_text(str(sum(sizes.values())))
    return cache


def test_it_says_what_there_is(tmp_path: Path) -> None:
    cache = _keep(tmp_path, {"aa" * 32: 1000, "bb" * 32: 500})
    shown = satchel("cache", "--json", home=tmp_path).json
    assert shown["directory"] == str(cache)
    assert (shown["objects"], shown["object_bytes"], shown["bytes"]) == (2, 1500, 1500)
    assert shown["oldest"] is not None
    assert 0 < shown["object_limit"] <= shown["limit"] == 20_000_000_000
    assert "2 objects of 1.5 kB" in satchel("cache", home=tmp_path).stdout


def test_it_is_emptied(tmp_path: Path) -> None:
    cache = _keep(tmp_path, {"aa" * 32: 1000})
    emptied = satchel("cache", "--clear", "--json", home=tmp_path).json
    assert (emptied["objects"], emptied["bytes"], emptied["oldest"]) == (0, 0, None)
    assert list((cache / "objects").glob("*/*")) == []


@pytest.mark.devices
def test_what_cannot_be_emptied_is_told(tmp_path: Path) -> None:
    place = tmp_path / ".cache"
    place.mkdir()
    with mounted_tmpfs(place):
        _keep(tmp_path, {"aa" * 32: 1000})
        run("mount", "-o", "remount,ro", place)
        done = satchel("cache", "--clear", home=tmp_path, check=1)
        assert "cannot be removed" in done.stderr


def test_its_size_is_a_setting(tmp_path: Path) -> None:
    _keep(tmp_path, {"aa" * 32: 30_000_000, "bb" * 32: 30_000_000})
    limited = satchel("cache", "--size", "50M", "--json", home=tmp_path).json
    assert limited["limit"] == 50_000_000
    assert (limited["objects"], limited["bytes"]) == (1, 30_000_000)
    saved = json.loads((tmp_path / ".config/satchel/settings.json").read_text())
    assert saved == {"cache_limit": 50_000_000}


@pytest.mark.parametrize("size", ["", "much", "-1", "5X", "1e9", "20GG"])
def test_what_is_no_size_is_refused(tmp_path: Path, size: str) -> None:
    satchel("cache", "--size", size, home=tmp_path, check=2)
