"""Which objects of a repository some commits need, and which nothing needs.

The directories are listed once, and every tree that is reached is read once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Set
from hashlib import sha256
from itertools import chain

from msgspec import Struct

from app.closing import Closing
from app.formats.gvariant import FormatError
from app.fs.root import Root
from app.ostree.object_files import GONE, Listing, ObjectFiles, in_order
from app.ostree.objects import Commit, ObjectKind, child_keys, kind_key
from app.ostree.tree_keys import WHOLE, Keys, KnownTrees, Narrowed, checked_tree
from app.progress import heed

_COMMIT = kind_key(ObjectKind.COMMIT)
_DETACHED = kind_key(ObjectKind.COMMITMETA)
_TREE = kind_key(ObjectKind.DIRTREE)[0]


Row = list[bytes]
"""Objects, by `ObjectName.key`, of which none is needed by another one."""


class Reached(Struct, frozen=True):
    """What some commits need of what is there. Keys are `ObjectName.key`.

    Attributes:
        keys: objects, there or not; the signatures of the commits are among them.
        unread: some tree or commit that is needed is missing or damaged, so that more is needed
            than is known.
    """

    keys: Set[bytes]
    unread: bool


class ObjectReach(Closing):
    """The objects that are there, and what leads to which. For one thread.

    Attributes:
        present: `ObjectName.key` of all that is there.
    """

    def __init__(
        self,
        objects: Root,
        known: KnownTrees | None = None,
        narrowed: Narrowed = WHOLE,
        present: Set[bytes] | Listing | None = None,
    ) -> None:
        """``objects``: the directory of that name; ``known``: trees that were read before, which
        grows; of ``narrowed`` ones only what counts is needed; ``present``: what is there, if that
        was listed before, or as far as it was. Raises OSError.
        """
        self._narrowed = narrowed
        self._files = ObjectFiles(objects)
        try:
            self.present = self._there(present)
        except BaseException:
            self._files.close()
            raise
        self._known = known if known is not None else KnownTrees()
        # Commits that were written since are not in a listing.
        self._grows = isinstance(present, dict)
        self._commits: dict[bytes, Keys | None] = {}
        self._unreadable: set[bytes] = set()

    def close(self) -> None:
        self._files.close()

    def _there(self, present: Set[bytes] | Listing | None) -> Set[bytes]:
        if present is None:
            return frozenset(self._files.keys())
        return self._files.all_of(present) if isinstance(present, dict) else present

    def read_trees(self, commits: Iterable[str]) -> None:
        """Read all trees that are there, in the order of their places, which takes less time:
        unless it is known what each of these ``commits`` needs.

        Raises OSError only if the drive is gone, and what stops it.
        """
        if all(self._whole(_COMMIT + bytes.fromhex(checksum)) is not None for checksum in commits):
            return
        known = self._known.below
        new = [key for key in self.present if key[0] == _TREE and key not in known]
        for key, data in self._files.read_many(new):
            below = checked_tree(key, data)
            if below is not None:
                known[key] = below

    def reached(self, commits: Iterable[str], coming: Mapping[str, bytes] | None = None) -> Reached:
        """What ``commits`` need; ``coming``: the bytes of those that are not there yet.

        Raises OSError only if the drive is gone, and what stops it.
        """
        coming = coming or {}
        keys: set[bytes] = set()
        todo: list[bytes] = []
        unread = False
        for checksum in commits:
            key = _COMMIT + bytes.fromhex(checksum)
            data = coming.get(checksum)
            if data is not None:
                self._commits[key] = _commit_below(data)
            whole = self._whole(key)
            if whole is None:
                todo.append(key)
            else:
                # The first is copied as it is, in a fifth of the time.
                keys |= whole
            keys.update((key, _DETACHED + key[1:]))
        while todo:
            heed()
            below = self.below(todo.pop())
            if below is None:
                unread = True
                continue
            todo += [key for key in below if key[0] == _TREE and key not in keys]
            keys.update(below)
        return Reached(keys, unread)

    def _whole(self, commit: bytes) -> Set[bytes] | None:
        """All below a commit, if it is known and all of it counts."""
        below = self.below(commit) if not self._narrowed else None
        return None if below is None else self._known.whole(below)

    def below(self, key: bytes) -> Keys | None:
        """What of a commit or a tree counts; None for one that is missing or damaged."""
        if key[:1] == _COMMIT:
            if key not in self._commits:
                data = self._data(key)
                right = data is not None and sha256(data).digest() == key[1:]
                self._commits[key] = _commit_below(data) if data is not None and right else None
            return self._commits[key]
        below = self._known.below.get(key)
        if below is not None and key in self._narrowed:
            return self._narrowed[key]
        if below is None and key not in self._unreadable:
            data = self._data(key)
            below = checked_tree(key, data) if data is not None else None
            if below is None:
                self._unreadable.add(key)
            else:
                self._known.below[key] = below
                below = self._narrowed.get(key, below)
        return below

    def _data(self, key: bytes) -> bytes | None:
        if not self._grows and key not in self.present:
            return None
        try:
            return self._files.read(key)
        except OSError as error:
            if error.errno in GONE:
                raise
            return None

    def size(self, key: bytes) -> int:
        """Bytes of an object; 0 for what is not there or is no file. Raises OSError."""
        return self._files.size(key)

    def sizes(self, keys: Collection[bytes]) -> dict[bytes, int]:
        """Those of these that have some. Raises OSError."""
        stored = self._known.stored
        sizes = {key: stored[key] for key in keys if key in stored}
        return sizes | self._files.sizes(key for key in keys if key not in stored)

    def orphans(self, commits: Iterable[str], incomplete: Iterable[str] = ()) -> Set[bytes]:
        """What of what is there none of these needs.

        Of ``incomplete`` commits what is missing is not there anyway. Where something else is
        missing or damaged, not everything is known that is needed: then only what belongs to
        other commits for sure.
        """
        whole = self.reached(commits)
        rest = self.present - whole.keys - self.reached(incomplete).keys
        if not whole.unread:
            return rest
        others = [key[1:].hex() for key in rest if key[:1] == _COMMIT]
        return rest & self.reached(others).keys

    def parents_first(self, keys: Iterable[bytes]) -> list[list[Row]]:
        """``keys`` in the order in which they may go: commits, trees, and what trees name; each
        row by row.

        A tree that is there counts as whole for libostree: none may outlast what is in it.
        """
        wanted = set(keys)
        commits = {key for key in wanted if key[:1] == _COMMIT}
        # A commit goes before its signatures: without them it would look forged.
        signatures = {key for key in wanted if key[:1] == _DETACHED}
        trees = {key for key in wanted if key[0] == _TREE}
        rest = wanted.difference(commits, signatures, trees)
        return [[in_order(commits), in_order(signatures)], self._rows(trees), [in_order(rest)]]

    def _rows(self, trees: set[bytes]) -> list[Row]:
        """Each tree in a later row than all that name it. Names are checksums: no way leads in a
        circle."""
        inside = {key: [each for each in self.below(key) or () if each in trees] for key in trees}
        named = Counter(chain.from_iterable(inside.values()))
        row = trees - named.keys()
        rows = []
        while row:
            heed()
            rows.append(in_order(row))
            # Each is looked at once: there may be as many rows as trees.
            below = Counter(chain.from_iterable(map(inside.__getitem__, row)))
            named.subtract(below)
            row = {key for key in below if not named[key]}
        return rows


def _commit_below(data: bytes) -> Keys | None:
    try:
        return child_keys(Commit.parse(data))
    except FormatError:
        return None
