"""What compresses images that Python's own modules do not know: C libraries of this computer.

Why: decision D320.

Their interfaces: https://facebook.github.io/zstd/zstd_manual.html, lzo1x.h of LZO, lz4.h of LZ4.
"""

from __future__ import annotations

import ctypes
import io
import weakref
from collections.abc import Callable
from functools import lru_cache
from typing import BinaryIO, ClassVar

from msgspec import Struct

from app.errors import DriveError
from app.message import Message

_LEVEL, _CHECKSUM = 100, 201
_GO_ON, _END = 0, 2
_STRENGTH = 9
_PIECE = 1 << 17


class LibraryMissingError(DriveError):
    """What compresses or inflates this kind is not installed here."""


class SenselessError(Exception):
    """What is to be inflated is damaged, or more than was allowed."""


class _Library(Struct, frozen=True):
    """``file``: what the dynamic linker knows it as; ``package``: what it comes in on Debian."""

    kind: str
    file: str
    package: str

    def load(self) -> ctypes.CDLL:
        """Raises LibraryMissingError."""
        try:
            return ctypes.CDLL(self.file)
        except OSError as error:
            raise LibraryMissingError(
                Message(
                    "This computer has no library for {kind}: {file}.",
                    kind=self.kind,
                    file=self.file,
                ),
                Message(
                    "Install it (on Debian the package {packages}), or unpack the image "
                    "yourself and name the directory.",
                    packages=self.package,
                ),
            ) from error


_LIBRARIES = {
    "zstd": _Library("zstd", "libzstd.so.1", "libzstd1"),
    "lzo": _Library("lzo", "liblzo2.so.2", "liblzo2-2"),
    "lz4": _Library("lz4", "liblz4.so.1", "liblz4-1"),
}


def require_library(kind: str) -> None:
    """Raises LibraryMissingError where ``kind`` (``zstd``, ``lzo``, ``lz4``) needs one."""
    if kind in _LIBRARIES:
        _LIBRARIES[kind].load()


