"""File objects as an archive repository holds them (``.filez``), checked while they stream by.

Layout (ostree's ``ostree-core.h``): 4 bytes big-endian header length, 4 zero bytes, the header
``(tuuuusa(ayay))`` = size, uid, gid, mode, rdev, symlink target, xattrs (integers big-endian),
then raw deflate. The checksum is over the header without its size, framed the same way, and the
inflated content. What the checksum does not cover (padding, size, bytes after the end) is
checked here: nothing but the one form that ostree writes is accepted.
"""

from __future__ import annotations

import stat
from functools import lru_cache
from hashlib import sha256
from typing import Any

from isal import igzip_lib, isal_zlib

from app.formats.gvariant import FormatError, parse, serialise
from app.message import Message, message_of
from app.ostree.objects import (
    MAX_LINK,
    CorruptObject,
    byteswap32,
    byteswap64,
    check_mode,
    check_xattrs,
)

HEADER_TYPE = "(tuuuusa(ayay))"
CHECKSUM_HEADER_TYPE = "(uuuusa(ayay))"
MAX_HEADER_SIZE = 1024 * 1024
"""Extended attributes may be long, but not longer than this."""

_USUAL_HEADER_SIZE = 1024
"""Longer headers are not remembered: a hostile upstream would fill the memory with them."""

INFLATE_STEP = 64 * 1024
"""Bytes inflated at a time: what is hashed next is still in the processor's cache, and memory
stays small whatever the file's size. A megabyte takes 1.5 times as long."""

_PREFIX = 8
_SIZE_BYTES = 8
_RAW_DEFLATE = -15
_HISTORY_BITS = 15
_LEVEL = 3


def _checked_header(rest: bytes) -> tuple[Any, int, bool]:
    """The hash state after the header whose bytes after the size are ``rest``, its mode, and
    whether it has extended attributes."""
    data = bytes(_SIZE_BYTES) + rest
    value = parse(HEADER_TYPE, data)
    if not value.is_normal():
        raise CorruptObject(Message("the file header is not well-formed"))
    _, uid, gid, mode, rdev, target, xattrs = value.unpack()
    native_mode = byteswap32(mode)
    check_mode(native_mode, (stat.S_IFREG, stat.S_IFLNK), _FILE)
    check_xattrs(xattrs)
    symlink = stat.S_ISLNK(native_mode)
    if bool(target) != symlink:
        raise CorruptObject(Message("a symbolic link without a target, or a target without a link"))
    if len(target.encode()) > MAX_LINK:
        raise CorruptObject(
            Message("a symbolic link has a target of over {limit} bytes", limit=MAX_LINK)
        )
    header = serialise(CHECKSUM_HEADER_TYPE, (uid, gid, mode, rdev, target, xattrs))
    state = sha256(len(header).to_bytes(4, "big") + bytes(4))
    state.update(header)
    return state, native_mode, bool(xattrs)


# Files share a handful of owners and modes, so nearly every call is answered by the cache.
_usual_header = lru_cache(maxsize=4096)(_checked_header)

_FILE = Message("a file")


class ContentCheck:
    """Checks one file object as its bytes arrive.

    ``mode`` and ``xattrs``, whether it has extended attributes, are known after its header.

    `feed` every byte in order, then `finish`. Both raise `CorruptObject`. Memory use does not
    depend on the size of the file.
    """

    __slots__ = ("_checksum", "_hash", "_head", "_inflate", "_left", "_size", "mode", "xattrs")

    def __init__(self, checksum: str) -> None:
        self._checksum = checksum
        self._head: bytes | None = b""
        self._hash: Any = None
        self._inflate: Any = None
        self._size = 0
        self._left = 0
        self.mode = 0
        self.xattrs = False

    def feed(self, data: bytes | memoryview) -> None:
        if self._head is not None:
            data = self._feed_head(self._head + bytes(data) if self._head else data)
        if data:
            self._feed_content(data)

    def _feed_head(self, data: bytes | memoryview) -> bytes | memoryview:
        """Read the header once it is complete; what follows it."""
        self._head = b""
        if len(data) < _PREFIX:
            self._head = bytes(data)
            return b""
        length = int.from_bytes(data[:4], "big")
        if data[4:_PREFIX] != b"\0\0\0\0":
            raise CorruptObject(Message("the padding before the file header is not zero"))
        if not _SIZE_BYTES < length <= MAX_HEADER_SIZE:
            raise CorruptObject(Message("the length of the file header is impossible"))
        end = _PREFIX + length
        if len(data) < end:
            self._head = bytes(data)
            return b""
        self._size = int.from_bytes(data[_PREFIX : _PREFIX + _SIZE_BYTES], "big")
        self._left = self._size
        try:
            rest = bytes(data[_PREFIX + _SIZE_BYTES : end])
            remember = len(rest) <= _USUAL_HEADER_SIZE
            read = _usual_header if remember else _checked_header
            state, self.mode, self.xattrs = read(rest)
        except CorruptObject:
            raise
        except FormatError as error:
            raise CorruptObject(message_of(error)) from error
        self._hash = state.copy()
        if stat.S_ISLNK(self.mode):
            if self._size != 0:
                raise CorruptObject(Message("a symbolic link claims to have content"))
        else:
            self._inflate = igzip_lib.IgzipDecompressor(
                flag=igzip_lib.DECOMP_DEFLATE, hist_bits=_HISTORY_BITS
            )
        self._head = None
        return data[end:]

    def _feed_content(self, data: bytes | memoryview) -> None:
        inflate = self._inflate
        if inflate is None or inflate.eof:
            raise CorruptObject(Message("there are bytes after the end of the file"))
        while True:
            try:
                # One byte more than is left shows a stream that is longer than it claims.
                chunk = inflate.decompress(data, min(self._left + 1, INFLATE_STEP))
            except igzip_lib.IsalError as error:  # type: ignore[misc]  # the stub forgets its base
                raise CorruptObject(Message("the compressed content is damaged")) from error
            self._left -= len(chunk)
            if self._left < 0:
                raise CorruptObject(Message("the content is longer than the file header says"))
            self._hash.update(chunk)
            if inflate.eof:
                if inflate.unused_data:
                    raise CorruptObject(Message("there are bytes after the end of the file"))
                return
            if inflate.needs_input:
                return
            # What is left of the input waits inside the decompressor.
            data = b""

    def finish(self) -> None:
        """Everything has been fed: is it complete, and is it what its name says?"""
        if self._head is not None:
            raise CorruptObject(Message("the object ends inside its header"))
        if self._inflate is not None and not self._inflate.eof:
            raise CorruptObject(Message("the compressed content is cut off"))
        if self._left:
            raise CorruptObject(Message("the content is shorter than the file header says"))
        if self._hash.hexdigest() != self._checksum:
            raise CorruptObject(Message("its content does not match its name"))


