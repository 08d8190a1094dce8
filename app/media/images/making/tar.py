"""A tar archive: what is to be unpacked somewhere, in the order of the tree, compressed or not."""

from __future__ import annotations

import contextlib
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from app.fs.nodes import Node
from app.media.images.libraries import ZstdWriter
from app.media.images.making.tools import Tool
from app.media.images.making.tree import Tree, TreeNode, contents
from app.media.images.request import ImageRequest
from app.progress import Cancel

TOOLS: tuple[Tool, ...] = ()

_TYPES = {Node.FILE: tarfile.REGTYPE, Node.DIRECTORY: tarfile.DIRTYPE, Node.LINK: tarfile.SYMTYPE}


def make_tar(tree: Tree, request: ImageRequest, file: Path, cancel: Cancel) -> None:
    """Fill ``file``. Raises DriveError, OSError."""
    with (
        open(file, "wb") as out,
        _compressing(out, request.compression) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for node in tree.nodes:
            cancel.check()
            member = _member(node)
            if node.node is Node.FILE and not node.same_as:
                archive.addfile(member, _Contents(contents(tree, node), cancel))
            elif node.path:
                archive.addfile(member)


@contextlib.contextmanager
def _compressing(out: BinaryIO, kind: str) -> Iterator[BinaryIO]:
    """Always as strong, with no date and no name, by one thread: the same bytes of the same."""
    if not kind:
        yield out
        return
    with _COMPRESSORS[kind](out) as packed:
        yield cast(BinaryIO, packed)


def _gzip(out: BinaryIO) -> gzip.GzipFile:
    return gzip.GzipFile("", "wb", 6, out, 0)


def _xz(out: BinaryIO) -> lzma.LZMAFile:
    return lzma.LZMAFile(out, "wb", preset=6)


_COMPRESSORS: dict[str, Callable[[BinaryIO], io.IOBase]] = {
    "gzip": _gzip,
    "xz": _xz,
    "zstd": ZstdWriter,
}


def _member(node: TreeNode) -> tarfile.TarInfo:
    member = tarfile.TarInfo(node.path)
    member.type = _TYPES[node.node]
    member.size = node.size if node.node is Node.FILE else 0
    member.mode = node.mode
    member.mtime = node.seconds
    member.linkname = node.target
    if node.same_as:
        member.type, member.size, member.linkname = tarfile.LNKTYPE, 0, node.same_as
    member.uname = member.gname = "root"
    return member


class _Contents(io.RawIOBase):
    """Pieces as the file that `tarfile` wants to read."""

    def __init__(self, pieces: Iterator[bytes], cancel: Cancel) -> None:
        self._pieces = pieces
        self._cancel = cancel
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        self._cancel.check()
        while size < 0 or len(self._rest) < size:
            piece = next(self._pieces, b"")
            if not piece:
                break
            self._rest += piece
        end = len(self._rest) if size < 0 else size
        data, self._rest = self._rest[:end], self._rest[end:]
        return data
