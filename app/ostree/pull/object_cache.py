"""Objects that were fetched once, kept on this computer for the next drive.

Small ones are in packs (`app.ostree.pull.packs`). Large ones lie as in an archive repository:
``objects/AA/REST.KIND``, beside it ``tmp/``. Nothing of it is believed: whoever takes an object
checks it as if upstream had sent it. So nothing is flushed, and what a power cut leaves does no
harm.

Any number of processes use it at once: an object gets its name when it is complete, and what
another process removes meanwhile is not there.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path

from msgspec import Struct

from app.closing import Closing
from app.ostree.objects import ObjectName
from app.ostree.pull.pack_index import TABLE
from app.ostree.pull.packs import MOST_PACKED, PACKS, Packs, is_pack
from app.ostree.pull.unfit import make_directory, remove_node, unfit

OBJECTS = "objects"
SCRATCH = "tmp"
USAGE = "usage"
TRIMMING = "trimming"
FILES = (USAGE, TRIMMING)

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_DAY = 24 * 3600
"""Seconds; when an object was used last is known that exactly."""

_PREFIX = re.compile("[0-9a-f]{2}")
_LARGE = re.compile(r"[0-9a-f]{62}\.")
_OWN = re.compile("[0-9]+-[0-9a-f]{16}")
_NEW = "new"
_PRIVATE_DIRECTORY = 0o700
_PRIVATE = 0o600
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
_STEP = 64 * 1024 * 1024
_CANNOT_SHARE = frozenset({errno.EXDEV, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL})


class CachePlace(Struct, frozen=True):
    """Where objects are kept.

    Attributes:
        directory: may be missing.
        limit: bytes they may take; with 0 none are kept, but those that are there are used.
        blank: there are none yet, and those that come are not looked for: to look in vain takes
            longer than to write most of them.
    """

    directory: Path
    limit: int
    blank: bool = False


def is_full(error: OSError) -> bool:
    """Whether a file system has no room left."""
    return error.errno in _NO_ROOM


class ObjectCache(Closing):
    """What one process keeps and takes. What fails in it is as if it were not there.

    Attributes:
        kept: bytes that were added.
        full: there was no room to add more.
    """

    def __init__(self, place: CachePlace, repository: int) -> None:
        """``repository``: a directory, open, of the repository that objects are taken into."""
        self.kept = 0
        self.full = False
        self._directory = place.directory
        self._device = os.fstat(repository).st_dev
        self._old = time.time() - _DAY
        self._objects = self._scratch = self._own = -1
        self._own_name = f"{os.getpid()}-{os.urandom(8).hex()}"
        self._keeps = place.limit > 0
        self._gave = False
        self._blank = place.blank
        self._packs = Packs(place.directory, place.limit, blank=place.blank)
        with contextlib.suppress(OSError):
            if self._keeps:
                os.makedirs(place.directory, _PRIVATE_DIRECTORY, exist_ok=True)
                for name in (OBJECTS, SCRATCH):
                    make_directory(place.directory / name)
            self._objects = os.open(place.directory / OBJECTS, _DIRECTORY)
        self.same_device = self._objects >= 0 and os.fstat(self._objects).st_dev == self._device

    def close(self) -> None:
        self._packs.close()
        if self._own >= 0:
            with contextlib.suppress(OSError):
                os.unlink(_NEW, dir_fd=self._own)
            with contextlib.suppress(OSError):
                os.rmdir(self._own_name, dir_fd=self._scratch)
        for descriptor in (self._own, self._scratch, self._objects):
            if descriptor >= 0:
                os.close(descriptor)

    # Taking

    def read(self, name: ObjectName) -> bytes | None:
        """The object, if it is a small one that is there."""
        if self._blank:
            return None
        with contextlib.suppress(OSError):
            return self._packs.read(name)
        return None

    def has(self, name: ObjectName) -> bool:
        """Whether the object is there, as far as names tell."""
        with contextlib.suppress(OSError):
            if not self._blank and self._packs.has(name.key):
                return True
        descriptor = self.open(name)
        if descriptor is not None:
            os.close(descriptor)
        return descriptor is not None

    def open(self, name: ObjectName) -> int | None:
        """The object, open for reading; None if it is not there, or small."""
        if self._objects < 0 or self._blank:
            return None
        try:
            descriptor = os.open(name.path, _READ, dir_fd=self._objects)
        except OSError:
            return None
        try:
            status = os.fstat(descriptor)
            if stat.S_ISREG(status.st_mode) and status.st_size:
                if status.st_mtime < self._old:
                    os.utime(descriptor)
                return descriptor
        except OSError:
            pass
        os.close(descriptor)
        return None

    def drop(self, name: ObjectName) -> None:
        """The object is not what its name says."""
        with contextlib.suppress(OSError):
            self._packs.drop(name)
        with contextlib.suppress(OSError):
            os.unlink(name.path, dir_fd=self._objects)

    # Keeping

    def shown(self, name: ObjectName) -> Path:
        """What people call the object's file. Never to be opened."""
        return self._directory / OBJECTS / name.path

    @property
    def keeps(self) -> bool:
        """Whether more may be added."""
        return self._keeps and self._objects >= 0

    def add(self, name: ObjectName, data: bytes) -> None:
        """Keep an object that was checked."""
        if not self.keeps:
            return
        if len(data) <= MOST_PACKED:
            with self.trying():
                self.kept += self._packs.add(name, data)
        elif (stream := self.begin(name)) is not None:
            stream.feed(data)
            stream.finish()

    def publish(self) -> None:
        """From now on other processes find what was added."""
        if self.keeps:
            with self.trying():
                self._packs.publish()

    def add_open(self, name: ObjectName, descriptor: int) -> None:
        """Keep an object that was checked, from its file: shared with it where that is possible."""
        if not self.keeps:
            return
        with self.trying():
            new = self.create(_NEW)
            try:
                size = copy_contents(descriptor, new)
            finally:
                os.close(new)
            self.give_name(_NEW, name)
            self.kept += size

    def begin(self, name: ObjectName) -> KeptStream | None:
        """Keep an object that arrives in pieces."""
        return KeptStream(self, name) if self.keeps else None

    def make_room(self) -> bool:
        """The repository's file system is full: give back what objects take there, if they do."""
        if not self.same_device:
            return False
        self._keeps = False
        # Another process may have been faster.
        first, self._gave = not self._gave, True
        self._packs.let_go()
        return empty(self._directory) > 0 or first

    # The steps of it, for `KeptStream` as well

    def create(self, name: str) -> int:
        """A file of this process's own, to write to. Raises OSError."""
        if self._own < 0:
            self._scratch = os.open(self._directory / SCRATCH, _DIRECTORY)
            os.mkdir(self._own_name, _PRIVATE_DIRECTORY, dir_fd=self._scratch)
            self._own = os.open(self._own_name, _DIRECTORY, dir_fd=self._scratch)
        return os.open(name, _WRITE, _PRIVATE, dir_fd=self._own)

    def give_name(self, temporary: str, name: ObjectName) -> None:
        """Give such a file its name. Raises OSError."""
        path = name.path
        try:
            os.rename(temporary, path, src_dir_fd=self._own, dst_dir_fd=self._objects)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            if isinstance(error, IsADirectoryError):
                remove_node(path, within=self._objects)
            else:
                make_directory(path[:2], within=self._objects)
            os.rename(temporary, path, src_dir_fd=self._own, dst_dir_fd=self._objects)

    @contextlib.contextmanager
    def trying(self, temporary: str = _NEW) -> Iterator[None]:
        """Nothing of what fails within stays; then no more is kept."""
        try:
            yield
        except OSError as error:
            self._keeps = False
            self.full = is_full(error)
            self.discard(temporary)

    def discard(self, temporary: str) -> None:
        """Remove what was not finished."""
        with contextlib.suppress(OSError):
            if self._own >= 0:
                os.unlink(temporary, dir_fd=self._own)


