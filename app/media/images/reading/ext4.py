"""ext2, ext3 and ext4, read only.

Form: https://docs.kernel.org/filesystems/ext4/ (superblock, group descriptors, inodes, extents,
block maps, linear directories, which those with a hash tree are to who does not know it).
"""

from __future__ import annotations

import stat
import struct
from collections.abc import Iterator
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
    unreadable,
    zeros,
)
from app.message import Message

_SUPERBLOCK = 1024
_MAGIC = 0xEF53
_ROOT = 2
_FILE_TYPE, _RECOVER, _EXTENTS, _64BIT = 0x2, 0x4, 0x40, 0x80
_MMP, _FLEX_BG, _CSUM_SEED, _LARGE_DIR, _CASEFOLD = 0x100, 0x200, 0x2000, 0x4000, 0x20000
_READABLE = _FILE_TYPE | _EXTENTS | _64BIT | _MMP | _FLEX_BG | _CSUM_SEED | _LARGE_DIR | _CASEFOLD
_USES_EXTENTS, _INLINE_DATA, _ENCRYPTED = 0x80000, 0x10000000, 0x800
_EXTENT_MAGIC = 0xF30A
_UNWRITTEN = 32768
_SHORT_LINK = 60
_LONGEST_LINK = 4096
_DIRECT = 12
_OWN = "lost+found"


class Inode(Struct, frozen=True):
    """Of a file, directory or link. ``block``: the 60 bytes that tell where its content is."""

    number: int
    mode: int
    size: int
    flags: int
    block: bytes


