"""What was fetched once is kept on this computer, and not asked for again."""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.pull.cache_keeping import contents, trim, usage
from app.ostree.pull.delivery import ObjectNotKeptError
from app.ostree.pull.fetch import KeptSource
from app.ostree.pull.object_cache import CachePlace, empty
from app.ostree.pull.packs import Packs
from app.progress import Advanced
from app.replacing import replace
from tests.ostree.conftest import Made
from tests.ostree.pull.kept import flipped, forget, kept_names, packs_of, spoil, taken
from tests.ostree.pull.target import Target
from tests.ostree.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("nothing_left")]

_A_DAY_AND_MORE = 100_000


@pytest.fixture
def cache(tmp_path: Path) -> CachePlace:
    return CachePlace(tmp_path / "cache", 1_000_000_000)


def _upstream_objects(made: Made) -> dict[ObjectName, bytes]:
    return {name: made.file(name).read_bytes() for name in made.objects()}


def _is_kept(cache: CachePlace, made: Made) -> bool:
    """All that upstream has, as upstream has it, and each found."""
    objects = _upstream_objects(made)
    return (
        taken(cache.directory, objects) == objects and kept_names(cache.directory) == objects.keys()
    )


def _names(count: int) -> list[ObjectName]:
    return [
        ObjectName(sha256(str(number).encode()).hexdigest(), ObjectKind.FILE)
        for number in range(count)
    ]


def _second(tmp_path: Path) -> Target:
    return Target(tmp_path / "second")


def test_the_second_drive_asks_upstream_for_nothing(
    upstream: Made, web: Web, target: Target, tmp_path: Path, cache: CachePlace
) -> None:
    first = target.pull(upstream, web.url, cache=cache)
    assert _is_kept(cache, upstream)
    filled = contents(cache.directory)
    assert filled.objects == len(upstream.objects())
    assert filled.bytes == usage(cache.directory) > first.bytes
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
    assert contents(cache.directory) == filled


def test_what_the_cache_has_lost_or_spoilt_comes_anew_and_is_kept_again(
    upstream: Made, web: Web, target: Target, tmp_path: Path, cache: CachePlace
) -> None:
    target.pull(upstream, web.url, cache=cache)
    files = [name for name in upstream.objects(ObjectKind.FILE) if name != upstream.big]
    gone, zeroed, changed = files[:3]
    tree = upstream.small(ObjectKind.DIRTREE)
    forget(cache.directory, gone)
    spoil(cache.directory, zeroed, lambda data: bytes(len(data)))
    for name in (changed, upstream.big, tree):
        spoil(cache.directory, name, flipped)
    web.asked.clear()
    second = _second(tmp_path)
    second.pull(upstream, web.url, cache=cache)
    bad = (gone, zeroed, changed, upstream.big, tree)
    assert sorted(web.paths()) == sorted(f"/objects/{name.path}" for name in bad)
    assert second.same_as(upstream)
    assert _is_kept(cache, upstream)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _replace_by_link(path: Path) -> None:
    path.rename(path.with_suffix(".aside"))
    path.symlink_to(path.with_suffix(".aside"))


def _fill(path: Path) -> None:
    path.write_bytes(os.urandom(path.stat().st_size))


_HARM: dict[str, Callable[[Path], object]] = {
    "is gone": Path.unlink,
    "is empty": lambda path: path.write_bytes(b""),
    "is cut": _cut,
    "is rubbish": _fill,
    "is a link": _replace_by_link,
}


@pytest.mark.thorough
@pytest.mark.parametrize("what", ["packs", "index"])
@pytest.mark.parametrize("harm", _HARM)
def test_whatever_became_of_its_files_the_drive_is_right_and_the_next_one_too(
    upstream: Made,
    web: Web,
    target: Target,
    tmp_path: Path,
    cache: CachePlace,
    what: str,
    harm: str,
) -> None:
    target.pull(upstream, web.url, cache=cache)
    index = cache.directory / "packs/index"
    for path in [index] if what == "index" else packs_of(cache.directory):
        _HARM[harm](path)
    for number in range(2):
        again = Target(tmp_path / f"again-{number}")
        again.pull(upstream, web.url, cache=cache)
        assert again.same_as(upstream)
    objects = _upstream_objects(upstream)
    assert taken(cache.directory, objects) == objects


@pytest.mark.thorough
def test_more_objects_than_the_index_began_with(tmp_path: Path) -> None:
    """Written by one who looks while another one adds to it."""
    names = _names(90_000)
    with Packs(tmp_path, 10**9) as first, Packs(tmp_path) as reader:
        first.add(names[0], b"0")
        first.publish()
        assert reader.read(names[0]) == b"0"
        for number, name in enumerate(names):
            first.add(name, str(number).encode())
        first.publish()
        for number, name in enumerate(names):
            assert reader.read(name) == str(number).encode()
    with Packs(tmp_path) as reader:
        assert all(reader.has(name.key) for name in names)
        assert not reader.has(ObjectName("0" * 64, ObjectKind.FILE).key)


def test_who_adds_goes_on_when_another_process_empties_the_cache(tmp_path: Path) -> None:
    names = _names(4)
    with Packs(tmp_path) as one, Packs(tmp_path) as other, Packs(tmp_path) as reader:
        one.add(names[0], b"first")
        one.publish()
        assert reader.read(names[0]) == b"first"
        assert empty(tmp_path) > 0
        assert reader.read(names[0]) is None
        # Written to what nobody can see any more.
        one.add(names[1], b"lost")
        one.publish()
        for number, packs in ((2, one), (3, other)):
            packs.add(names[number], b"new")
            packs.publish()
        assert [reader.read(name) for name in names] == [None, None, b"new", b"new"]


def test_a_drive_and_the_cache_never_share_what_could_be_damaged(
    upstream: Made, web: Web, target: Target, cache: CachePlace
) -> None:
    target.pull(upstream, web.url, cache=cache)
    for path in (target.repository.path / "objects").glob("??/*"):
        assert path.stat().st_nlink == 1


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
    assert kept_names(cache.directory) == set()
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
    assert kept_names(cache.directory) == set()


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
    forget(cache.directory, lacking)
    third = Target(tmp_path / "third")
    with pytest.raises(ObjectNotKeptError) as error:
        third.pull_from(alone, upstream, cache=cache)
    assert error.value.key == lacking.key


def test_what_was_not_used_for_longest_goes_first(
    upstream: Made, web: Web, target: Target, tmp_path: Path, cache: CachePlace
) -> None:
    target.pull(upstream, web.url, cache=cache)
    whole = usage(cache.directory)
    path = cache.directory / "objects" / upstream.big.path
    os.utime(path, (0, path.stat().st_mtime - _A_DAY_AND_MORE))
    left = trim(replace(cache, limit=whole - 1))
    assert left == usage(cache.directory) == contents(cache.directory).bytes
    assert left < whole
    assert upstream.big not in kept_names(cache.directory)
    # What is used counts as new again.
    for path in packs_of(cache.directory):
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
