"""The kernel's table of what is mounted. Form: ``/proc/self/mountinfo`` in proc(5)."""

from __future__ import annotations

import os
import re
from pathlib import Path

from msgspec import Struct

_TABLE = Path("/proc/self/mountinfo")
_ESCAPE = re.compile(rb"\\([0-7]{3})")


class Mount(Struct, frozen=True):
    """One mounted file system.

    Attributes:
        number: the device number of its files; not that of a drive for FUSE and btrfs.
        point: where it is mounted, as this process sees it.
        file_system: ext4, fuseblk.
        source: what was mounted, often a device node.
    """

    number: int
    point: Path
    file_system: str
    source: str


def mounts() -> tuple[Mount, ...]:
    """All mounts that this process sees, in the order they were made."""
    table = []
    for line in _TABLE.read_bytes().splitlines():
        before, _, after = line.partition(b" - ")
        left, right = before.split(b" "), after.split(b" ")
        major, _, minor = left[2].partition(b":")
        table.append(
            Mount(
                os.makedev(int(major), int(minor)),
                Path(unescaped(left[4])),
                unescaped(right[0]),
                unescaped(right[1]),
            )
        )
    return tuple(table)


def unescaped(field: bytes) -> str:
    """A field of one of the kernel's tables, which has white space and backslashes in octal."""
    plain = _ESCAPE.sub(lambda match: bytes([int(match[1], 8)]), field)
    return plain.decode(errors="surrogateescape")
