"""The files of objects, very many of them, one after the other.

Only the directory that is looked into is open: of twenty drives at once no process could keep all
directories open. Whoever goes through many objects does so in the order of their keys.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterable, Iterator

from app.closing import Closing
from app.fs.root import Root
from app.ostree.objects import MAX_METADATA_SIZE, ObjectKind, kind_key
from app.progress import heed

_PREFIXES = 256
_DIGITS = 62
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW
_KINDS = {f".{kind.value}": kind_key(kind) for kind in ObjectKind}
_ENDINGS = {kind_key(kind)[0]: f".{kind.value}" for kind in ObjectKind}
GONE = frozenset({errno.ENODEV, errno.ENXIO, errno.ENOTCONN, errno.ESTALE})
"""What says that nothing more can be found out: the drive itself is gone."""

NO_DIRECTORY = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
"""What says that a directory of objects is not there, whatever is in its place."""


class ObjectFiles(Closing):
    """Those below ``objects/``, by `ObjectName.key`. For one thread."""

    def __init__(self, objects: Root) -> None:
        """``objects``: the directory of that name. Raises OSError."""
        self._directory: int | None = None
        self._prefix = -1
        self._objects = objects.open_directory()
        self._device = os.fstat(self._objects).st_dev

    def close(self) -> None:
        self._leave()
        os.close(self._objects)

    def _leave(self) -> None:
        directory, self._directory = self._directory, None
        if directory is not None:
            os.close(directory)

    def _enter(self, prefix: int) -> int:
        if self._directory is None or prefix != self._prefix:
            self._leave()
            self._directory = os.open(f"{prefix:02x}", _DIRECTORY, dir_fd=self._objects)
            self._prefix = prefix
            if os.fstat(self._directory).st_dev != self._device:
                self._leave()
                raise NotADirectoryError(errno.ENOTDIR, "It is on another file system")
        return self._directory

    def listed(self, prefix: int) -> tuple[set[bytes], list[str]]:
        """The files of a directory, and the names of objects that something else has. OSError also
        for what is no directory.
        """
        heed()
        files, others = set(), []
        first = bytes((prefix,))
        with os.scandir(self._enter(prefix)) as entries:
            for entry in entries:
                kind = _KINDS.get(entry.name[_DIGITS:])
                if kind is None:
                    continue
                with contextlib.suppress(ValueError):
                    key = kind + first + bytes.fromhex(entry.name[:_DIGITS])
                    if entry.is_file(follow_symlinks=False):
                        files.add(key)
                    else:
                        others.append(entry.name)
        return files, others

    def keys(self) -> Iterator[bytes]:
        """Of all that is there. Raises OSError."""
        for prefix in range(_PREFIXES):
            heed()
            try:
                directory = self._enter(prefix)
            except OSError as error:
                if error.errno in NO_DIRECTORY:
                    continue
                raise
            first = bytes((prefix,))
            for name in os.listdir(directory):
                kind = _KINDS.get(name[_DIGITS:])
                if kind is not None:
                    with contextlib.suppress(ValueError):
                        yield kind + first + bytes.fromhex(name[:_DIGITS])

    def read(self, key: bytes) -> bytes:
        """A small object's bytes, unchecked. Raises OSError, also for what is no file."""
        heed()
        descriptor = os.open(_name(key), _READ, dir_fd=self._enter(key[1]))
        try:
            return _read(descriptor)
        finally:
            os.close(descriptor)

    def read_many(self, keys: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """The same of many, in the order of their places; without those that cannot be read, unless
        the drive is gone, which raises OSError.
        """
        for key in in_order(keys):
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
        sizes = {}
        regular, status = stat.S_ISREG, os.stat
        for key in sorted(keys, key=_place):
            try:
                told = status(_name(key), dir_fd=self._enter(key[1]), follow_symlinks=False)
            except OSError as error:
                if error.errno not in NO_DIRECTORY:
                    raise
            else:
                if told.st_size and regular(told.st_mode):
                    sizes[key] = told.st_size
        return sizes

    def remove(self, key: bytes) -> None:
        """Remove an object, unless something else stands in its place. Raises OSError."""
        try:
            os.unlink(_name(key), dir_fd=self._enter(key[1]))
        except OSError as error:
            if error.errno not in (errno.EISDIR, *NO_DIRECTORY):
                raise


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
