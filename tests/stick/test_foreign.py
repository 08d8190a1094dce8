"""What no stick has and clients may use: told, or an error where it keeps them from installing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.stick.damage import (
    DIGEST,
    HELLO,
    NOBODY,
    Stick,
    copy_stick,
    garbage,
    run,
    verify,
)
from tests.upstream import COLLECTION

pytestmark = pytest.mark.slow

SECOND = "org.test.Second"
INDEX = "summary.idx"


def _foreign(subject: str) -> tuple[str, str]:
    return "foreign-content", subject


def _write(stick: Stick, name: str, text: str = "x") -> None:
    path = stick.repo / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _index_signature(stick: Stick) -> Path:
    """The one that a client asks for first."""
    digest = sha256((stick.repo / INDEX).read_bytes()).hexdigest()
    return stick.repo / f"summaries/{digest}.idx.sig"


def _first_signature(stick: Stick) -> None:
    shutil.copy(stick.repo / "summary.idx.sig", _index_signature(stick))


def _bad_first_signature(stick: Stick) -> None:
    garbage(_index_signature(stick))


CASES: dict[str, tuple[Callable[[Stick], object], set[tuple[str, str]]]] = {
    "summary.sig": (lambda stick: _write(stick, "summary.sig"), {_foreign("summary.sig")}),
    "deltas": (lambda stick: _write(stick, "deltas/Vx/y/superblock"), {_foreign("deltas")}),
    "indexes": (
        lambda stick: _write(stick, "delta-indexes/Vx/y.index"),
        {_foreign("delta-indexes")},
    ),
    "empty deltas": (lambda stick: (stick.repo / "deltas").mkdir(), set()),
    "tombstone": (
        lambda stick: _write(stick, f"objects/ab/{NOBODY[2:]}.tombstone-commit"),
        {_foreign("objects")},
    ),
    "another list": (
        lambda stick: _write(stick, f"summaries/{NOBODY}.gz"),
        {_foreign(f"summaries/{NOBODY}.gz")},
    ),
    "another signature": (
        lambda stick: _write(stick, f"summaries/{NOBODY}.idx.sig"),
        {_foreign(f"summaries/{NOBODY}.idx.sig")},
    ),
    "the same signature": (_first_signature, set()),
    "a bad signature of the index": (_bad_first_signature, {DIGEST}),
}


@pytest.mark.parametrize("name", CASES)
def test_at_the_top_of_the_repository(
    stick: Stick, stranger: Path, client: Client, upstream_key: SigningKey, name: str
) -> None:
    change, expected = CASES[name]
    change(stick)
    assert verify(stick, stranger) == expected
    # A client to whom the directory is the remote itself.
    added = client.remote_add(
        "stick", stick.repo.as_uri(), upstream_key.public, COLLECTION, check=False
    )
    done = client.install("stick", "org.test.Other", "--no-deps", "--no-related", check=False)
    assert (added.returncode + done.returncode == 0) == (DIGEST not in expected), done.stdout


@pytest.mark.parametrize("top", ["heads", "remotes/somebody"])
def test_refs_of_no_collection(
    stick: Stick,
    stranger: Path,
    client: Client,
    upstream_key: SigningKey,
    top: str,
) -> None:
    """No client takes them, newer as they are."""
    options = ("--timestamp=2037-01-01T00:00:00Z", "--orphan", f"--tree=ref={stick.commit(HELLO)}")
    commit = stick.ostree("commit", *options).strip()
    right = stick.commit(HELLO)
    _write(stick, f"refs/{top}/{HELLO}", commit)
    stick.update_summary()
    top = top.partition("/")[0]
    assert verify(stick, stranger) == {_foreign(f"refs/{top}")}
    client.remote_add("up", "http://127.0.0.1:9/", upstream_key.public, COLLECTION, check=False)
    client.install("up", "org.test.Hello", "--no-deps", "--no-related", sideload=stick.root)
    assert client.run("info", "--show-commit", "org.test.Hello").stdout.strip() == right


def test_an_index_where_upstream_has_none(
    newer: Path, good: Path, stranger: Path, tmp_path: Path
) -> None:
    stick = copy_stick(newer, tmp_path / "stick")
    shutil.copy(Stick(good).repo / INDEX, stick.repo / INDEX)
    assert verify(stick, stranger) == {DIGEST}


@pytest.fixture
def both(stick: Stick, warned: Path) -> Stick:
    """With a second collection."""
    other = Stick(warned)
    for place in ("objects", "refs", "extensions/satchel/upstream"):
        shutil.copytree(other.repo / place, stick.repo / place, dirs_exist_ok=True)
    stick.update_summary()
    return stick


def test_the_index_of_one_of_several_collections(both: Stick, stranger: Path) -> None:
    """As it is, it is good for that one."""
    codes = ("foreign-content", "upstream-digest-mismatch")
    mismatch = ("upstream-digest-mismatch", INDEX)

    def findings() -> set[tuple[str, str]]:
        mine = (INDEX, "summary.idx.sig", "summaries")
        return {
            finding
            for finding in verify(both, stranger)
            if finding[0] in codes and finding[1] in mine
        }

    assert findings() == set()
    signature = both.repo / "summary.idx.sig"
    before = signature.read_bytes()
    garbage(signature)
    assert findings() == {mismatch}
    signature.write_bytes(before)
    _bad_first_signature(both)
    assert findings() == {mismatch}
    _index_signature(both).unlink()
    garbage(both.repo / INDEX)
    assert findings() == {mismatch}
    (both.repo / INDEX).unlink()
    assert findings() == {_foreign("summary.idx.sig")}
    signature.unlink()
    shutil.rmtree(both.repo / "summaries")
    assert findings() == set()


# ---- Older than it was


@pytest.fixture
def back(newer: Path, good: Path, tmp_path: Path) -> Stick:
    """A stick on which somebody has put an older Hello back; its publisher signed that one, too."""
    stick, old = copy_stick(newer, tmp_path / "back"), Stick(good)
    shutil.copytree(old.repo / "objects", stick.repo / "objects", dirs_exist_ok=True)
    stick.ref(HELLO).write_text(old.commit(HELLO))
    stick.update_summary()
    return stick


def _severity(stick: Stick, home: Path, code: str) -> set[str]:
    _, said = run(home, "verify", stick.root, "--json")
    findings = json.loads(said)["findings"]
    return {
        finding["severity"]
        for finding in findings
        if (finding["code"], finding["subject"]) == (code, HELLO)
    }


def test_an_older_commit_in_place_of_a_newer(
    back: Stick, good: Path, friend: Path, client: Client, upstream_key: SigningKey
) -> None:
    assert _severity(back, friend, "rolled-back") == {"error"}
    record = back.satchel / "stick.json"
    written = json.loads(record.read_text())
    record.unlink()
    assert _severity(back, friend, "rolled-back") == {"warning"}
    # As after --keep-versions.
    written["refs"][COLLECTION][HELLO]["commit"] = back.commit(HELLO)
    record.write_text(json.dumps(written))
    assert _severity(back, friend, "rolled-back") == set()
    assert _severity(back, friend, "upstream-newer") == {"info"}

    client.remote_add("up", "http://127.0.0.1:9/", upstream_key.public, COLLECTION, check=False)
    client.install("up", "org.test.Hello", "--no-deps", "--no-related", sideload=back.root)
    assert client.run("info", "--show-commit", "org.test.Hello").stdout.strip() == Stick(
        good
    ).commit(HELLO)
