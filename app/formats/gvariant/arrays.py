"""GVariant arrays: of elements of one size, or of any, with a table of where each ends.

Bytes that are not in normal form are read as `app.formats.gvariant.codec` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from app.formats.gvariant.basic import Codec, NumberCodec
from app.formats.gvariant.framing import (
    Bounds,
    Buffer,
    offset_width,
    read_offset,
    read_offsets,
    table_width,
)
from app.formats.gvariant.types import MAX_DEPTH
from app.progress import heed

# Elements of many values in few bytes make an array a bomb: "a((((…" is a hundred nested tuples of
# each byte, "a(asasas…" thousands of empty lists. No type in real use comes near either figure.
MAX_ELEMENT_VALUES: Final = 32
MAX_VALUES_PER_BYTE: Final = 8
# Bytes that are looked through before it is asked whether to go on.
LONG: Final = 1 << 16


class ArrayCodec(Codec):
    __slots__ = ("as_dict", "element")

    def __init__(self, signature: str, big: bool, element: Codec) -> None:
        super().__init__(signature, big, mask=element.mask, empty=True)
        self.element = element
        self.height = element.height + 1
        self.as_dict = signature[1] == "{"

    def length(self, data: Buffer, start: int, end: int) -> int:
        raise NotImplementedError


def to_dict(pairs: Sequence[tuple[Any, Any]]) -> dict[Any, Any]:
    """The first of equal keys wins, as it does when GLib looks one up."""
    made = dict(pairs)
    if len(made) != len(pairs):
        made = {}
        for key, value in pairs:
            made.setdefault(key, value)
    return made


class FixedArrayCodec(ArrayCodec):
    """Elements of one size, one after the other."""

    __slots__ = ()

    def length(self, data: Buffer, start: int, end: int) -> int:  # noqa: ARG002
        count, rest = divmod(end - start, self.element.fixed)
        return 0 if rest else count

    def read(self, data: bytes, start: int, end: int, depth: int) -> Any:
        element = self.element
        size = element.fixed
        if (end - start) % size:
            end = start
        if isinstance(element, NumberCodec):
            return element.read_many(data, start, end)
        if element.weight > MAX_ELEMENT_VALUES * size:
            end = start
        values = [element.read(data, at, at + size, depth + 1) for at in range(start, end, size)]
        return to_dict(values) if self.as_dict else values

    def is_normal(self, data: bytes, start: int, end: int, depth: int) -> bool:
        element = self.element
        size = element.fixed
        if depth >= MAX_DEPTH or (end - start) % size:
            return False
        if isinstance(element, NumberCodec) and element.signature != "b":
            return start == end or depth + 1 < MAX_DEPTH
        step = max(size, LONG - LONG % size)
        for first in range(start, end, step):
            last = min(end, first + step)
            if not all(
                element.is_normal(data, at, at + size, depth + 1) for at in range(first, last, size)
            ):
                return False
            if last < end:
                heed()
        return True


class BytesCodec(FixedArrayCodec):
    """``ay``: the bytes themselves."""

    __slots__ = ()

    def read(self, data: bytes, start: int, end: int, depth: int) -> bytes:  # noqa: ARG002
        return data[start:end]


class Frame(NamedTuple):
    """The offset table of an array: where it starts, and how wide and how many its entries are."""

    table: int
    width: int
    entries: int


class VariableArrayCodec(ArrayCodec):
    """Elements of any size, then a table of where each ends, counted from the array's start."""

    __slots__ = ()

    def frame(self, data: Buffer, start: int, end: int) -> Frame:
        """A table that cannot be right means no elements."""
        size = end - start
        if size == 0:
            return Frame(end, 1, 0)
        width = offset_width(size)
        body = read_offset(data, end - width, width)
        count, rest = divmod(size - body, width)
        if body > size or rest:
            return Frame(end, width, 0)
        return Frame(start + body, width, count)

    def length(self, data: Buffer, start: int, end: int) -> int:
        return self.frame(data, start, end).entries

    def ends(self, data: Buffer, frame: Frame) -> Iterable[int]:
        return read_offsets(data, frame.table, frame.width, frame.entries)

    def read(self, data: bytes, start: int, end: int, depth: int) -> Any:
        frame = self.frame(data, start, end)
        element = self.element
        weight = element.weight * frame.entries
        if not frame.entries or (
            element.weight > MAX_ELEMENT_VALUES and weight > MAX_VALUES_PER_BYTE * (end - start)
        ):
            return {} if self.as_dict else []
        values: list[Any] = []
        append = values.append
        read = element.read
        mask = element.mask
        depth += 1
        body = frame.table - start
        before = 0
        for stop in self.ends(data, frame):
            if stop < before:
                break
            if mask:
                before += -before & mask
            if before <= stop <= body:
                append(read(data, start + before, start + stop, depth))
            else:
                append(element.default())
            before = stop
        values.extend(element.default() for _ in range(frame.entries - len(values)))
        return to_dict(values) if self.as_dict else values

    def bounds(self, data: Buffer, start: int, end: int) -> Iterator[Bounds]:
        """Where each element lies; (0, 0) for those that damage has lost."""
        frame = self.frame(data, start, end)
        body = frame.table - start
        before = 0
        intact = True
        for stop in self.ends(data, frame):
            intact = intact and stop >= before
            yield self.clip(start, before, stop, body) if intact else (0, 0)
            before = stop

    def clip(self, start: int, before: int, stop: int, body: int) -> Bounds:
        """Bounds of the element between two entries of the table, if that is in the body."""
        at = before + (-before & self.element.mask)
        return (start + at, start + stop) if at < stop <= body else (0, 0)

    def probe(self, data: Buffer, start: int, frame: Frame, index: int) -> Bounds:
        """Bounds of one element, whatever the table says of those before it."""
        at = frame.table + index * frame.width
        before = read_offset(data, at - frame.width, frame.width) if index else 0
        stop = read_offset(data, at, frame.width)
        return self.clip(start, before, stop, frame.table - start)

    def is_normal(self, data: bytes, start: int, end: int, depth: int) -> bool:
        if depth >= MAX_DEPTH:
            return False
        frame = self.frame(data, start, end)
        if not frame.entries:
            return start == end
        if frame.width != table_width(frame.table - start, frame.entries):
            return False
        element = self.element
        mask = element.mask
        at = start
        pause = start + LONG
        for offset in self.ends(data, frame):
            stop = start + offset
            padded = at + (start - at & mask)
            if not padded <= stop <= frame.table or any(data[at:padded]):
                return False
            if not element.is_normal(data, padded, stop, depth + 1):
                return False
            at = stop
            if at > pause:
                heed()
                pause = at + LONG
        return True
