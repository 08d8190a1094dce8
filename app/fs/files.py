"""File helpers: whole-file replacement, flushing, cache dropping, and what an OSError means."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from msgspec import Struct

from app.errors import Cause, DriveError, exhausted, no_temporary
from app.message import Message
from app.remedy import Hint, Remedy

DIRECTORY_MODE = 0o755
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class DriveFullError(DriveError):
    """No room left on the drive."""

    cause: ClassVar[Cause] = Cause.FULL


class DriveLostError(DriveError):
    """The drive is not there any more, or does not answer."""

    cause: ClassVar[Cause] = Cause.PULLED_OUT


class AccessDeniedError(DriveError):
    """The system does not let this user do it."""

    cause: ClassVar[Cause] = Cause.LOCKED


class _Meaning(Struct, frozen=True):
    """What an error number of the system means for a person.

    Attributes:
        sentence: of what was being done, which completes "while …".
    """

    sentence: Callable[[Message], Message]
    hint: Hint
    kind: type[DriveError] = DriveError


_FULL = _Meaning(
    lambda doing: Message("The disk is full: no room is left while {doing}.", doing=doing),
    Remedy.FREE_SPACE,
    DriveFullError,
)
_GONE = _Meaning(
    lambda doing: Message(
        "A drive, or something that was there, has gone while {doing}.", doing=doing
    ),
    Remedy.PLUG_DRIVE_IN,
    DriveLostError,
)
_DENIED = _Meaning(
    lambda doing: Message("Permission denied while {doing}.", doing=doing),
    Remedy.GET_PERMISSION,
    AccessDeniedError,
)
_ELSEWHERE = _Meaning(
    lambda doing: Message(
        "Something there leads elsewhere, and is not followed, while {doing}.", doing=doing
    ),
    Remedy.LOOK_AT_LINK,
)
_WRONG_KIND = _Meaning(
    lambda doing: Message(
        "Something there is not of the kind it should be, while {doing}.", doing=doing
    ),
    Remedy.MOVE_ASIDE,
)
_MEANINGS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EROFS: _Meaning(
        lambda doing: Message(
            "The disk is read-only, it cannot be changed while {doing}.", doing=doing
        ),
        Message(
            "Mount it for writing; a drive may have a write-protect switch. If it could be written"
            " just now, its file system is damaged: let the program for disks, or fsck, repair"
            " that first."
        ),
    ),
    errno.ENOENT: _GONE,
    errno.ENODEV: _GONE,
    errno.ENXIO: _GONE,
    errno.ENOTCONN: _GONE,
    errno.ESTALE: _GONE,
    errno.EIO: _Meaning(
        lambda doing: Message("The disk reports an input/output error while {doing}.", doing=doing),
        Message(
            "It may be failing, or its file system is damaged: let the program for disks, or fsck,"
            " repair that. A drive may have been unplugged: try another port or another drive."
        ),
    ),
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.ELOOP: _ELSEWHERE,
    errno.EXDEV: _ELSEWHERE,
    errno.ENOTDIR: _WRONG_KIND,
    errno.EISDIR: _WRONG_KIND,
    errno.EFBIG: _Meaning(
        lambda doing: Message(
            "A file is too large for the file system while {doing}.", doing=doing
        ),
        Message("Use a file system that holds large files, like ext4 or exFAT."),
    ),
}


def explain(error: OSError, doing: Message) -> DriveError:
    """The `DriveError` that tells a person what an `OSError` on the drive means.

    ``doing`` completes "while …", for example ``"writing the repository"``.
    """
    if (nowhere := no_temporary(error)) is not None:
        return nowhere
    if (limit := exhausted(error)) is not None:
        return DriveError(limit.message, limit.hint)
    if error.filename:
        doing = Message("{doing} ({path})", doing=doing, path=error.filename)
    meaning = _MEANINGS.get(error.errno or 0)
    if meaning is None:
        reason = os.strerror(error.errno) if error.errno else error
        return DriveError(Message("{reason} while {doing}.", reason=reason, doing=doing))
    return meaning.kind(meaning.sentence(doing), meaning.hint)


@contextmanager
def drive_errors(doing: Message) -> Iterator[None]:
    """Turn an `OSError` of the block into the `DriveError` that explains it."""
    try:
        yield
    except OSError as error:
        raise explain(error, doing) from error


_STATFS = 64
"""Words, more than `struct statfs` has; the first is the kind."""


@lru_cache(maxsize=1)
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def sync_file_system(path: Path) -> None:
    """Write everything cached for the file system of ``path`` to the medium (``syncfs(2)``).

    Raises OSError, also for write errors since the last call (Linux >= 5.8).
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        sync_descriptor(descriptor)
    finally:
        os.close(descriptor)


