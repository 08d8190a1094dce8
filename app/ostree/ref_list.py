"""The one form in which ostree and flatpak write lists of refs, read by hand.

The general GVariant reader with its checks takes a third of a second for the ten thousand refs of
a large remote, and people wait for it; this takes a fifth of that. It accepts only bytes that are
the serialisation of ``a(s(taya{sv}))``, in the order clients search in, with checksums of 32 bytes
and no key twice, and leaves all else to the general reader, which knows what to say. Layout: the
GVariant specification, section 2.5. Why: decisions D5 and D12.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from app.formats.gvariant.codec import codec_for
from app.formats.gvariant.framing import offset_array, offset_width, table_width
from app.ostree.canonical import MAX_ENTRIES, MAX_KEYS
from app.progress import heed

_CHECKSUM: Final = 32
_METADATA: Final = 8 + _CHECKSUM
"""Where it begins: behind the size of the commit and its checksum."""
_ZEROS: Final = tuple(bytes(count) for count in range(8))
_VARIANT: Final = codec_for("v", False)
_DEPTH: Final = 6
"""Of a variant in the metadata of a ref of a summary."""
_FIXED: Final = {b"t": 8, b"x": 8, b"u": 4, b"i": 4}
_AT_ONCE: Final = 1000
"""Refs between two looks whether to go on."""


class RefList(Struct, frozen=True):
    """Refs of a summary, in order.

    Attributes:
        data: of the summary.
        names: of the refs.
        metadata, ends: where in the data the metadata of each begins and ends; before it stand
            the commit's size and checksum.
    """

    data: bytes
    names: Sequence[str] = ()
    metadata: Sequence[int] = ()
    ends: Sequence[int] = ()

    def find(self, name: str) -> int | None:
        """Which one that is, by binary search."""
        number = bisect_left(self.names, name)
        there = number < len(self.names) and self.names[number] == name
        return number if there else None

    def size(self, number: int) -> int:
        """Bytes of the commit, as claimed."""
        start = self.metadata[number] - _METADATA
        return int.from_bytes(self.data[start : start + 8], "little")

    def commit(self, number: int) -> str:
        """Its checksum."""
        end = self.metadata[number]
        return self.data[end - _CHECKSUM : end].hex()

    def mentioning(self, word: bytes) -> Iterator[str]:
        """Those in whose metadata these bytes stand somewhere."""
        at = self.data.find(word, self.metadata[0]) if self.metadata else -1
        while 0 <= at < self.ends[-1]:
            number = bisect_right(self.metadata, at) - 1
            at += 1
            if at - 1 + len(word) <= self.ends[number]:
                yield self.names[number]
                at = self.ends[number]
            at = self.data.find(word, at)


def read_ref_list(data: bytes, size: int) -> RefList | None:
    """The refs in the first ``size`` bytes of a summary, or None if this is not the ordinary form.

    Raises InterruptedByUser.
    """
    if not size:
        return RefList(data)
    width = offset_width(size)
    table = int.from_bytes(data[size - width : size], "little")
    count, rest = divmod(size - table, width)
    if table > size - width or rest or width != table_width(table, count) or count > MAX_ENTRIES:
        return None
    names, metadata, ends = [], [], []
    before, at = b"", 0
    try:
        for number, stop in enumerate(offset_array(data, table, width, count)):
            start = at + (-at & 7)
            if not start < stop <= table or data[at:start] != _ZEROS[start - at]:
                return None
            key_end, target, target_end = _pair(data, start, stop)
            key = data[start:key_end]
            if key <= before:
                return None
            names.append(key.decode())
            metadata.append(target + _METADATA)
            ends.append(_target(data, target, target_end))
            before, at = key, stop
            if not number % _AT_ONCE:
                heed()
    except ValueError:
        # UnicodeDecodeError is one.
        return None
    return RefList(data, names, metadata, ends) if at == table else None


def _pair(data: bytes, start: int, stop: int) -> tuple[int, int, int]:
    """Of a pair of a string and something aligned to eight bytes, which is all but its table:
    where the string ends, and where the other begins and ends. ValueError if it has another form.
    """
    size = stop - start
    if size <= 0xFF:
        after = stop - 1
        length = data[after]
    else:
        width = offset_width(size)
        after = stop - width
        length = int.from_bytes(data[after:stop], "little")
        if width != table_width(size - width, 1):
            raise ValueError
    end = start + length - 1
    if data.find(b"\0", start, after) != end or length < 2:
        raise ValueError
    padding = -length & 7
    value = start + length + padding
    if value > after or (padding and data[end + 1 : value] != _ZEROS[padding]):
        raise ValueError
    return end, value, after


def _target(data: bytes, start: int, stop: int) -> int:
    """Check ``(taya{sv})``; where the dictionary ends. ValueError if it has another form."""
    size = stop - start
    width = 1 if size <= 0xFF else offset_width(size)
    after = stop - width
    metadata = start + _METADATA
    if (
        metadata > after
        or int.from_bytes(data[after:stop], "little") != _METADATA
        or (width > 1 and width != table_width(size - width, 1))
    ):
        raise ValueError
    if metadata < after:
        _check_dictionary(data, metadata, after)
    return after


def _check_dictionary(data: bytes, start: int, stop: int) -> None:
    """Check an ``a{sv}`` that is not empty. ValueError if it has another form."""
    size = stop - start
    width = 1 if size <= 0xFF else offset_width(size)
    table = start + int.from_bytes(data[stop - width : stop], "little")
    count, rest = divmod(stop - table, width)
    if table > stop - width or rest or width != table_width(table - start, count):
        raise ValueError
    if count > MAX_KEYS:
        raise ValueError
    keys = set()
    at = start
    for place in range(table, stop, width):
        end = start + int.from_bytes(data[place : place + width], "little")
        first = at + (start - at & 7)
        if not first < end <= table or data[at:first] != _ZEROS[first - at]:
            raise ValueError
        key_end, value, value_end = _pair(data, first, end)
        keys.add(data[first:key_end])
        _check_variant(data, value, value_end)
        at = end
    if at != table or len(keys) != count:
        raise ValueError
    for key in keys:
        key.decode()


def _check_variant(data: bytes, start: int, stop: int) -> None:
    end = data.rfind(b"\0", start, stop)
    kind = data[end + 1 : stop]
    if kind in _FIXED:
        normal = end - start == _FIXED[kind]
    elif kind == b"s":
        normal = _is_text(data, start, end)
    elif kind == b"(tts)":
        normal = _is_text(data, start + 16, end)
    else:
        normal = _VARIANT.is_normal(data, start, stop, _DEPTH)
    if not normal:
        raise ValueError


def _is_text(data: bytes, start: int, end: int) -> bool:
    """Whether a string stands there, which ends with its only zero byte."""
    if not start < end or data.find(b"\0", start, end) != end - 1:
        return False
    text = data[start : end - 1]
    return text.isascii() or bool(text.decode())
