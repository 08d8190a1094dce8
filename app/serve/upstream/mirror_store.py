"""Objects on their way into what is kept, or, where the disk is full, through memory."""

from __future__ import annotations

import contextlib
import fcntl
import mmap
import os

from app.fs.root import Root
from app.ostree.object_check import check_object
from app.ostree.objects import ObjectName
from app.ostree.pull.delivery import Arrived
from app.ostree.pull.object_writer import ObjectStore, ObjectTooLargeError
from app.serve.supplying import Body
from app.serve.upstream.keeping import Keeper

_MOST_IN_MEMORY = 256 * 1024 * 1024
"""Bytes of objects that are on their way through memory at once."""

_WRITE = os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW


class MirrorStore(ObjectStore):
    """As its base; several processes may write to one repository, each in a directory of its own.

    Not thread-safe. ``largest``: bytes of one object; an upstream that never ends one stops there.
    """

    def __init__(self, root: Root, keeper: Keeper, largest: int) -> None:
        super().__init__(root, largest)
        self._keeper = keeper
        # Elsewhere there is room for what has to be somewhere, not for all that comes.
        self._at_home = keeper.directory in root.shown("objects").parents
        self._in_memory: dict[ObjectName, int] = {}
        self._passing: dict[ObjectName, Body] = {}
        # Who clears away what others left asks for it.
        with contextlib.suppress(OSError):
            fcntl.flock(self._directory(), fcntl.LOCK_SH)

    def close(self) -> None:
        for descriptor in self._in_memory.values():
            os.close(descriptor)
        self._in_memory.clear()
        if self._own is not None:
            for name in os.listdir(self._own):
                os.unlink(name, dir_fd=self._own)
        super().close()

    @property
    def _keeps(self) -> bool:
        return self._at_home and self._keeper.keeps

    def take_passing(self, name: ObjectName) -> Body | None:
        """An object that arrived and could not be kept; once."""
        return self._passing.pop(name, None)

    def store(
        self, name: ObjectName, data: bytes, *, keep: bool = True, stored: bytes = b""
    ) -> Arrived:
        if self._keeps:
            try:
                arrived = super().store(name, data, keep=keep, stored=stored)
            except OSError:
                pass
            else:
                self._keeper.added(arrived.size)
                return arrived
        children = check_object(name, data)
        self._passing[name] = data
        return Arrived(name, len(data), children)

    def make_room(self, error: OSError) -> bool:
        return self._keeper.give_back(error)

    def require_room(self, name: ObjectName, size: int) -> None:
        super().require_room(name, size)
        if name in self._in_memory and size > _MOST_IN_MEMORY // len(self._in_memory):
            raise ObjectTooLargeError(name.key)

    def parts(self) -> set[str]:
        return set()

    def open_part(self, name: ObjectName) -> int:
        if self._keeps:
            with contextlib.suppress(OSError):
                return os.open(str(name), _WRITE, 0o644, dir_fd=self._directory())
        descriptor = os.memfd_create("satchel-object", os.MFD_CLOEXEC)
        self._in_memory[name] = os.dup(descriptor)
        return descriptor

    def publish_part(self, name: ObjectName) -> None:
        descriptor = self._in_memory.pop(name, None)
        if descriptor is not None:
            try:
                self._passing[name] = mmap.mmap(descriptor, 0, prot=mmap.PROT_READ)
            finally:
                os.close(descriptor)
            return
        directory = self._directory()
        size = os.stat(str(name), dir_fd=directory).st_size
        self._publish(directory, str(name), name)
        self._keeper.added(size)

    def drop_part(self, name: ObjectName) -> None:
        descriptor = self._in_memory.pop(name, None)
        if descriptor is not None:
            os.close(descriptor)
            return
        with contextlib.suppress(OSError):
            os.unlink(str(name), dir_fd=self._directory())
