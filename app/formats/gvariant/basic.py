"""GVariant types without parts: numbers, truth values, strings; and what all types share.

Readers take ``data, start, end, depth``. ``data`` is ``bytes`` when values are built, and may be a
``memoryview`` where only the framing is looked at. A codec of fixed size that is handed a range of
any other size stands for a damaged value, which reads as zero.
"""

from __future__ import annotations

import struct
from typing import Any, Final, Literal

from app.formats.gvariant.types import MAX_DEPTH, is_object_path, is_signature

ByteOrder = Literal["little", "big"]

STRUCT_CODES: Final = dict(zip("bynqiuxthd", "BBhHiIqQid", strict=True))


class Codec:
    """A type in one byte order.

    Attributes:
        signature: the type string.
        mask: alignment less one.
        fixed: size in bytes of every value, or 0 if sizes vary.
        height: levels of containers, this one included; what counts against ``MAX_DEPTH``.
        weight: Python objects in the value of no bytes.
        empty_is_normal: whether a value may take no bytes.
    """

    __slots__ = ("big", "empty_is_normal", "fixed", "height", "mask", "signature", "weight")

    def __init__(
        self, signature: str, big: bool, *, mask: int = 0, fixed: int = 0, empty: bool = False
    ) -> None:
        self.signature = signature
        self.big = big
        self.mask = mask
        self.fixed = fixed
        self.height = 1
        self.weight = 1
        self.empty_is_normal = empty

    def read(self, data: bytes, start: int, end: int, depth: int) -> Any:
        """The Python value of ``data[start:end]``; never raises."""
        raise NotImplementedError

    def is_normal(self, data: bytes, start: int, end: int, depth: int) -> bool:
        """Whether serialising the value again would give the same bytes."""
        raise NotImplementedError

    def default(self) -> Any:
        return self.read(b"", 0, 0, 0)


class NumberCodec(Codec):
    __slots__ = ("code", "order", "unpack", "zero")

    def __init__(self, signature: str, big: bool) -> None:
        code = STRUCT_CODES[signature]
        self.order = ">" if big else "<"
        self.code = code
        layout = struct.Struct(self.order + code)
        super().__init__(signature, big, mask=layout.size - 1, fixed=layout.size)
        self.unpack = layout.unpack_from
        self.zero: int | float = 0.0 if signature == "d" else 0

    def read(self, data: bytes, start: int, end: int, depth: int) -> Any:  # noqa: ARG002
        if end - start != self.fixed:
            return self.zero
        return self.unpack(data, start)[0]

    def read_many(self, data: bytes, start: int, end: int) -> list[Any]:
        count = (end - start) // self.fixed
        return list(struct.unpack_from(f"{self.order}{count}{self.code}", data, start))

    def is_normal(self, data: bytes, start: int, end: int, depth: int) -> bool:  # noqa: ARG002
        return end - start == self.fixed and depth < MAX_DEPTH


class BooleanCodec(NumberCodec):
    __slots__ = ()

    def read(self, data: bytes, start: int, end: int, depth: int) -> bool:  # noqa: ARG002
        return end - start == 1 and data[start] != 0

    def read_many(self, data: bytes, start: int, end: int) -> list[bool]:
        return [byte != 0 for byte in data[start:end]]

    def is_normal(self, data: bytes, start: int, end: int, depth: int) -> bool:
        return end - start == 1 and data[start] < 2 and depth < MAX_DEPTH


class StringCodec(Codec):
    __slots__ = ()

    def text(self, data: bytes, start: int, end: int) -> str | None:
        if start < end and data.find(b"\0", start, end) == end - 1:
            try:
                return data[start : end - 1].decode()
            except UnicodeDecodeError:
                return None
        return None

    def read(self, data: bytes, start: int, end: int, depth: int) -> str:  # noqa: ARG002
        # text() spelled out once more: half of all calls end here.
        if start < end and data.find(b"\0", start, end) == end - 1:
            try:
                return data[start : end - 1].decode()
            except UnicodeDecodeError:
                return ""
        return ""

    def is_normal(self, data: bytes, start: int, end: int, depth: int) -> bool:
        return depth < MAX_DEPTH and self.text(data, start, end) is not None


class ObjectPathCodec(StringCodec):
    __slots__ = ()

    def text(self, data: bytes, start: int, end: int) -> str | None:
        text = StringCodec.text(self, data, start, end)
        return text if text is not None and is_object_path(text) else None

    def read(self, data: bytes, start: int, end: int, depth: int) -> str:  # noqa: ARG002
        return self.text(data, start, end) or "/"


class SignatureCodec(StringCodec):
    __slots__ = ()

    def text(self, data: bytes, start: int, end: int) -> str | None:
        text = StringCodec.text(self, data, start, end)
        return text if text is not None and is_signature(text) else None

    def read(self, data: bytes, start: int, end: int, depth: int) -> str:  # noqa: ARG002
        return self.text(data, start, end) or ""
