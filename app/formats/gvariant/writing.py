"""Writing GVariant: Python values to their normal form."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.formats.gvariant.arrays import ArrayCodec, BytesCodec, FixedArrayCodec
from app.formats.gvariant.basic import (
    BooleanCodec,
    Codec,
    NumberCodec,
    ObjectPathCodec,
    SignatureCodec,
    StringCodec,
)
from app.formats.gvariant.codec import MaybeCodec, TupleCodec, VariantCodec, codec_for
from app.formats.gvariant.framing import OFFSET_CODES, table_width
from app.formats.gvariant.types import MAX_DEPTH, Just, Variant, is_object_path, is_signature


class Serialised:
    """Something that has its bytes already, to be carried over rather than written again."""

    __slots__ = ()

    @property
    def signature(self) -> str:
        raise NotImplementedError

    @property
    def data(self) -> bytes:
        raise NotImplementedError

    @property
    def big_endian(self) -> bool:
        raise NotImplementedError

    def unpack(self) -> Any:
        raise NotImplementedError


def write(codec: Codec, value: Any, depth: int) -> bytes:
    """The bytes of a value; raises TypeError or ValueError for what the type cannot hold."""
    if isinstance(value, Serialised):
        if value.signature != codec.signature:
            raise TypeError(
                f"a value of type {value.signature!r} where {codec.signature!r} belongs"
            )
        # Every value starts aligned for its type, so its bytes do not depend on where it stands.
        if value.big_endian == codec.big:
            return value.data
        value = value.unpack()
    if depth + codec.height > MAX_DEPTH + 1:
        raise ValueError("variants are nested too deeply")
    if isinstance(codec, NumberCodec):
        return _number(codec, value)
    if isinstance(codec, StringCodec):
        return _string(codec, value)
    if isinstance(codec, BytesCodec):
        if not isinstance(value, bytes | bytearray | memoryview):
            raise _wrong(codec, "bytes", value)
        return bytes(value)
    if isinstance(codec, ArrayCodec):
        return _array(codec, value, depth)
    if isinstance(codec, TupleCodec):
        return _tuple(codec, value, depth)
    if isinstance(codec, MaybeCodec):
        return _maybe(codec, value, depth)
    assert isinstance(codec, VariantCodec)
    if not isinstance(value, Variant):
        raise _wrong(codec, "a Variant", value)
    inner = codec_for(value.signature, codec.big)
    return write(inner, value.value, depth + 1) + b"\0" + value.signature.encode()


def _wrong(codec: Codec, wanted: str, value: object) -> TypeError:
    return TypeError(f"type {codec.signature!r} takes {wanted}, not {type(value).__name__}")


def _number(codec: NumberCodec, value: Any) -> bytes:
    if isinstance(codec, BooleanCodec):
        if not isinstance(value, bool):
            raise _wrong(codec, "a bool", value)
        return b"\1" if value else b"\0"
    if codec.signature == "d":
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise _wrong(codec, "a float", value)
    elif not isinstance(value, int) or isinstance(value, bool):
        raise _wrong(codec, "an int", value)
    try:
        return struct.pack(codec.order + codec.code, value)
    except (struct.error, OverflowError):
        raise ValueError(f"{value} is out of the range of type {codec.signature!r}") from None


def _string(codec: StringCodec, value: Any) -> bytes:
    if not isinstance(value, str):
        raise _wrong(codec, "a str", value)
    if "\0" in value:
        raise ValueError("a string cannot hold a zero byte")
    if isinstance(codec, ObjectPathCodec) and not is_object_path(value):
        raise ValueError(f"{value!r} is not an object path")
    if isinstance(codec, SignatureCodec) and not is_signature(value):
        raise ValueError(f"{value!r} is not a signature")
    return value.encode() + b"\0"


def _maybe(codec: MaybeCodec, value: Any, depth: int) -> bytes:
    if value is None:
        return b""
    if codec.nested:
        if not isinstance(value, Just):
            raise _wrong(codec, "None or Just(…)", value)
        value = value.value
    written = write(codec.element, value, depth + 1)
    return written if codec.element.fixed else written + b"\0"


def _array(codec: ArrayCodec, value: Any, depth: int) -> bytes:
    if codec.as_dict and isinstance(value, Mapping):
        value = value.items()
    elif isinstance(value, str | bytes | bytearray | memoryview | Mapping | Variant):
        raise _wrong(codec, "a list", value)
    elif not isinstance(value, Iterable):
        raise _wrong(codec, "a dict or pairs" if codec.as_dict else "a list", value)
    element = codec.element
    body = bytearray()
    ends = []
    for item in value:
        body += bytes(-len(body) & element.mask)
        body += write(element, item, depth + 1)
        ends.append(len(body))
    return bytes(body) if isinstance(codec, FixedArrayCodec) else _framed(body, ends)


def _tuple(codec: TupleCodec, value: Any, depth: int) -> bytes:
    if not isinstance(value, Sequence) or isinstance(value, str | bytes | bytearray | memoryview):
        raise _wrong(codec, "a tuple", value)
    if len(value) != len(codec.members):
        raise ValueError(
            f"type {codec.signature!r} takes {len(codec.members)} members, not {len(value)}"
        )
    body = bytearray()
    ends = []
    for member, item in zip(codec.members, value, strict=True):
        body += bytes(-len(body) & member.mask)
        body += write(member.codec, item, depth + 1)
        if member.framed:
            ends.append(len(body))
    if codec.fixed:
        return bytes(body.ljust(codec.fixed, b"\0"))
    return _framed(body, ends[::-1])


def _framed(body: bytearray, ends: list[int]) -> bytes:
    code = OFFSET_CODES[table_width(len(body), len(ends))]
    return bytes(body + struct.pack(f"<{len(ends)}{code}", *ends))
