"""FAT16 and FAT32 with long names, read only: what many drives are sold with.

Form: Microsoft's FAT32 file system specification (FAT: General Overview of On-Disk Format, 1.03).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import partial

from msgspec import Struct

from app.fs.nodes import Node
from app.media.images.reading.clusters import Clusters
from app.media.images.reading.entry import (
    WINDOWS_OWN,
    Entered,
    Entries,
    Entry,
    ImageBytes,
    damaged,
    unreadable,
)
from app.message import Message

_ENTRY = 32
_LABEL, _DIRECTORY, _LONG_NAME = 0x08, 0x10, 0x0F
_LOWER_NAME, _LOWER_END = 0x08, 0x10
_DELETED, _LAST_OF_NAME = 0xE5, 0x40
_LEAST_FAT16, _LEAST_FAT32 = 4085, 65525


class Fat(Struct, frozen=True):
    """A file system of this kind.

    Attributes:
        fixed_root: (where, bytes) of the top directory of FAT16, which is in no cluster.
        root: the first cluster of the top directory of FAT32.
    """

    image: ImageBytes
    clusters: Clusters
    fixed_root: tuple[int, int]
    root: int

    def entries(self) -> Entries:
        todo = [("", self.root)]
        entered = Entered(self.root)
        while todo:
            path, directory = todo.pop()
            data = self.clusters.directory(directory) if path else self._top()
            for name, attributes, first, size in _names(data):
                if not path and name in WINDOWS_OWN:
                    continue
                inner = f"{path}/{name}" if path else name
                if not attributes & _DIRECTORY:
                    content = partial(self.clusters.pieces, first, size)
                    yield Entry(inner, Node.FILE, size, content=content)
                    continue
                entered.enter(first, inner)
                yield Entry(inner, Node.DIRECTORY)
                todo.append((inner, first))

    def _top(self) -> bytes:
        place, size = self.fixed_root
        return self.image.read(place, size) if size else self.clusters.directory(self.root)


def _names(data: bytes) -> Iterator[tuple[str, int, int, int]]:
    """(name, attributes, first cluster, bytes) of what is in a directory."""
    long: dict[int, bytes] = {}
    checksum = -1
    for place in range(0, len(data) - _ENTRY + 1, _ENTRY):
        entry = data[place : place + _ENTRY]
        if not entry[0]:
            return
        if entry[0] == _DELETED:
            long = {}
            continue
        attributes = entry[11]
        if attributes & 0x3F == _LONG_NAME:
            if entry[0] & _LAST_OF_NAME:
                long, checksum = {}, entry[13]
            if entry[13] == checksum:
                long[entry[0] & 0x3F] = entry[1:11] + entry[14:26] + entry[28:32]
            continue
        name = _short(entry)
        if long and checksum == _checksum(entry[:11]):
            units = b"".join(long[number] for number in sorted(long))
            name = units.decode("utf-16-le").split("\0")[0]
        long = {}
        if attributes & _LABEL or name in (".", ".."):
            continue
        high, low, size = struct.unpack_from("<H4xHI", entry, 20)
        yield name, attributes, high << 16 | low, size


def _short(entry: bytes) -> str:
    # What is no ASCII in it depends on the country of whoever wrote it; those have a long name.
    name = (b"\xe5" if entry[0] == 0x05 else entry[:1]) + entry[1:8]
    text, end = (part.rstrip(b" ").decode("cp437") for part in (name, entry[8:11]))
    text = text.lower() if entry[12] & _LOWER_NAME else text
    end = end.lower() if entry[12] & _LOWER_END else end
    return f"{text}.{end}" if end else text


def _checksum(name: bytes) -> int:
    checksum = 0
    for byte in name:
        checksum = ((checksum >> 1 | (checksum & 1) << 7) + byte) & 0xFF
    return checksum


def is_fat(image: ImageBytes) -> bool:
    if image.size < 512:
        return False
    data = image.read(0, 512)
    named = data[82:87] == b"FAT32" or data[54:59] in (b"FAT12", b"FAT16")
    return data[510:] == b"\x55\xaa" and named


def open_fat(image: ImageBytes) -> Fat:
    """Raises ImageError."""
    data = image.read(0, 512)
    sector, per_cluster, reserved, tables, root_entries, total = struct.unpack_from(
        "<HBHBHH", data, 11
    )
    (size,) = struct.unpack_from("<H", data, 22)
    large_total, large_size = struct.unpack_from("<II", data, 32)
    (root,) = struct.unpack_from("<I", data, 44)
    total, size = total or large_total, size or large_size
    if sector not in (512, 1024, 2048, 4096) or not per_cluster or not tables or not size:
        raise damaged(Message("the file system makes no sense"))
    if total * sector > image.size:
        raise damaged(Message("it ends before what it should hold"))
    fixed_root = (reserved + tables * size) * sector
    root_size = root_entries * _ENTRY
    heap = fixed_root + -(-root_size // sector) * sector
    clusters = (total * sector - heap) // (sector * per_cluster)
    if clusters < _LEAST_FAT16:
        raise unreadable()
    wide = clusters >= _LEAST_FAT32
    width, behind = (4, 0x0FFFFFF8) if wide else (2, 0xFFF8)
    table = image.part(reserved * sector, size * sector)

    def following(number: int) -> int | None:
        then = int.from_bytes(table.read(number * width, width), "little") & 0x0FFFFFFF
        return then if then < behind else None

    return Fat(
        image,
        Clusters(image, heap, sector * per_cluster, clusters, following),
        (fixed_root, 0 if wide else root_size),
        root if wide else 0,
    )
