"""Who needs what is damaged: found from the commits down, through the trees that lead there only.

The cost is that of reading the trees a few times, however many commits share them and however much
is damaged; so of what very many commits need, only the first are named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice

from app.ostree.objects import KEY_SIZE, ObjectKind, ObjectName

MOST = 20
"""Commits named of one damaged object; one more tells that there are others."""


def split_keys(joined: bytes) -> Iterator[bytes]:
    """`ObjectName.key` by `ObjectName.key`."""
    for start in range(0, len(joined), KEY_SIZE):
        yield joined[start : start + KEY_SIZE]


class Paths:
    """The trees that lead to what is damaged. Keys are `ObjectName.key`."""

    def __init__(self, leading: Mapping[bytes, tuple[bytes, ...]], damaged: Collection[bytes]):
        self._leading = leading
        self._damaged = damaged

    def concern(self, commit: str) -> bool:
        """Whether a commit needs anything that is damaged, or is damaged itself."""
        key = ObjectName(commit, ObjectKind.COMMIT).key
        return key in self._damaged or bool(self._leading.get(key))

    def below(self, commits: Iterable[str]) -> frozenset[ObjectName]:
        """What is damaged of all that the commits need, each looked at once."""
        return frozenset(filter(self._is_damaged, self._walk(commits)))

    def little_below(self, commit: str, most: int) -> frozenset[ObjectName] | None:
        """What is damaged of a commit; None if more than ``most`` objects lead there or are."""
        keys = list(islice(self._walk([commit]), most + 1))
        return frozenset(filter(self._is_damaged, keys)) if len(keys) <= most else None

    def _is_damaged(self, name: ObjectName) -> bool:
        return name.key in self._damaged

    def _walk(self, commits: Iterable[str]) -> Iterator[ObjectName]:
        todo = [ObjectName(commit, ObjectKind.COMMIT).key for commit in commits]
        seen = set(todo)
        while todo:
            key = todo.pop()
            yield ObjectName.from_key(key)
            fresh = [child for child in self._leading.get(key, ()) if child not in seen]
            seen.update(fresh)
            todo += fresh

    def users(self, commits: Iterable[str]) -> dict[bytes, list[str]]:
        """Damaged object → those of ``commits`` that need it, at most one more than `MOST`."""
        users: dict[bytes, list[str]] = {key: [] for key in self._damaged}
        visits = dict.fromkeys(self._leading, 0)
        for commit in commits:
            todo = [ObjectName(commit, ObjectKind.COMMIT).key]
            seen = set(todo)
            while todo:
                key = todo.pop()
                if key in users and len(users[key]) <= MOST:
                    users[key].append(commit)
                # What is below a tree that so many came through has had as many users.
                if key in visits and visits[key] <= MOST:
                    visits[key] += 1
                    fresh = [child for child in self._leading[key] if child not in seen]
                    seen.update(fresh)
                    todo.extend(fresh)
        return users


NO_PATHS = Paths({}, ())


def find_paths(
    commits: Iterable[str], children: Mapping[bytes, bytes], damaged: Collection[bytes]
) -> Paths:
    """``children``: of trees and commits, the keys of what is below them, joined together."""
    leading: dict[bytes, tuple[bytes, ...]] = {}
    opened: set[bytes] = set()
    done: set[bytes] = set()
    todo = [ObjectName(commit, ObjectKind.COMMIT).key for commit in commits] if damaged else []
    while todo:
        key = todo[-1]
        if key in done or key not in children:
            todo.pop()
            continue
        below = dict.fromkeys(split_keys(children[key]))
        if key not in opened:
            opened.add(key)
            todo += [child for child in below if child in children and child not in opened]
            continue
        todo.pop()
        done.add(key)
        kept = tuple(child for child in below if child in damaged or child in leading)
        if kept:
            leading[key] = kept
    return Paths(leading, damaged)
