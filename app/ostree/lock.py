"""The lock of an OSTree repository, held as libostree holds it (``do_repo_lock``)."""

from __future__ import annotations

import errno
import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import DriveError
from app.fs.root import Root
from app.message import Message

# struct flock: l_type, l_whence, l_start, l_len, l_pid.
_FLOCK = struct.Struct("hhqqi4x")

# Why there is nothing to lock: no lock file, none for us, or something else in its place.
_NO_LOCK = frozenset(
    {
        errno.ENOENT,
        errno.EACCES,
        errno.EROFS,
        errno.ELOOP,
        errno.EXDEV,
        errno.EISDIR,
        errno.EINVAL,
    }
)


class RepositoryInUseError(DriveError):
    """Another program holds the repository's lock."""


@contextmanager
def repository_lock(root: Root, *, exclusive: bool) -> Iterator[None]:
    """Hold libostree's lock on ``.lock``; `RepositoryInUseError` if it is taken.

    A read-only repository without a lock file is read without a lock: nobody can change it.
    """
    try:
        if exclusive:
            descriptor = root.open_for_writing(".lock", os.O_RDWR | os.O_CREAT, 0o660)
        else:
            descriptor = root.open_regular(".lock")
    except OSError as error:
        if exclusive or error.errno not in _NO_LOCK:
            raise
        yield
        return
    try:
        try:
            _lock(descriptor, exclusive=exclusive)
        except (BlockingIOError, PermissionError) as error:
            raise RepositoryInUseError(
                Message("Another program is using the repository at {path}.", path=root.shown()),
                Message("Wait until it is done, then try again."),
            ) from error
        except OSError as error:
            # Some FUSE file systems know no locks; then nobody can hold one either.
            if error.errno not in {errno.ENOTSUP, errno.ENOSYS, errno.ENOLCK}:
                raise
        yield
    finally:
        os.close(descriptor)


def is_locked(root: Root, path: str) -> bool:
    """Whether somebody holds a lock on a file that libostree locks; not if it is not there."""
    try:
        descriptor = root.open_for_writing(path, os.O_RDWR)
    except OSError:
        return False
    try:
        _lock(descriptor, exclusive=True)
    except (BlockingIOError, PermissionError):
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False


def _lock(descriptor: int, *, exclusive: bool) -> None:
    """As ``do_repo_lock``: a lock of the open file description; ``flock`` where there is none.

    The two know nothing of each other, so the choice must be libostree's.
    """
    kind = fcntl.F_WRLCK if exclusive else fcntl.F_RDLCK
    try:
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, _FLOCK.pack(kind, os.SEEK_SET, 0, 0, 0))
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        operation = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
        fcntl.flock(descriptor, operation | fcntl.LOCK_NB)
