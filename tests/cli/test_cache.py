"""``satchel cache``: what is kept of downloads."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path

import pytest

from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.pull.cache_keeping import CacheKeeper, trim, usage
from app.ostree.pull.object_cache import CachePlace, ObjectCache
from app.ostree.pull.packs import MOST_PACKED
from app.ostree.pull.payload_cache import PayloadCache
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


def _file(path: Path) -> None:
    path.write_text("somebody's")


def _filled(path: Path) -> None:
    path.mkdir()
    (path / "inner").mkdir()
    (path / "inner/file").write_text("somebody's")


def _dangling(path: Path) -> None:
    path.symlink_to("nowhere")


NODES = {"file": _file, "directory": _filled, "link": _dangling, "pipe": os.mkfifo}
_GATE = 2
"""Places of each kind of node that are in the gate."""

LARGE = f"objects/aa/{'bb' * 31}"
PLACES = {
    "directory": (
        f"{LARGE}.filez",
        f"{LARGE}.payload",
        "packs/00000001",
        "packs/index",
        "usage",
        "trimming",
    ),
    "file": ("objects", "objects/aa", "packs", "tmp", "remotes"),
    "link": ("objects", "objects/aa", f"{LARGE}.filez", "packs", "packs/index", "usage"),
    "pipe": (
        "objects",
        f"{LARGE}.filez",
        f"{LARGE}.payload",
        "packs/00000001",
        "packs/index",
        "usage",
        "trimming",
    ),
}
UNFIT = [
    pytest.param(node, place, marks=() if number < _GATE else pytest.mark.thorough)
    for node, places in PLACES.items()
    for number, place in enumerate(places)
]


@pytest.mark.parametrize(("node", "place"), UNFIT)
def test_what_lies_where_another_node_belongs(tmp_path: Path, node: str, place: str) -> None:
    """It hinders nobody and goes with the rest; then objects are kept again."""
    cache = tmp_path / ".cache/satchel"
    path = cache / place
    path.parent.mkdir(parents=True)
    NODES[node](path)
    shown = satchel("cache", "--json", home=tmp_path).json
    assert (shown["objects"], shown["object_bytes"]) == (0, 0)
    limited = satchel("cache", "--size", "50M", "--json", home=tmp_path).json
    assert (limited["objects"], limited["object_bytes"]) == (0, 0)
    satchel("cache", "--clear", home=tmp_path)
    assert not os.path.lexists(path) or path.is_file() is (place in {"usage", "trimming"})
    keep_and_take(cache)


@pytest.mark.parametrize("linked", ["objects", "packs", "objects/aa", "tmp"])
def test_what_is_on_the_other_disk_that_it_was_put_onto_stays(tmp_path: Path, linked: str) -> None:
    """In the place of nothing that is kept lies what has no such name."""
    disk, cache = tmp_path / "disk", tmp_path / ".cache/satchel"
    pictures = disk / "pictures/2026/class.jpg"
    pictures.parent.mkdir(parents=True)
    pictures.write_text("somebody's")
    (disk / "pictures/latest").symlink_to("2026")
    os.mkfifo(disk / "pipe")
    (disk / "list.txt").write_text("somebody's")
    killed = disk / "4711-0123456789abcdef"
    killed.mkdir()
    for old in (disk / "pictures", killed):
        os.utime(old, (0, 0))
    (cache / linked).parent.mkdir(parents=True)
    (cache / linked).symlink_to(disk)
    satchel("cache", "--size", "50M", home=tmp_path)
    trim(CachePlace(cache, 0))
    satchel("cache", "--clear", home=tmp_path)
    assert pictures.read_text() == "somebody's"
    assert (disk / "pictures/latest").is_symlink()
    assert (disk / "pipe").is_fifo()
    assert (disk / "list.txt").is_file()
    assert killed.exists() is (linked != "tmp")


@pytest.mark.parametrize(("node", "place"), UNFIT)
def test_what_lies_so_keeps_nobody_from_working(tmp_path: Path, node: str, place: str) -> None:
    cache = tmp_path / "cache"
    path = cache / place
    path.parent.mkdir(parents=True)
    NODES[node](path)
    keep_and_take(cache, small="packs" not in place)


def keep_and_take(cache: Path, *, small: bool = True) -> None:
    """A small object, a large one and a payload are kept, and there."""
    place = CachePlace(cache, 100_000_000)
    large = ObjectName("aa" + "bb" * 31, ObjectKind.FILE)
    data = bytes(MOST_PACKED + 1)
    repository = os.open(cache, os.O_RDONLY)
    try:
        with ObjectCache(place, repository) as kept:
            tree = ObjectName(sha256(b"tree").hexdigest(), ObjectKind.DIRTREE)
            kept.add(tree, b"tree")
            kept.publish()
            assert kept.has(tree) or not small
        with ObjectCache(place, repository) as kept:
            kept.add(large, data)
            assert kept.has(large)
    finally:
        os.close(repository)
    payloads = PayloadCache(place)
    with open(cache / "source", "w+b") as source:
        source.write(b"payload")
        source.flush()
        payloads.keep(large.checksum, 7, source.fileno())
    assert payloads.size(large.checksum) == 7
    with CacheKeeper(place) as keeper:
        keeper.added(1000)
    assert usage(cache) >= 1000
    assert trim(place) > MOST_PACKED


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


@pytest.mark.parametrize("size", ["0", "49M", "9999999T"])
def test_a_size_that_no_cache_has_is_told_as_one(tmp_path: Path, size: str) -> None:
    said = satchel("cache", "--size", size, home=tmp_path, check=2).stderr
    assert "The cache cannot be limited to" in said
    assert "50 MB" in said.replace("\N{NO-BREAK SPACE}", " ")
    assert not (tmp_path / ".config/satchel/settings.json").exists()
