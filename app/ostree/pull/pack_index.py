"""Where in which pack an object is: a table in a file, of any number of processes.

Slots of 32 bytes: the beginning of `ObjectName.key`, then pack, offset and length, big-endian; all
zero where there is none. The checksum says in which bucket a slot is looked for, and where that is
full in the ones after it. One process at a time changes the table; others read meanwhile, and what
they read wrong is not what the pack says. A table that is replaced becomes empty, so that who has
it open looks again.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import struct
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from app.closing import Closing

TABLE = "index"
_LOCK = "index.lock"
_NEW = "index.new"

_TAG = 20
_SLOT = struct.Struct(f">{_TAG}sIII")
_SLOTS = 16
_BUCKET = _SLOTS * _SLOT.size
_EMPTY = bytes(_TAG)
_BLANK = bytes(_BUCKET)
_GONE = 0
"""No pack's number: the object that was there is wrong."""

_REACH = 4
"""Buckets that are looked at."""

_FEWEST = 1 << 12
_MOST = 1 << 18
"""Buckets, of 128 MB: four million objects. With more it begins anew."""

_PRIVATE = 0o600
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_CHANGE = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class PackPlace(Struct, frozen=True):
    """Where an object is; ``length``: bytes of it."""

    pack: int
    offset: int
    length: int


class PackIndex(Closing):
    """The table in a directory, which may be missing."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._table = -1
        self._buckets = 0

    def close(self) -> None:
        if self._table >= 0:
            os.close(self._table)
        self._table, self._buckets = -1, 0

    @property
    def there(self) -> bool:
        """Whether there is a table that can be used."""
        return bool(self._buckets) or self._open(_READ)

    def find(self, key: bytes) -> PackPlace | None:
        """Raises OSError."""
        tag = key[:_TAG]
        for _ in range(2):
            if not self.there:
                return None
            for number in _numbers(key, self._buckets):
                bucket = os.pread(self._table, _BUCKET, number * _BUCKET)
                if len(bucket) < _BUCKET:
                    self.close()
                    break
                slot = _search(bucket, tag)
                if slot is not None:
                    _, *place = _SLOT.unpack_from(bucket, slot)
                    return PackPlace(*place) if place[0] != _GONE else None
                if _search(bucket, _EMPTY) is not None:
                    return None
            else:
                return None
        return None

    def put(self, places: Iterable[tuple[bytes, PackPlace]]) -> None:
        """Note where objects are, by their keys. Raises OSError."""
        with self._changing():
            for key, place in places:
                while not self._put(key, place):
                    self._replace(self._slots(), self._buckets * 2)

    def forget(self, key: bytes) -> None:
        """What is there is wrong. Raises OSError."""
        with self._changing():
            if self.find(key) is not None:
                self._put(key, PackPlace(_GONE, 0, 0))

    def keep_only(self, packs: Container[int]) -> None:
        """Forget what is in other packs. Raises OSError."""
        with self._changing():
            self._replace((slot for slot in self._slots() if slot[1] in packs), _FEWEST)

    # Steps

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        """Nobody else changes the table, and it is the present one."""
        lock = os.open(self._directory / _LOCK, _CHANGE, _PRIVATE)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.close()
            if not self._open(_CHANGE):
                self._replace((), _FEWEST)
            yield
        finally:
            os.close(lock)

    def _open(self, flags: int) -> bool:
        """Whether there is a table that can be used."""
        try:
            self._table = os.open(self._directory / TABLE, flags, _PRIVATE)
        except OSError:
            return False
        status = os.fstat(self._table)
        buckets, rest = divmod(status.st_size, _BUCKET)
        usable = (
            stat.S_ISREG(status.st_mode)
            and not rest
            and _FEWEST <= buckets <= _MOST
            and not buckets & (buckets - 1)
        )
        if usable:
            self._buckets = buckets
        else:
            self.close()
        return usable

    def _put(self, key: bytes, place: PackPlace) -> bool:
        """Whether there was room."""
        tag = key[:_TAG]
        for number in _numbers(key, self._buckets):
            start = number * _BUCKET
            bucket = os.pread(self._table, _BUCKET, start)
            slot = _search(bucket, tag)
            if slot is None:
                slot = _search(bucket, _EMPTY)
            if slot is not None:
                data = _SLOT.pack(tag, place.pack, place.offset, place.length)
                os.pwrite(self._table, data, start + slot)
                return True
        return False

    def _slots(self) -> Iterator[tuple[bytes, int, int, int]]:
        data = os.pread(self._table, self._buckets * _BUCKET, 0)
        whole = len(data) // _SLOT.size * _SLOT.size
        for slot in _SLOT.iter_unpack(data[:whole]):
            if slot[1] != _GONE:
                yield slot

    def _replace(self, slots: Iterable[tuple[bytes, int, int, int]], buckets: int) -> None:
        """A new table of at least so many buckets."""
        slots = list(slots)
        while (table := _laid_out(slots, buckets)) is None:
            buckets *= 2
        new = self._directory / _NEW
        descriptor = os.open(new, _CHANGE | os.O_TRUNC, _PRIVATE)
        try:
            os.ftruncate(descriptor, len(table))
            for start in range(0, len(table), _BUCKET):
                bucket = table[start : start + _BUCKET]
                if bucket != _BLANK:
                    os.pwrite(descriptor, bucket, start)
            os.replace(new, self._directory / TABLE)
        except BaseException:
            os.close(descriptor)
            raise
        if self._table >= 0:
            os.ftruncate(self._table, 0)
        self.close()
        self._table, self._buckets = descriptor, buckets


def _numbers(key: bytes, buckets: int) -> Iterator[int]:
    first = int.from_bytes(key[1:9], "big")
    for step in range(_REACH):
        yield (first + step) % buckets


def _search(bucket: bytes, tag: bytes) -> int | None:
    """Where in a bucket the slot with a tag begins."""
    start = 0
    while (place := bucket.find(tag, start)) >= 0:
        if not place % _SLOT.size:
            return place
        start = place + 1
    return None


def _laid_out(slots: Iterable[tuple[bytes, int, int, int]], buckets: int) -> bytearray | None:
    """A table with these slots; None if they have no room in it."""
    if buckets > _MOST:
        slots, buckets = (), _FEWEST
    table = bytearray(buckets * _BUCKET)
    filled = bytearray(buckets)
    for slot in slots:
        for number in _numbers(slot[0], buckets):
            if filled[number] < _SLOTS:
                _SLOT.pack_into(table, number * _BUCKET + filled[number] * _SLOT.size, *slot)
                filled[number] += 1
                break
        else:
            return None
    return table
