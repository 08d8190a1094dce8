"""The quick reader of what trees name takes what `DirTree.parse` takes, or leaves it to that."""

from __future__ import annotations

from collections.abc import Set
from hashlib import sha256
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.formats.gvariant import FormatError, serialise
from app.ostree.kept_once import KeptOnce
from app.ostree.objects import DIRTREE_TYPE, DirTree, ObjectKind, kind_key
from app.ostree.tree_keys import Keys, KnownTrees, checked_tree, tree_keys

checksums = st.binary(min_size=32, max_size=32)
letters = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
names = st.text(letters, max_size=300) | st.sampled_from([".", "..", "a/b", "a"])
any_trees = st.tuples(
    st.lists(st.tuples(names, checksums), max_size=8),
    st.lists(st.tuples(names, checksums, checksums), max_size=8),
)


@st.composite
def right_trees(draw: st.DrawFn) -> tuple[Any, Any]:
    """Sorted, with no name twice and none that leads astray."""
    good = st.text(letters.filter(lambda letter: letter != "/"), min_size=1, max_size=60)
    chosen = draw(st.lists(good.filter(lambda name: name not in {".", ".."}), unique=True))
    middle = draw(st.integers(0, len(chosen)))
    files = [(name, draw(checksums)) for name in sorted(chosen[:middle])]
    rest = [(name, draw(checksums), draw(checksums)) for name in sorted(chosen[middle:])]
    return files, rest


def _general(data: bytes) -> Keys | None:
    try:
        return tuple(child.key for child in DirTree.parse(data).children())
    except FormatError:
        return None


@given(right_trees())
def test_right_trees_are_read(tree: Any) -> None:
    data = serialise(DIRTREE_TYPE, tree)
    below = tree_keys(data)
    assert below is not None
    assert below == _general(data)
    assert checked_tree(_key(data), data) == below
    assert checked_tree(_key(data + b"x"), data) is None


@given(any_trees)
def test_no_other_tree_is(tree: Any) -> None:
    _agrees(serialise(DIRTREE_TYPE, tree))


@given(right_trees(), st.integers(2, 400))
def test_large_trees_have_wide_offsets(tree: Any, times: int) -> None:
    files, directories = tree
    many = [(f"{name}{number:05}", *rest) for name, *rest in files for number in range(times)]
    data = serialise(DIRTREE_TYPE, (sorted(many), directories))
    _agrees(data)


@given(right_trees(), st.data())
def test_nothing_is_read_out_of_damaged_ones(tree: Any, data: st.DataObject) -> None:
    good = serialise(DIRTREE_TYPE, tree)
    place = data.draw(st.integers(0, len(good) - 1))
    damaged = bytearray(good)
    damaged[place] ^= data.draw(st.integers(1, 255))
    _agrees(bytes(damaged))
    _agrees(bytes(damaged[:place]))


@given(st.binary(max_size=200))
def test_noise(noise: bytes) -> None:
    _agrees(noise)


def _key(data: bytes) -> bytes:
    return kind_key(ObjectKind.DIRTREE) + sha256(data).digest()


def _agrees(data: bytes) -> None:
    below = tree_keys(data)
    if below is not None:
        assert below == _general(data)


def test_what_several_drives_know_is_kept_once() -> None:
    top, child, meta = (bytes([kind]) + bytes(32) for kind in (1, 4, 2))

    def read() -> KnownTrees:
        trees = KnownTrees()
        trees.there = frozenset(bytes(bytearray(key)) for key in (top, child, meta))
        trees.below[top] = (bytes(bytearray(child)), bytes(bytearray(meta)))
        assert trees.whole([top]) == frozenset({top, child, meta})
        return trees

    shared, first, second = KnownTrees(), read(), read()
    once = KeptOnce()
    for trees in (first, second):
        trees.share(shared, once)
    assert second.below[top] is first.below[top]
    assert second.whole([top]) is first.whole([top])
    assert second.there is first.there
    # What only one of them has read is nothing that the other knows.
    first.below[meta] = ()
    first.share(shared, once)
    second.share(shared, once)
    assert meta not in second.below


def test_with_the_trees_of_others_it_is_known_what_is_on_the_drive() -> None:
    trees = KnownTrees()
    trees.there = frozenset({b"one"})
    near = KnownTrees()
    near.below = {b"tree": ()}
    assert trees.and_near(near).there == {b"one"}


def test_what_only_one_drive_has_is_not_taken_for_being_on_another() -> None:
    shared, once = KnownTrees(), KeptOnce()
    on_drives: list[Set[bytes] | None] = [
        frozenset({b"one", b"two"}),
        frozenset({b"two"}),
        None,
        frozenset({b"two", b"three"}),
        frozenset(),
    ]
    for there in on_drives:
        drive = KnownTrees()
        drive.there = there
        drive.share(shared, once)
        assert drive.there == there
