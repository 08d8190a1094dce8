"""The objects of a stick, and what of a commit is among them.

A tree that is there says what lies below it; what is missing there is known by name. What lies
below a tree that is missing is not known to anybody but upstream.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

from app.formats.gvariant import FormatError
from app.ostree.dirtree import RawDirectory, RawFile, read_dirtree
from app.ostree.objects import Commit, DirTree, ObjectKind, ObjectName
from app.ostree.pull.object_writer import unfinished
from app.ostree.repository import Repository

_Entries = tuple[list[RawFile], list[RawDirectory]]


@dataclass(frozen=True, slots=True)
class Reach:
    """What of a commit is on a stick, as far as its trees there tell.

    Attributes:
        present: object → bytes, of those that are there.
        missing: object → how often the trees name it, of those that are not.
        files: bytes of the files among ``present``, each as often as the trees name it: upstream
            counts them so.
        hidden: a tree is missing, so that more is than is known.
    """

    present: Mapping[str, int]
    missing: Mapping[str, int]
    files: int
    hidden: bool


class Stored(Protocol):
    """Where the objects lie; `Repository` is one."""

    def read_object(self, name: ObjectName) -> bytes: ...

    def object_sizes(self, paths: Iterable[str]) -> Mapping[str, int]: ...


class PresentObjects:
    """What is there, read once.

    Attributes:
        paths: as `ObjectName.path`.
        prefixes: how many directories hold them.
        parts: object → bytes of it that an interrupted job left, of those that are not there.
    """

    def __init__(
        self,
        paths: Set[str],
        prefixes: int,
        parts: Mapping[str, int] | None = None,
        stored: Stored | None = None,
        trees: Mapping[str, DirTree] | None = None,
    ) -> None:
        """Without ``stored`` nothing is known of what lies below trees that are there; ``trees``:
        what is known of others.
        """
        self.paths = paths
        self.prefixes = prefixes
        self.parts = parts or {}
        self._stored = stored
        self._trees = trees or {}
        self._reached: dict[tuple[str, str], Reach] = {}

    @classmethod
    def of(cls, repository: Repository) -> PresentObjects:
        paths = repository.object_paths()
        left = unfinished(repository.root).items()
        parts = {path: size for path, size in left if path not in paths}
        return cls(paths, len({path[:2] for path in paths}), parts, repository)

    def sizes(self, paths: Iterable[str]) -> Mapping[str, int]:
        """Bytes of those of these that are there. Raises OSError."""
        there = [path for path in paths if path in self.paths]
        return self._stored.object_sizes(there) if self._stored is not None and there else {}

    def reach(self, commit: Commit) -> Reach:
        """Reads every tree of the commit that is there. Raises OSError, and what stops it."""
        top = commit.tree, commit.tree_meta
        if top not in self._reached:
            self._reached[top] = self._reach(*top)
        return self._reached[top]

    def has_tree(self, tree: str) -> bool:
        """Whether a directory is there."""
        return ObjectName(tree, ObjectKind.DIRTREE).path in self.paths

    def knowing(self, trees: Mapping[str, DirTree]) -> PresentObjects:
        """The same, with directories that are not there and that upstream has told."""
        return PresentObjects(self.paths, self.prefixes, self.parts, self._stored, trees)

    def _reach(self, tree: str, meta: str) -> Reach:
        walk = _Walk(self._read, tree)
        named = walk.named()
        meta_path = ObjectName(meta, ObjectKind.DIRMETA).path
        named[meta_path] = named.get(meta_path, 0) + 1
        # A name without content is what a power cut leaves: the job brings such an object again.
        present = {path: size for path, size in self.sizes(named).items() if size}
        return Reach(
            present=present,
            missing={
                path: count
                for path, count in named.items()
                if path not in present or path in walk.unread
            },
            files=sum(size * named[path] for path, size in present.items() if path.endswith(_FILE)),
            hidden=bool(walk.unread),
        )

    def _read(self, tree: str) -> _Entries | None:
        """What a tree names; None for one that is not there or damaged."""
        name = ObjectName(tree, ObjectKind.DIRTREE)
        if (told := self._trees.get(tree)) is not None:
            return _entries(told)
        if self._stored is None or name.path not in self.paths:
            return None
        try:
            data = self._stored.read_object(name)
            if sha256(data).hexdigest() != tree:
                return None
            return read_dirtree(data) or _entries(DirTree.parse(data))
        except (OSError, FormatError):
            return None


_FILE = f".{ObjectKind.FILE.value}"


def _entries(tree: DirTree) -> _Entries:
    return (
        [(name, bytes.fromhex(file)) for name, file in tree.files],
        [
            (name, bytes.fromhex(below), bytes.fromhex(meta))
            for name, below, meta in tree.directories
        ],
    )


class _Reader(Protocol):
    def __call__(self, tree: str) -> _Entries | None: ...


@dataclass(slots=True)
class _Walk:
    """The trees below one, each read once.

    Attributes:
        unread: paths of the trees that are not there.
    """

    read: _Reader
    root: str
    unread: set[str] = field(default_factory=set)

    def named(self) -> dict[str, int]:
        """Object → how often it is named, by all the ways that lead to it."""
        entries: dict[str, _Entries | None] = {}
        # Names are checksums of what is below, so that no way leads in a circle.
        ordered = list(self._ordered(entries))
        ways = {self.root: 1}
        named: dict[str, int] = {}
        for tree in reversed(ordered):
            count = ways[tree]
            path = ObjectName(tree, ObjectKind.DIRTREE).path
            named[path] = count
            known = entries[tree]
            if known is None:
                self.unread.add(path)
                continue
            for _, file in known[0]:
                path = ObjectName(file.hex(), ObjectKind.FILE).path
                named[path] = named.get(path, 0) + count
            for _, below, meta in known[1]:
                ways[below.hex()] = ways.get(below.hex(), 0) + count
                path = ObjectName(meta.hex(), ObjectKind.DIRMETA).path
                named[path] = named.get(path, 0) + count
        return named

    def _ordered(self, entries: dict[str, _Entries | None]) -> Iterator[str]:
        """All trees, each after those that are in it."""
        todo = [(self.root, False)]
        while todo:
            tree, done = todo.pop()
            if done:
                yield tree
            elif tree not in entries:
                entries[tree] = known = self.read(tree)
                todo.append((tree, True))
                if known is not None:
                    todo += [(below.hex(), False) for _, below, _ in known[1]]
