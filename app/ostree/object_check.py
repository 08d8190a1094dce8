"""Is an object what its name says? Whole, as it is stored, or piece by piece as it arrives."""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256

from msgspec import Struct

from app.message import Message
from app.ostree.content import ContentCheck, check_content, header_facts
from app.ostree.objects import (
    MAX_METADATA_SIZE,
    CorruptObject,
    ObjectKind,
    ObjectName,
    check_metadata,
)
from app.ostree.tree_keys import Keys, tree_keys

READ_STEP = 1024 * 1024
"""Bytes of a stored object that are read at once."""


def check_object(name: ObjectName, data: bytes) -> Keys:
    """Check a whole object of any kind that is named by its checksum; what it refers to."""
    if name.kind is ObjectKind.FILE:
        check_content(name.checksum, data)
        return ()
    if name.kind is ObjectKind.DIRTREE and sha256(data).hexdigest() == name.checksum:
        below = tree_keys(data)
        if below is not None:
            return below
    return tuple(child.key for child in check_metadata(name, data))


class StoredObject(Struct, frozen=True):
    """What an object is that was read and is right.

    Attributes:
        children: `ObjectName.key` of what it refers to.
        size: bytes, as stored.
        mode: of a file; 0 of everything else.
        xattrs: a file, or what is said of a directory, has extended attributes.
        stored: of a file SHA-256 of those bytes, where that is wanted; else empty.
    """

    children: Keys
    size: int
    mode: int = 0
    xattrs: bool = False
    stored: bytes = b""


_PLAIN_DIRMETA = 12
"""Bytes of owner and mode; extended attributes come after them."""


def check_stored(
    name: ObjectName,
    descriptor: int,
    buffer: bytearray,
    tell: Callable[[int], None] | None = None,
    *,
    sums: bool = False,
    known: bytes | None = None,
) -> StoredObject:
    """Read and check an open object.

    ``buffer`` is overwritten; ``tell`` is told of bytes as they are read; ``sums``:
    `StoredObject.stored` is wanted; ``known``: it was checked when it was stored so: then that is
    enough. Raises `CorruptObject`, OSError.
    """
    total = 0
    view = memoryview(buffer)
    if name.kind is ObjectKind.FILE:
        if known is not None and (same := _as_known(descriptor, buffer, tell, known)) is not None:
            return same
        check = ContentCheck(name.checksum)
        digest = sha256()
        while count := os.readv(descriptor, [buffer]):
            total += count
            check.feed(view[:count])
            if sums:
                digest.update(view[:count])
            if tell is not None:
                tell(count)
        check.finish()
        stored = digest.digest() if sums else b""
        return StoredObject((), total, check.mode, check.xattrs, stored)
    pieces = []
    while total <= MAX_METADATA_SIZE and (count := os.readv(descriptor, [buffer])):
        pieces.append(bytes(view[:count]))
        total += count
        if tell is not None:
            tell(count)
    data = pieces[0] if len(pieces) == 1 else b"".join(pieces)
    xattrs = name.kind is ObjectKind.DIRMETA and len(data) > _PLAIN_DIRMETA
    return StoredObject(check_object(name, data), total, xattrs=xattrs)


def _as_known(
    descriptor: int, buffer: bytearray, tell: Callable[[int], None] | None, known: bytes
) -> StoredObject | None:
    """A file that is stored as it was when it was checked; None if it is not, from its start."""
    view = memoryview(buffer)
    digest = sha256()
    total = 0
    facts = None
    while count := os.readv(descriptor, [buffer]):
        if not total:
            facts = header_facts(view[:count])
        total += count
        digest.update(view[:count])
        if tell is not None:
            tell(count)
    if facts is not None and digest.digest() == known:
        return StoredObject((), total, *facts, known)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return None


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
