"""How many bytes all the objects have that a check is about to read."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator, Sequence

from app.fs.root import Root
from app.ostree.objects import ObjectKind, ObjectName
from app.progress import Cancel


def measured(objects: Root, prefixes: Sequence[str], cancel: Cancel) -> int:
    """Bytes of the objects in these directories. What cannot be looked at is for the check to
    tell."""
    total = 0
    for prefix in prefixes:
        cancel.check()
        with contextlib.suppress(OSError):
            directory = objects.open_directory(prefix)
            try:
                total += sum(_sizes(prefix, directory))
            finally:
                os.close(directory)
    return total


def _sizes(prefix: str, directory: int) -> Iterator[int]:
    for entry in entries(directory):
        name = ObjectName.from_path(prefix, entry.name)
        if name is None or name.kind is ObjectKind.COMMITMETA:
            continue
        with contextlib.suppress(OSError):
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(status.st_mode):
                yield status.st_size


def entries(directory: int) -> Iterator[os.DirEntry[str]]:
    """What is in an open directory, however many that are."""
    with os.scandir(directory) as listed:
        yield from listed
