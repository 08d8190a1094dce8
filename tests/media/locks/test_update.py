"""``satchel lock --update``: what has changed since."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.media.locks.locks import HELLO, Builder
from tests.satchel import Done, satchel
from tests.upstream import Upstream

pytestmark = pytest.mark.thorough


@pytest.fixture
def builder(tmp_path: Path, own_upstream: Upstream) -> Builder:
    builder = Builder(tmp_path / "builder", own_upstream, own_upstream.path.as_uri())
    builder.lock("org.test.Hello")
    return builder


def update(builder: Builder, *words: str | Path) -> Done:
    return satchel("lock", "--update", builder.path, *words, *builder.remote, home=builder.home)


def test_what_is_newer_is_shown_and_written(builder: Builder) -> None:
    before = builder.path.read_bytes()
    old = builder.commit(HELLO)
    new = builder.upstream.bump(HELLO)
    builder.upstream.update()
    said = update(builder, "--dry-run").said
    assert old[:12] in said
    assert new[:12] in said
    assert builder.path.read_bytes() == before
    told = update(builder, "--json").json
    newer = [each for each in told["changes"]["refs"] if each["kind"] == "newer"]
    assert {each["ref"] for each in newer} >= {HELLO}
    assert told["written"]
    assert builder.commit(HELLO) == new


def test_nothing_changes_because_others_publish(builder: Builder) -> None:
    before = builder.path.read_bytes()
    builder.upstream.add_app("org.test.Unrelated")
    builder.upstream.update(appstream=False)
    assert "Nothing has changed" in update(builder).said
    assert builder.path.read_bytes() == before


def test_one_more_app(builder: Builder) -> None:
    said = update(builder, "org.test.Large").said
    assert "org.test.Large" in said
    assert builder.json["asked"]["refs"] == ["org.test.Hello", "org.test.Large"]


def test_it_asks_for_what_was_asked_for(builder: Builder, tmp_path: Path) -> None:
    builder.lock("org.test.Hello", "--no-related", "--language", "de")
    before = builder.path.read_bytes()
    assert "Nothing has changed" in update(builder).said
    assert builder.path.read_bytes() == before
    copy = tmp_path / "copy.lock"
    satchel(*("lock", "--update", builder.path, "-o", copy, *builder.remote), home=builder.home)
    assert copy.read_bytes() == before


def test_what_is_gone_ends_it(builder: Builder) -> None:
    builder.upstream.remove(HELLO)
    builder.upstream.update()
    before = builder.path.read_bytes()
    failed = satchel(
        *("lock", "--update", builder.path, *builder.remote), home=builder.home, check=False
    )
    assert failed.returncode == 2
    assert "org.test.Hello" in failed.said
    assert builder.path.read_bytes() == before
