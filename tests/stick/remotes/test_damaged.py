"""A check says what is wrong with what has no collection ID: each rule that can apply does."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app.formats.gvariant import Variant, serialise
from app.ostree.objects import DETACHED_TYPE, ObjectKind, ObjectName
from tests.gpg import SigningKey
from tests.satchel import satchel
from tests.stick.damage import ARCH, HELLO, OTHER, RUNTIME
from tests.stick.hostile.changes import flip
from tests.stick.remotes.carrying import ORIGIN, Carrier

MISSING = {("upstream-missing", ORIGIN)}
UNSIGNED = {("upstream-bad-signature", ORIGIN)}
ALTERED = {("kit-altered", ORIGIN)}

Damage = Callable[[Carrier], object]


def stored(stick: Carrier, ref: str, kind: ObjectKind) -> Path:
    return stick.repo / "objects" / ObjectName(stick.refs[ref], kind).path


def change(path: Path, to: Callable[[bytes], bytes]) -> None:
    path.write_bytes(to(path.read_bytes()))


def sub_summary(stick: Carrier) -> Path:
    (path,) = (stick.copy / "summaries").iterdir()
    return path


def repo_file(stick: Carrier, old: str, new: str) -> None:
    for path in (stick.copy / "up.flatpakrepo", stick.drive / "satchel/up.flatpakrepo"):
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


def name(stick: Carrier, ref: str, commit: str) -> None:
    path = stick.ref(ref)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(commit)


GATE: dict[str, tuple[Damage, set[tuple[str, str]]]] = {
    "no copy of the list": (lambda stick: shutil.rmtree(stick.copy), MISSING),
    "a list that nobody signed": (
        lambda stick: (stick.copy / "summary.idx.sig").unlink(),
        UNSIGNED,
    ),
    "not what the list names": (
        lambda stick: name(stick, HELLO, stick.refs[OTHER]),
        {("summary-mismatch", HELLO), ("commit-wrong-ref", HELLO)},
    ),
}
MORE: dict[str, tuple[Damage, set[tuple[str, str]]]] = {
    "no index": (lambda stick: (stick.copy / "summary.idx").unlink(), MISSING),
    "no part": (lambda stick: sub_summary(stick).unlink(), MISSING),
    "another index": (lambda stick: change(stick.copy / "summary.idx", flip), UNSIGNED),
    "another part": (
        lambda stick: change(sub_summary(stick), flip),
        {("upstream-digest-mismatch", ORIGIN)},
    ),
    "what the list does not name": (
        lambda stick: name(stick, "ostree-metadata", stick.refs[HELLO]),
        {("summary-mismatch", "ostree-metadata"), ("commit-wrong-ref", "ostree-metadata")},
    ),
    "no signature": (
        lambda stick: stored(stick, HELLO, ObjectKind.COMMITMETA).unlink(),
        {("commit-unsigned", HELLO)},
    ),
    "a signature of nothing": (
        lambda stick: change(stored(stick, HELLO, ObjectKind.COMMITMETA), lambda _: b"\xff"),
        {("commit-bad-signature", HELLO)},
    ),
    "no runtime": (lambda stick: stick.ref(RUNTIME).unlink(), {("runtime-missing", OTHER)}),
    "a file with a collection": (
        lambda stick: repo_file(stick, "Title=", "DeployCollectionID=org.test.Up\nTitle="),
        ALTERED,
    ),
    "a file without the key": (
        lambda stick: repo_file(stick, "GPGKey=", "Comment="),
        ALTERED,
    ),
    "no file": (
        lambda stick: (stick.copy / "up.flatpakrepo").unlink(),
        {("kit-missing", ORIGIN)},
    ),
    "a ref that leads nowhere": (
        lambda stick: name(stick, HELLO, "0" * 64),
        {("ref-dangling", HELLO), ("commit-missing", "0" * 64)},
    ),
}


@pytest.mark.parametrize(
    "what", [*GATE, *(pytest.param(what, marks=pytest.mark.thorough) for what in MORE)]
)
def test_each_rule(stick: Carrier, what: str) -> None:
    damage, expected = {**GATE, **MORE}[what]
    damage(stick)
    assert stick.errors() >= expected


@pytest.mark.thorough
@pytest.mark.parametrize("what", [*GATE, *MORE])
def test_a_repair_mends_it(stick: Carrier, what: str) -> None:
    damage, _ = {**GATE, **MORE}[what]
    damage(stick)
    stick.run("repair", "--yes")
    assert stick.errors() == set()
    assert stick.refs.keys() >= {HELLO, OTHER, RUNTIME}


@pytest.mark.thorough
def test_a_signature_by_somebody_else(stick: Carrier, attacker: SigningKey) -> None:
    commit = stored(stick, HELLO, ObjectKind.COMMIT).read_bytes()
    signed = {"ostree.gpgsigs": Variant("aay", [attacker.sign(commit)])}
    stored(stick, HELLO, ObjectKind.COMMITMETA).write_bytes(serialise(DETACHED_TYPE, signed))
    assert stick.errors() == {("commit-bad-signature", HELLO)}


@pytest.mark.thorough
def test_what_others_have_is_others(stick: Carrier) -> None:
    """Without a copy of its lists nothing of a remote in the repository is the drive's."""
    place = stick.repo / f"refs/remotes/theirs/app/org.test.Theirs/{ARCH}/stable"
    place.parent.mkdir(parents=True)
    place.write_text(stick.refs[HELLO])
    assert stick.errors() == set()
    shown = satchel("inspect", "--json", stick.drive, home=stick.home).json
    assert [collection["id"] for collection in shown["collections"]] == [ORIGIN]


def test_what_nobody_can_mend_can_be_taken_off(stick: Carrier) -> None:
    """The lists are gone, and so is upstream: neither is in the way of the rest for ever."""
    shutil.rmtree(stick.copy)
    home = stick.home / "somebody"
    satchel("repair", stick.drive, "--yes", home=home, check=1)
    words = ("org.test.Hello", "org.test.Other", "--yes")
    satchel("remove", stick.drive, *words, home=home, check=False)
    assert not stick.refs
    assert stick.errors(home=home) == set()


@pytest.mark.parametrize(
    ("verb", "exchanging"),
    [
        ("prune", False),
        ("update", True),
        *(
            pytest.param(*each, marks=pytest.mark.thorough)
            for each in (("prune", True), ("update", False), ("remove", True), ("remove", False))
        ),
    ],
)
def test_refs_that_a_power_cut_has_emptied(stick: Carrier, verb: str, *, exchanging: bool) -> None:
    """As FAT leaves them: the record still tells what they were, and their commits say the same."""
    before = stick.refs
    for name in before:
        stick.ref(name).write_bytes(b"")
    if exchanging:
        journal = {"version": 1, "stage": "publishing", "started": 0, "leaving": []}
        (stick.repo / "extensions/satchel/journal.json").write_text(json.dumps(journal))
    words: dict[str, tuple[str | Path, ...]] = {
        "prune": (),
        "remove": ("org.test.Other", "--yes"),
        "update": ("--remote", stick.remote, "--yes"),
    }
    satchel(verb, stick.drive, *words[verb], home=stick.home)
    # Prune, and an update that finds nothing newer, leave the names to that.
    satchel("repair", stick.drive, "--trust-drive-keys", "--yes", home=stick.home, check=False)
    gone = {OTHER} if verb == "remove" else set()
    assert stick.refs == {name: commit for name, commit in before.items() if name not in gone}
    assert stick.errors() == set()
