"""squashfs 4.0, read only, compressed by any of its kinds.

Form: https://dr-emann.github.io/squashfs/ and linux/fs/squashfs/squashfs_fs.h.
"""

from __future__ import annotations

import struct
from collections import OrderedDict
from collections.abc import Iterator
from functools import partial

from msgspec import Struct, field

from app.fs.nodes import Node
from app.media.images.libraries import require_library
from app.media.images.reading.compressed import inflated
from app.media.images.reading.entry import (
    LARGEST_DIRECTORY,
    Entered,
    Entries,
    Entry,
    ImageBytes,
    ImageError,
    damaged,
    decoded,
    zeros,
)
from app.message import Message

_COMPRESSIONS = {1: "gzip", 2: "lzma", 3: "lzo", 4: "xz", 5: "lz4", 6: "zstd"}
_METADATA = 8192
_STORED_METADATA, _STORED_DATA = 0x8000, 1 << 24
_NO_FRAGMENT = 0xFFFFFFFF
_PER_TABLE = 512
_LONGEST_LINK = 4096
_KEPT_METADATA, _KEPT_FRAGMENTS = 2000, 32
_DIRECTORIES, _FILES, _LINKS = {1, 8}, {2, 9}, {3, 10}


class _Kept:
    """The blocks that were inflated last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._blocks: OrderedDict[int, tuple[bytes, int]] = OrderedDict()

    def get(self, place: int) -> tuple[bytes, int] | None:
        block = self._blocks.get(place)
        if block is not None:
            self._blocks.move_to_end(place)
        return block

    def put(self, place: int, block: tuple[bytes, int]) -> None:
        self._blocks[place] = block
        if len(self._blocks) > self._most:
            self._blocks.popitem(last=False)


class _Metadata:
    """Inodes and directories: blocks one after the other, read across their borders."""

    def __init__(self, squashfs: Squashfs, block: int, offset: int) -> None:
        self._squashfs = squashfs
        self._data, self._next = squashfs.metadata(block)
        if offset > len(self._data):
            raise damaged(Message("the file system makes no sense"))
        self._place = offset

    def take(self, size: int) -> bytes:
        out = b""
        while len(out) < size:
            if self._place == len(self._data):
                self._data, self._next = self._squashfs.metadata(self._next)
                self._place = 0
            part = self._data[self._place : self._place + size - len(out)]
            if not part:
                raise damaged(Message("the file system makes no sense"))
            out += part
            self._place += len(part)
        return out


class _Inode(Struct, frozen=True):
    """``reader`` stands right after its fixed part."""

    kind: int
    mode: int
    number: int
    reader: _Metadata


class Squashfs(Struct, frozen=True):
    """A file system of this kind; places in bytes."""

    image: ImageBytes
    compression: str
    block_size: int
    root: int
    inodes: int
    directories: int
    fragments: int
    fragment_count: int
    _metadata: _Kept = field(default_factory=lambda: _Kept(_KEPT_METADATA))
    _fragments: _Kept = field(default_factory=lambda: _Kept(_KEPT_FRAGMENTS))

    def entries(self) -> Entries:
        top = self._inode(self.root)
        yield Entry("", Node.DIRECTORY, mode=top.mode)
        todo = [("", self.root)]
        entered = Entered(top.number)
        while todo:
            path, directory = todo.pop()
            for name, reference in self._names(self._inode(directory)):
                inode = self._inode(reference)
                inner = f"{path}/{name}" if path else name
                yield self._entry(inner, inode)
                if inode.kind in _DIRECTORIES:
                    entered.enter(inode.number, inner)
                    # Read anew when it is its turn: each holds a block of others as well.
                    todo.append((inner, reference))

    def metadata(self, place: int) -> tuple[bytes, int]:
        """A block of metadata, and where the next one begins."""
        block = self._metadata.get(place)
        if block is None:
            (head,) = struct.unpack("<H", self.image.read(place, 2))
            size = head & ~_STORED_METADATA
            data = self.image.read(place + 2, size)
            if not head & _STORED_METADATA:
                data = inflated(data, self.compression, _METADATA)
            if not data or len(data) > _METADATA:
                raise damaged(Message("the file system makes no sense"))
            block = data, place + 2 + size
            self._metadata.put(place, block)
        return block

    def _inode(self, reference: int) -> _Inode:
        reader = _Metadata(self, self.inodes + (reference >> 16), reference & 0xFFFF)
        kind, mode, _, _, _, number = struct.unpack("<HHHHII", reader.take(16))
        return _Inode(kind, mode & 0o777, number, reader)

    def _entry(self, path: str, inode: _Inode) -> Entry:
        if inode.kind in _DIRECTORIES:
            return Entry(path, Node.DIRECTORY, mode=inode.mode)
        if inode.kind in _LINKS:
            _, size = struct.unpack("<II", inode.reader.take(8))
            if size > _LONGEST_LINK:
                raise damaged(Message("a link is too long"))
            return Entry(path, Node.LINK, target=decoded(inode.reader.take(size)))
        if inode.kind not in _FILES:
            return Entry(path, Node.OTHER)
        if inode.kind == 2:
            start, fragment, offset, size = struct.unpack("<IIII", inode.reader.take(16))
        else:
            start, size, _, _, fragment, offset, _ = struct.unpack(
                "<QQQIIII", inode.reader.take(40)
            )
        content = partial(self._content, inode.reader, start, size, fragment, offset)
        return Entry(path, Node.FILE, size, mode=inode.mode, content=content)

    def _names(self, directory: _Inode) -> Iterator[tuple[str, int]]:
        if directory.kind == 1:
            block, _, size, offset, _ = struct.unpack("<IIHHI", directory.reader.take(16))
        elif directory.kind == 8:
            _, size, block, _, _, offset, _ = struct.unpack("<IIIIHHI", directory.reader.take(24))
        else:
            raise damaged(Message("the file system makes no sense"))
        # Counted with "." and "..", which are not there.
        rest = size - 3
        if rest > LARGEST_DIRECTORY:
            raise damaged(Message("a directory is too large"))
        if rest <= 0:
            return
        reader = _Metadata(self, self.directories + block, offset)
        while rest > 0:
            count, start, _ = struct.unpack("<III", reader.take(12))
            rest -= 12
            for _ in range(count + 1):
                if rest <= 0:
                    raise damaged(Message("a directory makes no sense"))
                place, _, _, length = struct.unpack("<HhHH", reader.take(8))
                name = reader.take(length + 1)
                rest -= 9 + length
                yield decoded(name), start << 16 | place

    def _content(
        self, sizes: _Metadata, start: int, size: int, fragment: int, offset: int
    ) -> Iterator[bytes]:
        """``sizes`` tells them of the blocks. To be read once."""
        place, rest = start, size
        while rest >= self.block_size or (rest and fragment == _NO_FRAGMENT):
            (stored,) = struct.unpack("<I", sizes.take(4))
            wanted = min(rest, self.block_size)
            length = stored & (_STORED_DATA - 1)
            if not length:
                yield from zeros(wanted)
            else:
                data = self._block(place, stored)
                if len(data) != wanted:
                    raise damaged(Message("a file ends before it should"))
                yield data
            place += length
            rest -= wanted
        if rest:
            data = self._fragment(fragment)[offset : offset + rest]
            if len(data) != rest:
                raise damaged(Message("a file ends before it should"))
            yield data

    def _block(self, place: int, stored: int) -> bytes:
        length = stored & (_STORED_DATA - 1)
        if length > self.block_size:
            raise damaged(Message("the file system makes no sense"))
        data = self.image.read(place, length)
        return data if stored & _STORED_DATA else inflated(data, self.compression, self.block_size)

    def _fragment(self, number: int) -> bytes:
        """A block with the ends of several files."""
        kept = self._fragments.get(number)
        if kept is None:
            if number >= self.fragment_count:
                raise damaged(Message("the file system makes no sense"))
            table, place = divmod(number, _PER_TABLE)
            (block,) = struct.unpack("<Q", self.image.read(self.fragments + table * 8, 8))
            start, stored, _ = struct.unpack_from("<QII", self.metadata(block)[0], place * 16)
            kept = self._block(start, stored), 0
            self._fragments.put(number, kept)
        return kept[0]


def is_squashfs(image: ImageBytes) -> bool:
    return image.size >= 96 and image.read(0, 4) == b"hsqs"


def open_squashfs(image: ImageBytes) -> Squashfs:
    """Raises ImageError, LibraryMissingError."""
    (
        _, _, _, block_size, fragments, compression, _, _, _, major, minor,
        root, used, _, _, inodes, directories, fragment_table, _,
    ) = struct.unpack("<IIIIIHHHHHHQQQQQQQQ", image.read(0, 96))  # fmt: skip
    if (major, minor) != (4, 0) or not 4096 <= block_size <= 1 << 20:
        raise damaged(Message("the file system makes no sense"))
    if used > image.size:
        raise damaged(Message("it ends before what it should hold"))
    if compression not in _COMPRESSIONS:
        raise ImageError(
            Message(
                "The image is compressed by {name}, which Satchel does not read.",
                name=str(compression),
            ),
            Message("Mount it, or unpack it with unsquashfs, and name the directory."),
        )
    require_library(_COMPRESSIONS[compression])
    return Squashfs(
        image,
        _COMPRESSIONS[compression],
        block_size,
        root,
        inodes,
        directories,
        fragment_table,
        fragments,
    )
