"""Objects on their way into a repository: checked while they arrive, named only when right.

Small objects stay in memory until they are complete; larger ones stream
through a file in ``tmp/``, so that memory use does not depend on their size.
"""

from __future__ import annotations

import contextlib
import os
import stat
from hashlib import sha256
from types import TracebackType
from typing import Any, ClassVar, Self

from app.closing import Closing
from app.errors import Cause, DriveError
from app.fs.files import DIRECTORY_MODE, open_regular
from app.fs.nodes import LeadsOutsideError
from app.fs.root import Root
from app.message import Message
from app.ostree.content import ContentCheck
from app.ostree.object_check import READ_STEP, SumCheck, check_object, check_stored
from app.ostree.objects import MAX_METADATA_SIZE, CorruptObject, ObjectKind, ObjectName
from app.ostree.pull.delivery import Arrived
from app.ostree.pull.object_cache import CachePlace, KeptStream, ObjectCache, copy_contents, is_full
from app.ostree.tree_keys import Keys

_CHECK_STEP = 128 * 1024
TEMPORARY_PREFIX = "satchel-"
MIN_PART = 1024 * 1024
"""Bytes from which the part of an object is worth keeping for the next run."""

_NEW = "new"
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class ObjectTooLargeError(DriveError):
    """An object is larger than the drive's file system can hold.

    Attributes:
        key: `ObjectName.key`.
    """

    cause: ClassVar[Cause] = Cause.FULL

    def __init__(self, key: bytes) -> None:
        super().__init__(
            Message(
                "The object {name} is too large for the file system.",
                name=str(ObjectName.from_key(key)),
            ),
            Message("Use a file system that holds large files, like ext4 or exFAT."),
        )
        self.key = key

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.key,)


def unfinished(repository: Root) -> dict[ObjectName, int]:
    """Bytes of the parts that an interrupted run left and that are worth continuing.

    Raises OSError.
    """
    parts = {}
    with contextlib.suppress(FileNotFoundError, NotADirectoryError, LeadsOutsideError):
        for entry in repository.scan("tmp"):
            checksum, _, kind = entry.name.removeprefix(TEMPORARY_PREFIX).partition(".")
            name = ObjectName.from_path(checksum[:2], f"{checksum[2:]}.{kind}")
            if name is not None and entry.is_file(follow_symlinks=False):
                size = entry.stat(follow_symlinks=False).st_size
                if size >= MIN_PART:
                    parts[name] = size
    return parts