class KeptStream:
    """A large object on its way into the cache. What fails ends it silently."""

    def __init__(self, cache: ObjectCache, name: ObjectName) -> None:
        self._cache = cache
        self._name = name
        self._temporary = str(name)
        self._size = 0
        self._descriptor = -1
        with cache.trying(self._temporary):
            self._descriptor = cache.create(self._temporary)

    def feed(self, data: bytes | memoryview) -> None:
        if self._descriptor < 0:
            return
        done = False
        with self._cache.trying(self._temporary):
            view = memoryview(data)
            while view:
                view = view[os.write(self._descriptor, view) :]
            self._size += len(data)
            done = True
        if not done:
            self._close()

    def finish(self) -> None:
        """All has come, and was checked."""
        if self._descriptor >= 0:
            self._close()
            with self._cache.trying(self._temporary):
                self._cache.give_name(self._temporary, self._name)
                self._cache.kept += self._size

    def drop(self) -> None:
        if self._descriptor >= 0:
            self._close()
            self._cache.discard(self._temporary)

    def _close(self) -> None:
        os.close(self._descriptor)
        self._descriptor = -1


def copy_contents(source: int, target: int) -> int:
    """Copy a file into an empty one of the same file system, which may let both share it.

    How many bytes. Raises OSError.
    """
    done = 0
    copy: Callable[[int], int] = partial(_copy_range, source, target)
    while True:
        try:
            count = copy(done)
        except OSError as error:
            if done or error.errno not in _CANNOT_SHARE:
                raise
            copy = partial(_send, source, target)
            continue
        if not count:
            return done
        done += count


