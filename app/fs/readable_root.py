"""Reading below a directory that a stranger may have filled; see `app.fs.root`."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Self

from msgspec import Struct

from app.discreet import Discreet
from app.fs.beneath import open_beneath
from app.fs.nodes import Aside, DirectoryEntry, LeadsOutsideError, Node, NotRegularError, node_of
from app.message import Message
from app.progress import heed
from app.replacing import replace

_MAX_LINKS = 40
"""As many links in a path as the kernel follows."""

MAX_DEPTH = 64
"""Directories in each other that `ReadableRoot.walk` enters."""

_OFTEN = 64
"""Entries of a directory between two looks at whether to go on."""

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW
READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW
# What says that a path leads nowhere, or cannot be one.
_NOT_THERE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL})


class ReadableRoot(Discreet, Struct, frozen=True):
    """A directory, and how what is below it is read.

    Attributes:
        base: the mount point or directory that was named; how it is reached does not matter.
        prefix: the directory meant, relative to ``base``.
        known_as: what people call ``base``, for errors.
        aside: what is in the way of writing is moved there; None: that is an error.
        failures: takes what is there and cannot be read: path relative to ``base``, and why.
    """

    UNCOMPARED = frozenset({"aside", "failures"})

    base: Path
    prefix: str = "."
    known_as: Path | None = None
    aside: Aside | None = None
    failures: dict[str, str] | None = None

    def below(self, path: str) -> Self:
        """A directory in it, which need not be there."""
        return replace(self, prefix=self._inner(path))

    def __str__(self) -> str:
        return str(self.shown())

    def shown(self, path: str = ".") -> Path:
        """What a person calls ``path``. Never to be opened."""
        return (self.known_as or self.base) / self._inner(path)

    def open_directory(self, path: str = ".") -> int:
        """A descriptor of a directory. Raises OSError."""
        return self._open(path, _DIRECTORY)

    def open_regular(self, path: str) -> int:
        """A descriptor of a regular file for reading. Raises OSError."""
        # Opening a device may do something, and a pipe wait for its other end: look first.
        descriptor = self._open(path, os.O_PATH | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            self._require_regular(descriptor, path)
        finally:
            os.close(descriptor)
        descriptor = self._open(path, READ)
        try:
            self._require_regular(descriptor, path)
        except OSError:
            os.close(descriptor)
            raise
        return descriptor

    def read(self, path: str, limit: int) -> bytes:
        """A file's content; OSError EFBIG if it has more than ``limit`` bytes."""
        heed()
        with os.fdopen(self.open_regular(path), "rb") as file:
            # Asked for the whole limit, Python would make room for it.
            size = os.fstat(file.fileno()).st_size
            try:
                data = file.read(size + 1) if size <= limit else b""
            except OSError as error:
                self._note(path, error)
                raise
        if size > limit or len(data) > limit:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(self.shown(path)))
        return data

    def status(self, path: str = ".") -> os.stat_result:
        """Of what lies there, itself, not what it leads to. Raises OSError."""
        descriptor = self._open(path, os.O_PATH | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            return os.fstat(descriptor)
        finally:
            os.close(descriptor)

    def node(self, path: str) -> Node | None:
        """What lies there; None for nothing, or if the way there leads outside. Raises OSError."""
        try:
            with self._parent(path) as (directory, name):
                return Node.of(os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode)
        except (FileNotFoundError, NotADirectoryError, LeadsOutsideError):
            return None

    def entries(self, path: str = ".") -> Iterator[DirectoryEntry]:
        """What is in a directory, one by one, unsorted. Raises OSError."""
        before = "" if path == "." else f"{path}/"
        for entry in self.scan(path):
            yield DirectoryEntry(before + entry.name, entry.name, node_of(entry))

    def scan(self, path: str = ".") -> Iterator[os.DirEntry[str]]:
        """As `entries`, with what else the system tells; never to be asked to follow links."""
        with self._directory(path) as directory, os.scandir(directory) as listing:
            for number, entry in enumerate(listing):
                # However many somebody has put there.
                if not number % _OFTEN:
                    heed()
                yield entry

    def sizes(self, path: str, names: Iterable[str]) -> dict[str, int]:
        """Bytes of those of these that are files in a directory. Raises OSError."""
        sizes = {}
        heed()
        with self._directory(path) as directory:
            for name in names:
                with contextlib.suppress(FileNotFoundError):
                    status = os.stat(name, dir_fd=directory, follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode):
                        sizes[name] = status.st_size
        return sizes

    def names(self, path: str = ".") -> list[str]:
        """The names in a directory, sorted. Raises OSError."""
        return sorted(entry.name for entry in self.entries(path))

    def walk(self, path: str = ".") -> Iterator[DirectoryEntry]:
        """Everything below a directory that can be listed; directories before what is in them.

        Links are not followed; what is too deep to be anybody's is not entered.
        """
        todo = [path]
        while todo:
            directory = todo.pop()
            with contextlib.suppress(FileNotFoundError, NotADirectoryError, LeadsOutsideError):
                for entry in self.entries(directory):
                    yield entry
                    if entry.node is Node.DIRECTORY and entry.path.count("/") < MAX_DEPTH:
                        todo.append(entry.path)

    def resolve(self, path: str) -> str:
        """Where ``path`` leads with links followed that stay below the root.

        Raises FileNotFoundError if that is nowhere, `LeadsOutsideError`, and other OSErrors.
        """
        done: list[str] = []
        todo = list(reversed(PurePosixPath(path).parts))
        links = 0
        while todo:
            name = todo.pop()
            if name == "..":
                if not done:
                    raise self._leads_outside(path)
                done.pop()
                continue
            here = "/".join([*done, name])
            if Node.of(self.status(here).st_mode) is not Node.LINK:
                done.append(name)
                continue
            links += 1
            target = PurePosixPath(self.read_link(here))
            if target.is_absolute() or links > _MAX_LINKS:
                raise self._leads_outside(path)
            todo.extend(reversed(target.parts))
        return "/".join(done) or "."

    def read_link(self, path: str) -> str:
        """Where a link points to, whatever that is. Raises OSError."""
        with self._parent(path) as (directory, name):
            return os.readlink(name, dir_fd=directory)

    # How

    def _inner(self, path: str) -> str:
        """``path`` relative to the base."""
        if self.prefix == ".":
            return path
        return self.prefix if path == "." else f"{self.prefix}/{path}"

    @contextlib.contextmanager
    def _directory(self, path: str) -> Iterator[int]:
        descriptor = self.open_directory(path)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def _parent(self, path: str) -> Iterator[tuple[int, str]]:
        """The directory that ``path`` is in, and its name there."""
        above, name = os.path.split(self._inner(path))
        descriptor = replace(self, prefix=".").open_directory(above or ".")
        try:
            yield descriptor, name
        except OSError as error:
            if "/" in str(error.filename):
                raise
            # Descriptors know no directory: say which file it is.
            raise OSError(error.errno, error.strerror, str(self.shown(path))) from error
        finally:
            os.close(descriptor)

    def _require_regular(self, descriptor: int, path: str) -> None:
        match Node.of(os.fstat(descriptor).st_mode):
            case Node.FILE:
                return
            case Node.LINK:
                raise self._leads_outside(path)
            case Node.DIRECTORY:
                raise NotRegularError(
                    errno.EISDIR, os.strerror(errno.EISDIR), str(self.shown(path))
                )
            case _:
                raise NotRegularError(
                    errno.EINVAL, Message("It is not a regular file"), str(self.shown(path))
                )

    def _leads_outside(self, path: str) -> LeadsOutsideError:
        return LeadsOutsideError(
            errno.ELOOP, Message("A link, which is not followed"), str(self.shown(path))
        )

    def _open(self, path: str, flags: int) -> int:
        inner = self._inner(path)
        try:
            return self._open_beneath(inner, flags)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise self._leads_outside(path) from error
            if error.errno == errno.EXDEV:
                raise LeadsOutsideError(
                    errno.EXDEV, Message("It is on another file system"), str(self.shown(path))
                ) from error
            if error.errno == errno.ENOTDIR and self._is_link(inner):
                raise self._leads_outside(path) from error
            error.filename = str(self.shown(path))
            self._note(path, error)
            raise

    def _open_beneath(self, inner: str, flags: int) -> int:
        # How the base itself is reached is the person's affair.
        base = os.open(self.base, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            return open_beneath(base, inner, flags)
        finally:
            os.close(base)

    def _note(self, path: str, error: OSError) -> None:
        if self.failures is not None and error.errno not in _NOT_THERE:
            self.failures.setdefault(self._inner(path), error.strerror or "")

    def _is_link(self, inner: str) -> bool:
        """With O_DIRECTORY and O_NOFOLLOW a link at the end is only "not a directory"."""
        try:
            descriptor = self._open_beneath(inner, os.O_PATH | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError as error:
            return error.errno == errno.ELOOP
        try:
            return stat.S_ISLNK(os.fstat(descriptor).st_mode)
        finally:
            os.close(descriptor)
