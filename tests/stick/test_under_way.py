"""A journal comes from the drive, and excuses nothing that a client would get.

Between the summary and the refs of a job the one is ahead of the others; the real flatpak goes by
the summary.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.stick.damage import (
    BAD_COPY,
    HELLO,
    METADATA,
    NO_COPY,
    ORPHANS,
    OTHER,
    SUMMARY,
    Stick,
    copy_stick,
    flip_middle,
    garbage,
    other_key_file,
    run,
    verify,
)
from tests.stick.recommit import metadata_of, recommit
from tests.upstream import COLLECTION

pytestmark = pytest.mark.slow

STAGES = ("fetching", "publishing", "checking")
LATER, EARLIER = "--timestamp=2037-01-01T00:00:00Z", "--timestamp=2001-01-01T00:00:00Z"
MISMATCH = ("summary-mismatch", HELLO)
Forgery = Callable[[Stick, SigningKey], object]


def leave_journal(stick: Stick, stage: str = "publishing") -> tuple[str, str]:
    text = f'{{"version": 1, "stage": "{stage}", "started": 1}}'
    (stick.satchel / "journal.json").write_text(text)
    return "journal-left", str(stick.root)


def _only_in_the_summary(*options: str) -> Forgery:
    """Another Hello that the summary names, signed by ``key``; the ref is as it was."""

    def forge(stick: Stick, key: SigningKey) -> None:
        before = stick.ref(HELLO).read_text()
        recommit(stick, HELLO, key, metadata_of(stick, HELLO), *options)
        stick.ref(HELLO).write_text(before)

    return forge


def _not_there_at_all(stick: Stick, key: SigningKey) -> None:
    ref = stick.ref(HELLO).read_text()
    recommit(stick, HELLO, key, metadata_of(stick, HELLO), LATER)
    stick.commit_path(HELLO).unlink()
    stick.ref(HELLO).write_text(ref)


def _lists_less(stick: Stick, _: SigningKey) -> None:
    before = stick.ref(HELLO).read_text()
    stick.remove_ref(HELLO)
    stick.ref(HELLO).write_text(before)


FORGERIES: dict[str, tuple[Forgery, tuple[str, str]]] = {
    "summary: newer, by somebody else": (
        _only_in_the_summary(LATER),
        ("commit-bad-signature", HELLO),
    ),
    "summary: older": (_only_in_the_summary(EARLIER), MISMATCH),
    "summary: not there": (_not_there_at_all, MISMATCH),
    "summary: less": (_lists_less, MISMATCH),
    "summary: garbage": (lambda stick, _: garbage(stick.summary), SUMMARY),
    "summary: none": (lambda stick, _: stick.summary.unlink(), ("summary-missing", "summary")),
    "copy": (lambda stick, _: flip_middle(stick.upstream / "summary"), BAD_COPY),
    "copy: none": (lambda stick, _: shutil.rmtree(stick.upstream), NO_COPY),
    "keys": (
        lambda stick, key: other_key_file(stick, key.public),
        ("kit-altered", COLLECTION),
    ),
    "metadata": (
        lambda stick, key: stick.sign(METADATA, key),
        ("metadata-bad-signature", COLLECTION),
    ),
    "commit": (lambda stick, key: stick.sign(OTHER, key), ("commit-bad-signature", OTHER)),
    "index": (
        lambda stick, _: garbage(stick.repo / "summary.idx"),
        ("upstream-digest-mismatch", COLLECTION),
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_journal_excuses_nothing(
    stick: Stick, friend: Path, attacker: SigningKey, name: str
) -> None:
    forge, expected = FORGERIES[name]
    forge(stick, attacker)
    for stage in STAGES:
        leave_journal(stick, stage)
        assert expected in verify(stick, friend, "--quick")


@pytest.fixture
def ahead(newer: Path, good: Path, tmp_path: Path) -> Stick:
    """As a job leaves it that is killed when it has replaced the summary."""
    stick, old = copy_stick(newer, tmp_path / "ahead"), Stick(good)
    shutil.copytree(old.repo / "objects", stick.repo / "objects", dirs_exist_ok=True)
    for ref, commit in old.refs().items():
        stick.ref(ref).write_text(commit)
    stick.ref(OTHER).unlink()
    return stick


def test_what_a_job_leaves_is_sound(
    ahead: Stick, newer: Path, friend: Path, client: Client, upstream_key: SigningKey
) -> None:
    status, said = run(friend, "verify", ahead.root, "--json", "--quick")
    codes = {(finding["code"], finding["subject"]) for finding in json.loads(said)["findings"]}
    assert {MISMATCH, ("summary-mismatch", OTHER)} <= codes
    assert status == 1
    left = leave_journal(ahead)
    assert verify(ahead, friend) - {ORPHANS} == {left}

    client.remote_add("up", "http://127.0.0.1:9/", upstream_key.public, COLLECTION, check=False)
    refs = ("org.test.Hello", "org.test.Other")
    client.install("up", *refs, "--no-deps", "--no-related", sideload=ahead.root)
    made = Stick(newer)
    assert client.installed() == {ref: made.commit(ref) for ref in (HELLO, OTHER)}


def test_without_an_index_while_it_is_exchanged(stick: Stick, friend: Path) -> None:
    (stick.repo / "summary.idx").unlink()
    assert verify(stick, friend) == {("upstream-digest-mismatch", COLLECTION)}
    left = leave_journal(stick)
    assert verify(stick, friend) == {left}
