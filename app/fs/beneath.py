"""Opening a path below a directory, and nowhere else.

``openat2`` with ``RESOLVE_BENEATH``, ``RESOLVE_NO_SYMLINKS`` and ``RESOLVE_NO_XDEV`` (openat2(2),
Linux >= 5.6), and step by step with ``O_NOFOLLOW`` where that is not to be had.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import stat
from pathlib import PurePosixPath

# ``struct open_how`` and flags of <linux/openat2.h>.
_SYS_OPENAT2 = 437
_NO_XDEV, _NO_MAGICLINKS, _NO_SYMLINKS, _BENEATH = 0x01, 0x02, 0x04, 0x08
_RESOLVE = _NO_XDEV | _NO_MAGICLINKS | _NO_SYMLINKS | _BENEATH
# What says that there is no such call, or that a sandbox does not know it.
_NO_CALL = frozenset({errno.ENOSYS, errno.EPERM, errno.E2BIG, errno.EINVAL})


class _OpenHow(ctypes.Structure):
    _fields_ = (
        ("flags", ctypes.c_uint64),
        ("mode", ctypes.c_uint64),
        ("resolve", ctypes.c_uint64),
    )


class _OpenAt2:
    """The system call, as long as nothing has shown that there is none."""

    def __init__(self) -> None:
        # The number is the same on all architectures but Alpha.
        self.usable = platform.machine() != "alpha"
        self._call = ctypes.CDLL(None, use_errno=True).syscall

    def __call__(self, directory: int, path: str, flags: int) -> int:
        how = _OpenHow(flags, 0, _RESOLVE)
        name = os.fsencode(path)
        while True:
            descriptor: int = self._call(
                ctypes.c_long(_SYS_OPENAT2),
                ctypes.c_int(directory),
                ctypes.c_char_p(name),
                ctypes.byref(how),
                ctypes.c_size_t(ctypes.sizeof(how)),
            )
            if descriptor >= 0:
                return descriptor
            number = ctypes.get_errno()
            # EAGAIN: something was renamed meanwhile, so the kernel does not know what is beneath.
            if number not in {errno.EINTR, errno.EAGAIN}:
                raise OSError(number, os.strerror(number))


openat2 = _OpenAt2()


def open_beneath(base: int, path: str, flags: int) -> int:
    """Open ``path`` below the directory ``base``; OSError ELOOP for links, EXDEV for what leads
    off the file system or above.
    """
    if "\0" in path:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    if openat2.usable:
        try:
            return openat2(base, path, flags)
        except OSError as error:
            if error.errno not in _NO_CALL:
                raise
            if error.errno == errno.ENOSYS:
                openat2.usable = False
    return _open_by_steps(base, path, flags)


def _open_by_steps(base: int, path: str, flags: int) -> int:
    """As `open_beneath`, for kernels and sandboxes without the call."""
    *steps, name = PurePosixPath(path).parts or (".",)
    if ".." in (*steps, name) or path.startswith("/"):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
    device = os.fstat(base).st_dev
    here = os.dup(base)
    try:
        for step in steps:
            try:
                inner = os.open(step, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=here)
            finally:
                os.close(here)
                here = -1
            here = inner
            _require_directory(here, device)
        descriptor = os.open(name, flags | os.O_NOFOLLOW, dir_fd=here)
    finally:
        if here >= 0:
            os.close(here)
    if os.fstat(descriptor).st_dev != device:
        os.close(descriptor)
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
    return descriptor


def _require_directory(descriptor: int, device: int) -> None:
    status = os.fstat(descriptor)
    if stat.S_ISLNK(status.st_mode):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    if not stat.S_ISDIR(status.st_mode):
        raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    if status.st_dev != device:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
