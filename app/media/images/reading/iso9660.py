"""ISO 9660 with Rock Ridge, read only.

Form: ECMA-119; the System Use Sharing Protocol and the Rock Ridge Interchange Protocol (IEEE P1281
and P1282): NM, PX, SL, CE, SP, and CL, PL, RE, which put deep directories elsewhere.
"""

from __future__ import annotations

import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from msgspec import Struct

from app.fs.nodes import Node
from app.media.images.reading.entry import (
    LARGEST_DIRECTORY,
    Entered,
    Entries,
    Entry,
    ImageBytes,
    ImageError,
    damaged,
    decoded,
)
from app.message import Message

_SECTOR = 2048
_FIRST = 16
_MOST_VOLUMES = 64
_DIRECTORY, _MORE = 0x02, 0x80
_MOST_CONTINUATIONS = 32
_MOST_EXTENTS = 10_000
"""Of a file; each may be of four gigabytes."""
_LONGEST = 4096


@dataclass(slots=True)
class _Record:
    """A directory's line about something. ``extents``: (first block, bytes) of its parts."""

    name: bytes
    directory: bool
    extents: list[tuple[int, int]]
    mode: int | None = None
    target: bytes | None = None
    child: int | None = None
    relocated: bool = False
    more: bool = False
    system_use: bytes = field(default=b"", repr=False)


