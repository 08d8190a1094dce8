"""The objects of a stick, and what of a commit is among them.

A tree that is there says what lies below it; what is missing there is known by name. What lies
below a tree that is missing is not known to anybody but upstream.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from contextlib import AbstractContextManager
from functools import partial
from typing import Protocol

from msgspec import Struct, field

from app.fs.nodes import Node
from app.ostree.object_files import ObjectFiles, prefixes
from app.ostree.objects import FILE_KEY, Commit, ObjectKind, ObjectName, child_keys, kind_key
from app.ostree.pull.object_writer import unfinished
from app.ostree.reading_ahead import ReadingAhead
from app.ostree.repository import Repository
from app.ostree.tree_keys import WHOLE, Keys, KnownTrees, Narrowed, checked_tree

_TREE = kind_key(ObjectKind.DIRTREE)[0]
_Reader = Callable[[bytes], Keys | None]


class Reach(Struct, frozen=True):
    """What of a commit is on a stick, as far as its trees there tell. By `ObjectName.key`.

    Attributes:
        present: object → bytes, of those that are there.
        missing: object → how often the trees name it, of those that are not.
        files: bytes of the files among ``present``, each as often as the trees name it: upstream
            counts them so.
        hidden: a tree is missing, so that more is than is known.
    """

    present: Mapping[bytes, int]
    missing: Mapping[bytes, int]
    files: int
    hidden: bool


class Files(Protocol):
    """The objects' files; `ObjectFiles` is one."""

    def read(self, key: bytes) -> bytes: ...

    def read_many(self, keys: Iterable[bytes]) -> Iterable[tuple[bytes, bytes]]: ...

    def sizes(self, keys: Iterable[bytes]) -> Mapping[bytes, int]: ...


