"""What ``satchel verify`` says about refs."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.stick import damage
from tests.stick.damage import (
    HELLO,
    KEY_FILE,
    LIST,
    LOCALE,
    METADATA,
    NOBODY,
    ORPHANS,
    OTHER,
    OUT_OF_SYNC,
    PAGE,
    Stick,
    verify,
)
from tests.upstream import COLLECTION

pytestmark = pytest.mark.slow


def test_ref_names_no_commit(stick: Stick, stranger: Path) -> None:
    """Each as it can be found; all at once."""
    into = {
        HELLO: damage.garbage,
        OTHER: damage.empty,
        LOCALE: damage.into_pipe,
        METADATA: damage.into_dangling_link,
    }
    for ref, change in into.items():
        change(stick.ref(ref))
    dangling = {
        *(("ref-dangling", ref) for ref in into),
        ("foreign-content", str(stick.ref(LOCALE).relative_to(stick.root))),
        ("link-outside", str(stick.ref(METADATA).relative_to(stick.root))),
    }
    # The list still tells what they were.
    assert verify(stick, stranger) == dangling


def test_ref_names_a_missing_commit(stick: Stick, stranger: Path) -> None:
    stick.ref(HELLO).write_text(NOBODY)
    assert verify(stick, stranger) == {
        ("ref-dangling", HELLO),
        ("commit-missing", NOBODY),
        ("summary-mismatch", HELLO),
        ORPHANS,
    }


def test_ref_names_the_commit_of_another(stick: Stick, stranger: Path) -> None:
    stick.ref(HELLO).write_text(stick.commit(OTHER))
    findings = verify(stick, stranger)
    expected = {("commit-wrong-ref", HELLO), ("summary-mismatch", HELLO), OUT_OF_SYNC, ORPHANS}
    assert expected <= findings
    assert {code for code, _ in findings - expected} <= {"upstream-older", "upstream-newer"}


def test_commit_of_another_collection(stick: Stick, stranger: Path) -> None:
    ref = stick.ref(HELLO, "org.test.Other")
    ref.parent.mkdir(parents=True)
    ref.write_text(stick.commit(HELLO))
    assert verify(stick, stranger) == {
        ("commit-wrong-collection", HELLO),
        ("summary-mismatch", HELLO),
        ("metadata-missing", "org.test.Other"),
        ("upstream-missing", "org.test.Other"),
        ("unknown-key", "org.test.Other"),
        ("unvouched", "org.test.Other"),
    }


@pytest.mark.parametrize(
    "name",
    [b"..foo", b"two words", b"new\nline", b"\xff\xfe", b"\x1b[2Jclear", b"app/..x/y", b"-option"],
    ids=ascii,
)
def test_unsafe_ref(stick: Stick, stranger: Path, name: bytes) -> None:
    path = os.path.join(os.fsencode(stick.ref("")), name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    shutil.copy(stick.ref(HELLO), os.fsdecode(path))
    subject = f"refs/mirrors/{COLLECTION}/{os.fsdecode(name)}"
    assert verify(stick, stranger) == {("ref-unsafe", subject)}
    status, said = damage.run(stranger, "verify", stick.root)
    assert status == 1
    assert "ref-unsafe" in said
    assert "\x1b" not in said
    assert damage.run(stranger, "inspect", stick.root)[0] == 0


@pytest.mark.parametrize("collection", ["nodots", "org..bad", ".hidden.x", "org.1.x", "a b.c"])
def test_unsafe_collection(stick: Stick, stranger: Path, collection: str) -> None:
    ref = stick.ref(HELLO, collection)
    ref.parent.mkdir(parents=True)
    ref.write_text(stick.commit(HELLO))
    (stick.repo / "refs/mirrors/stray").write_text(stick.commit(HELLO))
    assert verify(stick, stranger) == {
        ("ref-unsafe", f"refs/mirrors/{collection}/{HELLO}"),
        ("ref-unsafe", "refs/mirrors/stray"),
    }


def test_refs_deeper_than_anybody_reads(stick: Stick, stranger: Path) -> None:
    name = "/".join("a" * 1500)
    path = stick.ref("")
    for part in name.split("/")[:-1]:
        path /= part
        path.mkdir()
    (path / "a").write_text(stick.commit(HELLO))
    findings = verify(stick, stranger)
    # Too deep for Python's own way of removing it.
    subprocess.run(["rm", "-rf", stick.ref("a")], check=True)
    assert {(code, subject[:30]) for code, subject in findings} == {
        ("ref-unsafe", f"refs/mirrors/{COLLECTION}/a/a/a/a"[:30]),
        ("foreign-content", f".ostree/repo/refs/mirrors/{COLLECTION}"[:30]),
    }


def test_refs_are_gone(stick: Stick, stranger: Path) -> None:
    names = stick.refs()
    shutil.rmtree(stick.repo / "refs")
    assert verify(stick, stranger) == {
        *(("summary-mismatch", name) for name in names),
        ORPHANS,
        # ostree's own programs want the directories as well.
        ("repo-invalid", ".ostree/repo"),
        # People are handed what is not there.
        KEY_FILE,
        LIST,
        PAGE,
    }


def test_own_refs_are_checked_as_well(stick: Stick, stranger: Path) -> None:
    """Those that are of no collection, as in a repository that somebody also builds in."""
    (stick.repo / "refs/heads/mine").write_text(stick.commit(HELLO))
    # Who commits there does not list it, and no client looks for it.
    assert verify(stick, stranger) == set()
    stick.update_summary()
    assert verify(stick, stranger) == set()
    (stick.repo / "refs/heads/mine").write_text(NOBODY)
    assert verify(stick, stranger) == {
        ("ref-dangling", "mine"),
        ("commit-missing", NOBODY),
        ("summary-mismatch", "mine"),
    }
