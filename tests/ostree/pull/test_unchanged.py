"""Directories of objects that nobody has changed since they were listed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.fs.files import file_system_kind
from app.fs.root import Root
from app.ostree import unchanged as module
from app.ostree.objects import ObjectKind
from app.ostree.pull.usable import Usable
from app.ostree.reading_ahead import ReadingAhead
from app.ostree.tree_keys import KnownTrees
from app.ostree.unchanged import stamps, unchanged
from tests.ostree.conftest import Made
from tests.ostree.pull.target import Target
from tests.waiting import until


@pytest.fixture(autouse=True)
def here(tmp_path: Path, disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever file systems tests are on tell when names change."""
    kinds = set()
    for place in (tmp_path, disk):
        directory = os.open(place, os.O_RDONLY)
        kinds.add(file_system_kind(directory))
        os.close(directory)
    monkeypatch.setattr(module, "_KINDS", frozenset(kinds))


def test_every_change_of_names_is_seen(tmp_path: Path) -> None:
    objects = Root(tmp_path)
    places = [tmp_path / f"{prefix:02x}" for prefix in range(6)]
    for place in places:
        place.mkdir()
        (place / "a").write_text("")
    until(lambda: len(stamps(objects)) == len(places))
    before = stamps(objects)
    assert unchanged(objects, before) == set(range(6))
    (places[0] / "a").unlink()
    (places[1] / "a").rename(places[1] / "b")
    (places[2] / "c").mkdir()
    places[3].rename(tmp_path / "aside")
    places[3].mkdir()
    (places[4] / "a").unlink()
    os.utime(places[4], ns=(before[4][1], before[4][1]))
    (places[5] / "a").write_text("other content")
    assert unchanged(objects, before) == {5}
    assert unchanged(objects, {}) == set()


def test_a_time_before_1970_is_nobodys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A drive may have it all the same; it cannot be handed on."""
    monkeypatch.setattr(module, "_stamps", lambda _objects: {0: (1, -1), 1: (2, 1)})
    assert stamps(Root(tmp_path)) == {1: (2, 1)}


def test_a_pull_sees_what_has_gone_since(upstream: Made, disk: Path) -> None:
    target = Target(disk / "unchanged")
    target.pull(upstream, upstream.path.as_uri())
    objects = target.repository.root.below("objects")
    paths = sorted(name.path for name in upstream.objects(ObjectKind.FILE))
    until(lambda: len(stamps(objects)) == len({name.path[:2] for name in upstream.objects()}))
    known = KnownTrees()
    with ReadingAhead(objects) as ahead:
        known.there, known.below = ahead.keys, dict(ahead.trees or {})
        known.stored = ahead.sizes or {}
        known.stamps = ahead.stamps
    seen = Usable(target.repository, known, lambda key: key)
    assert seen.same
    (target.repository.path / "objects" / paths[0]).unlink()
    (target.repository.path / "objects" / paths[-1]).rename(target.repository.path / "elsewhere")
    target.pull(upstream, upstream.path.as_uri(), known=known)
    assert target.same_as(upstream)
