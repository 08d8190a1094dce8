"""Whether this computer has all that a commit needs: kept, or in other repositories."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Set
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from app.formats.gvariant import FormatError
from app.fs.files import read_bounded
from app.ostree.objects import (
    MAX_METADATA_SIZE,
    Commit,
    DirTree,
    ObjectKind,
    ObjectName,
    commit_children,
    key_path,
)
from app.ostree.pull.near_objects import NearObjects, NearPlace
from app.ostree.pull.object_cache import OBJECTS
from app.ostree.pull.packs import Packs
from app.ostree.tree_keys import Keys, KnownTrees, tree_keys
from app.progress import heed


class Lack(Struct, frozen=True):
    """What is not there of a commit.

    Attributes:
        objects: how many, as far as its trees are there to tell.
        of: how many it needs, as far as that is known.
        keys: those that it needs, where some lack.
    """

    objects: int
    of: int
    keys: Set[bytes] = frozenset()

    def __bool__(self) -> bool:
        return self.objects > 0


Left = Callable[[Commit, Callable[[str], DirTree | None]], Collection[str]]
"""Which trees of a commit, by their checksums, are not wanted; the second reads one."""


def nothing_left(_commit: Commit, _read: Callable[[str], DirTree | None]) -> Collection[str]:
    """All of every commit is wanted."""
    return ()


class KeptTrees:
    """What is kept below a directory, in other repositories, and beside it on a drive.

    Attributes:
        near: those repositories.
        trees: theirs, of those that had to be read and are not on the drive.
    """

    def __init__(
        self,
        directory: Path,
        present: Container[bytes],
        near: Iterable[NearPlace] = (),
        left: Left = nothing_left,
    ) -> None:
        """``present``: the objects on the drive, by `ObjectName.key`."""
        self._left = left
        self.near = NearObjects(near)
        self.trees = KnownTrees()
        self._lacks: dict[str, Lack] = {}
        self._directory = directory
        self._objects = directory / OBJECTS
        self._present = present

    def commit(self, checksum: str) -> bytes | None:
        """A commit object, unchecked; None if it is not kept."""
        with self._packs() as packs:
            return self._data(packs, ObjectName(checksum, ObjectKind.COMMIT))

    def metadata(self, names: Iterable[ObjectName]) -> dict[ObjectName, bytes]:
        """Those of these objects that are kept, and what their names say."""
        with self.reading() as read:
            return read(names)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Callable[[Iterable[ObjectName]], dict[ObjectName, bytes]]]:
        """`metadata`, again and again."""
        with self._packs() as packs:
            nothing = packs is None and not self.near.places and not os.path.isdir(self._objects)

            def read(names: Iterable[ObjectName]) -> dict[ObjectName, bytes]:
                kept: dict[ObjectName, bytes] = {}
                for name in () if nothing else names:
                    heed()
                    data = self._data(packs, name)
                    if data is not None and sha256(data).hexdigest() == name.checksum:
                        kept[name] = data
                return kept

            yield read

    def lack(self, commit: Commit) -> Lack:
        """What upstream would have to be asked for. Names are believed, contents are not read but
        for trees, and once; raises what `heed` raises."""
        if commit.tree not in self._lacks:
            with self._packs() as packs:
                self._lacks[commit.tree] = self._lack(packs, commit)
        return self._lacks[commit.tree]

    def kept(self, keys: Iterable[bytes]) -> set[bytes]:
        """Those of these objects that are kept below the directory, or on the drive. Names are
        believed; raises what `heed` raises."""
        with self._packs() as packs:
            if packs is None and not os.path.isdir(self._objects):
                return {key for key in keys if key in self._present}
            return {key for key in keys if self._has(packs, key)}

    def kept_bytes(self, keys: Iterable[bytes]) -> int:
        """Of those of these objects that are kept below the directory, and not on the drive. Names
        are believed; raises what `heed` raises."""
        with self._packs() as packs:
            return sum(self._size(packs, key) for key in keys if key not in self._present)

    def _lack(self, packs: Packs | None, commit: Commit) -> Lack:
        tree, meta = (child.key for child in commit_children(commit))
        seen: set[bytes] = set()
        others = {meta}
        lacking = 0
        known = self.trees.below
        narrowed = False
        todo = {tree}
        left = self._left(
            commit, lambda sum_: self._read(packs, ObjectName(sum_, ObjectKind.DIRTREE))
        )
        while todo:
            # Level by level: what lies close together is read so.
            wanted = {key for key in todo if key[1:].hex() not in left} if left else todo
            narrowed |= len(wanted) < len(todo)
            seen |= wanted
            near = self.near.trees(wanted)
            named: set[bytes] = set()
            for key in wanted:
                below = near.get(key)
                if below is None:
                    below = self._below(packs, ObjectName.from_key(key))
                elif key not in self._present:
                    known[key] = below
                if below is not None:
                    named.update(below)
                else:
                    # What is on the drive is complete below a tree, or comes again from there.
                    lacking += key not in self._present
            todo = {key for key in named if key[0] == tree[0]}
            others |= named - todo
            todo -= seen
        if not narrowed and seen <= known.keys():
            self.trees.keep_whole((tree, meta), seen | others)
        # Who is near most likely has all of it, or nothing.
        lacking += sum(not self._has(packs, key) for key in self.near.lacking(others))
        return Lack(lacking, len(seen) + len(others), seen | others if lacking else frozenset())

    @contextlib.contextmanager
    def _packs(self) -> Iterator[Packs | None]:
        """None where nothing is kept: to find that out anew for each object takes longer than all
        else."""
        with Packs(self._directory) as packs:
            yield packs if packs.there else None

    def _has(self, packs: Packs | None, key: bytes) -> bool:
        if key in self._present:
            return True
        heed()
        with contextlib.suppress(OSError):
            if packs is not None and packs.has(key):
                return True
        return os.path.isfile(f"{self._objects}/{key_path(key)}")

    def _size(self, packs: Packs | None, key: bytes) -> int:
        """As it is kept below the directory; 0 for what is not."""
        heed()
        with contextlib.suppress(OSError):
            if packs is not None and (size := packs.size(key)):
                return size
        with contextlib.suppress(OSError):
            return os.stat(f"{self._objects}/{key_path(key)}").st_size
        return 0

    def _below(self, packs: Packs | None, name: ObjectName) -> Keys | None:
        """What a tree refers to; None if it is not kept, or no tree."""
        heed()
        data = self._data(packs, name)
        if data is None:
            return None
        below = tree_keys(data)
        if below is None:
            with contextlib.suppress(FormatError):
                return tuple(child.key for child in DirTree.parse(data).children())
        return below

    def _read(self, packs: Packs | None, name: ObjectName) -> DirTree | None:
        data = self._data(packs, name)
        if data is not None:
            with contextlib.suppress(FormatError):
                return DirTree.parse(data)
        return None

    def _data(self, packs: Packs | None, name: ObjectName) -> bytes | None:
        with contextlib.suppress(OSError):
            if packs is not None and (data := packs.read(name)) is not None:
                return data
        if (data := self.near.read(name)) is not None:
            return data
        with contextlib.suppress(OSError):
            return read_bounded(self._objects / name.path, MAX_METADATA_SIZE)
        return None
