"""Static deltas in one file, as ``flatpak build-bundle`` writes them: the superblock and its parts.

Format: ostree's ``ostree-repo-static-delta-private.h``
(``OSTREE_STATIC_DELTA_SUPERBLOCK_FORMAT``) and ``ostree-repo-static-delta-compilation.c``. The
parts are values of the superblock's own metadata, so the file may be of gigabytes while what tells
about it is small: it is read piece by piece, by its framing, and nothing but that is held.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256

from msgspec import Struct

from app.discreet import Discreet
from app.formats.gvariant import FormatError, Value, parse
from app.formats.gvariant.framing import offset_width
from app.message import Message
from app.ostree.objects import CHECKSUM_BYTES, MAX_METADATA_SIZE, Commit
from app.progress import heed

Read = Callable[[int, int], bytes]
"""The bytes of a file from one place to another."""

MAX_VALUE = 16 * 1024 * 1024
"""Bytes of a value of the metadata; what is larger and no part is passed over."""

_MAX_ENTRIES = 100_000
_MAX_KEY = 1024
_MAX_PARTS_TABLE = MAX_METADATA_SIZE
_STEP = 1024 * 1024
_OFFSETS = 6
"""Of the members before the last one whose size differs: of two, the time and the last, none."""

_ENDIANNESS = "ostree.endianness"
_PART_TYPE = b"(yay)"
_PART_ENTRIES = "a(uayttay)"
_MIN_SIZE = 64


class DeltaError(FormatError):
    """The bytes are no static delta in one file, or one that no client could apply."""


class DeltaPart(Struct, frozen=True):
    """A part: where it lies in the file, and the SHA-256 that the superblock gives it."""

    start: int
    end: int
    checksum: str


class Superblock(Discreet, Struct, frozen=True):
    """What a static delta in one file says about itself.

    Attributes:
        metadata: key → value, without the parts; what is in the variants.
        commit: checksum.
        commit_data: the commit object's bytes, which are what ``commit`` says.
        detached: the commit's detached metadata, serialised; None where there is none.
        timestamp: when the delta was made, seconds since 1970.
        unpacked: bytes of all parts once unpacked, as claimed.
        big_endian: numbers in the file are.
    """

    UNSHOWN = frozenset({"metadata", "commit_data", "detached", "parts"})

    metadata: Mapping[str, Value]
    commit: str
    commit_data: bytes
    detached: bytes | None
    timestamp: int
    unpacked: int
    big_endian: bool
    parts: tuple[DeltaPart, ...]


def read_superblock(read: Read, size: int) -> Superblock:
    """The superblock of a file of ``size`` bytes that makes a whole commit out of nothing.

    Raises `DeltaError`, and what ``read`` raises.
    """
    if size < _MIN_SIZE:
        raise DeltaError(Message("it is too short"))
    read = _whole(read)
    width = offset_width(size)
    table = size - _OFFSETS * width
    offsets = read(table, size)
    # Members' ends stand in reverse order.
    ends = [
        int.from_bytes(offsets[at : at + width], "little")
        for at in range(len(offsets) - width, -1, -width)
    ]
    metadata_end, from_end, to_end, commit_end, deltas_end, parts_end = ends
    time_start = _aligned(metadata_end)
    from_start = time_start + 8
    if not (
        metadata_end > 0
        and from_start <= from_end <= to_end <= commit_end <= deltas_end <= parts_end <= table
    ):
        raise DeltaError(Message("its parts lie outside of it"))
    if to_end - from_end != CHECKSUM_BYTES:
        raise DeltaError(Message("it names no commit"))
    if from_end != from_start:
        raise DeltaError(Message("it changes one version into another, and has none whole"))
    commit = read(from_end, to_end).hex()
    commit_data = _bounded(read, _aligned(to_end), commit_end, MAX_METADATA_SIZE)
    if sha256(commit_data).hexdigest() != commit:
        raise DeltaError(Message("its commit is not the one that it names"))
    Commit.parse(commit_data)
    if table != _aligned(parts_end):
        raise DeltaError(Message("some of it would have to be downloaded"))
    entries = _Entries(read, metadata_end)
    big = _is_big_endian(entries)
    parts, unpacked = _parts(
        _bounded(read, _aligned(deltas_end), parts_end, _MAX_PARTS_TABLE), entries, commit, big
    )
    detached = entries.values.get(f"{_place(commit)}/commitmeta")
    if detached is not None and detached.signature != "a{sv}":
        raise DeltaError(Message("its signatures cannot be read"))
    return Superblock(
        metadata=entries.values,
        commit=commit,
        commit_data=commit_data,
        detached=detached.data if detached is not None else None,
        timestamp=int.from_bytes(read(time_start, from_start), "big"),
        unpacked=unpacked,
        big_endian=big,
        parts=parts,
    )


def damaged_parts(read: Read, superblock: Superblock) -> Iterator[DeltaPart]:
    """The parts that are not what the superblock says. Raises what ``read`` raises."""
    for part in superblock.parts:
        digest = sha256()
        for start in range(part.start, part.end, _STEP):
            heed()
            digest.update(read(start, min(start + _STEP, part.end)))
        if digest.hexdigest() != part.checksum:
            yield part


class _Entries:
    """The superblock's metadata, an ``a{sv}`` of which the large values stay where they are.

    Attributes:
        values: key → value, of those that are not large.
        parts: key → start and end of the parts.
    """

    def __init__(self, read: Read, end: int) -> None:
        self.values: dict[str, Value] = {}
        self.parts: dict[str, tuple[int, int]] = {}
        width = offset_width(end)
        table = int.from_bytes(read(end - width, end), "little")
        if table > end - width or (end - table) % width:
            raise DeltaError(Message("its list of values is damaged"))
        count = (end - table) // width
        if count > _MAX_ENTRIES:
            raise DeltaError(Message("it has more values than there can be"))
        offsets = read(table, end)
        start = 0
        for at in range(0, len(offsets), width):
            heed()
            stop = int.from_bytes(offsets[at : at + width], "little")
            start = _aligned(start)
            if not start < stop <= table:
                raise DeltaError(Message("its list of values is damaged"))
            self._take(read, start, stop)
            start = stop

    def _take(self, read: Read, start: int, end: int) -> None:
        width = offset_width(end - start)
        key_end = start + int.from_bytes(read(end - width, end), "little")
        value_start, value_end = _aligned(key_end), end - width
        if not start < key_end <= start + _MAX_KEY or value_start >= value_end:
            raise DeltaError(Message("its list of values is damaged"))
        key_bytes = read(start, key_end)
        if key_bytes[-1:] != b"\0" or b"\0" in key_bytes[:-1]:
            raise DeltaError(Message("its list of values is damaged"))
        key = key_bytes[:-1].decode("utf-8", "replace")
        if key in self.values or key in self.parts:
            # A client takes the first of them, another reader may take the last.
            raise DeltaError(Message("{key} stands in it twice", key=repr(key[:80])))
        ending = b"\0" + _PART_TYPE
        if read(max(value_start, value_end - len(ending)), value_end) == ending:
            self.parts[key] = value_start, value_end - len(ending)
        elif value_end - value_start <= MAX_VALUE:
            variant = parse("v", read(value_start, value_end))
            if not variant.is_normal():
                raise DeltaError(Message("{key} in it is damaged", key=repr(key[:80])))
            self.values[key] = variant[0]


def _is_big_endian(entries: _Entries) -> bool:
    """Of numbers in the table of parts. Those who do not say are taken for little-endian ones, as
    nearly all computers are that build apps."""
    value = entries.values.get(_ENDIANNESS)
    return value is not None and value.signature == "y" and value.unpack() == ord("B")


def _parts(
    table: bytes, entries: _Entries, commit: str, big: bool
) -> tuple[tuple[DeltaPart, ...], int]:
    """The parts, and how many bytes they claim to be once unpacked."""
    value = parse(_PART_ENTRIES, table)
    if not value.is_normal():
        raise DeltaError(Message("its list of parts is damaged"))
    parts = []
    unpacked = 0
    for number, entry in enumerate(value):
        heed()
        place = entries.parts.get(f"{_place(commit)}/{number}")
        checksum = entry[1].unpack()
        if place is None or len(checksum) != CHECKSUM_BYTES:
            raise DeltaError(Message("a part of it is missing"))
        parts.append(DeltaPart(*place, checksum.hex()))
        claimed: int = entry[3].unpack()
        if big:
            claimed = int.from_bytes(claimed.to_bytes(8, "little"), "big")
        unpacked += claimed
    return tuple(parts), unpacked


def _place(commit: str) -> str:
    """As ``_ostree_get_relative_static_delta_path``, without its last part."""
    digits = base64.b64encode(bytes.fromhex(commit)).decode().rstrip("=").replace("/", "_")
    return f"deltas/{digits[:2]}/{digits[2:]}"


def _whole(read: Read) -> Read:
    """As ``read``, of a file that may have become shorter."""

    def exactly(start: int, end: int) -> bytes:
        data = read(start, end)
        if len(data) != end - start:
            raise DeltaError(Message("it ends too early"))
        return data

    return exactly


def _bounded(read: Read, start: int, end: int, limit: int) -> bytes:
    if not 0 <= end - start <= limit:
        raise DeltaError(Message("its parts lie outside of it"))
    return read(start, end)


def _aligned(at: int) -> int:
    return at + (-at & 7)
