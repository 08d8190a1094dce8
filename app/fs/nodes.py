"""What may lie at a path, and what is wrong with it: words of `app.fs.root`."""

from __future__ import annotations

import contextlib
import os
import stat
from enum import Enum, auto

from msgspec import Struct, field


class LeadsOutsideError(OSError):
    """A link, or a directory of another file system, where the drive's own file should be."""


class NotRegularError(OSError):
    """A directory, pipe, socket or device where a file should be."""


class Node(Enum):
    """What lies at a path, without following it."""

    FILE = auto()
    DIRECTORY = auto()
    LINK = auto()
    OTHER = auto()

    @classmethod
    def of(cls, mode: int) -> Node:
        """By ``st_mode``."""
        if stat.S_ISREG(mode):
            return cls.FILE
        if stat.S_ISDIR(mode):
            return cls.DIRECTORY
        return cls.LINK if stat.S_ISLNK(mode) else cls.OTHER


class DirectoryEntry(Struct, frozen=True):
    """Something in a directory. ``path`` is relative to the root that was asked."""

    path: str
    name: str
    node: Node


class Aside(Struct):
    """Where nodes of the wrong kind are moved, that stand where something is to be written.

    Attributes:
        directory: relative to the base.
        moved: (what, where to), both relative to the base.
    """

    directory: str
    moved: list[tuple[str, str]] = field(default_factory=list)


def node_of(entry: os.DirEntry[str]) -> Node:
    """What an entry of a directory is, itself; `Node.OTHER` if the file system cannot tell."""
    with contextlib.suppress(OSError):
        if entry.is_symlink():
            return Node.LINK
        if entry.is_file(follow_symlinks=False):
            return Node.FILE
        if entry.is_dir(follow_symlinks=False):
            return Node.DIRECTORY
    return Node.OTHER
