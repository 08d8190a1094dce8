"""What lies in a cache where another kind of node belongs, as after a repair of the file system.

Nothing in it is ever used, it keeps what belongs there from being kept, and a pipe would make
whoever opens it wait for ever. It is removed, and nothing is followed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

_PRIVATE_DIRECTORY = 0o700


def unfit(directories: Iterator[Path], files: Iterator[str]) -> Iterator[str]:
    """The paths of these that are there and are no ``directories``, or no ``files``. A link to a
    directory is one: somebody may have put the cache onto another disk."""
    for directory in directories:
        if os.path.lexists(directory) and not directory.is_dir():
            yield str(directory)
    for file in files:
        with contextlib.suppress(OSError):
            if not stat.S_ISREG(os.lstat(file).st_mode):
                yield file


def remove_node(path: str, *, within: int | None = None) -> None:
    """Remove whatever lies there; ``within``: a directory that it is relative to, open. Raises
    OSError."""
    status = os.stat(path, dir_fd=within, follow_symlinks=False)
    if stat.S_ISDIR(status.st_mode):
        shutil.rmtree(path, dir_fd=within)
    else:
        os.unlink(path, dir_fd=within)


def make_directory(path: str | Path, *, within: int | None = None) -> None:
    """Make one for nobody else, also in place of something that is none. Raises OSError."""
    try:
        os.mkdir(path, _PRIVATE_DIRECTORY, dir_fd=within)
    except FileExistsError:
        try:
            status = os.stat(path, dir_fd=within)
        except FileNotFoundError:  # a link that leads nowhere
            status = None
        if status is None or not stat.S_ISDIR(status.st_mode):
            os.unlink(path, dir_fd=within)
            os.mkdir(path, _PRIVATE_DIRECTORY, dir_fd=within)