class Ext4(Struct, frozen=True):
    """A file system of this kind."""

    image: ImageBytes
    block_size: int
    blocks: int
    inodes: int
    inodes_per_group: int
    inode_size: int
    descriptor_size: int
    descriptors: int
    """Where the group descriptors begin."""

    def nodes(self) -> Iterator[tuple[str, Inode]]:
        """Everything in it with its path, the top directory first, as ``""``."""
        top = self._inode(_ROOT)
        yield "", top
        todo = [("", top)]
        entered = Entered(_ROOT)
        while todo:
            path, directory = todo.pop()
            for name, number in self._names(directory):
                inode = self._inode(number)
                inner = f"{path}/{name}" if path else name
                yield inner, inode
                if stat.S_ISDIR(inode.mode):
                    entered.enter(number, inner)
                    todo.append((inner, inode))

    def entries(self) -> Entries:
        for path, inode in self.nodes():
            if path != _OWN and not path.startswith(f"{_OWN}/"):
                yield self._entry(path, inode)

    def _entry(self, path: str, inode: Inode) -> Entry:
        node = Node.of(inode.mode)
        if node is Node.LINK:
            return Entry(path, node, target=self._target(inode))
        if node is Node.FILE:
            content = partial(self._content, inode)
            return Entry(path, node, inode.size, mode=inode.mode & 0o777, content=content)
        return Entry(path, node, mode=inode.mode & 0o777)

    def _inode(self, number: int) -> Inode:
        if not 1 <= number <= self.inodes:
            raise damaged(Message("a name leads nowhere"))
        group, place = divmod(number - 1, self.inodes_per_group)
        descriptor = self.image.read(
            self.descriptors + group * self.descriptor_size, self.descriptor_size
        )
        (table,) = struct.unpack_from("<I", descriptor, 0x8)
        if self.descriptor_size >= 64:
            table |= struct.unpack_from("<I", descriptor, 0x28)[0] << 32
        data = self.image.read(table * self.block_size + place * self.inode_size, 128)
        mode, _, low = struct.unpack_from("<HHI", data)
        (flags,) = struct.unpack_from("<I", data, 0x20)
        (high,) = struct.unpack_from("<I", data, 0x6C)
        # Once used for access lists of directories.
        size = low | (high << 32 if stat.S_ISREG(mode) else 0)
        return Inode(number, mode, size, flags, data[0x28:0x64])

    def _names(self, directory: Inode) -> Iterator[tuple[str, int]]:
        if directory.size > LARGEST_DIRECTORY:
            raise damaged(Message("a directory is too large"))
        data = b"".join(self._content(directory))
        for start in range(0, len(data), self.block_size):
            block = data[start : start + self.block_size]
            place = 0
            while place + 8 <= len(block):
                number, length, name_length = struct.unpack_from("<IHB", block, place)
                # 65536 does not fit into 16 bits.
                length = length or 65536 if len(block) == 65536 else length
                if length < 8 or name_length + 8 > length:
                    raise damaged(Message("a directory makes no sense"))
                name = block[place + 8 : place + 8 + name_length]
                if number and name not in (b".", b".."):
                    yield decoded(name), number
                place += length

    def _target(self, inode: Inode) -> str:
        if inode.size > _LONGEST_LINK:
            raise damaged(Message("a link is too long"))
        if inode.size < _SHORT_LINK and not inode.flags & _USES_EXTENTS:
            return decoded(inode.block[: inode.size])
        return decoded(b"".join(self._content(inode)))

    def _content(self, inode: Inode) -> Iterator[bytes]:
        if inode.flags & (_INLINE_DATA | _ENCRYPTED):
            raise unreadable()
        runs = self._extents(inode.block, [0]) if inode.flags & _USES_EXTENTS else self._map(inode)
        place = 0
        for logical, physical, count in runs:
            begin = logical * self.block_size
            if begin < place:
                raise damaged(Message("parts of a file overlap"))
            if begin >= inode.size:
                break
            yield from zeros(begin - place)
            size = min(count * self.block_size, inode.size - begin)
            if physical:
                yield from self.image.pieces(physical * self.block_size, size)
            else:
                yield from zeros(size)
            place = begin + size
        yield from zeros(inode.size - place)

    def _extents(
        self, node: bytes, read: list[int], depth: int | None = None
    ) -> Iterator[tuple[int, int, int]]:
        """(first block of the file, block of the image or 0, how many) of a node of the tree."""
        magic, entries, _, levels = struct.unpack_from("<HHHH", node)
        if magic != _EXTENT_MAGIC or 12 + entries * 12 > len(node) or levels > 5:
            raise damaged(Message("where a file is makes no sense"))
        if depth is not None and levels != depth:
            raise damaged(Message("where a file is makes no sense"))
        for place in range(12, 12 + entries * 12, 12):
            if not levels:
                first, count, high, low = struct.unpack_from("<IHHI", node, place)
                if count > _UNWRITTEN:
                    yield first, 0, count - _UNWRITTEN
                else:
                    yield first, high << 32 | low, count
                continue
            _, low, high = struct.unpack_from("<IIH", node, place)
            read[0] += 1
            if read[0] > self.blocks:
                raise damaged(Message("where a file is makes no sense"))
            inner = self.image.read((high << 32 | low) * self.block_size, self.block_size)
            yield from self._extents(inner, read, levels - 1)

    def _map(self, inode: Inode) -> Iterator[tuple[int, int, int]]:
        """The same, of the older kind: block by block, by up to three levels of tables."""
        pointers = struct.unpack("<15I", inode.block)
        wanted = -(-inode.size // self.block_size)
        place = 0
        for number, pointer in enumerate(pointers):
            if place >= wanted:
                return
            level = max(0, number - _DIRECT + 1)
            for physical, count in self._table(pointer, level):
                yield place, physical, count
                place += count
                if place >= wanted:
                    return

    def _table(self, pointer: int, level: int) -> Iterator[tuple[int, int]]:
        width = self.block_size // 4
        if not pointer or not level:
            yield pointer, int(width**level)
            return
        data = self.image.read(pointer * self.block_size, self.block_size)
        for inner in struct.unpack(f"<{width}I", data):
            yield from self._table(inner, level - 1)


def is_ext4(image: ImageBytes) -> bool:
    return image.size >= 2 * _SUPERBLOCK and image.read(_SUPERBLOCK + 0x38, 2) == b"\x53\xef"


def open_ext4(image: ImageBytes) -> Ext4:
    """Raises ImageError."""
    data = image.read(_SUPERBLOCK, 1024)
    inodes, blocks = struct.unpack_from("<II", data)
    first, log = struct.unpack_from("<II", data, 0x14)
    (per_group,) = struct.unpack_from("<I", data, 0x28)
    (revision,) = struct.unpack_from("<I", data, 0x4C)
    (incompatible,) = struct.unpack_from("<I", data, 0x60)
    inode_size, descriptor_size = 128, 32
    if revision:
        (inode_size,) = struct.unpack_from("<H", data, 0x58)
    if incompatible & _RECOVER:
        raise ImageError(
            Message("The image is of a drive that was not unmounted: not all of it is in place."),
            Message("Mend a copy of it first: e2fsck -f FILE."),
        )
    if incompatible & ~_READABLE:
        raise unreadable()
    if incompatible & _64BIT:
        (descriptor_size,) = struct.unpack_from("<H", data, 0xFE)
        blocks |= struct.unpack_from("<I", data, 0x150)[0] << 32
    if log > 6 or not per_group or not 128 <= inode_size <= 65536:
        raise damaged(Message("the file system makes no sense"))
    if not 32 <= descriptor_size <= 1024:
        raise damaged(Message("the file system makes no sense"))
    size = 1024 << log
    if blocks * size > image.size:
        raise damaged(Message("it ends before what it should hold"))
    return Ext4(
        image, size, blocks, inodes, per_group, inode_size, descriptor_size, (first + 1) * size
    )
