"""What was fetched once is kept on this computer, and not asked for again."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.pull.cache_keeping import contents, trim, usage
from app.ostree.pull.delivery import ObjectNotKeptError
from app.ostree.pull.fetch import KeptSource
from app.ostree.pull.object_cache import CachePlace
from app.progress import Advanced
from tests.ostree.conftest import Made
from tests.ostree.pull.target import Target
from tests.ostree.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("nothing_left")]

_A_DAY_AND_MORE = 100_000


@pytest.fixture
def cache(tmp_path: Path) -> CachePlace:
    return CachePlace(tmp_path / "cache", 1_000_000_000)


def _kept(cache: CachePlace) -> dict[str, bytes]:
    objects = cache.directory / "objects"
    return {str(path.relative_to(objects)): path.read_bytes() for path in objects.glob("??/*")}


def _upstream_objects(made: Made) -> dict[str, bytes]:
    return {name.path: made.file(name).read_bytes() for name in made.objects()}


def _second(tmp_path: Path) -> Target:
    return Target(tmp_path / "second")


def test_the_second_drive_asks_upstream_for_nothing(
    upstream: Made, web: Web, target: Target, tmp_path: Path, cache: CachePlace
) -> None:
    first = target.pull(upstream, web.url, cache=cache)
    assert _kept(cache) == _upstream_objects(upstream)
    assert usage(cache.directory) == first.bytes
    assert os.listdir(cache.directory / "tmp") == []
    web.asked.clear()
    second = _second(tmp_path)
    assert second.pull(upstream, web.url, cache=cache) == replace(
        first, kept=first.objects, kept_bytes=first.bytes
    )
    assert web.paths() == []
    assert second.same_as(upstream)
    assert second.leftovers() == []
    last = second.events[-1]
    assert isinstance(last, Advanced)
    assert last.bytes == last.kept == first.bytes
    assert usage(cache.directory) == first.bytes


def test_what_the_cache_has_lost_or_spoilt_comes_anew_and_is_kept_again(
    upstream: Made, web: Web, target: Target, tmp_path: Path, cache: CachePlace
) -> None:
    target.pull(upstream, web.url, cache=cache)
    files = [name for name in upstream.objects(ObjectKind.FILE) if name != upstream.big]
    gone, empty, link, flipped = files[:4]
    bad = [gone, empty, link, flipped, upstream.big, upstream.small(ObjectKind.DIRTREE)]
    place = {name: cache.directory / "objects" / name.path for name in bad}
    place[gone].unlink()
    place[empty].write_bytes(b"")
    place[link].unlink()
    place[link].symlink_to(upstream.file(link))
    for name in (flipped, upstream.big, upstream.small(ObjectKind.DIRTREE)):
        data = bytearray(place[name].read_bytes())
        data[-1] ^= 1
        place[name].write_bytes(data)
    web.asked.clear()
    second = _second(tmp_path)
    second.pull(upstream, web.url, cache=cache)
    assert sorted(web.paths()) == sorted(f"/objects/{name.path}" for name in bad)
    assert second.same_as(upstream)
    assert _kept(cache) == _upstream_objects(upstream)
    assert not place[link].is_symlink()


def test_a_drive_and_the_cache_never_share_what_could_be_damaged(
    upstream: Made, web: Web, target: Target, cache: CachePlace
) -> None:
    target.pull(upstream, web.url, cache=cache)
    for name in upstream.objects():
        assert os.stat(cache.directory / "objects" / name.path).st_nlink == 1


@pytest.mark.thorough
def test_a_cache_that_cannot_be_used_stops_nothing(
    upstream: Made, web: Web, target: Target, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    target.pull(upstream, web.url, cache=CachePlace(tmp_path / "file" / "cache", 10**9))
    assert target.same_as(upstream)


@pytest.mark.thorough
def test_without_a_limit_nothing_is_kept_and_what_is_there_is_used(
    upstream: Made, web: Web, target: Target, tmp_path: Path, cache: CachePlace
) -> None:
    off = replace(cache, limit=0)
    target.pull(upstream, web.url, cache=off)
    assert _kept(cache) == {}
    target_two = _second(tmp_path)
    target_two.pull(upstream, web.url, cache=cache)
    web.asked.clear()
    assert Target(tmp_path / "third").pull(upstream, web.url, cache=off).kept
    assert web.paths() == []


@pytest.mark.thorough
def test_a_local_upstream_is_not_kept_a_second_time(
    upstream: Made, target: Target, cache: CachePlace
) -> None:
    target.pull(upstream, upstream.path.as_uri(), cache=cache)
    assert _kept(cache) == {}


def test_without_a_network_the_cache_is_enough_or_says_what_it_lacks(
    upstream: Made, web: Web, target: Target, tmp_path: Path, cache: CachePlace
) -> None:
    target.pull(upstream, web.url, cache=cache)
    alone = KeptSource(web.url, lambda _path: None)
    web.close()
    second = _second(tmp_path)
    assert second.pull_from(alone, upstream, cache=cache).kept
    assert second.same_as(upstream)
    lacking = upstream.small()
    (cache.directory / "objects" / lacking.path).unlink()
    third = Target(tmp_path / "third")
    with pytest.raises(ObjectNotKeptError) as error:
        third.pull_from(alone, upstream, cache=cache)
    assert error.value.key == lacking.key


def test_what_was_not_used_for_longest_goes_first(
    upstream: Made, web: Web, target: Target, tmp_path: Path, cache: CachePlace
) -> None:
    whole = target.pull(upstream, web.url, cache=cache).bytes + len(upstream.commit_bytes)
    path = cache.directory / "objects" / upstream.big.path
    os.utime(path, (0, path.stat().st_mtime - _A_DAY_AND_MORE))
    left = trim(replace(cache, limit=whole - 1))
    assert left == usage(cache.directory) == contents(cache.directory).bytes
    assert left < whole
    assert upstream.big.path not in _kept(cache)
    # What is used counts as new again.
    for path in (cache.directory / "objects").glob("??/*"):
        os.utime(path, (0, 0))
    _second(tmp_path).pull(upstream, web.url, cache=cache)
    oldest = contents(cache.directory).oldest
    assert oldest is not None
    assert oldest > 0


@pytest.mark.thorough
def test_objects_that_are_removed_during_a_job_come_from_upstream(
    upstream: Made, web: Web, target: Target, tmp_path: Path, cache: CachePlace
) -> None:
    whole = target.pull(upstream, web.url, cache=cache)
    second = _second(tmp_path)
    trim(replace(cache, limit=0))
    assert second.pull(upstream, web.url, cache=cache) == whole
    assert second.same_as(upstream)


@pytest.mark.thorough
def test_more_than_may_be_is_trimmed_while_it_comes(
    upstream: Made, web: Web, target: Target, cache: CachePlace
) -> None:
    size = sum(map(len, _upstream_objects(upstream).values()))
    small = replace(cache, limit=size // 2)
    target.pull(upstream, web.url, cache=small)
    assert target.same_as(upstream)
    trim(small)
    assert contents(cache.directory).bytes <= small.limit


def test_names_that_are_no_objects_are_left_alone(cache: CachePlace) -> None:
    other = cache.directory / "objects" / "elsewhere"
    other.mkdir(parents=True)
    (other / "file").write_text("x")
    trim(replace(cache, limit=0))
    assert (other / "file").exists()
    assert ObjectName.from_path("zz", "x") is None
