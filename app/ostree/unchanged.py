"""Which directories of objects have the same names in them as when somebody listed them.

Linux gives a directory the time of every change to its names, and nobody can set that time, on the
file systems below; on FAT and exFAT anybody can. Why: decision D337.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Mapping

from app.fs.files import file_system_kind
from app.fs.root import Root
from app.ostree.object_files import PREFIXES

Stamp = tuple[int, int]
"""The number of a directory, and when its names changed last, nanoseconds since 1970."""

_KINDS = frozenset({0xEF53, 0x58465342, 0x9123683E})
"""ext4, xfs, btrfs: the magic numbers of statfs(2)."""

_SECOND = 1_000_000_000
_SHORT = _SECOND // 20
_LONG = 3 * _SECOND
"""Two changes closer together than that may have the same time: several ticks of the kernel's
clock, or where the file system knows only whole seconds."""


def stamps(objects: Root) -> dict[int, Stamp]:
    """Of the directories of which it will be seen whether they change from now on; by these.

    To be asked before they are listed. Raises OSError.
    """
    now = time.clock_gettime_ns(time.CLOCK_REALTIME)
    return {
        prefix: found
        for prefix, found in _stamps(objects).items()
        if found[1] >= 0 and now - found[1] > (_SHORT if found[1] % _SECOND else _LONG)
    }


def unchanged(objects: Root, before: Mapping[int, Stamp]) -> set[int]:
    """Those of the directories of which there are `stamps` that have the same names in them.

    Raises OSError.
    """
    if not before:
        return set()
    now = _stamps(objects)
    return {prefix for prefix, found in before.items() if now.get(prefix) == found}


def _stamps(objects: Root) -> dict[int, Stamp]:
    found = {}
    top = objects.open_directory()
    try:
        device = os.fstat(top).st_dev
        for prefix in range(PREFIXES if file_system_kind(top) in _KINDS else 0):
            with contextlib.suppress(FileNotFoundError):
                status = os.stat(f"{prefix:02x}", dir_fd=top, follow_symlinks=False)
                if stat.S_ISDIR(status.st_mode) and status.st_dev == device:
                    found[prefix] = status.st_ino, status.st_ctime_ns
    finally:
        os.close(top)
    return found
