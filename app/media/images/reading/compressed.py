"""What others compressed, inflated without ever becoming larger than somebody wants it."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import Protocol

from app.media.images.libraries import (
    BLOCK_KINDS,
    SenselessError,
    ZstdInflater,
    inflated_block,
)
from app.media.images.reading.entry import PIECE, ImageBytes, damaged
from app.message import Message
from app.progress import heed

_MOST_MEMORY = 256 << 20
"""What xz may ask for; its strongest ordinary kind takes 65 MB."""

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
ERRORS = (zlib.error, lzma.LZMAError, SenselessError, OSError, EOFError)


class _Inflater(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Zlib:
    """zlib as the others are."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(_GZIP_OR_ZLIB)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


def _xz() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(memlimit=_MOST_MEMORY)


def _lzma() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_MOST_MEMORY)


INFLATERS: dict[str, Callable[[], _Inflater]] = {
    "gzip": _Zlib,
    "bzip2": bz2.BZ2Decompressor,
    "xz": _xz,
    "lzma": _lzma,
    "zstd": ZstdInflater,
}


def inflated(data: bytes, kind: str, limit: int) -> bytes:
    """All of one piece. Raises ImageError if it is damaged or gives more than ``limit`` bytes."""
    try:
        if kind in BLOCK_KINDS:
            return inflated_block(data, kind, limit)
        inflater = INFLATERS[kind]()
        out = inflater.decompress(data, limit + 1)
    except ERRORS as error:
        raise damaged(Message("what is compressed in it makes no sense")) from error
    if len(out) > limit or not inflater.eof:
        raise damaged(Message("what is compressed in it makes no sense"))
    return out


class InflatedStream:
    """A compressed image as a file that is read from the beginning, of one or more parts."""

    def __init__(self, image: ImageBytes, kind: str) -> None:
        self._image, self._kind = image, kind
        self._place = 0
        self._inflater = INFLATERS[kind]()
        self._buffer, self._at = b"", 0

    def read(self, size: int) -> bytes:
        """Fewer bytes only at the end. Raises ImageError."""
        end = self._at + size
        if end > len(self._buffer):
            out = [self._buffer[self._at :]]
            there = len(out[0])
            while there < size and (piece := self._more()) is not None:
                out.append(piece)
                there += len(piece)
            self._buffer, self._at, end = b"".join(out), 0, size
        data = self._buffer[self._at : end]
        self._at += len(data)
        return data

    def _more(self) -> bytes | None:
        """None at the end."""
        heed()
        try:
            if self._inflater.eof:
                data = self._inflater.unused_data or self._further()
                # What follows the last part is padding.
                if not data.strip(b"\0"):
                    return None
                self._inflater = INFLATERS[self._kind]()
                return self._inflater.decompress(data, PIECE)
            if piece := self._inflater.decompress(b"", PIECE):
                return piece
            data = self._further()
            if not data:
                raise damaged(Message("it ends before what it should hold"))
            return self._inflater.decompress(data, PIECE)
        except ERRORS as error:
            raise damaged(Message("what is compressed in it makes no sense")) from error

    def _further(self) -> bytes:
        size = min(PIECE, self._image.size - self._place)
        data = self._image.read(self._place, size)
        self._place += size
        return data
