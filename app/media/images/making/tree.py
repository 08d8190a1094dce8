"""A tree as it goes into an image: sorted, owned by root, readable for everybody."""

from __future__ import annotations

import hashlib
import os
import stat
import uuid
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from app.errors import DriveError, UsageError
from app.fs.files import drive_errors, open_regular
from app.fs.nodes import Node
from app.message import Message
from app.progress import heed

DEEPEST = 64
"""Directories in each other."""

_LOCK = ".lock"
_PIECE = 1 << 20


class TreeNode(Struct, frozen=True):
    """Something in a tree.

    Attributes:
        path: relative to the tree; empty for itself.
        node: a file, directory or link.
        size: bytes of a file, or of where a link points to.
        mode: permissions in the image.
        seconds: since 1970, when it was changed.
        target: where a link points to.
        children: names in a directory, sorted by their bytes.
        same_as: the path of an earlier file that this is another name of.
    """

    path: str
    node: Node
    size: int
    mode: int
    seconds: int
    target: str = ""
    children: tuple[str, ...] = ()
    same_as: str = ""

    @property
    def name(self) -> str:
        return os.path.basename(self.path)


class Tree(Struct, frozen=True):
    """What goes into an image. ``nodes``: parents before what is in them, siblings sorted."""

    directory: Path
    nodes: tuple[TreeNode, ...]

    def of(self, node: Node) -> Iterator[TreeNode]:
        return (each for each in self.nodes if each.node is node)

    @property
    def bytes(self) -> int:
        """Of the contents of all files, each once however many names it has."""
        return sum(each.size for each in self.of(Node.FILE) if not each.same_as)

    def identity(self, label: str) -> uuid.UUID:
        """The same for the same tree, another for another: what makes a file system unique."""
        digest = hashlib.sha256(label.encode())
        for each in self.nodes:
            line = f"{each.path}\0{each.node.name}\0{each.size}\0{each.seconds}\0{each.target}\0"
            digest.update(os.fsencode(line))
        return uuid.UUID(bytes=digest.digest()[:16], version=4)


def read_tree(directory: Path, *, shared: bool = False) -> Tree:
    """Look at everything in ``directory``, following nothing.

    ``shared``: everybody may write. Raises DriveError; UsageError for what no image takes.
    """
    with drive_errors(Message("reading what goes into the image")):
        return Tree(directory, tuple(_nodes(directory, "", {}, shared=shared)))


def _nodes(
    directory: Path, path: str, names_of: dict[tuple[int, int], str], *, shared: bool
) -> Iterator[TreeNode]:
    """``names_of``: the first names of files that have several, by device and inode."""
    heed()
    whole = os.path.join(directory, path) if path else str(directory)
    status = os.lstat(whole)
    node = Node.of(status.st_mode)
    seconds = int(status.st_mtime)
    match node:
        case Node.DIRECTORY:
            names = tuple(sorted(os.listdir(whole), key=os.fsencode))
            mode = 0o777 if shared else 0o755
            yield TreeNode(path, node, 0, mode, seconds, children=names)
            for name in names:
                inner = f"{path}/{name}" if path else name
                if inner.count("/") > DEEPEST or any(map(_is_control, name)):
                    raise UsageError(
                        Message("{path} is a name that no image has.", path=repr(inner[-200:])),
                        Message("Take it away: Satchel has not put it there."),
                    )
                yield from _nodes(directory, inner, names_of, shared=shared)
        case Node.LINK:
            target = os.readlink(whole)
            size = len(os.fsencode(target))
            yield TreeNode(path, node, size, 0o777, seconds, target)
        case Node.FILE:
            mode = 0o755 if status.st_mode & stat.S_IXUSR else 0o644
            if shared and os.path.basename(path) == _LOCK:
                mode = 0o666
            first = path
            if status.st_nlink > 1:
                first = names_of.setdefault((status.st_dev, status.st_ino), path)
            same_as = first if first != path else ""
            yield TreeNode(path, node, status.st_size, mode, seconds, same_as=same_as)
        case _:
            raise UsageError(
                Message("{path} is neither a file nor a directory nor a link.", path=whole),
                Message("Take it away: no image has such things."),
            )


def _is_control(char: str) -> bool:
    """What the programs that make images take for the end of a line or of a word, and the next one
    for an order."""
    return char < " " or char == "\x7f"


def contents(tree: Tree, node: TreeNode) -> Iterator[bytes]:
    """Of a file of the tree, as many bytes as it had. Raises OSError, DriveError."""
    descriptor = open_regular(os.path.join(tree.directory, node.path), follow=False)
    with os.fdopen(descriptor, "rb") as file:
        rest = node.size
        while rest:
            piece = file.read(min(rest, _PIECE))
            if not piece:
                raise DriveError(
                    Message("{path} changed while the image was made.", path=node.path),
                    Message("Let nothing write there, then run it again."),
                )
            rest -= len(piece)
            yield piece
