"""exFAT, read only.

Form: Microsoft's exFAT file system specification, sections 3 to 7.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import partial

from msgspec import Struct

from app.fs.nodes import Node
from app.media.images.reading.clusters import Clusters
from app.media.images.reading.entry import (
    LARGEST_DIRECTORY,
    WINDOWS_OWN,
    Entered,
    Entries,
    Entry,
    ImageBytes,
    damaged,
    zeros,
)
from app.message import Message

_ENTRY = 32
_FILE, _STREAM, _NAME = 0x85, 0xC0, 0xC1
_DIRECTORY = 0x10
_CONTIGUOUS = 0x02
_LAST_CLUSTER = 0xFFFFFFF6


class _Stream(Struct, frozen=True):
    """Where a file's or a directory's bytes are; ``valid`` of them were ever written."""

    first: int
    size: int
    valid: int
    contiguous: bool


class Exfat(Struct, frozen=True):
    """A file system of this kind; ``root``: the first cluster of the top directory."""

    image: ImageBytes
    clusters: Clusters
    root: int

    def entries(self) -> Entries:
        todo = [("", _Stream(self.root, 0, 0, contiguous=False))]
        entered = Entered(self.root)
        while todo:
            path, directory = todo.pop()
            for name, stream, is_directory in self._names(directory, top=not path):
                inner = f"{path}/{name}" if path else name
                if not is_directory:
                    yield self._file(inner, stream)
                    continue
                yield Entry(inner, Node.DIRECTORY)
                if stream.size:
                    entered.enter(stream.first, inner)
                    todo.append((inner, stream))

    def _file(self, path: str, stream: _Stream) -> Entry:
        return Entry(path, Node.FILE, stream.size, content=partial(self._content, stream))

    def _names(self, directory: _Stream, *, top: bool) -> Iterator[tuple[str, _Stream, bool]]:
        data = self._directory(directory, top=top)
        place = 0
        while place + _ENTRY <= len(data) and data[place]:
            if data[place] != _FILE:
                place += _ENTRY
                continue
            count = data[place + 1]
            (attributes,) = struct.unpack_from("<H", data, place + 4)
            entries = data[place + _ENTRY : place + _ENTRY * (count + 1)]
            if len(entries) < 2 * _ENTRY or entries[0] != _STREAM:
                raise damaged(Message("a directory makes no sense"))
            flags, _, length = entries[1], entries[2], entries[3]
            (valid,) = struct.unpack_from("<Q", entries, 8)
            first, size = struct.unpack_from("<IQ", entries, 20)
            units = b"".join(
                entries[at + 2 : at + _ENTRY]
                for at in range(_ENTRY, len(entries), _ENTRY)
                if entries[at] == _NAME
            )
            if len(units) < 2 * length or valid > size:
                raise damaged(Message("a directory makes no sense"))
            name = units[: 2 * length].decode("utf-16-le")
            if not (top and name in WINDOWS_OWN):
                stream = _Stream(first, size, valid, bool(flags & _CONTIGUOUS))
                yield name, stream, bool(attributes & _DIRECTORY)
            place += _ENTRY * (count + 1)

    def _directory(self, directory: _Stream, *, top: bool) -> bytes:
        """Of the top directory nobody says how large it is."""
        if directory.size > LARGEST_DIRECTORY:
            raise damaged(Message("a directory is too large"))
        if top:
            return self.clusters.directory(self.root)
        return b"".join(self._pieces(directory, directory.size))

    def _content(self, stream: _Stream) -> Iterator[bytes]:
        yield from self._pieces(stream, stream.valid)
        yield from zeros(stream.size - stream.valid)

    def _pieces(self, stream: _Stream, size: int) -> Iterator[bytes]:
        if not stream.contiguous or not size:
            yield from self.clusters.pieces(stream.first, size)
            return
        self.clusters.place(stream.first + -(-size // self.clusters.size) - 1)
        yield from self.image.pieces(self.clusters.place(stream.first), size)


def is_exfat(image: ImageBytes) -> bool:
    return image.size >= 512 and image.read(3, 8) == b"EXFAT   "


def open_exfat(image: ImageBytes) -> Exfat:
    """Raises ImageError."""
    data = image.read(0, 512)
    _, length, fat, fat_size, heap, clusters, root = struct.unpack_from("<QQIIIII", data, 64)
    sector, cluster = data[108], data[109]
    if not 9 <= sector <= 12 or cluster > 25 - sector:
        raise damaged(Message("the file system makes no sense"))
    size = 1 << sector
    if length * size > image.size:
        raise damaged(Message("it ends before what it should hold"))
    table = image.part(fat * size, fat_size * size)

    def following(number: int) -> int | None:
        (then,) = struct.unpack("<I", table.read(number * 4, 4))
        return then if then <= _LAST_CLUSTER else None

    return Exfat(image, Clusters(image, heap * size, size << cluster, clusters, following), root)