class PresentObjects:
    """What is there, listed once. By `ObjectName.key`.

    Attributes:
        keys: of all that is there.
        prefixes: how many directories hold them.
        parts: object → bytes of it that an interrupted job left, of those that are not there.
        known: what is in trees, wherever they are; what was read is added.
    """

    def __init__(
        self,
        keys: Set[bytes],
        prefixes: int,
        parts: Mapping[bytes, int] | None = None,
        files: Callable[[], AbstractContextManager[Files]] | None = None,
        known: KnownTrees | None = None,
        narrowed: Narrowed = WHOLE,
        ahead: ReadingAhead | None = None,
    ) -> None:
        """Without ``files`` nothing is known of what lies below trees that are there; of
        ``narrowed`` ones only what counts is asked for. ``ahead``: reads the same files."""
        self.keys = keys
        self.prefixes = prefixes
        self.parts = parts or {}
        self.known = known if known is not None else KnownTrees()
        self._files = files
        self._narrowed = narrowed
        self._ahead = ahead
        self._trees_read = False
        self._reached: dict[tuple[str, str], Reach] = {}

    @classmethod
    def of(
        cls,
        repository: Repository,
        known: KnownTrees | None = None,
        ahead: ReadingAhead | None = None,
    ) -> PresentObjects:
        """``ahead``: reads this repository's objects. Raises OSError."""
        objects = repository.root.below("objects")
        if objects.node(".") is not Node.DIRECTORY:
            # The job makes it again.
            if known is not None:
                known.there = frozenset()
            return cls(frozenset(), 0, known=known)
        keys = ahead.keys if ahead is not None else None
        if keys is None:
            with ObjectFiles(objects) as files:
                keys = frozenset(files.keys())
        left = {name.key: size for name, size in unfinished(repository.root).items()}
        parts = {key: size for key, size in left.items() if key not in keys}
        directories = len(prefixes(keys))
        if known is not None:
            known.there = keys
        return cls(keys, directories, parts, partial(ObjectFiles, objects), known, ahead=ahead)

    def narrowed(self, narrowed: Narrowed) -> PresentObjects:
        """The same for whoever wants only what counts of these trees."""
        if not narrowed:
            return self
        return PresentObjects(
            self.keys,
            self.prefixes,
            self.parts,
            self._files,
            self.known,
            narrowed,
            self._ahead,
        )

    def reach(self, commit: Commit) -> Reach:
        """Reads every tree of the commit that is there. Raises OSError, and what stops it."""
        top = commit.tree, commit.tree_meta
        if top not in self._reached:
            self._reached[top] = self._reach(*top)
        return self._reached[top]

    def told(self, commit: Commit) -> dict[bytes, int]:
        """Object → bytes of all that a commit needs, as the drive and upstream have it; empty
        unless everything is known. Raises OSError, and what stops it.
        """
        whole = None if self._narrowed else self.known.whole(child_keys(commit))
        if whole is not None and self._files is not None:
            with self._files() as files:
                present = self._sizes(files, whole)
            missing: Set[bytes] = whole - present.keys()
        else:
            reach = self.reach(commit)
            present, missing = dict(reach.present), reach.missing.keys()
            if reach.hidden:
                return {}
        sizes = {key: self.known.size(key) for key in missing if key not in self.keys}
        known = {key: size for key, size in sizes.items() if size is not None}
        present |= known
        return present if len(known) == len(missing) else {}

    def read_trees(self) -> None:
        """Read all that are there, in the order of their places, which takes less time.

        Raises OSError, and what stops it.
        """
        if self._files is not None and not self._trees_read:
            known = self.known.below
            told = self._ahead.trees if self._ahead is not None else None
            if told is not None:
                known.update(told)
            else:
                self._read_trees(self._files)
            self._trees_read = True

    def _read_trees(self, files: Callable[[], AbstractContextManager[Files]]) -> None:
        known = self.known.below
        new = [key for key in self.keys if key[0] == _TREE and key not in known]
        with files() as opened:
            for key, data in opened.read_many(new):
                below = checked_tree(key, data)
                if below is not None:
                    known[key] = below

    def read_sizes(self) -> dict[bytes, int]:
        """Bytes of files that are there, if somebody has read them already."""
        told = self._ahead.sizes if self._ahead is not None else None
        self.known.stored = told or {}
        if self._ahead is not None:
            self.known.stamps = self._ahead.stamps
        return told or {}

    def came(self, trees: Mapping[bytes, Keys], objects: Mapping[bytes, bytes]) -> None:
        """Note what is in ``trees`` of upstream's, and the bytes of ``objects`` of it."""
        self.known.below.update(trees)
        self.known.coming.update(objects)
        self._reached.clear()

    def _reach(self, tree: str, meta: str) -> Reach:
        top = ObjectName(tree, ObjectKind.DIRTREE).key
        top_meta = ObjectName(meta, ObjectKind.DIRMETA).key
        if self._files is None:
            return self._told(_Walk(self._known, top), top_meta, lambda _: {})
        with self._files() as files:
            sizes = partial(self._sizes, files)
            return self._told(_Walk(self._reader(files), top), top_meta, sizes)

    def _sizes(self, files: Files, keys: Collection[bytes]) -> dict[bytes, int]:
        """Of those that are there."""
        told = self.read_sizes()
        if not told:
            return dict(files.sizes(key for key in keys if key in self.keys))
        if 2 * len(keys) < len(told):
            return {key: told[key] for key in keys if key in told}
        # A copy without the others takes a quarter of the time.
        sizes = told.copy()
        for key in told.keys() - keys:
            del sizes[key]
        return sizes

    def _known(self, tree: bytes) -> Keys | None:
        known = self.known.below.get(tree)
        return self._narrowed.get(tree, known) if known is not None else None

    def _told(
        self, walk: _Walk, meta: bytes, sizes: Callable[[Collection[bytes]], Mapping[bytes, int]]
    ) -> Reach:
        named = walk.named()
        named[meta] = named.get(meta, 0) + 1
        # A name without content is what a power cut leaves: the job brings such an object again.
        present = sizes(named)
        return Reach(
            present=present,
            missing={
                key: count
                for key, count in named.items()
                if key not in present or key in walk.unread
            },
            files=sum(size * named[key] for key, size in present.items() if key[0] == FILE_KEY),
            hidden=bool(walk.unread),
        )

    def _reader(self, files: Files) -> _Reader:
        """What a tree names; None for one that is not there or damaged."""
        below = self.known.below

        def read(tree: bytes) -> Keys | None:
            known = below.get(tree)
            if known is None and tree in self.keys:
                try:
                    known = checked_tree(tree, files.read(tree))
                except OSError:
                    return None
                if known is not None:
                    below[tree] = known
            return self._narrowed.get(tree, known) if known is not None else None

        return read


class _Walk(Struct):
    """The trees below one, each read once.

    Attributes:
        unread: the trees that are not there.
    """

    read: _Reader
    root: bytes
    unread: set[bytes] = field(default_factory=set)

    def named(self) -> dict[bytes, int]:
        """Object → how often it is named, by all the ways that lead to it."""
        entries: dict[bytes, Keys | None] = {}
        # Names are checksums of what is below, so that no way leads in a circle.
        ordered = list(self._ordered(entries))
        named = {self.root: 1}
        for tree in reversed(ordered):
            count = named[tree]
            below = entries[tree]
            if below is None:
                self.unread.add(tree)
                continue
            for key in below:
                named[key] = named.get(key, 0) + count
        return named

    def _ordered(self, entries: dict[bytes, Keys | None]) -> Iterator[bytes]:
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
                    todo += [(key, False) for key in known if key[0] == _TREE]
