"""GVariant types: one codec per type string, which knows layout, reading and normal form.

After the "GVariant Specification" (Allison Lortie, 2007-2020). What the specification leaves to
the implementation for bytes that are not in normal form follows GLib 2.74.4 and later, where
children never overlap; the tests hold every answer against GLib's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice
from typing import Any, Final, NamedTuple

from app.formats.gvariant.arrays import BytesCodec, FixedArrayCodec, VariableArrayCodec
from app.formats.gvariant.basic import (
    BooleanCodec,
    Codec,
    NumberCodec,
    ObjectPathCodec,
    SignatureCodec,
    StringCodec,
)
from app.formats.gvariant.framing import (
    Bounds,
    Buffer,
    last_zero,
    offset_width,
    read_offset,
    table_width,
)
from app.formats.gvariant.types import MAX_DEPTH, FormatError, Just, Variant, check_type

# Codecs are big; only type strings such as people write are worth keeping them for.
MAX_CACHED_SIGNATURE: Final = 0xFF


class VariantCodec(Codec):
    """``v``: the value, a zero byte, the type string."""

    __slots__ = ("unit",)

    def __init__(self, big: bool) -> None:
        super().__init__("v", big, mask=7)
        self.unit = TupleCodec("()", big, ())

    def child(self, data: Buffer, start: int, end: int, depth: int) -> tuple[Codec, int, int]:
        """The type and the bounds of what is inside; the unit for anything damaged or too deep."""
        nul = last_zero(data, start, end)
        if nul >= 0:
            try:
                codec = codec_for(str(data[nul + 1 : end], "latin-1"), self.big)
            except FormatError:
                return self.unit, 0, 0
            if codec.fixed in (0, nul - start) and depth < MAX_DEPTH - codec.height:
                return codec, start, nul
        return self.unit, 0, 0

    def read(self, data: bytes, start: int, end: int, depth: int) -> Variant:
        codec, start, end = self.child(data, start, end, depth)
        return Variant(codec.signature, codec.read(data, start, end, depth + 1))

    def is_normal(self, data: bytes, start: int, end: int, depth: int) -> bool:
        codec, start, end = self.child(data, start, end, depth)
        return codec.is_normal(data, start, end, depth + 1)


class MaybeCodec(Codec):
    """``m``: nothing, or the element, followed by a zero byte if its size varies."""

    __slots__ = ("element", "nested")

    def __init__(self, signature: str, big: bool, element: Codec) -> None:
        super().__init__(signature, big, mask=element.mask, empty=True)
        self.element = element
        self.height = element.height + 1
        self.weight = element.weight + 1
        self.nested = isinstance(element, MaybeCodec)

    def child(self, start: int, end: int) -> Bounds | None:
        if self.element.fixed:
            return (start, end) if end - start == self.element.fixed else None
        return (start, end - 1) if start < end else None

    def read(self, data: bytes, start: int, end: int, depth: int) -> Any:
        bounds = self.child(start, end)
        if bounds is None:
            return None
        value = self.element.read(data, *bounds, depth + 1)
        return Just(value) if self.nested else value

    def is_normal(self, data: bytes, start: int, end: int, depth: int) -> bool:
        if depth >= MAX_DEPTH:
            return False
        if start == end:
            return True
        bounds = self.child(start, end)
        if bounds is None or (not self.element.fixed and data[end - 1] != 0):
            return False
        return self.element.is_normal(data, *bounds, depth + 1)


class Member(NamedTuple):
    """A member of a tuple; ``framed`` if the table at the tuple's end says where it ends."""

    codec: Codec
    mask: int
    fixed: int
    framed: bool