class Iso(Struct, frozen=True):
    """A volume. ``skip``: bytes before the system use fields of each record."""

    image: ImageBytes
    block: int
    root: tuple[int, int]
    skip: int

    def entries(self) -> Entries:
        todo = [("", self.root)]
        entered = Entered(self.root[0])
        while todo:
            path, (block, size) = todo.pop()
            for record in self._records(block, size):
                if record.relocated:
                    continue
                inner = f"{path}/{decoded(record.name)}" if path else decoded(record.name)
                place = self._directory(record)
                if place is None:
                    yield self._entry(inner, record)
                    continue
                entered.enter(place[0], inner)
                yield Entry(inner, Node.DIRECTORY, mode=_permissions(record))
                todo.append((inner, place))

    def _directory(self, record: _Record) -> tuple[int, int] | None:
        if record.child is not None:
            # The directory lies elsewhere; its own first record says how large it is.
            head = self.image.read(record.child * self.block, 34)
            (size,) = struct.unpack_from("<I", head, 10)
            return record.child, size
        return record.extents[0] if record.directory else None

    def _entry(self, path: str, record: _Record) -> Entry:
        if record.target is not None:
            return Entry(path, Node.LINK, target=decoded(record.target))
        mode = record.mode if record.mode is not None else stat.S_IFREG
        if Node.of(mode) is not Node.FILE:
            return Entry(path, Node.OTHER)
        size = sum(size for _, size in record.extents)
        content = partial(self._content, tuple(record.extents))
        return Entry(path, Node.FILE, size, mode=_permissions(record), content=content)

    def _content(self, extents: tuple[tuple[int, int], ...]) -> Iterator[bytes]:
        for block, size in extents:
            yield from self.image.pieces(block * self.block, size)

    def _records(self, block: int, size: int) -> Iterator[_Record]:
        if size > LARGEST_DIRECTORY:
            raise damaged(Message("a directory is too large"))
        data = self.image.read(block * self.block, size)
        place = 0
        before: _Record | None = None
        while place < len(data):
            length = data[place]
            if not length:
                # Records do not cross sectors.
                place = (place // _SECTOR + 1) * _SECTOR
                continue
            record = self._record(data[place : place + length])
            place += length
            if record.name in (b"\0", b"\1"):
                continue
            if before is not None:
                before.extents += record.extents
                record.extents = before.extents
                if len(record.extents) > _MOST_EXTENTS:
                    raise damaged(Message("where a file is makes no sense"))
            before = record if record.more else None
            if before is None:
                yield self._with_rock_ridge(record)

    def _record(self, data: bytes) -> _Record:
        if len(data) < 34 or data[32] + 33 > len(data):
            raise damaged(Message("a directory makes no sense"))
        first, size = data[2:6], data[10:14]
        extent = int.from_bytes(first, "little"), int.from_bytes(size, "little")
        name = data[33 : 33 + data[32]]
        after = 33 + data[32] + (1 - data[32] % 2)
        flags = data[25]
        return _Record(
            name,
            bool(flags & _DIRECTORY),
            [extent],
            more=bool(flags & _MORE),
            system_use=data[after + self.skip :],
        )

    def _with_rock_ridge(self, record: _Record) -> _Record:
        name, target = b"", _Target()
        for kind, data in self._fields(record.system_use):
            match kind:
                case b"NM":
                    name += data[1:]
                    if len(name) > _LONGEST:
                        raise damaged(Message("a name is too long"))
                case b"PX":
                    (record.mode,) = struct.unpack_from("<I", data)
                case b"SL":
                    target.add(data[1:])
                case b"CL":
                    (record.child,) = struct.unpack_from("<I", data)
                case b"RE":
                    record.relocated = True
        if name:
            record.name = name
        else:
            record.name = record.name.split(b";")[0].rstrip(b".")
        if record.mode is not None and stat.S_ISLNK(record.mode):
            record.target = target.path()
        return record

    def _fields(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """(what it is, its data), where they go on elsewhere as well."""
        for _ in range(_MOST_CONTINUATIONS):
            further = None
            place = 0
            while place + 4 <= len(data):
                kind, length = data[place : place + 2], data[place + 2]
                if length < 4 or kind == b"ST":
                    break
                inner = data[place + 4 : place + length]
                if kind == b"CE":
                    block, _, offset, _, size = struct.unpack_from("<IIIII", inner)
                    further = block * self.block + offset, size
                else:
                    yield kind, inner
                place += length
            if further is None:
                return
            if further[1] > _SECTOR:
                raise damaged(Message("a directory makes no sense"))
            data = self.image.read(*further)
        raise damaged(Message("a directory makes no sense"))


def _permissions(record: _Record) -> int:
    return 0o755 if record.mode is None else record.mode & 0o777


class _Target:
    """Where a link points to, part by part."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._goes_on = False

    def add(self, data: bytes) -> None:
        place = 0
        while place + 2 <= len(data):
            flags, length = data[place], data[place + 1]
            text = data[place + 2 : place + 2 + length]
            if flags & 0x02:
                text = b"."
            elif flags & 0x04:
                text = b".."
            elif flags & 0x08:
                text = b""
            if self._goes_on:
                self._parts[-1] += text
            else:
                self._parts.append(text)
            self._goes_on = bool(flags & 0x01)
            place += 2 + length
            if sum(map(len, self._parts)) > _LONGEST or len(self._parts) > _LONGEST:
                raise damaged(Message("a link is too long"))

    def path(self) -> bytes:
        return b"/".join(self._parts) or b"/"


def is_iso(image: ImageBytes) -> bool:
    start = _FIRST * _SECTOR
    return image.size >= start + _SECTOR and image.read(start + 1, 5) == b"CD001"


def open_iso(image: ImageBytes) -> Iso:
    """Raises ImageError."""
    for number in range(_FIRST, _FIRST + _MOST_VOLUMES):
        data = image.read(number * _SECTOR, _SECTOR)
        if data[1:6] != b"CD001" or data[0] == 255:
            break
        if data[0] == 1:
            (block,) = struct.unpack_from("<H", data, 128)
            if block not in (512, 1024, 2048):
                break
            (first,) = struct.unpack_from("<I", data, 158)
            (size,) = struct.unpack_from("<I", data, 166)
            return Iso(image, block, (first, size), _skip(image, first * block))
    raise damaged(Message("the file system makes no sense"))


def _skip(image: ImageBytes, root: int) -> int:
    """By the first record of the top directory, which also says whether there is Rock Ridge."""
    data = image.read(root, 256)
    use = data[34 : data[0]]
    if use[:2] != b"SP" or use[4:6] != b"\xbe\xef":
        raise ImageError(
            Message("The image has short names only: it was made without Rock Ridge."),
            Message("Make it again with Rock Ridge: satchel media --image FILE.iso does."),
        )
    return use[6]
