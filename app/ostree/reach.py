"""Which objects of a repository some commits need, and which nothing needs.

The directories are listed once, and every tree that is reached is read once, through descriptors
that stay open: this is the time that pruning takes.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from app.closing import Closing
from app.formats.gvariant import FormatError
from app.fs.files import open_regular
from app.fs.nodes import LeadsOutsideError
from app.fs.root import Root
from app.ostree.dirtree import read_dirtree
from app.ostree.objects import (
    MAX_METADATA_SIZE,
    Commit,
    ObjectKind,
    ObjectName,
    check_metadata,
    commit_children,
)
from app.progress import heed

_PREFIXES = 256
_DIGITS = 62
# Nothing more can be found out: the drive itself is gone.
_GONE = frozenset({errno.ENODEV, errno.ENXIO, errno.ENOTCONN, errno.ESTALE})


def _key(kind: ObjectKind) -> bytes:
    return ObjectName("", kind).key


_COMMIT = _key(ObjectKind.COMMIT)
_DETACHED = _key(ObjectKind.COMMITMETA)
_TREE = _key(ObjectKind.DIRTREE)
_META = _key(ObjectKind.DIRMETA)
_FILE = _key(ObjectKind.FILE)
_BY_ENDING = {f".{kind.value}": _key(kind) for kind in ObjectKind}


@dataclass(frozen=True, slots=True)
class Reached:
    """What some commits need of what is there. Keys are `ObjectName.key`.

    Attributes:
        keys: objects, there or not; the signatures of the commits are among them.
        unread: some tree or commit that is needed is missing or damaged, so that more is needed
            than is known.
    """

    keys: frozenset[bytes]
    unread: bool


class ObjectReach(Closing):
    """The objects that are there, and what leads to which. For one thread.

    Attributes:
        present: `ObjectName.key` of all that is there.
    """

    def __init__(self, objects: Root) -> None:
        """``objects``: the directory of that name. Raises OSError."""
        self._objects = objects
        self._directories: dict[int, int] = {}
        self.present = frozenset(self._listed())
        self._below: dict[bytes, tuple[bytes, ...] | None] = {}

    def close(self) -> None:
        directories, self._directories = self._directories, {}
        for descriptor in directories.values():
            os.close(descriptor)

    def _directory(self, prefix: int) -> int:
        descriptor = self._directories.get(prefix)
        if descriptor is None:
            descriptor = self._objects.open_directory(f"{prefix:02x}")
            self._directories[prefix] = descriptor
        return descriptor

    def _listed(self) -> Iterator[bytes]:
        for prefix in range(_PREFIXES):
            heed()
            digits = f"{prefix:02x}"
            try:
                descriptor = self._directory(prefix)
            except (FileNotFoundError, NotADirectoryError, LeadsOutsideError):
                continue
            for name in os.listdir(descriptor):
                kind = _BY_ENDING.get(name[_DIGITS:])
                if kind is not None:
                    with contextlib.suppress(ValueError):
                        yield kind + bytes.fromhex(digits + name[:_DIGITS])

    def reached(
        self,
        commits: Iterable[str],
        coming: Mapping[str, bytes] | None = None,
        trees: Mapping[bytes, tuple[bytes, ...]] | None = None,
    ) -> Reached:
        """What ``commits`` need; ``coming``: the bytes of those that are not there yet, ``trees``:
        what is in directories that are not.

        Raises OSError only if the drive is gone, and what stops it.
        """
        coming, trees = coming or {}, trees or {}
        keys: set[bytes] = set()
        todo: list[bytes] = []
        unread = False
        for checksum in commits:
            key = _COMMIT + bytes.fromhex(checksum)
            keys.update((key, _DETACHED + key[1:]))
            data = coming.get(checksum)
            below = _commit_below(data) if data is not None else self.below(key)
            if below is None:
                unread = True
            else:
                todo += below
        while todo:
            key = todo.pop()
            if key in keys:
                continue
            keys.add(key)
            if key[:1] == _TREE:
                below = trees[key] if key in trees else self.below(key)
                if below is None:
                    unread = True
                else:
                    todo += below
        return Reached(frozenset(keys), unread)

    def below(self, key: bytes) -> tuple[bytes, ...] | None:
        """What a commit or a tree names; None for one that is missing or damaged."""
        if key not in self._below:
            self._below[key] = self._read(key)
        return self._below[key]

    def _read(self, key: bytes) -> tuple[bytes, ...] | None:
        heed()
        if key not in self.present:
            return None
        try:
            data = self._data(key)
        except OSError as error:
            if error.errno in _GONE:
                raise
            return None
        if sha256(data).digest() != key[1:]:
            return None
        return _commit_below(data) if key[:1] == _COMMIT else _tree_below(key, data)

    def _data(self, key: bytes) -> bytes:
        descriptor = open_regular(self._name(key), directory=self._directory(key[1]), follow=False)
        with os.fdopen(descriptor, "rb") as file:
            size = os.fstat(descriptor).st_size
            if size > MAX_METADATA_SIZE:
                raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
            return file.read(size + 1)

    @staticmethod
    def _name(key: bytes) -> str:
        """The file's, in its directory."""
        return ObjectName.from_key(key).path[3:]

    def size(self, key: bytes) -> int:
        """Bytes of an object; 0 for what is not there or is no file. Raises OSError."""
        try:
            name, directory = self._name(key), self._directory(key[1])
            status = os.stat(name, dir_fd=directory, follow_symlinks=False)
        except FileNotFoundError:
            return 0
        return status.st_size if stat.S_ISREG(status.st_mode) else 0

    def remove(self, key: bytes) -> None:
        """Remove an object, unless something else stands in its place. Raises OSError."""
        with contextlib.suppress(FileNotFoundError, IsADirectoryError):
            os.unlink(self._name(key), dir_fd=self._directory(key[1]))

    def orphans(self, commits: Iterable[str], incomplete: Iterable[str] = ()) -> frozenset[bytes]:
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

    def parents_first(self, keys: Iterable[bytes]) -> list[list[bytes]]:
        """``keys`` in the order in which they may go: commits, trees, and what trees name.

        A tree that is there counts as whole for libostree: none may outlast what is in it.
        """
        wanted = set(keys)
        commits = [key for key in wanted if key[:1] in (_COMMIT, _DETACHED)]
        # A commit goes before its signatures: without them it would look forged.
        commits.sort(key=lambda key: key[:1] != _COMMIT)
        trees = {key for key in wanted if key[:1] == _TREE}
        rest = sorted(wanted.difference(commits, trees), key=lambda key: key[1:])
        return [commits, self._ordered(trees), rest]

    def _ordered(self, trees: set[bytes]) -> list[bytes]:
        ordered: list[bytes] = []
        seen: set[bytes] = set()
        for first in trees:
            todo = [(first, False)]
            while todo:
                key, done = todo.pop()
                if done:
                    ordered.append(key)
                elif key not in seen:
                    seen.add(key)
                    todo.append((key, True))
                    todo += [(below, False) for below in self.below(key) or () if below in trees]
        ordered.reverse()
        return ordered


def _commit_below(data: bytes) -> tuple[bytes, ...] | None:
    try:
        return tuple(child.key for child in commit_children(Commit.parse(data)))
    except FormatError:
        return None


def _tree_below(key: bytes, data: bytes) -> tuple[bytes, ...] | None:
    entries = read_dirtree(data)
    if entries is None:
        try:
            children = check_metadata(ObjectName.from_key(key), data)
        except FormatError:
            return None
        return tuple(child.key for child in children)
    files, directories = entries
    below = [_FILE + file for _, file in files]
    for _, tree, meta in directories:
        below += (_TREE + tree, _META + meta)
    return tuple(below)
