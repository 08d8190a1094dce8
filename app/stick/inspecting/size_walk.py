"""Which commits need which objects: every tree is read once, and passed once.

Trees are shared by many commits, so what a tree has in it gets all its users at once, from above.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.formats.gvariant import FormatError
from app.ostree.dirtree import read_dirtree
from app.ostree.objects import DirTree, ObjectKind, ObjectName
from app.ostree.repository import Repository
from app.progress import Cancel, Meter

_COMMIT, _META, _TREE, _DIRMETA, _FILE = (
    ObjectName("", kind).key
    for kind in (
        ObjectKind.COMMIT,
        ObjectKind.COMMITMETA,
        ObjectKind.DIRTREE,
        ObjectKind.DIRMETA,
        ObjectKind.FILE,
    )
)
_OFTEN = 256
"""Trees between two looks at the cancel token."""

_Parts = tuple[list[bytes], list[bytes]]
"""Of a tree all that lies right in it: what is no tree, and the trees."""


class UserSets:
    """Sets of commits as numbers; equal ones have the same, so that each is kept once."""

    def __init__(self) -> None:
        self._masks = [0]
        self._numbers = {0: 0}
        self._unions: dict[tuple[int, int], int] = {}

    def one(self, commit: int) -> int:
        """The set of a single commit."""
        return self._number(1 << commit)

    def union(self, number: int, other: int) -> int:
        if number == other or not other:
            return number
        pair = (min(number, other), max(number, other))
        if pair not in self._unions:
            self._unions[pair] = self._number(self._masks[number] | self._masks[other])
        return self._unions[pair]

    def _number(self, mask: int) -> int:
        if mask not in self._numbers:
            self._numbers[mask] = len(self._masks)
            self._masks.append(mask)
        return self._numbers[mask]

    def count(self, number: int) -> int:
        return self._masks[number].bit_count()

    def commits(self, number: int) -> Iterator[int]:
        """In order."""
        mask = self._masks[number]
        while mask:
            lowest = mask & -mask
            yield lowest.bit_length() - 1
            mask ^= lowest


class SizeWalk:
    """Goes through all commits at once.

    Attributes:
        complete: for each commit, whether everything was there.
        users: object → the set, in ``sets``, of the commits that need it.
    """

    def __init__(
        self, repository: Repository, objects: Mapping[bytes, int], meter: Meter, cancel: Cancel
    ) -> None:
        self._repository = repository
        self._objects = objects
        self._meter = meter
        self._cancel = cancel
        self._trees: dict[bytes, _Parts | None] = {}
        self.sets = UserSets()
        self.complete: list[bool] = []
        self.users: dict[bytes, int] = {}

    def follow(self, commits: Sequence[str]) -> None:
        """Raises what the cancel token raises."""
        roots: list[_Parts | None] = [self._root(commit) for commit in commits]
        order = self._order(tree for root in roots if root is not None for tree in root[1])
        broken: set[bytes] = set()
        for key in order:
            if not self._is_whole(self._trees[key], broken):
                broken.add(key)
        above: dict[bytes, int] = {}
        for number, root in enumerate(roots):
            self.complete.append(self._is_whole(root, broken))
            raw = bytes.fromhex(commits[number])
            here = self.sets.one(number)
            self._give(here, [_COMMIT + raw, _META + raw], [], above)
            if root is not None:
                self._give(here, *root, above)
        for key in reversed(order):
            parts = self._trees[key]
            if parts is not None:
                self._give(above[key], *parts, above)

    def _root(self, commit: str) -> _Parts | None:
        """None if the commit is not there or cannot be read."""
        if _COMMIT + bytes.fromhex(commit) not in self._objects:
            return None
        try:
            parsed = self._repository.read_commit(commit)
        except (OSError, FormatError):
            return None
        return [_DIRMETA + bytes.fromhex(parsed.tree_meta)], [_TREE + bytes.fromhex(parsed.tree)]

    def _order(self, roots: Iterable[bytes]) -> list[bytes]:
        """All trees, each after those that are in it; where they go in circles, no matter how."""
        ordered: list[bytes] = []
        opened: set[bytes] = set()
        todo = [(key, False) for key in dict.fromkeys(roots)]
        while todo:
            key, done = todo.pop()
            if done:
                ordered.append(key)
            elif key not in opened:
                opened.add(key)
                todo.append((key, True))
                parts = self._tree(key)
                if parts is not None:
                    todo += [(tree, False) for tree in parts[1] if tree not in opened]
        return ordered

    def _is_whole(self, parts: _Parts | None, broken: set[bytes]) -> bool:
        """Whether all that lies in a tree is there, and all below."""
        if parts is None:
            return False
        leaves, trees = parts
        there = self._objects
        return all(key in there for key in leaves) and broken.isdisjoint(trees)

    def _give(
        self, here: int, leaves: Iterable[bytes], trees: Iterable[bytes], above: dict[bytes, int]
    ) -> None:
        """What lies in a tree, which ``here`` need, is needed by them too."""
        users, objects, union = self.users, self._objects, self.sets.union
        for key in leaves:
            if key in objects:
                users[key] = union(users.get(key, 0), here)
        for key in trees:
            above[key] = union(above.get(key, 0), here)
            if key in objects:
                users[key] = above[key]

    def _tree(self, key: bytes) -> _Parts | None:
        if key not in self._trees:
            if len(self._trees) % _OFTEN == 0:
                self._cancel.check()
                self._meter.objects = len(self._trees)
                self._meter.tick()
            self._trees[key] = self._read(key)
        return self._trees[key]

    def _read(self, key: bytes) -> _Parts | None:
        if key not in self._objects:
            return None
        try:
            data = self._repository.read_object(ObjectName.from_key(key))
            parts = read_dirtree(data)
            if parts is None:
                tree = DirTree.parse(data)
                parts = (
                    [(name, bytes.fromhex(file)) for name, file in tree.files],
                    [
                        (name, bytes.fromhex(below), bytes.fromhex(meta))
                        for name, below, meta in tree.directories
                    ],
                )
        except (OSError, FormatError):
            return None
        files, directories = parts
        leaves = [_FILE + file for _, file in files]
        leaves += [_DIRMETA + meta for _, _, meta in directories]
        return leaves, [_TREE + tree for _, tree, _ in directories]
