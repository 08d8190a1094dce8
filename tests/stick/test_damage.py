"""What ``satchel verify`` says about sound sticks, and about everything at once.

Here and in ``test_damage_*``: expected are all findings (code, subject), not only the one that a
test is about.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.stick.damage import (
    BAD_COPY,
    DIGEST,
    HELLO,
    LOCALE,
    METADATA,
    NOBODY,
    OTHER,
    RUNTIME,
    Stick,
    flip,
    flip_middle,
    verify,
)
from tests.upstream import COLLECTION

pytestmark = pytest.mark.slow

# ---- Sound ones


def test_nothing_is_found_on_a_sound_stick(
    good: Path, newer: Path, stranger: Path, friend: Path
) -> None:
    for drive in (good, newer):
        for home in (stranger, friend):
            assert verify(Stick(drive), home) == set()
            assert verify(Stick(drive), home, "--quick") == set()


def test_a_signature_more_by_somebody_unknown_does_no_harm(
    stick: Stick, stranger: Path, attacker: SigningKey
) -> None:
    data = stick.commit_path(HELLO).read_bytes()
    stick.set_signatures(HELLO, [attacker.sign(data), *stick.get_signatures(HELLO)])
    assert verify(stick, stranger) == set()


def test_what_lies_beside_does_not_matter(stick: Stick, stranger: Path) -> None:
    (stick.repo / "objects/README").write_text("hello")
    (stick.repo / "objects/ab").mkdir(exist_ok=True)
    (stick.repo / "objects/ab/notes.txt").write_text("hello")
    (stick.repo / "state/something.else").write_text("")
    (stick.root / "Photos").mkdir()
    (stick.satchel / "upstream/not a collection").mkdir()
    assert verify(stick, stranger) == set()


# ---- Everything at once


def test_many_damages_are_all_found(stick: Stick, stranger: Path, attacker: SigningKey) -> None:
    tree = stick.tree(OTHER)
    broken, gone = tree["/files/bin/start"], tree["/metadata"]
    flip(stick.path(broken), -1)
    stick.path(gone).unlink()
    stick.sign(HELLO, attacker)
    stick.signatures(LOCALE).unlink()
    stick.partial(RUNTIME).touch()
    stick.signatures(METADATA).unlink()
    stick.ref("..foo").write_text(NOBODY)
    stick.summary.unlink()
    flip_middle(stick.sub_summary)
    flip_middle(stick.upstream / "summary.sig")
    (stick.satchel / "journal.json").write_text("{}")
    folder = stick.root / "satchel/extra-data" / NOBODY
    folder.mkdir(parents=True)
    (folder / "x").write_text("x")
    assert verify(stick, stranger) == {
        ("object-corrupt", str(broken)),
        ("object-missing", str(gone)),
        ("commit-bad-signature", HELLO),
        ("commit-unsigned", LOCALE),
        ("commit-partial", RUNTIME),
        ("metadata-bad-signature", COLLECTION),
        ("ref-unsafe", f"refs/mirrors/{COLLECTION}/..foo"),
        ("commit-missing", NOBODY),
        ("summary-missing", "summary"),
        DIGEST,
        BAD_COPY,
        ("journal-left", str(stick.root)),
        ("extra-data-corrupt", f"satchel/extra-data/{NOBODY}/x"),
    }
