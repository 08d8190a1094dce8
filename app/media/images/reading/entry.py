"""What readers of images hand out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from msgspec import Struct

from app.errors import StickDamagedError
from app.fs.nodes import Node
from app.message import Message
from app.progress import heed

PIECE = 1 << 20
"""Bytes that are held at once of a file's content."""

MOST_ENTRIES = 2_000_000
DEEPEST = 64
"""Directories in each other: more than anybody's."""

MOST_DIRECTORIES = 200_000
LONGEST_PATH = 4096
"""Both bound what is remembered of directories that are still to be read."""

WINDOWS_OWN = frozenset({"System Volume Information", "$RECYCLE.BIN"})
"""What Windows leaves at the top of what it has seen."""

LARGEST_DIRECTORY = 64 << 20
"""Bytes of a directory itself, that is of some hundred thousand names."""


class ImageError(StickDamagedError):
    """An image cannot be read: it is damaged, ends too early, or is of a kind that nothing here
    reads."""


def damaged(reason: Message) -> ImageError:
    """What is wrong with an image itself."""
    return ImageError(
        Message("The image is damaged: {reason}.", reason=reason),
        Message(
            "Copy it or make it again; what is still readable, a program for rescuing may find."
        ),
    )


def unreadable() -> ImageError:
    """It may be sound, and is for others to read."""
    return ImageError(
        Message("The image's file system has something that Satchel does not read."),
        Message("Mount it, and name where it is mounted."),
    )


class Entry(Struct, frozen=True):
    """Something in an image. Its path may be anybody's, and is not to be believed.

    Attributes:
        path: relative, of names as the image has them; empty for the top directory.
        node: what it is; `Node.OTHER` for devices and the like.
        size: bytes of a file, as the image claims.
        mode: permissions.
        target: where a link points to.
        same_as: the path of an earlier file that this is another name of.
        content: of a file, in pieces of at most `PIECE` bytes. Raises ImageError.
    """

    path: str
    node: Node
    size: int = 0
    mode: int = 0o755
    target: str = ""
    same_as: str = ""
    content: Callable[[], Iterator[bytes]] = lambda: iter(())


Entries = Iterator[Entry]
"""Directories come before what is in them."""


class Entered:
    """The directories that were come across, by what each reader tells them apart by."""

    def __init__(self, top: int) -> None:
        self._known = {top}

    def enter(self, directory: int, path: str) -> None:
        """One more. Raises ImageError if it was there before, or is one too many or too deep."""
        if directory in self._known or path.count("/") > DEEPEST:
            raise damaged(Message("a directory is in itself"))
        self._known.add(directory)
        if len(self._known) > MOST_DIRECTORIES or len(path) > LONGEST_PATH:
            raise damaged(Message("it has more directories than any drive"))


class ImageBytes(Struct, frozen=True):
    """An image, or a partition of it, by offset.

    Attributes:
        descriptor: of the open file.
        start: where it begins there.
        size: bytes of it.
    """

    descriptor: int
    start: int
    size: int

    def part(self, start: int, size: int) -> ImageBytes:
        """A part of it, as far as it is there."""
        start = min(start, self.size)
        return ImageBytes(self.descriptor, self.start + start, min(size, self.size - start))

    def read(self, offset: int, size: int) -> bytes:
        """Exactly these bytes. Raises ImageError, OSError."""
        heed()
        if offset < 0 or size < 0 or offset + size > self.size:
            raise damaged(Message("it ends before what it should hold"))
        data = os.pread(self.descriptor, size, self.start + offset)
        if len(data) != size:
            raise damaged(Message("it ends before what it should hold"))
        return data

    def pieces(self, offset: int, size: int) -> Iterator[bytes]:
        """The same, a piece at a time."""
        while size > 0:
            step = min(size, PIECE)
            yield self.read(offset, step)
            offset += step
            size -= step


def zeros(size: int) -> Iterator[bytes]:
    """What is not written anywhere reads as."""
    while size > 0:
        step = min(size, PIECE)
        yield bytes(step)
        size -= step


def decoded(name: bytes) -> str:
    """A name as Python has those of files."""
    return os.fsdecode(name)