def sync_descriptor(descriptor: int) -> None:
    """As `sync_file_system`, for the file system of an open file or directory."""
    if _libc().syncfs(descriptor) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    # FUSE has no syncfs for file systems on drives; their fsync writes out the whole device.
    sync_directory(descriptor)


def file_system_kind(descriptor: int) -> int:
    """The magic number of an open file's file system (statfs(2)); 0 if it does not say."""
    told = (ctypes.c_long * _STATFS)()
    return told[0] & 0xFFFFFFFF if _libc().fstatfs(descriptor, told) == 0 else 0


def drop_cache(descriptor: int) -> None:
    """Forget the cached pages of an open file, so that the next read comes from the medium."""
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def replace_file(path: Path, data: bytes, *, durable: bool = True, mode: int = 0o644) -> None:
    """Put ``data`` at ``path`` so that a reader sees the old or the new content, never a part.

    Works on file systems without links (exFAT). With ``durable`` the content is on the medium
    before the name changes, and the name when this returns.
    """
    temporary = temporary_name(path.name)
    directory = os.open(path.parent, _DIRECTORY)
    try:
        write_and_sync(temporary, data, directory=directory, mode=mode, durable=durable)
        try:
            os.rename(temporary, path.name, src_dir_fd=directory, dst_dir_fd=directory)
        except BaseException:
            drop_temporary(temporary, directory)
            raise
        if durable:
            sync_directory(directory)
    finally:
        os.close(directory)


def temporary_name(name: str) -> str:
    """A new name for what will be ``name``; `Root.drop_temporaries` knows it by its form."""
    return f".{name[:200]}.{os.urandom(4).hex()}.tmp"


def write_and_sync(name: str, data: bytes, *, directory: int, mode: int, durable: bool) -> None:
    """Make the file ``name`` in an open directory, on the medium at once if ``durable``.

    Leaves nothing behind if it fails. Raises OSError, also if anything of that name is there.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(name, flags, mode, dir_fd=directory)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
    except BaseException:
        drop_temporary(name, directory)
        raise


def drop_temporary(name: str, directory: int) -> None:
    """Remove a file of an open directory if that can be done."""
    with contextlib.suppress(OSError):
        os.unlink(name, dir_fd=directory)


class _Umask:
    """Who changed it. ``before`` is the person's, while ``blocks`` want another."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.blocks = 0
        self.before = 0


_umask = _Umask()


@contextmanager
def readable_by_everybody() -> Iterator[None]:
    """What is made in the block may be read by all, as strict as the person's umask may be.

    A drive is for other people's computers, where nobody has its maker's user number. The umask is
    one for all threads: the first of several jobs changes it, the last one puts it back.
    """
    with _umask.lock:
        if not _umask.blocks:
            _umask.before = os.umask(0o022)
        _umask.blocks += 1
    try:
        yield
    finally:
        with _umask.lock:
            _umask.blocks -= 1
            if not _umask.blocks:
                os.umask(_umask.before)


def is_for_everybody() -> bool:
    """Whether somebody is in such a block."""
    return _umask.blocks > 0


def sync_directory(descriptor: int) -> None:
    """``fsync`` of an open directory, which not every file system knows."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EROFS}:
            raise


def open_regular(path: Path | str, *, directory: int | None = None, follow: bool = True) -> int:
    """Open a regular file for reading, never waiting for the other end of a pipe.

    ``directory`` is a descriptor that a relative path starts from. OSError EINVAL for what is
    not a file.
    """
    return open_with_status(path, directory=directory, follow=follow)[0]


def open_with_status(
    path: Path | str, *, directory: int | None = None, follow: bool = True
) -> tuple[int, os.stat_result]:
    """As `open_regular`, and what the file is."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | (0 if follow else os.O_NOFOLLOW)
    try:
        descriptor = os.open(path, flags, dir_fd=directory)
    except ValueError as error:
        # Of an address a byte of zero may have come.
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), repr(path)) from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "It is not a regular file", str(path))
    return descriptor, status


_SPARSEST = 64


def is_hollow(status: os.stat_result) -> bool:
    """Whether a file is much larger than its room on the disk: nobody has ever written so much, and
    reading it might take days. What a file system compresses is less so."""
    return status.st_size > (status.st_blocks + 8) * 512 * _SPARSEST


def read_bounded(path: Path, limit: int, *, follow: bool = True) -> bytes:
    """The content of a file of at most ``limit`` bytes; OSError EFBIG if it is larger."""
    with os.fdopen(open_regular(path, follow=follow), "rb") as file:
        # Asked for the whole limit, Python would make room for it.
        size = os.fstat(file.fileno()).st_size
        data = file.read(min(size, limit) + 1)
        if size < len(data) <= limit:  # it grows, or does not tell its size, as in /proc
            data += file.read(limit + 1 - len(data))
    if len(data) > limit:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return data
