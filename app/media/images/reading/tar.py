"""Tar archives, plain or compressed by gzip, bzip2, xz or zstd, read once from the beginning.

Form: POSIX pax (ustar with extended headers), and GNU's long names. Python's `tarfile` holds as
much of extended headers in memory as an archive says, which may be anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from msgspec import Struct

from app.fs.nodes import Node
from app.media.images.libraries import require_library
from app.media.images.reading.compressed import InflatedStream
from app.media.images.reading.entry import (
    PIECE,
    Entries,
    Entry,
    ImageBytes,
    ImageError,
    damaged,
    decoded,
)
from app.message import Message
from app.progress import heed

_BLOCK = 512
_MAGIC = 257
_COMPRESSED = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}
_LARGEST_HEADER = 1 << 20
_KNOWN = frozenset({b"path", b"linkpath", b"size"})
_SPARSE_FILE = b"GNU.sparse"
_FILES = frozenset(b"0\x007")
_HARD_LINK, _LINK, _DIRECTORY, _SPARSE = b"1"[0], b"2"[0], b"5"[0], b"S"[0]
_PAX, _PAX_FOR_ALL, _LONG_NAME, _LONG_LINK = b"x"[0], b"g"[0], b"L"[0], b"K"[0]


class _Stream(Protocol):
    def read(self, size: int) -> bytes: ...


class _Plain:
    """An archive that is not compressed."""

    def __init__(self, image: ImageBytes) -> None:
        self._image = image
        self._place = 0

    def read(self, size: int) -> bytes:
        size = min(size, self._image.size - self._place)
        data = self._image.read(self._place, size)
        self._place += size
        return data


class _Reading:
    """Exactly as many bytes as are asked for, and what is left of a member."""

    def __init__(self, stream: _Stream) -> None:
        self._stream = stream
        self._rest = self._padding = 0

    def exactly(self, size: int) -> bytes:
        data = self._stream.read(size)
        if len(data) != size:
            raise damaged(Message("it ends before what it should hold"))
        return data

    def header(self) -> bytes | None:
        """None at the end."""
        data = self.exactly(_BLOCK)
        if not data.strip(b"\0"):
            return None
        if _number(data[148:156]) != sum(data[:148], sum(data[156:], 256)):
            raise _senseless()
        return data

    def begin(self, size: int) -> None:
        """A member with so many bytes of content."""
        self._rest, self._padding = size, _padding(size)

    def content(self) -> Iterator[bytes]:
        """What is left of the member, with nothing then."""
        while self._rest:
            step = min(self._rest, PIECE)
            self._rest -= step
            yield self.exactly(step)
        padding, self._padding = self._padding, 0
        self.exactly(padding)


class Tar(Struct, frozen=True):
    """An archive. ``compression``: one of `INFLATERS`, or empty."""

    image: ImageBytes
    compression: str

    def entries(self) -> Entries:
        """Contents have to be read before the next entry is asked for, or are passed over."""
        stream: _Stream = _Plain(self.image)
        if self.compression:
            stream = InflatedStream(self.image, self.compression)
        reading = _Reading(stream)
        for_all: dict[bytes, bytes] = {}
        own: dict[bytes, bytes] = {}
        while (header := reading.header()) is not None:
            heed()
            kind = header[156]
            size = _number(header[124:136])
            if kind in (_PAX, _PAX_FOR_ALL, _LONG_NAME, _LONG_LINK):
                if size > _LARGEST_HEADER:
                    raise _senseless()
                data = reading.exactly(size + _padding(size))[:size]
                if kind == _PAX_FOR_ALL:
                    for_all.update(_records(data))
                elif kind == _PAX:
                    own.update(_records(data))
                else:
                    own[b"path" if kind == _LONG_NAME else b"linkpath"] = data.rstrip(b"\0")
                continue
            yield from self._member(header, {**for_all, **own}, reading)
            own = {}

    def _member(self, header: bytes, told: dict[bytes, bytes], reading: _Reading) -> Entries:
        kind = header[156]
        if b"size" in told and not told[b"size"].isdigit():
            raise _senseless()
        size = int(told[b"size"][:20]) if b"size" in told else _number(header[124:136])
        if kind == _SPARSE or _SPARSE_FILE in told:
            raise ImageError(
                Message("The archive has files with holes, which Satchel does not read."),
                Message("Unpack it, and name the directory."),
            )
        if kind in (_HARD_LINK, _LINK, _DIRECTORY) or kind in b"346":
            size = 0
        reading.begin(size)
        yield _entry(header, told, size, reading.content)
        for _ in reading.content():
            pass


def _entry(
    header: bytes, told: dict[bytes, bytes], size: int, content: Callable[[], Iterator[bytes]]
) -> Entry:
    prefix = _text(header[345:500]) if header[_MAGIC : _MAGIC + 6] == b"ustar\0" else b""
    name = told.get(b"path") or (prefix + b"/" if prefix else b"") + _text(header[:100])
    path = _plain(name)
    link = told.get(b"linkpath") or _text(header[157:257])
    mode = _number(header[100:108]) & 0o777
    match header[156]:
        case kind if kind == _DIRECTORY or (kind in _FILES and name.endswith(b"/")):
            return Entry(path, Node.DIRECTORY, mode=mode)
        case kind if kind in _FILES:
            return Entry(path, Node.FILE, size, mode=mode, content=content)
        case kind if kind == _LINK:
            return Entry(path, Node.LINK, target=decoded(link))
        case kind if kind == _HARD_LINK:
            return Entry(path, Node.FILE, mode=mode, same_as=_plain(link))
    return Entry(path, Node.OTHER)


def _plain(name: bytes) -> str:
    """A path without what says nothing; ".." and a "/" at the beginning say something."""
    path = name.rstrip(b"/") if name.strip(b"/") else b""
    while path.startswith(b"./"):
        path = path[2:].lstrip(b"/")
    return "" if path == b"." else decoded(path)


def _text(data: bytes) -> bytes:
    return data.split(b"\0", 1)[0]


def _number(data: bytes) -> int:
    """Octal digits, or a binary number where the first bit is set."""
    if data[0] & 0x80:
        number = int.from_bytes(data, "big") & ((1 << (8 * len(data) - 1)) - 1)
        if data[0] & 0x40 or number >= 2**63:
            raise _senseless()
        return number
    text = data.strip(b"\0 ")
    if not all(digit in b"01234567" for digit in text):
        raise _senseless()
    return int(text or b"0", 8)


def _padding(size: int) -> int:
    return -size % _BLOCK


def _records(data: bytes) -> dict[bytes, bytes]:
    records = {}
    while data:
        length, _, _ = data[:20].partition(b" ")
        if not length.isdigit() or not len(length) + 2 < int(length) <= len(data):
            raise _senseless()
        key, _, value = data[len(length) + 1 : int(length) - 1].partition(b"=")
        if key in _KNOWN:
            records[key] = value
        elif key.startswith(_SPARSE_FILE):
            records[_SPARSE_FILE] = b""
        data = data[int(length) :]
    return records


def _senseless() -> ImageError:
    return damaged(Message("the archive makes no sense"))


def is_tar(image: ImageBytes) -> bool:
    if _compression(image):
        return True
    return image.size >= _BLOCK and image.read(_MAGIC, 5) == b"ustar"


def open_tar(image: ImageBytes) -> Tar:
    """Raises LibraryMissingError."""
    compression = _compression(image)
    require_library(compression)
    return Tar(image, compression)


def _compression(image: ImageBytes) -> str:
    begin = image.read(0, min(6, image.size))
    return next((name for magic, name in _COMPRESSED.items() if begin.startswith(magic)), "")
