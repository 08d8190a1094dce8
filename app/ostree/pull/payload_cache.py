"""Large files that are no objects, kept beside these, by their SHA-256, within the same limit.

They lie among the objects (`app.ostree.pull.object_cache`), under an ending that no object has:
whoever counts or removes those does so with these as well.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable
from hashlib import sha256

from app.ostree.pull.cache_keeping import CacheKeeper
from app.ostree.pull.object_cache import OBJECTS, CachePlace
from app.ostree.pull.unfit import make_directory, remove_node

_ENDING = ".payload"
_STEP = 1 << 20
_PRIVATE = 0o600
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class PayloadCache:
    """What fails in it is as if it were not there."""

    def __init__(self, place: CachePlace) -> None:
        self._place = place

    def _path(self, checksum: str) -> str:
        return os.path.join(
            self._place.directory, OBJECTS, checksum[:2], f"{checksum[2:]}{_ENDING}"
        )

    def size(self, checksum: str) -> int | None:
        """Bytes of a file that is there; None if it is not. Its name is believed."""
        with contextlib.suppress(OSError):
            status = os.stat(self._path(checksum), follow_symlinks=False)
            return status.st_size if stat.S_ISREG(status.st_mode) else None
        return None

    def read(self, checksum: str, limit: int) -> bytes | None:
        """A small file, if it is there and right."""
        try:
            source = os.open(self._path(checksum), _READ)
            with os.fdopen(source, "rb") as file:
                data = file.read(limit + 1)
        except OSError:
            return None
        if len(data) <= limit and sha256(data).hexdigest() == checksum:
            return data
        with contextlib.suppress(OSError):
            os.unlink(self._path(checksum))
        return None

    def take(self, checksum: str, size: int, target: int, tell: Callable[[int], None]) -> bool:
        """Copy a file into an open, empty one; whether it was there and right.

        Raises OSError for what cannot be written, and what ``tell`` raises.
        """
        path = self._path(checksum)
        if self.size(checksum) is None:
            return False
        try:
            source = os.open(path, _READ)
        except OSError:
            return False
        with os.fdopen(source, "rb") as file:
            digest, copied = sha256(), 0
            while copied <= size and (data := _read(file.fileno())):
                _write(target, data)
                digest.update(data)
                copied += len(data)
                tell(len(data))
            if copied == size and digest.hexdigest() == checksum:
                with contextlib.suppress(OSError):
                    os.utime(file.fileno())
                return True
        with contextlib.suppress(OSError):
            os.unlink(path)
        tell(-copied)
        os.ftruncate(target, 0)
        return False

    def keep(self, checksum: str, size: int, source: int) -> None:
        """Keep a file that was checked, from an open one."""
        if not 0 < size <= self._place.limit or self.size(checksum) is not None:
            return
        path = self._path(checksum)
        temporary = f"{path}.{os.getpid()}-{os.urandom(4).hex()}"
        with CacheKeeper(self._place) as keeper:
            try:
                above = os.path.dirname(path)
                os.makedirs(os.path.dirname(above), 0o700, exist_ok=True)
                make_directory(above)
                if os.path.isdir(path):
                    remove_node(path)
                target = os.open(
                    temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _PRIVATE
                )
                with os.fdopen(target, "wb") as file:
                    at = 0
                    while at < size and (data := os.pread(source, _STEP, at)):
                        file.write(data)
                        at += len(data)
                os.rename(temporary, path)
            except OSError:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)
                return
            keeper.added(size)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, _STEP)
    except OSError:
        return b""


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
