"""The kernel's table of what it swaps to. Form: ``/proc/swaps`` in proc(5)."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from app.drive.mounts import unescaped

_TABLE = Path("/proc/swaps")


def swap_numbers() -> frozenset[int]:
    """Device numbers of the block devices that are swapped to, or that hold the files which are.

    What has no name here any more is passed over. Raises OSError.
    """
    try:
        lines = _TABLE.read_bytes().splitlines()[1:]
    except FileNotFoundError:  # a kernel without swap
        return frozenset()
    numbers = set()
    for line in lines:
        with contextlib.suppress(OSError):
            status = os.stat(unescaped(line.split()[0]))
            numbers.add(status.st_rdev if stat.S_ISBLK(status.st_mode) else status.st_dev)
    return frozenset(numbers)
