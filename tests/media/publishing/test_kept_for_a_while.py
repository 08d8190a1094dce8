"""What clients may still ask for stays for a day, and then goes."""

from __future__ import annotations

import gzip
from hashlib import sha256
from pathlib import Path

import pytest

from app.fs.root import Root
from app.media.publishing.maker import Maker
from app.media.publishing.publication import KEPT_FOR, Publication, read_publication
from app.media.publishing.publishing import Published, Terms, publish
from app.media.publishing.source import read_source
from app.media.publishing.summaries import HISTORY
from app.media.publishing.summary_delta import apply_summary_delta
from app.progress import CancelToken, silent
from app.stick.store.location import find_stick, open_repository
from app.trust.signing import Signer
from tests.media.publishing.publisher import Publisher

pytestmark = pytest.mark.thorough


def again(publisher: Publisher, now: int) -> Published:
    """Publish at another time what was published last."""

    def unchanged(before: Publication | None) -> Publication:
        assert before is not None
        return before

    maker = publisher.maker
    return publish(
        Root(publisher.path),
        read_source(open_repository(find_stick(publisher.path / ".satchel"))),
        unchanged,
        Maker(Signer(maker.fingerprint, maker.homedir)),
        Terms(now, "file:///nowhere"),
        silent,
        CancelToken(),
    )


def lists(publisher: Publisher) -> set[str]:
    return {path.name for path in (publisher.path / "summaries").iterdir()}


def objects(publisher: Publisher) -> set[Path]:
    return set((publisher.path / "objects").rglob("*.*"))


def test_for_a_day(publisher: Publisher) -> None:
    hello = f"app/org.test.Hello/{publisher.upstream.arch}/stable"
    publisher.first("org.test.Hello")
    first_lists, first_objects = lists(publisher), objects(publisher)
    commit = publisher.commit(hello)
    publisher.upstream.bump(hello)
    publisher.upstream.update()
    publisher.again()
    before = read_publication(Root(publisher.path))
    assert before is not None
    since = before.left_commits[commit]
    assert lists(publisher) > first_lists
    assert objects(publisher) > first_objects

    again(publisher, since + KEPT_FOR - 1)
    assert lists(publisher) > first_lists
    assert objects(publisher) > first_objects
    again(publisher, since + KEPT_FOR)
    index_signature = {name for name in first_lists if name.endswith(".idx.sig")}
    # The lists themselves are what clients come from, for as long as the index says so.
    assert lists(publisher) & first_lists == first_lists - index_signature
    path = publisher.path / f"objects/{commit[:2]}/{commit[2:]}.commit"
    assert path in first_objects - objects(publisher)
    assert "no errors found" in publisher.ostree("fsck")
    assert publisher.commit(hello) != commit


def test_only_so_many_older_lists(publisher: Publisher) -> None:
    """Sixteen, as flatpak has it; each leads to the newest by a difference."""
    arch = publisher.upstream.arch
    publisher.first("org.test.Hello")
    for _ in range(18):
        publisher.upstream.bump(f"app/org.test.Hello/{arch}/stable")
        publisher.upstream.update()
        publisher.again()
    digest, history, _ = publisher.lists()[0][0][arch]
    assert len(set(history)) == len(history) == HISTORY
    for older in history:
        packed = (publisher.path / f"summaries/{older.hex()}.gz").read_bytes()
        delta = publisher.path / f"summaries/{older.hex()}-{digest.hex()}.delta"
        made = apply_summary_delta(gzip.decompress(packed), delta.read_bytes())
        assert sha256(made).digest() == digest