class ObjectStore(Closing):
    """Writes objects of one repository through directory descriptors (short paths, no races).

    ``max_file`` is the largest file that the file system can hold, or None. Small objects are
    written in a directory of its own below ``tmp/``, so that processes do not wait for each other
    at every one.

    Attributes:
        cache: what is written is kept there as well; None where nothing is.
        sums: `Arrived.stored` is wanted.
    """

    def __init__(
        self,
        repository: Root,
        max_file: int | None = None,
        cache: CachePlace | None = None,
        *,
        sums: bool = False,
    ) -> None:
        self.max_file = max_file
        self.sums = sums
        self.cache: ObjectCache | None = None
        self._scratch = repository.below("tmp")
        self._own_name = f"{TEMPORARY_PREFIX}{os.urandom(8).hex()}"
        self._own: int | None = None
        self._tmp = self._scratch.open_directory()
        try:
            self._objects = repository.open_directory("objects")
        except OSError:
            os.close(self._tmp)
            raise
        if cache is not None:
            self.cache = ObjectCache(cache, self._objects)

    def close(self) -> None:
        if self.cache is not None:
            self.cache.close()
        if self._own is not None:
            os.close(self._own)
            with contextlib.suppress(OSError):
                os.rmdir(self._own_name, dir_fd=self._tmp)
        os.close(self._tmp)
        os.close(self._objects)

    def _directory(self) -> int:
        if self._own is None:
            os.mkdir(self._own_name, DIRECTORY_MODE, dir_fd=self._tmp)
            self._own = os.open(self._own_name, _DIRECTORY, dir_fd=self._tmp)
        return self._own

    def store(
        self, name: ObjectName, data: bytes, *, keep: bool = True, stored: bytes = b""
    ) -> Arrived:
        """Check a whole object and write it.

        ``keep``: in the cache as well; ``stored``: SHA-256 of what was checked before, and then
        nothing is told of what it refers to. Raises `CorruptObject`, OSError.
        """
        digest = sha256(data).digest() if stored or self.wants_sum(name) else b""
        children: Keys = ()
        if not stored:
            children = check_object(name, data)
        elif digest != stored:
            raise CorruptObject(Message("its content does not match its name"))
        try:
            self._write(name, data)
        except OSError as error:
            if not self.make_room(error):
                raise
            self._write(name, data)
        if keep and self.cache is not None:
            self.cache.add(name, data)
        return Arrived(name, len(data), children, digest)

    def wants_sum(self, name: ObjectName) -> bool:
        """Whether `Arrived.stored` is to be that of this object."""
        return self.sums and name.kind is ObjectKind.FILE

    def put(self, name: ObjectName, data: bytes, *, keep: bool = True) -> None:
        """Write a whole object that was checked before; ``keep`` as for `store`. Raises OSError."""
        try:
            self._write(name, data)
        except OSError as error:
            if not self.make_room(error):
                raise
            self._write(name, data)
        if keep and self.cache is not None:
            self.cache.add(name, data)

    def make_room(self, error: OSError) -> bool:
        """Whether there may be room now for what could not be written."""
        return is_full(error) and self.cache is not None and self.cache.make_room()

    def _write(self, name: ObjectName, data: bytes) -> None:
        directory = self._directory()
        descriptor = os.open(_NEW, _FLAGS | os.O_TRUNC, 0o644, dir_fd=directory)
        try:
            try:
                written = os.write(descriptor, data)
                while written < len(data):
                    written += os.write(descriptor, data[written:])
            finally:
                os.close(descriptor)
            self._publish(directory, _NEW, name)
        except OSError:
            # A full drive needs the room.
            with contextlib.suppress(OSError):
                os.unlink(_NEW, dir_fd=directory)
            raise

    def write(self, descriptor: int, data: bytes) -> None:
        """Append to an open file. Raises OSError."""
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(descriptor, view) :]
            except OSError as error:
                if not self.make_room(error):
                    raise

    def require_room(self, name: ObjectName, size: int) -> None:
        """Raise `ObjectTooLargeError` if an object of so many bytes cannot be stored."""
        if self.max_file is not None and size > self.max_file:
            raise ObjectTooLargeError(name.key)

    def check(self, name: ObjectName) -> Keys:
        """Read and check an object that is there; what it refers to.

        Raises `CorruptObject`, OSError.
        """
        descriptor = self._open(name)
        try:
            return check_stored(name, descriptor, bytearray(_CHECK_STEP)).children
        finally:
            os.close(descriptor)

    def _open(self, name: ObjectName) -> int:
        """Of an object that is there. Two names only, and neither may be a link."""
        prefix, entry = name.path.split("/")
        directory = os.open(prefix, _DIRECTORY, dir_fd=self._objects)
        try:
            return open_regular(entry, directory=directory, follow=False)
        finally:
            os.close(directory)

    def _publish(self, directory: int, temporary: str, name: ObjectName) -> None:
        """Give a finished file its name."""
        path = name.path
        try:
            os.rename(temporary, path, src_dir_fd=directory, dst_dir_fd=self._objects)
        except FileNotFoundError:
            with contextlib.suppress(FileExistsError):
                os.mkdir(path[:2], DIRECTORY_MODE, dir_fd=self._objects)
            os.rename(temporary, path, src_dir_fd=directory, dst_dir_fd=self._objects)

    def open_part(self, name: ObjectName) -> int:
        """The unfinished file of a large object: new, or left by an interrupted run."""
        part = f"{TEMPORARY_PREFIX}{name}"
        with contextlib.suppress(OSError):
            descriptor = os.open(part, _FLAGS, 0o644, dir_fd=self._tmp)
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                return descriptor
            os.close(descriptor)
        # Left by somebody else, on another computer perhaps, or no file at all: theirs to change,
        # ours to replace.
        self._scratch.remove_tree(part)
        return os.open(part, _FLAGS | os.O_EXCL, 0o644, dir_fd=self._tmp)

    def parts(self) -> set[str]:
        """Names of the objects of which an earlier run left a part worth continuing."""
        names = set()
        with os.scandir(self._tmp) as entries:
            for entry in entries:
                if not entry.name.startswith(TEMPORARY_PREFIX):
                    continue
                # The other process may be at work, and finish a file just now.
                with contextlib.suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode) and status.st_size >= MIN_PART:
                        names.add(entry.name.removeprefix(TEMPORARY_PREFIX))
        return names

    def drop_parts(self) -> None:
        """Remove what unfinished transfers left."""
        for name in os.listdir(self._tmp):
            if name.startswith(TEMPORARY_PREFIX):
                # What cannot be removed does no harm.
                with contextlib.suppress(OSError):
                    self._scratch.remove_tree(name)

    def publish_part(self, name: ObjectName) -> None:
        self._publish(self._tmp, f"{TEMPORARY_PREFIX}{name}", name)

    def drop_part(self, name: ObjectName) -> None:
        with contextlib.suppress(OSError):
            os.unlink(f"{TEMPORARY_PREFIX}{name}", dir_fd=self._tmp)


