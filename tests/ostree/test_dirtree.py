"""The quick reader of directory trees agrees with the general one, or leaves it to that."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.formats.gvariant import parse, serialise
from app.ostree.dirtree import read_dirtree
from app.ostree.objects import DIRTREE_TYPE

checksums = st.binary(min_size=32, max_size=32)
names = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=300)
trees = st.tuples(
    st.lists(st.tuples(names, checksums), max_size=8),
    st.lists(st.tuples(names, checksums, checksums), max_size=8),
)


@given(trees)
def test_every_tree_is_read_as_it_was_written(tree: Any) -> None:
    assert read_dirtree(serialise(DIRTREE_TYPE, tree)) == tree


@given(trees, st.integers(2, 400))
def test_large_trees_with_wide_offsets(tree: Any, times: int) -> None:
    files, directories = tree[0] * times, tree[1] * times
    assert read_dirtree(serialise(DIRTREE_TYPE, (files, directories))) == (files, directories)


@given(trees, st.data())
def test_damage_is_left_to_the_general_reader(tree: Any, data: st.DataObject) -> None:
    good = serialise(DIRTREE_TYPE, tree)
    place = data.draw(st.integers(0, len(good) - 1))
    damaged = bytearray(good)
    damaged[place] ^= data.draw(st.integers(1, 255))
    _agrees(bytes(damaged))
    _agrees(bytes(damaged[:place]))


@given(st.binary(max_size=200))
def test_noise(noise: bytes) -> None:
    _agrees(noise)


def _agrees(data: bytes) -> None:
    """What is read at all is in normal form and means what the general reader says."""
    tree = read_dirtree(data)
    if tree is not None:
        value = parse(DIRTREE_TYPE, data)
        assert value.is_normal()
        assert value.unpack() == tree
        assert serialise(DIRTREE_TYPE, tree) == data
