"""What is at a path of a commit's tree, and how much there is in it."""

from __future__ import annotations

import os
import stat

from app.ostree.content import header_facts, unpack_regular
from app.ostree.objects import MAX_METADATA_SIZE, Commit, DirTree, ObjectKind, ObjectName
from app.ostree.repository import Repository

_BLOCK = 512
_HEADER = 4096
_MOST = (1 << 63) - 1
"""What lists can say."""


class Trees:
    """Reads the trees of commits of one repository, whose objects were checked when they came."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._trees: dict[str, DirTree] = {}

    def directory(self, commit: Commit, path: str) -> DirTree | None:
        """None if there is none. Raises OSError, CorruptObject."""
        tree = self._tree(commit.tree)
        for part in filter(None, path.split("/")):
            below = {name: checksum for name, checksum, _ in tree.directories}.get(part)
            if below is None:
                return None
            tree = self._tree(below)
        return tree

    def file(self, commit: Commit, path: str, limit: int) -> bytes | None:
        """The content of a regular file of at most ``limit`` bytes; None if there is none such."""
        above, _, name = path.rpartition("/")
        tree = self.directory(commit, above)
        checksum = dict(tree.files).get(name) if tree is not None else None
        if checksum is None:
            return None
        stored = self._repository.read_stored(
            ObjectName(checksum, ObjectKind.FILE), limit + MAX_METADATA_SIZE
        )
        return unpack_regular(stored, limit)

    def sizes(self, commit: Commit) -> tuple[int, int]:
        """Bytes of its regular files as flatpak counts them: installed in blocks of 512, and as
        they are stored here. Raises OSError, CorruptObject."""
        # Each tree once, however often it occurs: forty of them can name a million million files.
        known: dict[str, tuple[int, int]] = {}
        todo = [commit.tree]
        while todo:
            tree = self._tree(todo[-1])
            below = [checksum for _, checksum, _ in tree.directories]
            unknown = [checksum for checksum in below if checksum not in known]
            if unknown:
                todo += unknown
                continue
            parts = [known[checksum] for checksum in below]
            parts += [self._file_sizes(checksum) for _, checksum in tree.files]
            installed, download = (min(sum(part[side] for part in parts), _MOST) for side in (0, 1))
            known[todo.pop()] = installed, download
        return known[commit.tree]

    def _file_sizes(self, checksum: str) -> tuple[int, int]:
        """The same of one file; nothing for a link."""
        path = f"objects/{ObjectName(checksum, ObjectKind.FILE).path}"
        descriptor = self._repository.root.open_regular(path)
        try:
            head = os.read(descriptor, _HEADER)
            stored = os.fstat(descriptor).st_size
        finally:
            os.close(descriptor)
        facts = header_facts(memoryview(head))
        if facts is not None and not stat.S_ISREG(facts[0]):
            return 0, 0
        size = int.from_bytes(head[8:16], "big")
        return -(-size // _BLOCK) * _BLOCK, stored

    def _tree(self, checksum: str) -> DirTree:
        tree = self._trees.get(checksum)
        if tree is None:
            name = ObjectName(checksum, ObjectKind.DIRTREE)
            tree = self._trees[checksum] = DirTree.parse(self._repository.read_object(name))
        return tree
