"""The sums of objects as they are stored are known when they have come; nobody reads them again."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.ostree.objects import ObjectKind
from app.ostree.pull.object_cache import CachePlace
from app.ostree.stored_sums import SumsTaken, read_sums
from tests.ostree.conftest import Made
from tests.ostree.pull.target import Target
from tests.ostree.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("nothing_left")]


@pytest.mark.parametrize("source", ["web", "directory", "cache", "half of it was there"])
def test_they_are_those_of_what_is_there(
    upstream: Made, web: Web, target: Target, tmp_path: Path, source: str
) -> None:
    cache = CachePlace(tmp_path / "cache", 10**9)
    url = upstream.path.as_uri() if source == "directory" else web.url
    if source == "cache":
        Target(tmp_path / "first").pull(upstream, url, cache=cache)
    if source == "half of it was there":
        target.pull(upstream, url)
        for name in upstream.objects()[::2]:
            (target.repository.path / "objects" / name.path).unlink()
    taken = SumsTaken()
    target.pull(upstream, url, cache=cache, sums=taken)
    objects = target.repository.root.below("objects")
    listed = read_sums(objects, upstream.commit)
    assert listed is not None
    assert len(listed) == len(upstream.objects())
    assert read_sums(objects, upstream.commit, taken) == listed
    if source != "half of it was there":
        for name in upstream.objects(ObjectKind.FILE):
            (target.repository.path / "objects" / name.path).write_bytes(b"")
        assert read_sums(objects, upstream.commit, taken) == listed