class TupleCodec(Codec):
    """Members, then, last first, where the variable-size ones end (the last member needs none)."""

    __slots__ = ("_default", "frames", "members", "only", "only_depth", "tail")

    def __init__(self, signature: str, big: bool, codecs: Sequence[Codec]) -> None:
        super().__init__(signature, big)
        last = len(codecs) - 1
        self.members = [
            Member(codec, codec.mask, codec.fixed, not codec.fixed and index != last)
            for index, codec in enumerate(codecs)
        ]
        self.frames = sum(member.framed for member in self.members)
        self.mask = max((codec.mask for codec in codecs), default=0)
        self.height = 1 + max((codec.height for codec in codecs), default=0)
        self.weight = 1 + sum(codec.weight for codec in codecs)
        # The members behind the last entry of the offset table: their place follows from it.
        self.tail: list[Member] = []
        for member in reversed(self.members):
            if member.framed:
                break
            self.tail.insert(0, member)
        if all(codec.fixed for codec in codecs):
            size = 0
            for codec in codecs:
                size += (-size & codec.mask) + codec.fixed
            self.fixed = size + (-size & self.mask) or 1
        self.empty_is_normal = not self.fixed and all(codec.empty_is_normal for codec in codecs)
        # What tuples of a single member, one in the other, come down to: they add no bytes.
        self.only: Codec = self
        self.only_depth = 0
        if len(codecs) == 1:
            self.only, self.only_depth = codecs[0], 1
            if isinstance(self.only, TupleCodec):
                self.only_depth += self.only.only_depth
                self.only = self.only.only
        self._default: tuple[Any, ...] | None = None

    def read(self, data: bytes, start: int, end: int, depth: int) -> tuple[Any, ...]:
        size = end - start
        if self.fixed and size != self.fixed:
            if self._default is None:
                self._default = tuple(member.codec.default() for member in self.members)
            return self._default
        width = 1 if size <= 0xFF else offset_width(size)
        values: list[Any] = []
        append = values.append
        inner = depth + 1
        at = start
        table = end
        for codec, mask, fixed, framed in self.members:
            if mask:
                at += start - at & mask
            if fixed:
                stop = at + fixed
            elif framed:
                table -= width
                if table < start:
                    break
                if width == 1:
                    stop = start + data[table]
                else:
                    stop = start + int.from_bytes(data[table : table + width], "little")
            else:
                stop = table
            if not at <= stop <= table:
                break
            append(codec.read(data, at, stop, inner))
            at = stop
        else:
            return tuple(values)
        return self._read_damaged(data, start, end, inner, values)

    def _read_damaged(
        self, data: bytes, start: int, end: int, depth: int, values: list[Any]
    ) -> tuple[Any, ...]:
        """Go on from the members read so far: right unless they reach behind the last member."""
        for index, (first, stop) in enumerate(self.bounds(data, start, end)):
            codec = self.members[index].codec
            if first == stop:
                values[index : index + 1] = (codec.default(),)
            elif index >= len(values):
                values.append(codec.read(data, first, stop, depth))
        return tuple(values)

    def bounds(
        self, data: Buffer, start: int, end: int, limit: int | None = None
    ) -> Sequence[Bounds]:
        """Where each of the first ``limit`` members lies; (0, 0) for those that damage has lost."""
        present: list[Bounds] = []
        if end - start == (self.fixed or end - start):
            present.extend(islice(self._bounds(data, start, end), limit))
        missing = len(self.members if limit is None else self.members[:limit]) - len(present)
        return present + [(0, 0)] * missing

    def _bounds(self, data: Buffer, start: int, end: int) -> Iterator[Bounds]:
        width = offset_width(end - start)
        last = self._last_end(data, start, end, width)
        at = reach = start
        table = end
        astray = False
        for index, (_, mask, fixed, framed) in enumerate(self.members):
            at += start - at & mask
            if fixed:
                stop = at + fixed
            elif framed:
                table -= width
                if table < start:
                    return
                stop = start + read_offset(data, table, width)
            else:
                stop = end - self.frames * width
            if not at <= stop <= end and not astray:
                # GLib gives up the members behind one that is out of order, unless that is the
                # first. Then it goes on, and so do we, but never over the same bytes twice.
                if index:
                    return
                astray = True
            if reach <= at < stop <= min(last, end):
                yield at, stop
                reach = stop
            else:
                yield 0, 0
            at = stop

    def _last_end(self, data: Buffer, start: int, end: int, width: int) -> int:
        """Where the last member claims to end: nothing valid reaches behind it."""
        if not self.members:
            return end
        table = end - self.frames * width
        if not self.members[-1].fixed:
            return table if table >= start else end
        at = start
        if self.frames and table >= start:
            at += read_offset(data, table, width)
        for member in self.tail:
            at += (start - at & member.mask) + member.fixed
        return at

    def is_normal(self, data: bytes, start: int, end: int, depth: int) -> bool:
        size = end - start
        if depth >= MAX_DEPTH or (self.fixed and size != self.fixed):
            return False
        if not size:
            # GLib looks for no table in no bytes, and takes even two empty arrays for normal.
            return self.empty_is_normal
        if self.only is not self:
            return self.only.is_normal(data, start, end, depth + self.only_depth)
        width = offset_width(size)
        at = start
        table = end
        for codec, mask, fixed, framed in self.members:
            padded = at + (start - at & mask)
            if padded > end or any(data[at:padded]):
                return False
            if fixed:
                stop = padded + fixed
            elif framed:
                table -= width
                if table < padded:
                    return False
                stop = start + read_offset(data, table, width)
            else:
                stop = table
            if not padded <= stop <= table or not codec.is_normal(data, padded, stop, depth + 1):
                return False
            at = stop
        if self.fixed:
            return not any(data[at:end])
        return at == table and width == table_width(at - start, self.frames)


def codec_for(signature: str, big: bool) -> Codec:
    """The codec of a definite, complete type; raises FormatError for anything else."""
    if len(signature) > MAX_CACHED_SIGNATURE:
        return _compile(signature, big)
    return _compile_cached(signature, big)


def _compile(signature: str, big: bool) -> Codec:
    check_type(signature)
    return _build(signature, 0, big)[0]


_compile_cached = lru_cache(maxsize=1024)(_compile)


@cache
def _leaf(kind: str, big: bool) -> Codec:
    special: dict[str, type[Codec]] = {
        "s": StringCodec,
        "o": ObjectPathCodec,
        "g": SignatureCodec,
        "b": BooleanCodec,
    }
    return VariantCodec(big) if kind == "v" else special.get(kind, NumberCodec)(kind, big)


def _build(text: str, at: int, big: bool) -> tuple[Codec, int]:
    """The codec of the type that starts here (known to be valid), and where it ends."""
    kind = text[at]
    first = at
    at += 1
    if kind in "am":
        element, at = _build(text, at, big)
        signature = text[first:at]
        if kind == "m":
            return MaybeCodec(signature, big, element), at
        if signature == "ay":
            return BytesCodec(signature, big, element), at
        array = FixedArrayCodec if element.fixed else VariableArrayCodec
        return array(signature, big, element), at
    if kind in "({":
        codecs: list[Codec] = []
        while text[at] not in ")}":
            codec, at = _build(text, at, big)
            codecs.append(codec)
        return TupleCodec(text[first : at + 1], big, codecs), at + 1
    return _leaf(kind, big), at