def check_content(checksum: str, data: bytes) -> None:
    """Check a whole file object; raises `CorruptObject`."""
    check = ContentCheck(checksum)
    check.feed(data)
    check.finish()


def header_facts(data: memoryview) -> tuple[int, bool] | None:
    """(mode, has it extended attributes) of a file object, by its first bytes; None if they are too
    few, or no header."""
    end = _PREFIX + int.from_bytes(data[:4], "big")
    rest = bytes(data[_PREFIX + _SIZE_BYTES : end])
    if len(data) < end or len(rest) > _USUAL_HEADER_SIZE:
        return None
    try:
        _, mode, xattrs = _usual_header(rest)
    except FormatError:
        return None
    return mode, xattrs


def unpack_content(data: bytes) -> tuple[int, str, bytes]:
    """(mode, symlink target, content) of a small file object whose checksum was checked before."""
    length = int.from_bytes(data[:4], "big")
    header = parse(HEADER_TYPE, data[_PREFIX : _PREFIX + length])
    size, _, _, mode, _, target, _ = header.unpack()
    if target:
        return byteswap32(mode), target, b""
    inflate = isal_zlib.decompressobj(_RAW_DEFLATE)
    content: bytes = inflate.decompress(data[_PREFIX + length :], byteswap64(size) + 1)
    return byteswap32(mode), "", content


def unpack_expected(data: bytes, size: int) -> bytes | None:
    """The content of a file object if it is one of ``size`` bytes; None if it is not, unread.

    Raises FormatError for what is no file object.
    """
    content = unpack_regular(data, size)
    return content if content is None or len(content) == size else None


def unpack_regular(data: bytes, limit: int) -> bytes | None:
    """The content of a file object if that is a regular file of at most ``limit`` bytes; None if it
    is not, unread. Raises FormatError for what is no file object."""
    length = int.from_bytes(data[:4], "big")
    header = parse(HEADER_TYPE, data[_PREFIX : _PREFIX + length])
    if not header.is_normal() or (size := byteswap64(header[0].unpack())) > limit:
        return None
    try:
        mode, target, content = unpack_content(data)
    except isal_zlib.error as error:  # type: ignore[misc]  # the stub forgets its base
        raise FormatError(Message("the compressed content is damaged")) from error
    return content if stat.S_ISREG(mode) and not target and len(content) == size else None


def pack_content(content: bytes, mode: int, target: str = "") -> tuple[str, bytes]:
    """Checksum and bytes of a small file object of root's; with ``target`` a symbolic link."""
    said: tuple[Any, ...] = (0, 0, byteswap32(mode), 0, target, [])
    hashed = serialise(CHECKSUM_HEADER_TYPE, said)
    stored = serialise(HEADER_TYPE, (byteswap64(len(content)), *said))
    checksum = sha256(_framed(hashed) + content).hexdigest()
    if target:
        return checksum, _framed(stored)
    return checksum, _framed(stored) + igzip_lib.compress(content, _LEVEL, igzip_lib.COMP_DEFLATE)


def _framed(header: bytes) -> bytes:
    return len(header).to_bytes(4, "big") + bytes(4) + header
