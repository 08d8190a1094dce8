"""Small objects that are kept, many to a file: one file for each takes longer than all else.

``packs/NUMBER`` has one object after the other, each after its key (`ObjectName.key`) and its
length in 4 bytes; ``packs/index`` says where (`app.ostree.pull.pack_index`). One process writes a
pack, and none goes on with what another one left. What was used last is known of a pack as a whole.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from app.closing import Closing
from app.ostree.objects import KEY_SIZE, ObjectName
from app.ostree.pull.pack_index import PackIndex, PackPlace
from app.ostree.pull.unfit import make_directory

PACKS = "packs"

_DAY = 24 * 3600
"""Seconds; when a pack was used last is known that exactly."""

_NAME = re.compile("[0-9a-f]{8}")
_HEAD = KEY_SIZE + 4
MOST_PACKED = 1024 * 1024
"""Bytes of the largest object that is put into a pack."""

_LARGEST = 64 * 1024 * 1024
_SMALLEST = 256 * 1024
"""Bytes of a pack after which the next one is begun."""

_PART = 32
"""Of all that may be kept, the most that goes at once because some of it was not used."""

_OPEN = 16
"""Packs that are open at once."""

_MOST_MISSED = 4096
"""Objects that are known not to be there."""

_BATCH = 256
"""Objects that are noted together."""

_PRIVATE_DIRECTORY = 0o700
_PRIVATE = 0o600
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


class Packs(Closing):
    """What one process takes from packs, and adds in one of its own. Errors are OSError."""

    def __init__(self, cache: Path, limit: int = 0, *, blank: bool = False) -> None:
        """``cache`` may be missing; ``limit``: bytes that may be kept there; ``blank``: nobody has
        added what this process is to add."""
        self._blank = blank
        self._directory = cache / PACKS
        self._size = max(_SMALLEST, min(_LARGEST, limit // _PART))
        self._index = PackIndex(self._directory)
        self._opened: dict[int, int] = {}
        """Number → descriptor, -1 where there is none."""
        self._own = -1
        self._number = 0
        self._end = 0
        self._new: dict[bytes, PackPlace] = {}
        self._missed: set[bytes] = set()
        """Looked for and not there: what is added next, most likely."""
        self._old = time.time() - _DAY

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.publish()
        self.let_go()

    def let_go(self) -> None:
        """Close every file; what was not published is lost."""
        for descriptor in (self._own, *self._opened.values()):
            if descriptor >= 0:
                os.close(descriptor)
        self._own = -1
        self._opened.clear()
        self._new.clear()
        self._index.close()

    # Taking

    @property
    def there(self) -> bool:
        """Whether anything may have been published."""
        return self._index.there

    def has(self, key: bytes) -> bool:
        """Whether an object, by its `ObjectName.key`, is there as the index says."""
        place = self._index.find(key)
        return place is not None and self._pack(place.pack) >= 0

    def size(self, key: bytes) -> int:
        """Bytes of an object as the index says; 0 for what is not there."""
        place = self._index.find(key)
        return place.length if place is not None and self._pack(place.pack) >= 0 else 0

    def read(self, name: ObjectName) -> bytes | None:
        """An object; None if it is not there."""
        key = name.key
        place = self._new.get(key) or self._index.find(key)
        if place is None or place.length > MOST_PACKED:
            if len(self._missed) < _MOST_MISSED:
                self._missed.add(key)
            return None
        descriptor = self._pack(place.pack)
        if descriptor < 0:
            return None
        data = os.pread(descriptor, _HEAD + place.length, place.offset)
        if len(data) == _HEAD + place.length and data[:_HEAD] == _head(key, place.length):
            return data[_HEAD:]
        self.drop(name)
        return None

    def drop(self, name: ObjectName) -> None:
        """An object is not what its name says."""
        self._new.pop(name.key, None)
        self._index.forget(name.key)

    def _pack(self, number: int) -> int:
        """A pack, open for reading; -1 if it is not there."""
        descriptor = self._opened.get(number)
        if descriptor is None:
            if len(self._opened) >= _OPEN:
                first = next(iter(self._opened))
                if (closed := self._opened.pop(first)) >= 0:
                    os.close(closed)
            descriptor = self._opened[number] = self._open(number)
        return descriptor

    def _open(self, number: int) -> int:
        try:
            descriptor = os.open(self._directory / _name(number), _READ)
        except OSError:
            return -1
        if os.fstat(descriptor).st_mtime < self._old:
            with contextlib.suppress(OSError):
                os.utime(descriptor)
        return descriptor

    # Keeping

    def add(self, name: ObjectName, data: bytes) -> int:
        """Write an object; bytes that this takes. Others find it when it is published."""
        key = name.key
        if key in self._missed:
            self._missed.discard(key)
        elif key in self._new or (not self._blank and self.has(key)):
            return 0
        if self._own < 0 or self._end >= self._size:
            self._begin()
        place = PackPlace(self._number, self._end, len(data))
        try:
            self._write(_head(key, len(data)), data)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._own, self._end)
                self.publish()
            self.let_go()
            raise
        self._end += _HEAD + len(data)
        self._new[key] = place
        if len(self._new) >= _BATCH:
            self.publish()
        return _HEAD + len(data)

    def _write(self, head: bytes, data: bytes) -> None:
        written = os.writev(self._own, [head, data])
        if written < len(head) + len(data):
            rest = (head + data)[written:]
            while rest:
                rest = rest[os.write(self._own, rest) :]

    def publish(self) -> None:
        """From now on others find what was added."""
        if not self._new:
            return
        if not os.fstat(self._own).st_nlink:
            # Somebody has emptied the cache.
            self.let_go()
            return
        self._index.put(self._new.items())
        self._new.clear()

    def _begin(self) -> None:
        self.publish()
        if self._own >= 0:
            os.close(self._own)
            self._own = -1
        os.makedirs(self._directory.parent, _PRIVATE_DIRECTORY, exist_ok=True)
        make_directory(self._directory)
        while self._own < 0:
            self._number = int.from_bytes(os.urandom(4), "big")
            if self._number:
                with contextlib.suppress(FileExistsError):
                    path = self._directory / _name(self._number)
                    self._own = os.open(path, _WRITE, _PRIVATE)
        self._end = 0


def is_pack(name: str) -> bool:
    """Whether a file of this name is a pack."""
    return _NAME.fullmatch(name) is not None


def note_removed(cache: Path) -> None:
    """Packs were removed: forget what was in them. Raises OSError."""
    names = os.listdir(cache / PACKS)
    with PackIndex(cache / PACKS) as index:
        index.keep_only({int(name, 16) for name in names if is_pack(name)})


def count_packed(path: str) -> int:
    """How many objects are in a pack. Raises OSError."""
    return sum(1 for _ in packed(path))


def packed(path: str) -> Iterator[tuple[bytes, int, int]]:
    """Key, offset and length of each object in a pack. Raises OSError."""
    descriptor = os.open(path, _READ)
    try:
        size = os.fstat(descriptor).st_size
        offset = 0
        while offset + _HEAD <= size:
            head = os.pread(descriptor, _HEAD, offset)
            length = int.from_bytes(head[KEY_SIZE:], "big")
            if not length or offset + _HEAD + length > size:
                return
            yield head[:KEY_SIZE], offset + _HEAD, length
            offset += _HEAD + length
    finally:
        os.close(descriptor)


def _head(key: bytes, length: int) -> bytes:
    return key + length.to_bytes(4, "big")


def _name(number: int) -> str:
    return f"{number:08x}"
