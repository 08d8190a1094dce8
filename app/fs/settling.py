"""Times and modes that depend on nothing but what is there.

Who makes the same thing twice, on two computers, wants the same bytes in an archive or an image of
it: those tell of each file when it was written and what the person's umask was.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_OPEN, _CLOSED = 0o755, 0o644


def settle(tree: Path, when: int) -> None:
    """Give all below a directory, and itself, the time ``when``, in seconds since 1970, and the
    modes 0755 (directories, programs) and 0644.

    Of links only the times. No link is followed, and no other file system entered. What belongs to
    others, or has no modes, stays as it is. Raises OSError if it cannot be read.
    """
    descriptor = os.open(tree, _DIRECTORY)
    try:
        settle_directory(descriptor, when)
    finally:
        os.close(descriptor)


def settle_directory(descriptor: int, when: int) -> None:
    """The same of an open directory."""
    _settle_below(descriptor, os.fstat(descriptor).st_dev, when)
    _settle(descriptor, _OPEN, when)


def _settle_below(directory: int, device: int, when: int) -> None:
    with os.scandir(directory) as entries:
        names = [entry.name for entry in entries]
    for name in names:
        status = os.stat(name, dir_fd=directory, follow_symlinks=False)
        if stat.S_ISDIR(status.st_mode):
            child = os.open(name, _DIRECTORY, dir_fd=directory)
            try:
                if os.fstat(child).st_dev != device:
                    continue
                _settle_below(child, device, when)
                # What is written below changes the directory's own time.
                _settle(child, _OPEN, when)
            finally:
                os.close(child)
        elif stat.S_ISREG(status.st_mode):
            child = os.open(name, _FILE, dir_fd=directory)
            try:
                _settle(child, _OPEN if status.st_mode & stat.S_IXUSR else _CLOSED, when)
            finally:
                os.close(child)
        else:
            with contextlib.suppress(OSError):
                os.utime(name, (when, when), dir_fd=directory, follow_symlinks=False)


def _settle(descriptor: int, mode: int, when: int) -> None:
    with contextlib.suppress(OSError):
        os.fchmod(descriptor, mode)
    with contextlib.suppress(OSError):
        os.utime(descriptor, (when, when))
