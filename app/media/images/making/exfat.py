"""exFAT, written by ourselves in one pass: no program fills an exFAT image that is not mounted.

Every file lies in one piece, so only the tables and the top directory need chains of clusters.
Form: Microsoft's exFAT file system specification, sections 2 to 7.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from app.drive.case_folding import folded
from app.drive.udisks.mkfs_options import mkfs_options
from app.errors import DriveError
from app.fs.nodes import Node
from app.media.images.making.exfat_entries import (
    CAPITALS,
    ENTRY,
    LAST_NAME_UNITS,
    entry_count,
    file_entries,
    name_units,
    root_entries,
    table_checksum,
)
from app.media.images.making.room import check_room, fitting
from app.media.images.making.tools import Tool
from app.media.images.making.tree import Tree, TreeNode, contents
from app.media.images.request import ImageRequest
from app.message import Message
from app.progress import Cancel

TOOLS: tuple[Tool, ...] = ()

_SECTOR = 512
_ALIGNED = 1 << 20
"""Where the clusters begin, as flash memory likes it."""

_FAT_OFFSET = 65536
_LEAST = 4 << 20
_LARGEST_DIRECTORY = 256 << 20
_FIRST_CLUSTER = 2
_END = 0xFFFFFFFF
_CHANGING = frozenset({106, 107, 112})
"""Bytes of the boot sector that are not in its sum."""


class NotForExfatError(DriveError):
    """exFAT cannot hold it."""


class _Layout(Struct, frozen=True):
    """Where everything is.

    Attributes:
        size: bytes of the image.
        cluster: bytes of one.
        heap: byte where the clusters begin.
        clusters: how many there are.
        tables: clusters of the bitmap, of the capitals and of the top directory.
        first: cluster of each file and directory that has any, by path.
        used: clusters that are taken.
    """

    size: int
    cluster: int
    heap: int
    clusters: int
    tables: tuple[int, int, int]
    first: Mapping[str, int]
    used: int


def make_exfat(tree: Tree, request: ImageRequest, file: Path, cancel: Cancel) -> None:
    """Fill ``file``, which is there. Raises NotForExfatError, DriveError, OSError."""
    _check(tree)
    sizes = _sizes(tree)
    least = needed(sizes)
    size = request.size or least
    if request.size is not None and _needed_at(sizes, size) > size:
        # Rounded to what can be said in a word, and typed.
        check_room(fitting(size, lambda size: _needed_at(sizes, size)), size)
    layout = _lay_out(tree, sizes, size)
    with open(file, "r+b") as image:
        image.truncate(0)
        image.truncate(size)
        _write_boot(image, layout, request, tree)
        _write_tables(image, layout)
        _write_tree(image, tree, sizes, layout, request.label, cancel)


def _check(tree: Tree) -> None:
    """Raises NotForExfatError for names and links that it cannot have."""
    for node in tree.nodes:
        if node.node is Node.LINK:
            raise NotForExfatError(
                Message("exFAT has no links, and {path} is one.", path=node.path),
                Message("Choose --fs ext4 or squashfs."),
            )
        there: dict[str, str] = {}
        for name in node.children:
            other = there.setdefault(folded(name), name)
            if other != name:
                raise NotForExfatError(
                    Message(
                        "exFAT takes {first} and {second} for one name.", first=other, second=name
                    ),
                    Message("Choose --fs ext4 or squashfs."),
                )
            if not _is_name(name):
                raise NotForExfatError(
                    Message("exFAT cannot have the name {name}.", name=repr(name)),
                    Message("Choose --fs ext4 or squashfs."),
                )


def _is_name(name: str) -> bool:
    try:
        length = len(name_units(name)) // 2
    except UnicodeError:
        return False
    return length <= LAST_NAME_UNITS and not any(
        letter < " " or letter in '"*/:<>?\\|' for letter in name
    )


def _sizes(tree: Tree) -> dict[str, int]:
    """Bytes of content of each node by path, before they fill clusters."""
    sizes = {}
    for node in tree.nodes:
        if node.node is Node.FILE:
            sizes[node.path] = node.size
            continue
        entries = sum(map(entry_count, node.children)) + (0 if node.path else 3)
        size = max(1, entries) * ENTRY
        if size > _LARGEST_DIRECTORY:
            raise NotForExfatError(
                Message("{path} has more names than exFAT can hold.", path=node.path)
            )
        sizes[node.path] = size
    return sizes


def _cluster(size: int) -> int:
    """As `satchel format` makes it."""
    return mkfs_options("exfat", "", size).cluster


def needed(sizes: Mapping[str, int]) -> int:
    """Bytes of a file system that takes these files, with a little room."""
    return fitting(_LEAST, lambda size: _needed_at(sizes, size))


def _needed_at(sizes: Mapping[str, int], size: int) -> int:
    """Bytes that an image of this size has to have."""
    cluster = _cluster(size)
    heap, clusters = _heap(size, cluster)
    taken = sum(-(-each // cluster) for each in sizes.values())
    taken += -(-_bitmap_size(clusters) // cluster) + 2
    return heap + taken * cluster


def _heap(size: int, cluster: int) -> tuple[int, int]:
    """(where the clusters begin, how many there are)"""
    most = max(0, size - _FAT_OFFSET) // cluster
    heap = _FAT_OFFSET + (most + _FIRST_CLUSTER) * 4
    heap = -(-heap // _ALIGNED) * _ALIGNED
    return heap, max(0, size - heap) // cluster


def _bitmap_size(clusters: int) -> int:
    return -(-clusters // 8)


def _lay_out(tree: Tree, sizes: Mapping[str, int], size: int) -> _Layout:
    cluster = _cluster(size)
    heap, clusters = _heap(size, cluster)
    tables = (
        -(-_bitmap_size(clusters) // cluster),
        -(-len(CAPITALS) // cluster),
        -(-sizes[""] // cluster),
    )
    place = _FIRST_CLUSTER + sum(tables)
    first = {}
    for node in tree.nodes:
        if node.path and sizes[node.path]:
            first[node.path] = place
            place += -(-sizes[node.path] // cluster)
    return _Layout(size, cluster, heap, clusters, tables, first, place - _FIRST_CLUSTER)


def _write_boot(image: BinaryIO, layout: _Layout, request: ImageRequest, tree: Tree) -> None:
    identity = tree.identity(request.label)
    fat_sectors = (layout.heap - _FAT_OFFSET) // _SECTOR
    boot = bytearray(12 * _SECTOR)
    struct.pack_into(
        "<3s8s53xQQIIIIIIHHBBBBB7x",
        boot, 0,
        b"\xeb\x76\x90", b"EXFAT   ", 0, layout.size // _SECTOR,
        _FAT_OFFSET // _SECTOR, fat_sectors, layout.heap // _SECTOR, layout.clusters,
        _FIRST_CLUSTER + sum(layout.tables[:2]), identity.fields[0], 0x100, 0,
        9, (layout.cluster // _SECTOR).bit_length() - 1, 1, 0x80,
        min(100, layout.used * 100 // layout.clusters),
    )  # fmt: skip
    boot[120:510] = b"\xf4" * 390
    for sector in range(9):
        boot[sector * _SECTOR + 510 : (sector + 1) * _SECTOR] = b"\x55\xaa"
    summed = bytes(
        byte for place, byte in enumerate(boot[: 11 * _SECTOR]) if place not in _CHANGING
    )
    boot[11 * _SECTOR :] = struct.pack("<I", table_checksum(summed)) * (_SECTOR // 4)
    image.seek(0)
    image.write(boot)
    image.write(boot)


def _write_tables(image: BinaryIO, layout: _Layout) -> None:
    """The chains of what is not known to lie in one piece, which clusters are taken, capitals."""
    fat = [0xFFFFFFF8, _END]
    for count in layout.tables:
        fat += [*range(len(fat) + 1, len(fat) + count), _END]
    image.seek(_FAT_OFFSET)
    image.write(struct.pack(f"<{len(fat)}I", *fat))
    image.seek(layout.heap)
    whole, rest = divmod(layout.used, 8)
    image.write(b"\xff" * whole + bytes([(1 << rest) - 1]))
    image.seek(layout.heap + layout.tables[0] * layout.cluster)
    image.write(CAPITALS)


def _write_tree(
    image: BinaryIO,
    tree: Tree,
    sizes: Mapping[str, int],
    layout: _Layout,
    label: str,
    cancel: Cancel,
) -> None:
    nodes = {node.path: node for node in tree.nodes}
    for node in tree.nodes:
        cancel.check()
        first = layout.first.get(node.path, _FIRST_CLUSTER + sum(layout.tables[:2]))
        if node.node is Node.FILE and not node.size:
            continue
        image.seek(layout.heap + (first - _FIRST_CLUSTER) * layout.cluster)
        if node.node is Node.FILE:
            for piece in contents(tree, node):
                cancel.check()
                image.write(piece)
            continue
        if not node.path:
            bitmap = _FIRST_CLUSTER, _bitmap_size(layout.clusters)
            capitals = _FIRST_CLUSTER + layout.tables[0], len(CAPITALS)
            image.write(root_entries(label, bitmap, capitals))
        for name in node.children:
            inner = nodes[f"{node.path}/{name}" if node.path else name]
            image.write(_entries(inner, sizes, layout))


def _entries(node: TreeNode, sizes: Mapping[str, int], layout: _Layout) -> bytes:
    size = sizes[node.path]
    directory = node.node is Node.DIRECTORY
    if directory:
        # Of directories all of their clusters are theirs.
        size = -(-size // layout.cluster) * layout.cluster
    return file_entries(
        node.name,
        directory=directory,
        first_cluster=layout.first.get(node.path, 0),
        size=size,
        seconds=node.seconds,
    )