class StreamedObject:
    """A large object: written to ``tmp/`` and checked as it arrives.

    Not thread-safe: one thread at a time. ``size`` is the number of bytes taken so far. With
    ``resume`` a file left by an earlier run is checked from its beginning and continued. As a
    context manager it is dropped when the block fails. ``keep`` and ``stored`` as for
    `ObjectStore.store`.
    """

    def __init__(
        self,
        store: ObjectStore,
        name: ObjectName,
        *,
        resume: bool,
        keep: bool = True,
        stored: bytes = b"",
    ) -> None:
        self._store = store
        self._cache = store.cache if keep else None
        self._kept: KeptStream | None = None
        self.name = name
        self.size = 0
        self._stored = stored
        self._check = self._new_check()
        self._sum = sha256()
        self._wants_sum = store.wants_sum(name) and not stored
        self._descriptor = store.open_part(name)
        try:
            # On one file system the whole is copied at the end: there it may take no room.
            if self._cache is not None and not self._cache.same_device:
                self._kept = self._cache.begin(name)
            if resume:
                self._take_up()
            else:
                os.ftruncate(self._descriptor, 0)
        except BaseException:
            self._close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            self.drop()

    def _take_up(self) -> None:
        try:
            while data := os.read(self._descriptor, READ_STEP):
                self._take(data)
        except CorruptObject:
            self.restart()

    def _take(self, data: bytes) -> None:
        self._check.feed(data)
        if self._wants_sum:
            self._sum.update(data)
        if self._kept is not None:
            self._kept.feed(data)
        self.size += len(data)

    def copy(self, source: int) -> None:
        """Take all that an open file of the same file system has, which may share it.

        Raises `CorruptObject`, `ObjectTooLargeError`, OSError; then nothing was taken.
        """
        self._store.require_room(self.name, os.fstat(source).st_size)
        copy_contents(source, self._descriptor)
        while data := os.read(self._descriptor, READ_STEP):
            self._take(data)

    def _close(self) -> None:
        if self._kept is not None:
            self._kept.drop()
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def _new_check(self) -> ContentCheck | SumCheck:
        if self._stored:
            return SumCheck(self._stored.hex())
        if self.name.kind is ObjectKind.FILE:
            return ContentCheck(self.name.checksum)
        return SumCheck(self.name.checksum, MAX_METADATA_SIZE)

    def restart(self) -> None:
        """Forget everything taken so far."""
        os.ftruncate(self._descriptor, 0)
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        self.size = 0
        self._check = self._new_check()
        self._sum = sha256()
        if self._kept is not None and self._cache is not None:
            self._kept.drop()
            self._kept = self._cache.begin(self.name)

    def feed(self, data: bytes) -> None:
        """Raises `CorruptObject` as soon as the bytes cannot be right any more; also
        `ObjectTooLargeError`, OSError."""
        self._store.require_room(self.name, self.size + len(data))
        self._take(data)
        self._store.write(self._descriptor, data)

    def finish(self) -> Arrived:
        """Check the whole and give it its name."""
        self._check.finish()
        children: Keys = ()
        if self.name.kind is not ObjectKind.FILE and not self._stored:
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            children = check_stored(self.name, self._descriptor, bytearray(READ_STEP)).children
        if self._kept is not None:
            self._kept.finish()
        elif self._cache is not None and self._cache.same_device:
            self._cache.add_open(self.name, self._descriptor)
        self._close()
        self._store.publish_part(self.name)
        stored = self._sum.digest() if self._wants_sum else self._stored
        return Arrived(self.name, self.size, children, stored)

    def keep(self) -> None:
        """Stop here; a later run goes on from what has arrived."""
        self._close()

    def drop(self) -> None:
        """Stop here and remove what has arrived. Nothing happens to what is finished."""
        if self._descriptor < 0:
            return
        self._close()
        self._store.drop_part(self.name)
