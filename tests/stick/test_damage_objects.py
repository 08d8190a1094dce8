"""What ``satchel verify`` says about damaged, exchanged and missing objects."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.ostree.objects import ObjectKind, ObjectName
from tests.stick import damage
from tests.stick.damage import (
    CHANGES,
    HELLO,
    ORPHANS,
    OTHER,
    OUT_OF_SYNC,
    Codes,
    Stick,
    flip,
    flip_middle,
    verify,
)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("kinds", ["commit", "dirtree", "dirmeta filez"])
def test_object_is_not_what_it_should_be(
    stick: Stick, stranger: Path, kinds: str, change: str
) -> None:
    names = [stick.object(kind) for kind in kinds.split()]
    for name in names:
        CHANGES[change](stick.path(name))
    findings = verify(stick, stranger)
    corrupt = {("object-corrupt", str(name)) for name in names}
    others = {
        # A commit that can be read still is judged by its signature.
        "commit": {ORPHANS, ("commit-bad-signature", HELLO), OUT_OF_SYNC},
        "dirtree": {ORPHANS},
    }.get(kinds, set())
    assert corrupt <= findings <= corrupt | others
    assert (ORPHANS in findings) == bool(others)


@pytest.mark.parametrize("kind", ["commit", "dirtree", "dirmeta", "filez"])
def test_object_is_missing(stick: Stick, stranger: Path, kind: str) -> None:
    name = stick.object(kind)
    stick.path(name).unlink()
    expected: dict[str, Codes] = {
        "commit": {("commit-missing", name.checksum), ("ref-dangling", HELLO), ORPHANS},
        "dirtree": {("object-missing", str(name)), ORPHANS},
    }
    default = {("object-missing", str(name))}
    assert verify(stick, stranger) == expected.get(kind, default)
    assert verify(stick, stranger, "--quick") == expected.get(kind, default)


@pytest.mark.parametrize(
    "offset", [3, 4, 7, 15, 19, 27, -1, -2], ids=lambda offset: f"byte {offset}"
)
def test_bit_of_a_file(stick: Stick, stranger: Path, offset: int) -> None:
    """Length of the header, padding, claimed size, owner, mode, deflated content."""
    name = stick.object("filez")
    flip(stick.path(name), offset)
    assert verify(stick, stranger) == {("object-corrupt", str(name))}


def test_quick_does_not_read_files_and_sees_the_rest(stick: Stick, stranger: Path) -> None:
    tree = stick.tree(HELLO)
    icon = next(name for path, name in tree.items() if path.endswith("64x64/org.test.Hello.png"))
    flip_middle(stick.path(tree["/files/share/big"]))
    damage.empty(stick.path(icon))
    meta = stick.object("dirmeta")
    flip_middle(stick.path(meta))
    quick = {("object-corrupt", str(icon)), ("object-corrupt", str(meta))}
    assert verify(stick, stranger, "--quick") == quick
    assert verify(stick, stranger) == quick | {("object-corrupt", str(tree["/files/share/big"]))}


def test_objects_exchanged(stick: Stick, stranger: Path) -> None:
    tree = stick.tree(HELLO)
    pair = [tree["/files/share/big"], tree["/files/bin/start"]]
    damage.exchange(*map(stick.path, pair))
    assert verify(stick, stranger) == {("object-corrupt", str(name)) for name in pair}


def test_commits_exchanged(stick: Stick, stranger: Path) -> None:
    pair = [ObjectName(stick.commit(ref), ObjectKind.COMMIT) for ref in (HELLO, OTHER)]
    damage.exchange(*map(stick.path, pair))
    findings = verify(stick, stranger)
    assert {("object-corrupt", str(name)) for name in pair} <= findings
    assert {("commit-bad-signature", HELLO), ("commit-bad-signature", OTHER)} <= findings
    assert {("commit-wrong-ref", HELLO), ("commit-wrong-ref", OTHER)} <= findings


def test_directory_of_objects_is_gone(stick: Stick, stranger: Path) -> None:
    name = stick.object("filez")
    shutil.rmtree(stick.path(name).parent)
    assert ("object-missing", str(name)) in verify(stick, stranger)
    stick.path(name).parent.write_text("a file where a directory was")
    assert ("object-missing", str(name)) in verify(stick, stranger)


def test_below_a_damaged_tree_damage_is_still_seen(stick: Stick, stranger: Path) -> None:
    root = stick.tree(HELLO)[""]
    file = stick.object("filez")
    flip_middle(stick.path(file))
    flip_middle(stick.path(root))
    assert verify(stick, stranger) == {
        ("object-corrupt", str(root)),
        ("object-corrupt", str(file)),
        ORPHANS,
    }


def test_object_that_nothing_needs(stick: Stick, stranger: Path) -> None:
    stick.path(ObjectName("ab" * 32, ObjectKind.FILE)).parent.mkdir(exist_ok=True)
    stick.path(ObjectName("ab" * 32, ObjectKind.FILE)).write_bytes(b"left by a crash")
    assert verify(stick, stranger) == {ORPHANS}


def test_commit_is_marked_as_incomplete(stick: Stick, stranger: Path) -> None:
    stick.partial(HELLO).touch()
    assert verify(stick, stranger) == {("commit-partial", HELLO)}
    # What it lacks is said by the mark, as for a locale of which not all languages came along.
    stick.path(stick.object("filez")).unlink()
    assert verify(stick, stranger) == {("commit-partial", HELLO)}
    stick.commit_path(HELLO).unlink()
    assert {("commit-partial", HELLO), ("ref-dangling", HELLO)} <= verify(stick, stranger)


def test_state_is_no_directory(stick: Stick, stranger: Path) -> None:
    shutil.rmtree(stick.repo / "state")
    (stick.repo / "state").write_text("")
    assert verify(stick, stranger) == {("not-readable", ".ostree/repo/state")}
