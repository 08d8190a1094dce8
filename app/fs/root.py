"""Files below a directory that a stranger may have filled: one way in, and no way out.

A drive's directories may be links into somebody's home, its files pipes or devices, its paths lead
through other file systems. Everything below a `Root` is reached through descriptors that refuse
all of them (`app.fs.beneath`). The idea and the name are those of Go's ``os.Root``.

Why: decision D48.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterable
from pathlib import PurePosixPath

from app.fs.files import (
    DIRECTORY_MODE,
    drop_temporary,
    sync_descriptor,
    sync_directory,
    temporary_name,
    write_and_sync,
)
from app.fs.nodes import LeadsOutsideError, Node
from app.fs.readable_root import READ, ReadableRoot
from app.replacing import replace

_MAX_TRIES = 10_000
# What says that something on the way is of the wrong kind.
_WRONG_KIND = frozenset({errno.ELOOP, errno.EXDEV, errno.ENOTDIR, errno.EISDIR, errno.EEXIST})


class Root(ReadableRoot, frozen=True):
    """A directory, and what is below it; see the module.

    A value: it holds nothing open, so that a drive can be unmounted, and another process can use
    it. All paths are relative, of ordinary names: no "..", none that is empty.
    """

    def make_directory(self, path: str = ".") -> None:
        """Make a directory and those above it, if they are not there. Raises OSError."""
        steps = PurePosixPath(self._inner(path)).parts
        top = replace(self, prefix=".")
        for count in range(1, len(steps) + 1):
            step = "/".join(steps[:count])
            for _ in range(2):
                with contextlib.suppress(FileExistsError), top._parent(step) as (directory, name):
                    os.mkdir(name, DIRECTORY_MODE, dir_fd=directory)
                    break
                try:
                    os.close(top.open_directory(step))
                    break
                except (NotADirectoryError, LeadsOutsideError):
                    if not top._move_aside(step):
                        raise

    def replace(
        self,
        path: str,
        data: bytes,
        *,
        durable: bool = True,
        mode: int = 0o644,
        scratch: str | None = None,
    ) -> None:
        """Put ``data`` at ``path`` so that a reader sees the old or the new content, never a part.

        As `app.fs.files.replace_file`; ``scratch`` is a directory below the root. Raises OSError.
        """
        above, name = os.path.split(path)
        where = scratch if scratch is not None else above or "."
        temporary = temporary_name(name)
        with self._directory(where) as directory:
            write_and_sync(temporary, data, directory=directory, mode=mode, durable=durable)
            try:
                self.rename(f"{where}/{temporary}", path)
            except BaseException:
                drop_temporary(temporary, directory)
                raise
        if durable:
            self.sync_names([path])

    def stage(
        self,
        path: str,
        data: bytes,
        scratch: str = "",
        *,
        durable: bool = False,
        mode: int = 0o644,
    ) -> str:
        """Write what `rename` is to put at ``path``; where it is until then.

        That is to be once the file system has been flushed, unless it is ``durable``. ``scratch``
        as for `replace`. Raises OSError.
        """
        above, name = os.path.split(path)
        where = scratch or above or "."
        temporary = temporary_name(name)
        with self._directory(where) as directory:
            write_and_sync(temporary, data, directory=directory, mode=mode, durable=durable)
        return f"{where}/{temporary}"

    def rename(self, path: str, target: str) -> None:
        """Give a file another name, in place of a file of that name. Raises OSError."""
        for again in (True, False):
            try:
                with (
                    self._parent(path) as (source, name),
                    self._parent(target) as (directory, wanted),
                ):
                    os.rename(name, wanted, src_dir_fd=source, dst_dir_fd=directory)
                    return
            except OSError as error:
                if not again or error.errno not in _WRONG_KIND or not self.clear(target):
                    raise

    def clear(self, path: str) -> bool:
        """Move aside what keeps a file from being ``path``: a directory there, or something else
        on the way. False if nothing may be moved. Raises OSError.
        """
        if self.aside is None:
            return False
        self.make_directory(os.path.dirname(path) or ".")
        if self.node(path) not in (None, Node.FILE):
            self._move_aside(path)
        return True

    def put_aside(self, path: str) -> bool:
        """Move aside whatever lies there. False if nothing may be moved. Raises OSError."""
        return self._move_aside(path)

    def _move_aside(self, path: str) -> bool:
        """False if nothing may be moved. Raises OSError."""
        if self.aside is None:
            return False
        top = replace(self, prefix=".", aside=None)
        inner = self._inner(path)
        directory = self.aside.directory
        while top.node(directory) not in (None, Node.DIRECTORY):
            directory += "_"
        top.make_directory(directory)
        for number in range(1, _MAX_TRIES):
            target = f"{directory}/{number}-{os.path.basename(inner)[:200]}"
            if top.node(target) is None:
                top.rename(inner, target)
                self.aside.moved.append((inner, target))
                return True
        return False

    def touch(self, path: str) -> None:
        """Make an empty file, if there is none. Raises OSError."""
        self.clear(path)
        with self._parent(path) as (directory, name):
            flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
            os.close(os.open(name, flags, 0o644, dir_fd=directory))

    def remove(self, path: str) -> None:
        """Remove a file or link, if it is there. Raises OSError, also for a directory."""
        with (
            contextlib.suppress(FileNotFoundError, NotADirectoryError),
            self._parent(path) as (directory, name),
        ):
            os.unlink(name, dir_fd=directory)

    def remove_directory(self, path: str) -> None:
        """Raises OSError unless it is empty."""
        with self._parent(path) as (directory, name):
            os.rmdir(name, dir_fd=directory)

    def remove_tree(self, path: str) -> None:
        """Remove whatever lies there, if anything does; a link and the like is moved aside where
        that may be. Raises OSError.
        """
        if self.node(path) in (Node.LINK, Node.OTHER) and self._move_aside(path):
            return
        if self.node(path) is not Node.DIRECTORY:
            self.remove(path)
            return
        directories = [path]
        for entry in self.walk(path):
            if entry.node is Node.DIRECTORY:
                directories.append(entry.path)
            else:
                self.remove(entry.path)
        for directory in sorted(directories, key=len, reverse=True):
            self.remove_directory(directory)

    def temporaries(self, path: str) -> dict[str, int]:
        """Path → bytes of what `replace` left in a directory when its process was killed."""
        left: dict[str, int] = {}
        with contextlib.suppress(FileNotFoundError, NotADirectoryError, LeadsOutsideError):
            for entry in self.entries(path):
                named = entry.name.startswith(".") and entry.name.endswith(".tmp")
                if named and entry.node is not Node.DIRECTORY:
                    left[entry.path] = self.status(entry.path).st_size
        return left

    def drop_temporaries(self, path: str) -> list[int]:
        """Remove `temporaries`; how many bytes each had."""
        left = self.temporaries(path)
        for temporary in left:
            self.remove(temporary)
        return list(left.values())

    def make_link(self, path: str, target: str) -> None:
        """Make a symbolic link. Raises OSError."""
        with self._parent(path) as (directory, name):
            os.symlink(target, name, dir_fd=directory)

    def allow(self, path: str, mode: int) -> None:
        """Give a file or directory this mode. Raises OSError."""
        descriptor = self._open(path, READ)
        try:
            if stat.S_IMODE(os.fstat(descriptor).st_mode) != mode:
                os.fchmod(descriptor, mode)
        finally:
            os.close(descriptor)

    def sync(self) -> None:
        """Write everything cached for the file system to the medium. Raises OSError."""
        with self._directory(".") as directory:
            sync_descriptor(directory)

    def sync_names(self, paths: Iterable[str]) -> None:
        """Bring the names of files of a directory to the medium, after `rename`. Raises OSError."""
        above: dict[str, None] = {}
        for path in paths:
            # FAT has with the name where the content is: that of before, until the file is synced.
            # Why: decision D339.
            descriptor = self._open(path, READ)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            above[os.path.dirname(path) or "."] = None
        for directory in above:
            self.sync_directory(directory)

    def sync_directory(self, path: str = ".") -> None:
        """Bring a directory's names to the medium. Raises OSError."""
        with self._directory(path) as directory:
            sync_directory(directory)

    def open_for_writing(self, path: str, flags: int, mode: int = 0o644) -> int:
        """A descriptor of a regular file, by `os.open`'s ``flags``. Raises OSError."""
        self.clear(path)
        with self._parent(path) as (directory, name):
            safe = flags | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
            descriptor = os.open(name, safe, mode, dir_fd=directory)
        try:
            self._require_regular(descriptor, path)
        except OSError:
            os.close(descriptor)
            raise
        return descriptor
