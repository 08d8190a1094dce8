"""An address that goes back in time, a mirror that lags behind another, and an attack."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.upstream import Snapshot, Upstream
from app.fs.root import Root
from app.ostree.summary import NewRef, build_summary
from app.stick.memory.accepted_snapshots import (
    AcceptedSnapshots,
    OlderSnapshotError,
    Origin,
    refuse_older,
)
from app.stick.store.upstream_copy import UpstreamCopy
from app.trust.verdict import Judgement, Verdict

DAY = 24 * 3600
NOW = 1_750_000_000
COLLECTION = "org.test.Upstream"
KEY = "6E5C05D979C76DAF93C081354184DD4D907A7CAE"
HERE = "https://user:s3cr3t@here.example.org/repo/?t0k3n"
ADDRESS = "https://here.example.org/repo"
THERE = "https://there.example.org/repo"


def upstream(made: int | None, url: str = HERE, key: str = KEY) -> Any:
    signature = Judgement(Verdict.GOOD, key) if key else Judgement(Verdict.UNSIGNED)
    snapshot = Snapshot(COLLECTION, made, "0" * 64, signature)
    return cast(Upstream, SimpleNamespace(snapshot=snapshot, remote=Remote("up", url)))


def origin(url: str = HERE) -> Origin:
    known = upstream(0, url)
    return Origin.of(known.snapshot, known.remote)


@pytest.fixture
def accepted(tmp_path: Path) -> AcceptedSnapshots:
    return AcceptedSnapshots(tmp_path / "state/snapshots.json")


def test_no_secret_is_remembered(accepted: AcceptedSnapshots, tmp_path: Path) -> None:
    accepted.accept(origin(), NOW)
    text = (tmp_path / "state/snapshots.json").read_text()
    assert json.loads(text) == {f"{COLLECTION} {KEY} {ADDRESS}": NOW}


def test_the_same_address_goes_back(accepted: AcceptedSnapshots) -> None:
    accepted.accept(origin(), NOW)
    assert refuse_older(upstream(NOW), None, "", accepted.read()) == []
    with pytest.raises(OlderSnapshotError, match="older than the one") as caught:
        refuse_older(upstream(NOW - DAY), None, "", accepted.read())
    assert "not all up to date" in str(caught.value.hint)
    with pytest.raises(OlderSnapshotError) as caught:
        refuse_older(upstream(NOW - 30 * DAY), None, "", accepted.read())
    assert str(caught.value.hint).startswith("Somebody may be holding back updates.")


def test_a_mirror_that_lags_behind_is_no_attack(accepted: AcceptedSnapshots) -> None:
    accepted.accept(origin(), NOW)
    notice = refuse_older(upstream(NOW - DAY, THERE), None, "", accepted.read())[0]
    assert notice.severity == "warning"
    assert f"up at {THERE} lags behind {ADDRESS}" in str(notice.message)
    assert refuse_older(upstream(NOW, THERE), None, "", accepted.read()) == []
    assert refuse_older(upstream(NOW - DAY, THERE, "another"), None, "", accepted.read()) == []
    assert refuse_older(upstream(NOW - DAY, THERE, ""), None, "", accepted.read()) == []
    # From then on it is held to what it had itself.
    accepted.accept(origin(THERE), NOW - DAY)
    with pytest.raises(OlderSnapshotError):
        refuse_older(upstream(NOW - 2 * DAY, THERE), None, "", accepted.read())


def test_a_mirror_behind_what_is_on_the_stick(accepted: AcceptedSnapshots) -> None:
    with pytest.raises(OlderSnapshotError, match=f"^{THERE} lags behind {ADDRESS}") as caught:
        refuse_older(upstream(NOW - DAY, THERE), NOW, f"{ADDRESS}/", accepted.read())
    assert "--allow-older" in str(caught.value.hint)
    for copied_from in ("", THERE):
        with pytest.raises(OlderSnapshotError, match="older than the one"):
            refuse_older(upstream(NOW - DAY, THERE), NOW, copied_from, accepted.read())
    assert refuse_older(upstream(NOW, THERE), NOW, ADDRESS, accepted.read()) == []
    assert refuse_older(upstream(None, THERE), NOW, ADDRESS, accepted.read()) == []


def test_what_was_remembered_before_addresses_were(
    accepted: AcceptedSnapshots, tmp_path: Path
) -> None:
    path = tmp_path / "state/snapshots.json"
    path.parent.mkdir()
    path.write_text(json.dumps({f"{COLLECTION} {KEY}": NOW}))
    for url in (HERE, THERE):
        with pytest.raises(OlderSnapshotError):
            refuse_older(upstream(NOW - DAY, url), None, "", accepted.read())
    accepted.accept(origin(), NOW)
    assert refuse_older(upstream(NOW - DAY, THERE), None, "", accepted.read())


@pytest.mark.parametrize("content", ["", "[]", "{", '{"x": {}}', "[" * 100_000, "\0"])
def test_a_damaged_memory_stops_nothing(
    accepted: AcceptedSnapshots, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "state/snapshots.json"
    path.parent.mkdir()
    path.write_text(content)
    assert refuse_older(upstream(NOW), None, "", accepted.read()) == []
    accepted.accept(origin(), NOW)
    assert accepted.read().last(origin()) == NOW


def test_when_a_copy_was_made(tmp_path: Path) -> None:
    assert UpstreamCopy(Root(tmp_path)).made is None
    refs = {COLLECTION: {"x": NewRef("0" * 64, 1, NOW, None)}}
    summary = build_summary(
        refs, main_collection=COLLECTION, mode="archive-z2", last_modified=NOW + DAY
    )
    (tmp_path / "summary").write_bytes(summary)
    assert UpstreamCopy(Root(tmp_path)).made == NOW + DAY
    (tmp_path / "summary").write_bytes(b"rubbish")
    assert UpstreamCopy(Root(tmp_path)).made is None