def _copy_range(source: int, target: int, done: int) -> int:
    return os.copy_file_range(source, target, _STEP, done, done)


def _send(source: int, target: int, done: int) -> int:
    os.lseek(target, done, os.SEEK_SET)
    count = os.sendfile(target, source, done, _STEP)
    os.lseek(target, 0, os.SEEK_SET)
    return count


def drop_unfit(directory: Path) -> None:
    """Remove what lies where another kind of node belongs: what has another name is somebody's,
    perhaps on a disk of theirs that a link leads to."""
    objects, packs = directory / OBJECTS, directory / PACKS
    tops = (objects, packs, directory / SCRATCH)
    prefixes = list(_prefixes(objects))
    files = (
        *(entry.path for prefix in prefixes for entry in _large(prefix)),
        *(entry.path for entry in _listed(packs) if entry.name == TABLE or is_pack(entry.name)),
        *(str(directory / name) for name in FILES),
    )
    for path in list(unfit(chain(tops, map(Path, prefixes)), iter(files))):
        with contextlib.suppress(OSError):
            remove_node(path)


def scratch_of_processes(directory: Path) -> Iterator[os.DirEntry[str]]:
    """Where they write, or wrote until they were killed. What has another name is somebody's."""
    entries = _listed(directory / SCRATCH)
    return (entry for entry in entries if _OWN.fullmatch(entry.name) is not None)


def empty(directory: Path) -> int:
    """Remove every object, and what lies in the place of one; how many bytes that were."""
    drop_unfit(directory)
    freed = 0
    for entry in kept_files(directory):
        with contextlib.suppress(OSError):
            if entry.pack:
                # Its room is there at once, whoever has it open.
                os.truncate(entry.path, 0)
            os.unlink(entry.path)
            freed += entry.size
    with contextlib.suppress(OSError):
        os.truncate(directory / PACKS / TABLE, 0)
        os.unlink(directory / PACKS / TABLE)
    return freed


class KeptFile(Struct, frozen=True, order=True):
    """A large object, or a pack of small ones.

    Attributes:
        used: when it was used last, a day exact.
        size: bytes.
        pack: whether it is one.
    """

    used: float
    size: int
    path: str
    pack: bool


def kept_files(directory: Path) -> Iterator[KeptFile]:
    """All that are there, in no order."""
    for prefix in _prefixes(directory / OBJECTS):
        yield from _files(_large(prefix), pack=False)
    packs = (entry for entry in _listed(directory / PACKS) if is_pack(entry.name))
    yield from _files(packs, pack=True)


def is_filled(directory: Path) -> bool:
    """Whether anything is kept there."""
    return next(kept_files(directory), None) is not None


def _prefixes(objects: Path) -> Iterator[os.DirEntry[str]]:
    return (entry for entry in _listed(objects) if _PREFIX.fullmatch(entry.name) is not None)


def _large(prefix: os.DirEntry[str]) -> Iterator[os.DirEntry[str]]:
    """What has the name of a large object or a payload, or of one that was being written."""
    return (entry for entry in _listed(prefix) if _LARGE.match(entry.name) is not None)


def _files(entries: Iterator[os.DirEntry[str]], *, pack: bool) -> Iterator[KeptFile]:
    for entry in entries:
        with contextlib.suppress(OSError):
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(status.st_mode):
                yield KeptFile(status.st_mtime, status.st_size, entry.path, pack)


def _listed(directory: Path | os.DirEntry[str]) -> Iterator[os.DirEntry[str]]:
    with contextlib.suppress(OSError), os.scandir(directory) as entries:
        yield from entries
