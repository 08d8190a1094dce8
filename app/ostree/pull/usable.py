"""What of a repository's objects is there and can be used, by directories."""

from __future__ import annotations

import errno
from functools import cached_property

from app.fs.nodes import Node
from app.ostree.kept_once import Once
from app.ostree.object_files import NO_DIRECTORY, Listing, ObjectFiles, by_directory, prefix_nodes
from app.ostree.repository import Repository
from app.ostree.tree_keys import KnownTrees
from app.ostree.unchanged import unchanged


class Usable:
    """While the caller holds the repository's lock.

    Attributes:
        same: the directories in which nothing has changed since their objects were looked at.
    """

    def __init__(self, repository: Repository, trees: KnownTrees, once: Once) -> None:
        """``trees``: with what was seen before; to be called before anything is written: what is
        written changes directories."""
        self._root = repository.root
        self._stored = trees.stored
        self.same = unchanged(self._root.below("objects"), trees.stamps)
        self._once = once

    def inside(self, prefix: int) -> set[bytes]:
        """The objects in a directory; what is no file is cleared away. Raises OSError."""
        if prefix not in self._nodes:
            # What has been written since, whoever asks has asked for.
            return set()
        if prefix in self.same and (seen := self._seen.get(prefix)) is not None:
            return seen
        directory = f"objects/{prefix:02x}"
        try:
            with ObjectFiles(self._root.below("objects")) as files:
                present, others = files.listed(prefix)
        except OSError as error:
            if error.errno not in NO_DIRECTORY:
                raise
            if error.errno != errno.ENOENT:
                self._root.make_directory(directory)
            return set()
        for name in others:
            self._root.clear(f"{directory}/{name}")
        return set(map(self._once, present))

    @property
    def blocked(self) -> set[int]:
        """The directories in whose place something else is. Raises OSError."""
        return {prefix for prefix, node in self._nodes.items() if node is not Node.DIRECTORY}

    @cached_property
    def _nodes(self) -> dict[int, Node]:
        """What was there when it was asked for first."""
        return prefix_nodes(self._root.below("objects"))

    @cached_property
    def _seen(self) -> Listing:
        return by_directory(self._stored)
