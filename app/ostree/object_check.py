"""Is an object what its name says? Whole, as it is stored, or piece by piece as it arrives."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from app.message import Message
from app.ostree.content import ContentCheck, check_content
from app.ostree.objects import (
    MAX_METADATA_SIZE,
    CorruptObject,
    ObjectKind,
    ObjectName,
    check_metadata,
)

READ_STEP = 1024 * 1024
"""Bytes of a stored object that are read at once."""


class Digest(Protocol):
    """A hash of `hashlib`."""

    def update(self, data: memoryview, /) -> None: ...
    def digest(self) -> bytes: ...


def check_object(name: ObjectName, data: bytes) -> tuple[ObjectName, ...]:
    """Check a whole object of any kind that is named by its checksum; what it refers to."""
    if name.kind is ObjectKind.FILE:
        check_content(name.checksum, data)
        return ()
    return check_metadata(name, data)


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What an object is that was read and is right.

    Attributes:
        children: what it refers to.
        size: bytes, as stored.
        mode: of a file; 0 of everything else.
        xattrs: a file, or what is said of a directory, has extended attributes.
    """

    children: tuple[ObjectName, ...]
    size: int
    mode: int = 0
    xattrs: bool = False


_PLAIN_DIRMETA = 12
"""Bytes of owner and mode; extended attributes come after them."""


def check_stored(
    name: ObjectName,
    descriptor: int,
    buffer: bytearray,
    tell: Callable[[int], None] | None = None,
    digest: Digest | None = None,
) -> StoredObject:
    """Read and check an open object.

    ``buffer`` is overwritten; ``tell`` is told of bytes as they are read; ``digest`` takes those of
    a file, as they are stored. Raises `CorruptObject`, OSError.
    """
    total = 0
    view = memoryview(buffer)
    if name.kind is ObjectKind.FILE:
        check = ContentCheck(name.checksum)
        while count := os.readv(descriptor, [buffer]):
            total += count
            check.feed(view[:count])
            if digest is not None:
                digest.update(view[:count])
            if tell is not None:
                tell(count)
        check.finish()
        return StoredObject((), total, check.mode, check.xattrs)
    pieces = []
    while total <= MAX_METADATA_SIZE and (count := os.readv(descriptor, [buffer])):
        pieces.append(bytes(view[:count]))
        total += count
        if tell is not None:
            tell(count)
    data = pieces[0] if len(pieces) == 1 else b"".join(pieces)
    xattrs = name.kind is ObjectKind.DIRMETA and len(data) > _PLAIN_DIRMETA
    return StoredObject(check_metadata(name, data), total, xattrs=xattrs)


class SumCheck:
    """As `ContentCheck`, where the checksum is that of the bytes themselves.

    ``most``: bytes of a metadata object; without it there may be any number.
    """

    def __init__(self, checksum: str, most: int | None = None) -> None:
        self._checksum = checksum
        self._hash = sha256()
        self._left = most

    def feed(self, data: bytes) -> None:
        if self._left is not None:
            self._left -= len(data)
        if self._left is not None and self._left < 0:
            raise CorruptObject(Message("it is larger than a metadata object may be"))
        self._hash.update(data)

    def finish(self) -> None:
        if self._hash.hexdigest() != self._checksum:
            raise CorruptObject(Message("its content does not match its name"))
