"""Who needs what is damaged, and what it costs to find that out."""

from __future__ import annotations

import random
from collections.abc import Iterator

from app.ostree.blame import MOST, Paths, find_paths
from app.ostree.objects import ObjectKind, ObjectName


def _name(number: int, kind: ObjectKind) -> ObjectName:
    return ObjectName(f"{number:064x}", kind)


def _joined(*names: ObjectName) -> bytes:
    return b"".join(name.key for name in names)


def _all_below(key: bytes, children: dict[bytes, bytes]) -> set[bytes]:
    keys: set[bytes] = set()
    todo = [key]
    while todo:
        joined = children.get(todo.pop(), b"")
        for start in range(0, len(joined), 33):
            child = joined[start : start + 33]
            if child not in keys:
                keys.add(child)
                todo.append(child)
    return keys


def test_the_same_as_looking_at_everything() -> None:
    chance = random.Random(9)
    for _ in range(50):
        commits = [_name(number, ObjectKind.COMMIT) for number in range(6)]
        trees = [_name(number, ObjectKind.DIRTREE) for number in range(12)]
        files = [_name(number, ObjectKind.FILE) for number in range(12)]
        children = {}
        for place, tree in enumerate(trees):
            below = chance.sample(trees[place + 1 :], min(3, len(trees) - place - 1))
            children[tree.key] = _joined(*below, *chance.sample(files, 2))
        for commit in commits:
            children[commit.key] = _joined(chance.choice(trees))
        damaged = {name.key for name in chance.sample(files + trees + commits, 5)}
        for tree in trees:
            if tree.key in damaged and chance.random() < 0.5:
                del children[tree.key]
        sums = [commit.checksum for commit in commits]
        paths = find_paths(sums, children, damaged)
        users = paths.users(sums)
        for commit in commits:
            needed = (_all_below(commit.key, children) | {commit.key}) & damaged
            assert {name.key for name in paths.below([commit.checksum])} == needed
            assert {key for key in damaged if commit.checksum in users[key]} == needed
            assert paths.concern(commit.checksum) == bool(needed)
            little = paths.little_below(commit.checksum, 1000)
            assert little is not None
            assert {name.key for name in little} == needed
    assert find_paths(sums, children, set()).below(sums) == frozenset()


class _Counting(dict[bytes, tuple[bytes, ...]]):
    read = 0

    def __getitem__(self, key: bytes) -> tuple[bytes, ...]:
        users = super().__getitem__(key)
        self.read += len(users)
        return users


def test_many_commits_that_share_much_damage_cost_little() -> None:
    """Ten times as many cost next to nothing more, and the first ones are named."""

    def cost(count: int) -> int:
        commits = [_name(number, ObjectKind.COMMIT) for number in range(count)]
        tree = _name(0, ObjectKind.DIRTREE)
        files = [_name(number, ObjectKind.FILE) for number in range(300)]
        leading = _Counting({commit.key: (tree.key,) for commit in commits})
        leading[tree.key] = tuple(name.key for name in files)
        paths = Paths(leading, {name.key for name in files})
        users = paths.users([commit.checksum for commit in commits])
        first = [commit.checksum for commit in commits[: MOST + 1]]
        assert all(using == first for using in users.values())
        return leading.read - count

    assert cost(1000) == cost(100)


def test_no_end_where_trees_go_in_circles() -> None:
    """Checksums make that impossible; a check must not rely on it."""
    first, other, file = (
        _name(1, ObjectKind.DIRTREE),
        _name(2, ObjectKind.DIRTREE),
        _name(3, ObjectKind.FILE),
    )
    commit = _name(0, ObjectKind.COMMIT)
    children = {
        commit.key: _joined(first),
        first.key: _joined(other, file),
        other.key: _joined(first),
    }
    paths = find_paths([commit.checksum], children, {file.key})
    assert paths.users([commit.checksum]) == {file.key: [commit.checksum]}


def test_looking_for_little_ends_early() -> None:
    files = [_name(number, ObjectKind.FILE) for number in range(50)]
    commit = _name(0, ObjectKind.COMMIT)

    def keys() -> Iterator[bytes]:
        yield from (name.key for name in files)

    paths = find_paths([commit.checksum], {commit.key: _joined(*files)}, set(keys()))
    assert paths.little_below(commit.checksum, 10) is None
    assert len(paths.little_below(commit.checksum, 51) or ()) == 50
