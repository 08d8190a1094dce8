"""The one form in which ostree writes directory trees, read by hand.

Reading trees is most of what a pull and a check do in Python; this takes a quarter of the time of
the general GVariant reader and its check for normal form. It accepts only bytes that are the
serialisation of ``(a(say)a(sayay))`` with 32-byte checksums, and leaves all else to the general
reader, which knows what to say. Layout: the GVariant specification, section 2.5. Why: decision D5.
"""

from __future__ import annotations

from collections.abc import Iterator

_CHECKSUM = 32

RawFile = tuple[str, bytes]
RawDirectory = tuple[str, bytes, bytes]


def read_dirtree(data: bytes) -> tuple[list[RawFile], list[RawDirectory]] | None:
    """Files and directories with raw checksums, or None if this is not the ordinary form."""
    size = len(data)
    offset = width(size)
    end = int.from_bytes(data[size - offset :], "little")
    if size < offset or end > size - offset:
        return None
    try:
        files = [(name, checksums) for name, checksums in _elements(data[:end], _CHECKSUM, 1)]
        directories = [
            (name, checksums[:_CHECKSUM], checksums[_CHECKSUM:])
            for name, checksums in _elements(data[end : size - offset], 2 * _CHECKSUM, 2)
        ]
    except ValueError:
        return None
    return files, directories


def width(size: int) -> int:
    """Bytes of a framing offset in a container of ``size`` bytes."""
    if size <= 0xFF:
        return 1
    return 2 if size <= 0xFFFF else 4


def _elements(array: bytes, checksums: int, offsets: int) -> Iterator[tuple[str, bytes]]:
    """(name, checksums) of each tuple in an array. ValueError if it has another form.

    A tuple is the name, a zero byte, the checksums, and a framing offset for each member but the
    last, in reverse order.
    """
    if not array:
        return
    offset = width(len(array))
    table = int.from_bytes(array[-offset:], "little")
    count, rest = divmod(len(array) - table, offset)
    if rest or count < 1 or table > len(array) - offset:
        raise ValueError
    start = 0
    for place in range(table, len(array), offset):
        end = int.from_bytes(array[place : place + offset], "little")
        if not start < end <= table:
            raise ValueError
        element = array[start:end]
        inner = width(len(element))
        after = len(element) - offsets * inner
        name_end = after - checksums
        if name_end < 1 or element.find(0) != name_end - 1:
            raise ValueError
        expected = name_end.to_bytes(inner, "little")
        if offsets == 2:
            expected = (name_end + _CHECKSUM).to_bytes(inner, "little") + expected
        if element[after:] != expected:
            raise ValueError
        # UnicodeDecodeError is a ValueError.
        yield element[: name_end - 1].decode(), element[name_end:after]
        start = end
    if start != table:
        raise ValueError
