"""Where the parts of a GVariant container are: tables of offsets behind its body."""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from operator import le
from typing import Final

from app.progress import heed

Buffer = bytes | memoryview
Bounds = tuple[int, int]
"""Start and end."""

OFFSET_CODES: Final = {1: "B", 2: "H", 4: "I", 8: "Q"}
# Of the same sizes, as this computer has them.
_ARRAY_CODES: Final = {
    width: next(code for code in "HILQ" if array(code).itemsize == width) for width in (2, 4, 8)
}
_AT_ONCE: Final = 4096
"""Offsets that are taken apart together: a table may have as many as its file has bytes."""


def read_offsets(data: Buffer, at: int, width: int, count: int) -> Iterable[int]:
    """Entries of an offset table, in order."""
    if width == 1:
        return data[at : at + count]
    if count <= _AT_ONCE:
        return struct.unpack_from(f"<{count}{OFFSET_CODES[width]}", data, at)
    return _many_offsets(data, at, width, count)


def offset_array(data: Buffer, at: int, width: int, count: int) -> Sequence[int]:
    """The same to be kept, each in as many bytes as in the table."""
    if width == 1:
        return data[at : at + count]
    offsets = array(_ARRAY_CODES[width])
    offsets.frombytes(bytes(data[at : at + count * width]))
    if sys.byteorder == "big":
        offsets.byteswap()
    return offsets


def _many_offsets(data: Buffer, at: int, width: int, count: int) -> Iterator[int]:
    for first in range(0, count, _AT_ONCE):
        heed()
        some = min(_AT_ONCE, count - first)
        yield from struct.unpack_from(f"<{some}{OFFSET_CODES[width]}", data, at + first * width)


def offset_width(size: int) -> int:
    """Bytes of each framing offset in a container of this size."""
    if size <= 0xFF:
        return 1
    if size <= 0xFFFF:
        return 2
    return 4 if size <= 0xFFFFFFFF else 8


def table_width(body: int, count: int) -> int:
    """Bytes of each of ``count`` framing offsets behind a body of this size."""
    for width, largest in ((1, 0xFF), (2, 0xFFFF), (4, 0xFFFFFFFF)):
        if body + count * width <= largest:
            return width
    return 8


def read_offset(data: Buffer, at: int, width: int) -> int:
    # Framing offsets are little-endian in either byte order.
    return data[at] if width == 1 else int.from_bytes(data[at : at + width], "little")


def ordered_prefix(ends: Sequence[int]) -> int:
    """How many leading entries of an offset table are in order."""
    if all(map(le, ends, islice(ends, 1, None))):
        return len(ends)
    return next(index for index, pair in enumerate(pairwise(ends), 1) if pair[1] < pair[0])


def last_zero(data: Buffer, start: int, end: int) -> int:
    """Position of the last zero byte, or -1, looking at no more of a large value than needed."""
    if isinstance(data, bytes):
        return data.rfind(b"\0", start, end)
    reach = 256
    while end > start:
        low = max(start, end - reach)
        position = bytes(data[low:end]).rfind(b"\0")
        if position >= 0:
            return low + position
        end = low
        reach *= 2
    return -1
