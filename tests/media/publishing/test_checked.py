"""``satchel verify`` of what is published, by the key that it hands out."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.media.publishing.publisher import Publisher
from tests.satchel import satchel

pytestmark = pytest.mark.thorough


def codes(publisher: Publisher, *options: str) -> set[str]:
    report = satchel(
        "verify", publisher.path, "--json", *options, home=publisher.home, check=False
    ).json
    assert report["ok"] == (not report["findings"])
    return {finding["code"] for finding in report["findings"]}


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()
    path.write_bytes(data)


def commit_path(publisher: Publisher, ending: str) -> Path:
    commit = publisher.commit(f"app/org.test.Hello/{publisher.upstream.arch}/stable")
    return publisher.path / f"objects/{commit[:2]}/{commit[2:]}.{ending}"


def a_list(publisher: Publisher) -> Path:
    digest = publisher.lists()[0][0][publisher.upstream.arch][0]
    return publisher.path / f"summaries/{digest.hex()}.gz"


def a_delta(publisher: Publisher) -> Path:
    return next((publisher.path / "summaries").glob("*.delta"))


def other_list(publisher: Publisher) -> None:
    data = gzip.decompress(a_list(publisher).read_bytes())
    a_list(publisher).write_bytes(gzip.compress(data.replace(b"Hello", b"Hullo")))


def other_ref(publisher: Publisher) -> None:
    arch = publisher.upstream.arch
    ref = publisher.path / f"refs/heads/app/org.test.Hello/{arch}/stable"
    ref.write_text(publisher.commit(f"runtime/org.test.Platform/{arch}/1"))


DAMAGE: dict[str, tuple[Callable[[Publisher], None], set[str]]] = {
    "a file": (
        lambda publisher: flip(max((publisher.path / "objects").rglob("*.filez"), key=_size)),
        {"object-corrupt"},
    ),
    "no file": (
        lambda publisher: max((publisher.path / "objects").rglob("*.filez"), key=_size).unlink(),
        {"object-missing"},
    ),
    "a signature": (
        lambda publisher: flip(commit_path(publisher, "commitmeta")),
        {"commit-bad-signature"},
    ),
    "no signature": (
        lambda publisher: commit_path(publisher, "commitmeta").unlink(),
        {"commit-unsigned"},
    ),
    "a list": (other_list, {"upstream-digest-mismatch", "summary-mismatch"}),
    "a difference": (lambda publisher: flip(a_delta(publisher)), {"upstream-digest-mismatch"}),
    "the summary": (
        lambda publisher: flip(publisher.path / "summary"),
        {"upstream-bad-signature"},
    ),
    "no index": (
        lambda publisher: (publisher.path / "summary.idx").unlink(),
        {"summary-missing"},
    ),
    "a ref": (other_ref, {"commit-wrong-ref", "summary-mismatch"}),
}


def _size(path: Path) -> int:
    return path.stat().st_size


def test_every_damage_is_told(publisher: Publisher, tmp_path: Path) -> None:
    upstream = publisher.upstream
    upstream.add_app("org.test.Verified", subset="verified")
    upstream.update()
    publisher.first("org.test.Hello", "org.test.Verified")
    upstream.bump(f"app/org.test.Hello/{upstream.arch}/stable")
    upstream.update()
    publisher.again()
    assert codes(publisher) == set()
    assert codes(publisher, "--quick") == set()
    for name, (damage, expected) in DAMAGE.items():
        copy = publisher.copy(tmp_path / name)
        damage(copy)
        assert codes(copy) >= expected, name
