"""What is kept is made once, by whoever comes first, and never by halves."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.kept import directory, kept, kept_key, kept_upstream, once_a_run
from tests.upstream import Upstream


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_it_is_made_once_from_the_same(cache: Path) -> None:
    made: list[Path] = []

    def make(place: Path) -> None:
        made.append(place)
        place.mkdir()
        (place / "file").write_text("kept")

    with ThreadPoolExecutor(4) as pool:
        entries = list(pool.map(lambda _: kept("name", "from", make), range(8)))
    assert len(made) == len(set(entries)) == 1
    assert (entries[0] / "file").read_text() == "kept"
    assert kept("name", "from something else", make) != entries[0]
    assert len(made) == 2
    assert entries[0].is_relative_to(cache)


def test_what_could_not_be_made_is_made_next_time() -> None:
    def fail(place: Path) -> None:
        place.mkdir()
        raise ValueError

    with pytest.raises(ValueError, match=r".*"):
        kept("name", "from", fail)
    entry = kept("name", "from", Path.mkdir)
    assert list(entry.iterdir()) == []
    assert {path.name for path in directory().iterdir()} == {entry.name, f"{entry.name}.lock"}


@pytest.mark.parametrize("worker", ["gw0", None])
def test_once_a_run_it_is_made_by_one_of_its_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, worker: str | None
) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    if worker:
        monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
    run = tmp_path / "run"
    places = [run / "gw0", run / "gw1"] if worker else [run, run]

    entries = [once_a_run("name", place, Path.mkdir) for place in places]

    assert entries == [run / "name", run / "name"]


def test_what_nobody_uses_goes() -> None:
    old, used = (kept("name", number, Path.mkdir) for number in range(2))
    long_ago = time.time() - 100 * 86400
    os.utime(old, (long_ago, long_ago))
    kept("name", "another", Path.mkdir)
    assert used.exists()
    assert not old.exists()


def add_one(upstream: Upstream) -> None:
    upstream.add_extension("org.test.One", "1")
    upstream.update()


def test_each_has_a_copy(tmp_path: Path) -> None:
    keys = [kept_key("Kept <kept@example.org>") for _ in range(2)]
    try:
        assert keys[0].public == keys[1].public
        assert keys[0].homedir != keys[1].homedir
        first, second = (
            kept_upstream(tmp_path / key.homedir.rpartition("-")[2], key, add_one) for key in keys
        )
        ref = next(iter(first.refs))
        assert first.bump(ref) != second.refs[ref]
        assert second.commit(ref) == second.refs[ref]
        assert second.bump(ref) == first.refs[ref]
    finally:
        for key in keys:
            key.close()
