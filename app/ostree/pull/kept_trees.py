"""Whether this computer has kept all that a commit needs."""

from __future__ import annotations

import os
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

from app.formats.gvariant import FormatError
from app.fs.files import read_bounded
from app.ostree.objects import MAX_METADATA_SIZE, Commit, DirTree, ObjectKind, ObjectName
from app.ostree.pull.object_cache import OBJECTS
from app.progress import heed


@dataclass(frozen=True, slots=True)
class Lack:
    """What is not there of a commit.

    Attributes:
        objects: how many, as far as its trees are there to tell.
        of: how many it needs, as far as that is known.
    """

    objects: int
    of: int

    def __bool__(self) -> bool:
        return self.objects > 0


class KeptTrees:
    """What is kept below a directory, and beside it on a drive."""

    def __init__(self, directory: Path, present: Container[str]) -> None:
        """``present``: the objects on the drive, as `ObjectName.path`."""
        self._objects = directory / OBJECTS
        self._present = present

    def commit(self, checksum: str) -> bytes | None:
        """A commit object, unchecked; None if it is not kept."""
        try:
            path = self._objects / ObjectName(checksum, ObjectKind.COMMIT).path
            return read_bounded(path, MAX_METADATA_SIZE)
        except OSError:
            return None

    def lack(self, commit: Commit) -> Lack:
        """What upstream would have to be asked for. Names are believed, contents are not read but
        for trees; raises what `heed` raises."""
        meta = ObjectName(commit.tree_meta, ObjectKind.DIRMETA).path
        seen = {meta}
        lacking = int(not self._has(meta))
        todo = [commit.tree]
        while todo:
            heed()
            name = ObjectName(todo.pop(), ObjectKind.DIRTREE)
            if name.path in seen:
                continue
            seen.add(name.path)
            tree = self._read(name)
            if tree is None:
                # What is on the drive is complete below a tree, or comes again from there.
                lacking += name.path not in self._present
                continue
            todo += (checksum for _, checksum, _ in tree.directories)
            below = [ObjectName(checksum, ObjectKind.FILE).path for _, checksum in tree.files]
            below += (ObjectName(sum_, ObjectKind.DIRMETA).path for _, _, sum_ in tree.directories)
            for path in below:
                if path not in seen:
                    seen.add(path)
                    lacking += not self._has(path)
        return Lack(lacking, len(seen))

    def _has(self, path: str) -> bool:
        return path in self._present or os.path.isfile(self._objects / path)

    def _read(self, name: ObjectName) -> DirTree | None:
        try:
            return DirTree.parse(read_bounded(self._objects / name.path, MAX_METADATA_SIZE))
        except (OSError, FormatError):
            return None
