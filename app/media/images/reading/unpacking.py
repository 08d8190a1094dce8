"""What is in an image, in a directory: nothing is followed, nothing lands outside, and nothing
is more than a file, a directory or a link.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.fs.files import DriveFullError, drive_errors
from app.fs.nodes import LeadsOutsideError, Node
from app.fs.root import Root
from app.media.images.reading.entry import (
    DEEPEST,
    MOST_ENTRIES,
    PIECE,
    Entry,
    ImageError,
    damaged,
)
from app.message import Message, Size
from app.progress import Cancel, Meter
from app.remedy import Remedy

_LONGEST_NAME = 255
_MOST_TOLD = 20
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
_DIRECTORY_ROOM = 4096
_UNPACKING = Message("unpacking the image")


class Unpacker:
    """Fills a directory that nobody else can reach.

    Entries are what a stranger says. Raises ImageError for what cannot be, DriveFullError where
    it would take more than ``room`` bytes.
    """

    def __init__(self, directory: Path, room: int, meter: Meter, cancel: Cancel) -> None:
        self._root = Root(directory)
        self._room = room
        self._free = room
        self._meter = meter
        self._cancel = cancel
        self._above = ""
        self._parent = -1
        self._left_out: list[str] = []

    def unpack(self, entries: Iterable[Entry]) -> tuple[str, ...]:
        """All of it but devices and the like, which no stick has: the first of their paths."""
        try:
            with drive_errors(_UNPACKING):
                for number, entry in enumerate(entries):
                    self._cancel.check()
                    if number >= MOST_ENTRIES:
                        raise damaged(Message("it has more files than any drive"))
                    self._take(entry)
        finally:
            self._leave()
        return tuple(self._left_out)

    def _take(self, entry: Entry) -> None:
        if not entry.path:
            self._root.allow(".", 0o700 | entry.mode)
            return
        above, name = _checked(entry.path)
        if entry.node is Node.OTHER:
            if len(self._left_out) < _MOST_TOLD:
                self._left_out.append(entry.path)
            return
        parent = self._enter(above)
        try:
            match entry.node:
                case Node.DIRECTORY:
                    self._need(_DIRECTORY_ROOM)
                    self._make_directory(parent, name, entry.mode)
                case Node.LINK:
                    self._need(_DIRECTORY_ROOM)
                    os.symlink(entry.target, name, dir_fd=parent)
                case Node.FILE:
                    self._write(parent, name, entry)
        except FileExistsError as error:
            raise damaged(Message("{path} is there twice", path=entry.path)) from error
        except ValueError as error:
            raise damaged(Message("{path} leads nowhere", path=entry.path)) from error

    def _make_directory(self, parent: int, name: str, mode: int) -> None:
        try:
            os.mkdir(name, 0o700, dir_fd=parent)
        except FileExistsError:
            # Archives may tell of a directory after what is in it, or again.
            if self._root.node(f"{self._above}/{name}" if self._above else name) is not (
                Node.DIRECTORY
            ):
                raise
        os.chmod(name, 0o700 | mode, dir_fd=parent)

    def _write(self, parent: int, name: str, entry: Entry) -> None:
        pieces = self._pieces_of(entry.same_as) if entry.same_as else entry.content()
        if not entry.same_as and entry.size > self._free:
            raise self._full(entry.size)
        descriptor = os.open(name, _NEW, 0o600, dir_fd=parent)
        try:
            for piece in pieces:
                self._cancel.check()
                self._need(len(piece))
                rest = memoryview(piece)
                while rest:
                    rest = rest[os.write(descriptor, rest) :]
                self._meter.came(len(piece))
            os.fchmod(descriptor, 0o600 | entry.mode)
        finally:
            os.close(descriptor)
        self._need(_DIRECTORY_ROOM // 2)
        self._meter.objects += 1

    def _pieces_of(self, path: str) -> Iterator[bytes]:
        """Of a file that was unpacked before."""
        _checked(path)
        try:
            descriptor = self._root.open_regular(path)
        except OSError as error:
            raise damaged(Message("{path} leads nowhere", path=path)) from error
        with os.fdopen(descriptor, "rb") as file:
            while piece := file.read(PIECE):
                yield piece

    def _enter(self, path: str) -> int:
        """A descriptor of a directory of the image."""
        if self._parent < 0 or path != self._above:
            self._leave()
            try:
                self._root.make_directory(path or ".")
                self._parent = self._root.open_directory(path or ".")
            except (NotADirectoryError, FileExistsError, LeadsOutsideError) as error:
                raise damaged(Message("{path} is in what is no directory", path=path)) from error
            self._above = path
        return self._parent

    def _leave(self) -> None:
        if self._parent >= 0:
            os.close(self._parent)
            self._parent = -1

    def _need(self, size: int) -> None:
        self._free -= size
        if self._free < 0:
            raise self._full(size)

    def _full(self, size: int) -> DriveFullError:
        return DriveFullError(
            Message(
                "There is no room to unpack the image: {needed} are needed, {free} are free.",
                needed=Size(self._room - self._free + size),
                free=Size(self._room),
            ),
            Remedy.FREE_SPACE,
        )


def _checked(path: str) -> tuple[str, str]:
    """(where it is, its name). Raises ImageError for what leads out, or cannot be."""
    parts = path.split("/")
    for name in parts:
        if name in ("", ".", "..") or "\0" in name or len(os.fsencode(name)) > _LONGEST_NAME:
            raise _impossible(path)
    if len(parts) > DEEPEST:
        raise _impossible(path)
    return "/".join(parts[:-1]), parts[-1]


def _impossible(path: str) -> ImageError:
    return damaged(Message("it has the impossible path {path}", path=repr(path[:200])))
