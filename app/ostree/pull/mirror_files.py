"""Where objects lie that were fetched for other computers, in the cache: named as in a repository.

``mirror/HASH/objects/AA/REST.KIND``, a directory for each upstream, so that a web server can send
them as they are.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

PLACE = "mirror"
"""Below the cache."""

OBJECTS = "objects"
SCRATCH = "tmp"
_BLOCK = 512


class MirrorFile(Struct, frozen=True, order=True):
    """An object.

    Attributes:
        used: when it was used last, seconds since 1970; as exact as the file system notes it.
        size: bytes that it takes on the disk.
        written: when it came.
    """

    used: float
    size: int
    path: str
    written: float


def mirror_files(mirror: Path) -> Iterator[MirrorFile]:
    """All that are kept, in no order."""
    for place in _listed(mirror):
        for prefix in _listed(os.path.join(place.path, OBJECTS)):
            for file in _listed(prefix.path):
                with contextlib.suppress(OSError):
                    status = file.stat(follow_symlinks=False)
                    used = max(status.st_mtime, status.st_atime)
                    size = status.st_blocks * _BLOCK
                    yield MirrorFile(used, size, file.path, status.st_mtime)


def is_empty(place: Path) -> bool:
    """Whether nothing is kept of an upstream."""
    return not any(_listed(place / OBJECTS))


def mirror_size(mirror: Path) -> int:
    """Bytes of all of it."""
    return sum(file.size for file in mirror_files(mirror))


def empty_mirror(mirror: Path) -> None:
    """Remove every object; who serves them goes on, and fetches them again."""
    for file in mirror_files(mirror):
        with contextlib.suppress(OSError):
            os.unlink(file.path)


def _listed(path: Path | str) -> Iterator[os.DirEntry[str]]:
    with contextlib.suppress(OSError), os.scandir(path) as entries:
        yield from entries
