"""How one sub-summary becomes a newer one: ``summaries/OLD-NEW.delta``.

Format: ``flatpak_summary_apply_diff`` in flatpak's ``flatpak-repo-utils.c``: gzip of ``xadf``, the
number of operations, the operations (four bits of kind, 28 of a size; all 32 bits little-endian),
and the bytes that are new. An operation takes bytes of the old file, passes some over, or takes new
ones.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Iterator
from enum import IntEnum

from app.formats.gvariant import FormatError
from app.formats.gvariant.framing import offset_width
from app.message import Message
from app.ostree.ref_list import RefList, read_ref_list
from app.ostree.repository import MAX_SUMMARY_SIZE

_MAGIC = b"xadf"
_BEST = 9
_GZIP = 31
_SIZE_BITS = 28
_LARGEST = (1 << _SIZE_BITS) - 1
_STEP = 4096

_Piece = tuple[tuple[int, int], tuple[int, int]]
"""Where it is in the old bytes, and in the new ones: start and end of each."""


class _Operation(IntEnum):
    REUSE = 0
    SKIP = 1
    DATA = 2


def summary_delta(old: bytes, new: bytes) -> bytes:
    """What makes ``new`` of ``old``, both sub-summaries, compressed as clients fetch it."""
    writer = _Writer(old, new)
    for before, after in _pieces(old, new):
        writer.take(before, after)
    writer.take((len(old), len(old)), (len(new), len(new)))
    return writer.finish()


def apply_summary_delta(old: bytes, delta: bytes) -> bytes:
    """What a client makes of it. Raises FormatError."""
    stream = zlib.decompressobj(_GZIP)
    try:
        data = stream.decompress(delta, MAX_SUMMARY_SIZE)
        (count,) = struct.unpack_from("<I", data, len(_MAGIC))
    except (zlib.error, struct.error) as error:
        raise FormatError(Message("the difference of two lists is damaged")) from error
    if not data.startswith(_MAGIC) or len(data) < len(_MAGIC) + 4 + 4 * count:
        raise FormatError(Message("the difference of two lists is damaged"))
    start = len(_MAGIC) + 4
    new, at = data[start + 4 * count :], 0
    made = []
    for (word,) in struct.iter_unpack("<I", data[start : start + 4 * count]):
        kind, size = word >> _SIZE_BITS, word & _LARGEST
        if kind == _Operation.DATA:
            made.append(new[:size])
            new = new[size:]
            continue
        if kind == _Operation.REUSE:
            made.append(old[at : at + size])
        at += size
    return b"".join(made)


class _Writer:
    """Collects operations; the pieces come in the order of both files."""

    def __init__(self, old: bytes, new: bytes) -> None:
        self._old = old
        self._new = new
        self._old_at = self._new_at = 0
        self._operations: list[tuple[_Operation, int]] = []
        self._data: list[bytes] = []

    def take(self, before: tuple[int, int], after: tuple[int, int]) -> None:
        """First what lies in between, then the pieces themselves."""
        self._consume((self._old_at, before[0]), (self._new_at, after[0]))
        self._consume(before, after)
        self._old_at, self._new_at = before[1], after[1]

    def _consume(self, before: tuple[int, int], after: tuple[int, int]) -> None:
        old, new = self._old[slice(*before)], self._new[slice(*after)]
        head = _same_at_start(old, new)
        tail = _same_at_start(old[head:][::-1], new[head:][::-1])
        self._emit(_Operation.REUSE, head)
        self._emit(_Operation.SKIP, len(old) - head - tail)
        fresh = new[head : len(new) - tail]
        self._emit(_Operation.DATA, len(fresh))
        self._data.append(fresh)
        self._emit(_Operation.REUSE, tail)

    def _emit(self, kind: _Operation, size: int) -> None:
        if not size:
            return
        if self._operations and self._operations[-1][0] is kind:
            size += self._operations.pop()[1]
        self._operations.append((kind, size))

    def finish(self) -> bytes:
        words = []
        for kind, size in self._operations:
            left = size
            while left:
                part = min(left, _LARGEST)
                words.append(kind << _SIZE_BITS | part)
                left -= part
        head = _MAGIC + struct.pack(f"<I{len(words)}I", len(words), *words)
        # No time in it: the same lists give the same bytes.
        return gzip.compress(head + b"".join(self._data), _BEST, mtime=0)


def _pieces(old: bytes, new: bytes) -> Iterator[_Piece]:
    """The entries of both lists in order, those of the same ref together."""
    before, after = _entries(old), _entries(new)
    at_old = at_new = 0
    old_at = new_at = 0
    while at_old < len(before) and at_new < len(after):
        name, *place = before[at_old]
        other, *new_place = after[at_new]
        old_piece, new_piece = (old_at, old_at), (new_at, new_at)
        if name <= other:
            old_piece = (place[0], place[1])
            at_old += 1
        if other <= name:
            new_piece = (new_place[0], new_place[1])
            at_new += 1
        old_at, new_at = old_piece[1], new_piece[1]
        yield old_piece, new_piece


def _entries(data: bytes) -> list[tuple[str, int, int]]:
    """Name, start and end of each ref of a summary."""
    refs = _ref_list(data)
    entries, start = [], 0
    for name, end in zip(refs.names, refs.ends, strict=True):
        entries.append((name, start, end))
        start = end
    return entries


def _ref_list(data: bytes) -> RefList:
    """The refs stand first in a summary; its last bytes say where they end."""
    size = int.from_bytes(data[len(data) - offset_width(len(data)) :], "little")
    return read_ref_list(data, size) or RefList(data)


def _same_at_start(left: bytes, right: bytes) -> int:
    """How many bytes."""
    most = min(len(left), len(right))
    at = 0
    while at < most and left[at : at + _STEP] == right[at : at + _STEP]:
        at += _STEP
    at = min(at, most)
    while at < most and left[at] == right[at]:
        at += 1
    return at
