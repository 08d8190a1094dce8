"""GVariant, the format of everything in an OSTree repository that is not file content.

``parse`` gives a view that reads nothing until asked; a damaged value reads as GLib reads it (zero,
"", empty) and never raises, so whoever needs to know asks ``is_normal``. ``serialise`` writes.

Where reading differs from GLib, and only for bytes not in normal form or made to exhaust memory:
``bisect`` trusts the framing of the elements it probes without checking all those before them;
members of a tuple never share bytes; ``unpack`` of an array that is a bomb (``MAX_ELEMENT_VALUES``)
is empty; types longer than 64 KiB are no types.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from app.formats.gvariant.arrays import ArrayCodec, VariableArrayCodec
from app.formats.gvariant.basic import ByteOrder, Codec
from app.formats.gvariant.codec import MaybeCodec, TupleCodec, VariantCodec, codec_for
from app.formats.gvariant.framing import Bounds, Buffer, offset_array, ordered_prefix
from app.formats.gvariant.types import FormatError, Just, Variant
from app.formats.gvariant.writing import Serialised, write

MAX_UNPACKED = 16 << 20
"""Bytes that `Value.get` makes Python objects of, which take many times the room."""

__all__ = ["MAX_UNPACKED", "FormatError", "Just", "Value", "Variant", "parse", "serialise"]


class Value(Serialised):
    """A view of a serialised value: nothing is copied or decoded before it is asked for.

    True even when empty, so that ``lookup(...) or ...`` tests for presence.
    """

    __slots__ = ("_codec", "_data", "_depth", "_end", "_ends", "_intact", "_start")

    def __init__(self, codec: Codec, data: Buffer, start: int, end: int, depth: int) -> None:
        self._codec = codec
        self._data = data
        self._start = start
        self._end = end
        self._depth = depth
        # The offset table of an array, once an element was asked for, and how much is in order.
        self._ends: Sequence[int] | None = None
        self._intact = 0

    @property
    def signature(self) -> str:
        return self._codec.signature

    @property
    def data(self) -> bytes:
        """The serialised bytes."""
        if self._end - self._start != (self._codec.fixed or self._end - self._start):
            return bytes(self._codec.fixed)
        return bytes(self._data[self._start : self._end])

    @property
    def size(self) -> int:
        """Bytes that are there for it."""
        return self._end - self._start

    @property
    def big_endian(self) -> bool:
        return self._codec.big

    def __repr__(self) -> str:
        return f"<Value {self.signature!r}, {self._end - self._start} bytes>"

    def __bool__(self) -> bool:
        return True

    def __len__(self) -> int:
        codec = self._codec
        if isinstance(codec, ArrayCodec):
            return codec.length(self._data, self._start, self._end)
        if isinstance(codec, TupleCodec):
            return len(codec.members)
        if isinstance(codec, MaybeCodec):
            return 0 if codec.child(self._start, self._end) is None else 1
        if isinstance(codec, VariantCodec):
            return 1
        raise TypeError(f"a value of type {self.signature!r} has no children")

    def __getitem__(self, index: int) -> Value:
        length = len(self)
        if index < 0:
            index += length
        if not 0 <= index < length:
            raise IndexError(f"no child {index} among {length}")
        codec = self._codec
        if isinstance(codec, TupleCodec):
            bounds = codec.bounds(self._data, self._start, self._end, index + 1)
            return self._child(codec.members[index].codec, bounds[index])
        if isinstance(codec, VariableArrayCodec):
            return self._child(codec.element, self._element(codec, index))
        if isinstance(codec, ArrayCodec):
            at = self._start + index * codec.element.fixed
            return self._child(codec.element, (at, at + codec.element.fixed))
        if isinstance(codec, MaybeCodec):
            bound = codec.child(self._start, self._end)
            return self._child(codec.element, bound or (0, 0))
        assert isinstance(codec, VariantCodec)
        inner, start, end = codec.child(self._data, self._start, self._end, self._depth)
        return self._child(inner, (start, end))

    def __iter__(self) -> Iterator[Value]:
        codec = self._codec
        if isinstance(codec, TupleCodec):
            bounds = codec.bounds(self._data, self._start, self._end)
            for member, bound in zip(codec.members, bounds, strict=True):
                yield self._child(member.codec, bound)
        elif isinstance(codec, VariableArrayCodec):
            for bound in codec.bounds(self._data, self._start, self._end):
                yield self._child(codec.element, bound)
        else:
            for index in range(len(self)):
                yield self[index]

    def unpack(self) -> Any:
        """The whole value as Python objects."""
        data, start, end = self._contiguous()
        return self._codec.read(data, start, end, self._depth)

    def is_normal(self) -> bool:
        """Whether these are the very bytes that serialising the value would give."""
        data, start, end = self._contiguous()
        return self._codec.is_normal(data, start, end, self._depth)

    def lookup(self, key: str) -> Value | None:
        """The first value under this key in an ``a{s*}``; of an ``a{sv}``, what is in the variant.

        Reads every key up to the one it finds: the keys of a dictionary are in no order.
        """
        codec, entry = self._string_keyed()
        if entry.signature[0] != "{":
            raise TypeError(f"{self.signature!r} is not a dictionary")
        wanted = _as_key(key)
        data = self._data
        for bound in codec.bounds(data, self._start, self._end):
            (start, end), value = entry.bounds(data, *bound)
            # Keys that are no strings read as "".
            if data[start:end] == wanted or not (key or self._text(entry, start, end)):
                child = Value(entry.members[1].codec, data, *value, self._depth + 2)
                return child[0] if isinstance(child._codec, VariantCodec) else child
        return None

    def get(self, key: str, signature: str, default: Any = None) -> Any:
        """What an ``a{sv}`` has under this key, if it is of exactly this type and not huge."""
        value = self.lookup(key)
        if value is None or value.signature != signature or value.size > MAX_UNPACKED:
            return default
        return value.unpack()

    def entries(self) -> dict[str, Value]:
        """All that an ``a{sv}`` has, what is in the variants by key: for `lookup` again and again.

        The first of equal keys wins.
        """
        codec, entry = self._string_keyed()
        variant = entry.members[1].codec
        if entry.signature[0] != "{" or not isinstance(variant, VariantCodec):
            raise TypeError(f"{self.signature!r} is no dictionary of variants")
        data, depth = self._data, self._depth + 3
        entries: dict[str, Value] = {}
        for bound in codec.bounds(data, self._start, self._end):
            (start, end), (first, last) = entry.bounds(data, *bound)
            key = self._text(entry, start, end)
            if key not in entries:
                inner, at, stop = variant.child(data, first, last, depth - 1)
                entries[key] = Value(inner, data, at, stop, depth)
        return entries

    def keys(self) -> Iterator[bytes]:
        """The first member of each element, a string, as it is serialised: without its end.

        For a value in normal form, where a string ends at its first zero byte.
        """
        codec, _ = self._string_keyed()
        data = bytes(self._data) if not isinstance(self._data, bytes) else self._data
        for start, end in codec.bounds(data, self._start, self._end):
            stop = data.find(b"\0", start, end)
            yield data[start : stop if stop >= 0 else start]

    def bisect(self, key: str) -> Value | None:
        """The element whose first member is this string, in an array sorted by the bytes of it."""
        codec, element = self._string_keyed()
        wanted = _as_key(key)
        data = self._data
        frame = codec.frame(data, self._start, self._end)
        low, high = 0, frame.entries
        while low < high:
            middle = (low + high) // 2
            bound = codec.probe(data, self._start, frame, middle)
            start, end = element.bounds(data, *bound, 1)[0]
            middle_key = bytes(data[start:end])
            if middle_key == wanted:
                return self._child(element, bound)
            if middle_key < wanted:
                low = middle + 1
            else:
                high = middle
        return None

    def _string_keyed(self) -> tuple[VariableArrayCodec, TupleCodec]:
        """The codecs of the array and its elements, which must start with a string."""
        codec = self._codec
        if isinstance(codec, VariableArrayCodec):
            element = codec.element
            if isinstance(element, TupleCodec) and element.signature[1] == "s":
                return codec, element
        raise TypeError(f"{self.signature!r} has no string keys")

    def _text(self, entry: TupleCodec, start: int, end: int) -> str:
        return str(entry.members[0].codec.read(bytes(self._data[start:end]), 0, end - start, 0))

    def _element(self, codec: VariableArrayCodec, index: int) -> Bounds:
        if self._ends is None:
            frame = codec.frame(self._data, self._start, self._end)
            self._ends = offset_array(self._data, frame.table, frame.width, frame.entries)
            self._intact = ordered_prefix(self._ends)
        if index >= self._intact:
            return 0, 0
        before = self._ends[index - 1] if index else 0
        return codec.clip(self._start, before, self._ends[index], self._ends[-1])

    def _child(self, codec: Codec, bound: Bounds) -> Value:
        return Value(codec, self._data, *bound, self._depth + 1)

    def _contiguous(self) -> tuple[bytes, int, int]:
        if isinstance(self._data, bytes):
            return self._data, self._start, self._end
        return bytes(self._data[self._start : self._end]), 0, self._end - self._start


def _as_key(key: str) -> bytes:
    """The bytes of a key as they are serialised, or bytes that no key has."""
    try:
        encoded = key.encode()
    except UnicodeEncodeError:
        return b""
    return b"" if b"\0" in encoded else encoded + b"\0"


def parse(signature: str, data: Buffer, *, byteorder: ByteOrder = "little") -> Value:
    """View ``data``, all of it, as a value of this type."""
    codec = codec_for(signature, byteorder == "big")
    if not isinstance(data, bytes):
        data = memoryview(data).cast("B")
    return Value(codec, data, 0, len(data), 0)


def serialise(signature: str, value: Any, *, byteorder: ByteOrder = "little") -> bytes:
    """The normal form of a Python value of this type.

    Takes what ``unpack`` gives, pairs for a dictionary too, and anywhere a ``Value`` of the type
    wanted there, whose bytes are carried over as they are. Raises TypeError or ValueError.
    """
    return write(codec_for(signature, byteorder == "big"), value, 0)
