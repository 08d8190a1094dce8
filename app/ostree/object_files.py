"""The files of objects, very many of them, one after the other.

Only the directory that is looked into is open: of twenty drives at once no process could keep all
directories open. Whoever goes through many objects does so in the order of their keys; who cannot
may keep them open, if nobody else does, and as many as there may be.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from app.closing import Closing
from app.fs.nodes import Node
from app.fs.root import Root
from app.ostree.objects import MAX_METADATA_SIZE, ObjectKind, kind_key
from app.progress import heed

PREFIXES = 256
"""How many directories of objects there can be."""

_DIGITS = 62
prefix_of = itemgetter(1)
"""The directory that an object is in, by its key."""

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW
_KINDS = {f".{kind.value}": kind_key(kind) for kind in ObjectKind}
_ENDINGS = {kind_key(kind)[0]: f".{kind.value}" for kind in ObjectKind}
GONE = frozenset({errno.ENODEV, errno.ENXIO, errno.ENOTCONN, errno.ESTALE})
"""What says that nothing more can be found out: the drive itself is gone."""

NO_DIRECTORY = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
"""What says that a directory of objects is not there, whatever is in its place."""

_NO_MORE = frozenset({errno.EMFILE, errno.ENFILE})
"""What says that no more files may be open."""

_keeping = threading.Lock()
"""Held by who keeps all directories open."""

Listing = dict[int, set[bytes]]
"""`ObjectName.key` of the files in directories of objects, by these; of those that were listed.
Why: decision D330."""


class ObjectFiles(Closing):
    """Those below ``objects/``, by `ObjectName.key`. For one thread."""

    def __init__(self, objects: Root, *, scattered: bool = False) -> None:
        """``objects``: the directory of that name; ``scattered``: they are asked for in any order.
        Raises OSError."""
        self._opened: dict[int, int] = {}
        self._objects = objects.open_directory()
        self._device = os.fstat(self._objects).st_dev
        self._keeps = scattered and _keeping.acquire(blocking=False)

    def close(self) -> None:
        self._leave()
        if self._keeps:
            _keeping.release()
        os.close(self._objects)

    def _leave(self) -> None:
        while self._opened:
            os.close(self._opened.popitem()[1])

    def _enter(self, prefix: int) -> int:
        directory = self._opened.get(prefix)
        if directory is None:
            if not self._keeps:
                self._leave()
            try:
                directory = self._open(prefix)
            except OSError as error:
                if error.errno not in _NO_MORE or not self._opened:
                    raise
                self._leave()
                directory = self._open(prefix)
            self._opened[prefix] = directory
        return directory

    def _open(self, prefix: int) -> int:
        directory = os.open(f"{prefix:02x}", _DIRECTORY, dir_fd=self._objects)
        if os.fstat(directory).st_dev != self._device:
            os.close(directory)
            raise NotADirectoryError(errno.ENOTDIR, "It is on another file system")
        return directory

    def listed(self, prefix: int) -> tuple[set[bytes], list[str]]:
        """The files of a directory, and the names of objects that something else has. OSError also
        for what is no directory.
        """
        heed()
        names, others = [], []
        with os.scandir(self._enter(prefix)) as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False):
                    names.append(entry.name)
                elif keys_of(prefix, (entry.name,)):
                    others.append(entry.name)
        return set(keys_of(prefix, names)), others

    def keys(self) -> Iterator[bytes]:
        """Of all that is there. Raises OSError."""
        for prefix in range(PREFIXES):
            heed()
            try:
                directory = self._enter(prefix)
            except OSError as error:
                if error.errno in NO_DIRECTORY:
                    continue
                raise
            yield from keys_of(prefix, os.listdir(directory))

    def all_of(self, listing: Listing) -> set[bytes]:
        """All files; lists what was not listed yet. Raises OSError."""
        for prefix in range(PREFIXES):
            if prefix not in listing:
                try:
                    listing[prefix] = self.listed(prefix)[0]
                except OSError as error:
                    if error.errno not in NO_DIRECTORY:
                        raise
        return set[bytes]().union(*listing.values())

    def read(self, key: bytes) -> bytes:
        """A small object's bytes, unchecked. Raises OSError, also for what is no file."""
        heed()
        descriptor = os.open(_name(key), _READ, dir_fd=self._enter(key[1]))
        try:
            return _read(descriptor)
        finally:
            os.close(descriptor)

    def read_many(self, keys: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """The same of many, directory by directory; without those that cannot be read, unless
        the drive is gone, which raises OSError.
        """
        for key in sorted(keys, key=prefix_of):
            heed()
            try:
                descriptor = os.open(_name(key), _READ, dir_fd=self._enter(key[1]))
                try:
                    data = _read(descriptor)
                finally:
                    os.close(descriptor)
            except OSError as error:
                if error.errno in GONE:
                    raise
            else:
                yield key, data

    def size(self, key: bytes) -> int:
        """Bytes of an object; 0 for what is not there or is no file. Raises OSError."""
        return self.sizes((key,)).get(key, 0)

    def sizes(self, keys: Iterable[bytes]) -> dict[bytes, int]:
        """Bytes of those of these that are there and files. Raises OSError."""
        sizes: dict[bytes, int] = {}
        for prefix, inside in groupby(sorted(keys, key=prefix_of), prefix_of):
            try:
                directory = self._enter(prefix)
            except OSError as error:
                if error.errno not in NO_DIRECTORY:
                    raise
            else:
                _add_sizes(directory, inside, sizes)
        return sizes

    def remove(self, key: bytes) -> None:
        """Remove an object, unless something else stands in its place. Raises OSError."""
        try:
            os.unlink(_name(key), dir_fd=self._enter(key[1]))
        except OSError as error:
            if error.errno not in (errno.EISDIR, *NO_DIRECTORY):
                raise


def _add_sizes(directory: int, keys: Iterable[bytes], sizes: dict[bytes, int]) -> None:
    # Of tens of thousands: every call counts.
    regular, status, endings = stat.S_ISREG, os.stat, _ENDINGS
    for key in keys:
        name = key[2:].hex() + endings[key[0]]
        try:
            told = status(name, dir_fd=directory, follow_symlinks=False)
        except OSError as error:
            if error.errno not in NO_DIRECTORY:
                raise
        else:
            if told.st_size and regular(told.st_mode):
                sizes[key] = told.st_size


def by_directory(keys: Iterable[bytes]) -> Listing:
    """Of some objects."""
    listing: Listing = {}
    for key in keys:
        if (inside := listing.get(key[1])) is not None:
            inside.add(key)
        else:
            listing[key[1]] = {key}
    return listing


def prefix_nodes(objects: Root) -> dict[int, Node]:
    """What is in the place of each directory, of those where something is. Raises OSError."""
    nodes = {entry.name: entry.node for entry in objects.entries()}
    names = ((prefix, f"{prefix:02x}") for prefix in range(PREFIXES))
    return {prefix: nodes[name] for prefix, name in names if name in nodes}


def prefixes(keys: Iterable[bytes]) -> set[int]:
    """The directories that these objects are in."""
    found: set[int] = set()
    for key in keys:
        found.add(key[1])
        if len(found) == PREFIXES:
            # Of many objects the first thousands tell.
            break
    return found


def keys_of(prefix: int, names: Sequence[str], kinds: Mapping[str, bytes] = _KINDS) -> list[bytes]:
    """Of the names in a directory those that objects have.

    ``kinds``: by the endings of names, the first bytes of keys.
    """
    fromhex = bytes.fromhex
    first = bytes((prefix,))
    try:
        return [
            kind + first + fromhex(name[:_DIGITS])
            for name in names
            if (kind := kinds.get(name[_DIGITS:])) is not None
        ]
    except ValueError:
        # One of them is nobody's, which is seldom enough to begin once more.
        return keys_of(prefix, [name for name in names if _is_hexadecimal(name)], kinds)


def _is_hexadecimal(name: str) -> bool:
    with contextlib.suppress(ValueError):
        return bool(bytes.fromhex(name[:_DIGITS]))
    return False


def _read(descriptor: int) -> bytes:
    status = os.fstat(descriptor)
    size = status.st_size
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "It is not a regular file")
    if size > MAX_METADATA_SIZE:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    data = os.read(descriptor, size + 1)
    while more := len(data) < size and os.read(descriptor, size):
        data += more
    return data


def in_order(keys: Iterable[bytes]) -> list[bytes]:
    """``keys`` in the order of their places."""
    return sorted(keys, key=_place)


def _place(key: bytes) -> bytes:
    return key[1:]


def _name(key: bytes) -> str:
    """The file's, in its directory."""
    return key[2:].hex() + _ENDINGS[key[0]]