class _Buffer(ctypes.Structure):
    """ZSTD_inBuffer and ZSTD_outBuffer."""

    _fields_: ClassVar = [
        ("data", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("place", ctypes.c_size_t),
    ]


@lru_cache(maxsize=1)
def _zstd() -> ctypes.CDLL:
    library = _LIBRARIES["zstd"].load()
    size, pointer = ctypes.c_size_t, ctypes.c_void_p
    for name, result, arguments in (
        ("ZSTD_isError", ctypes.c_uint, [size]),
        ("ZSTD_decompress", size, [pointer, size, ctypes.c_char_p, size]),
        ("ZSTD_createDCtx", pointer, []),
        ("ZSTD_freeDCtx", size, [pointer]),
        ("ZSTD_decompressStream", size, [pointer, pointer, pointer]),
        ("ZSTD_createCCtx", pointer, []),
        ("ZSTD_freeCCtx", size, [pointer]),
        ("ZSTD_CCtx_setParameter", size, [pointer, ctypes.c_int, ctypes.c_int]),
        ("ZSTD_compressStream2", size, [pointer, pointer, pointer, ctypes.c_int]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


class ZstdInflater:
    """One frame, piece by piece, as `lzma.LZMADecompressor` does it."""

    def __init__(self) -> None:
        self._zstd = _zstd()
        self._state = self._zstd.ZSTD_createDCtx()
        weakref.finalize(self, self._zstd.ZSTD_freeDCtx, self._state)
        self._rest = b""
        self.eof = False

    @property
    def unused_data(self) -> bytes:
        """What follows the end."""
        return self._rest if self.eof else b""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """At most so many bytes; what is not used yet of ``data`` is kept. Raises
        SenselessError."""
        given = self._rest + data
        held = ctypes.create_string_buffer(given, len(given)) if given else None
        source = _Buffer(ctypes.cast(held, ctypes.c_void_p) if held else None, len(given), 0)
        room = ctypes.create_string_buffer(max_length)
        out = _Buffer(ctypes.cast(room, ctypes.c_void_p), max_length, 0)
        while True:
            before = source.place, out.place
            left = self._zstd.ZSTD_decompressStream(
                self._state, ctypes.byref(out), ctypes.byref(source)
            )
            if self._zstd.ZSTD_isError(left):
                raise SenselessError
            self.eof = left == 0
            if self.eof or out.place == max_length or (source.place, out.place) == before:
                break
        self._rest = given[source.place :]
        return ctypes.string_at(room, out.place)


class ZstdWriter(io.RawIOBase):
    """A file that compresses into another one what is written to it; as one thread does it, whose
    result does not depend on how many there are."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self._zstd = _zstd()
        self._state = self._zstd.ZSTD_createCCtx()
        weakref.finalize(self, self._zstd.ZSTD_freeCCtx, self._state)
        for parameter, value in ((_LEVEL, _STRENGTH), (_CHECKSUM, 1)):
            self._zstd.ZSTD_CCtx_setParameter(self._state, parameter, value)
        self._room = ctypes.create_string_buffer(_PIECE)
        self._place = 0

    def writable(self) -> bool:
        """It is for nothing else."""
        return True

    def tell(self) -> int:
        """Bytes that were given to it."""
        return self._place

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        """All of it. Raises OSError."""
        self._give(bytes(data), _GO_ON)
        self._place += len(data)
        return len(data)

    def close(self) -> None:
        """Write the end. Raises OSError."""
        if not self.closed:
            try:
                self._give(b"", _END)
            finally:
                super().close()

    def _give(self, data: bytes, how: int) -> None:
        source = _Buffer(ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p), len(data), 0)
        while True:
            out = _Buffer(ctypes.cast(self._room, ctypes.c_void_p), _PIECE, 0)
            left = self._zstd.ZSTD_compressStream2(
                self._state, ctypes.byref(out), ctypes.byref(source), how
            )
            if self._zstd.ZSTD_isError(left):
                raise MemoryError
            self._file.write(ctypes.string_at(self._room, out.place))
            if source.place == len(data) and (how == _GO_ON or left == 0):
                return


def _zstd_block(data: bytes, room: ctypes.Array[ctypes.c_char], limit: int) -> int:
    size = _zstd().ZSTD_decompress(room, limit, data, len(data))
    return -1 if _zstd().ZSTD_isError(size) else int(size)


def _lzo_block(data: bytes, room: ctypes.Array[ctypes.c_char], limit: int) -> int:
    size = ctypes.c_size_t(limit)
    status = (
        _LIBRARIES["lzo"]
        .load()
        .lzo1x_decompress_safe(
            ctypes.c_char_p(data), ctypes.c_size_t(len(data)), room, ctypes.byref(size), None
        )
    )
    return -1 if status else size.value


def _lz4_block(data: bytes, room: ctypes.Array[ctypes.c_char], limit: int) -> int:
    load = _LIBRARIES["lz4"].load
    return int(load().LZ4_decompress_safe(ctypes.c_char_p(data), room, len(data), limit))


_BLOCKS: dict[str, Callable[[bytes, ctypes.Array[ctypes.c_char], int], int]] = {
    "zstd": _zstd_block,
    "lzo": _lzo_block,
    "lz4": _lz4_block,
}
BLOCK_KINDS = frozenset(_BLOCKS)


def inflated_block(data: bytes, kind: str, limit: int) -> bytes:
    """All of a block, of at most ``limit`` bytes; ``kind`` is one of `BLOCK_KINDS`.

    Raises SenselessError, LibraryMissingError.
    """
    room = ctypes.create_string_buffer(limit)
    size = _BLOCKS[kind](data, room, limit)
    if size < 0:
        raise SenselessError
    return ctypes.string_at(room, size)
