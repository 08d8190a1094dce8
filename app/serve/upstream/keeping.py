"""How much is kept of what was fetched for others, and that it stays at what it may be.

Each origin has a directory of its own, laid out as an archive repository, so that a web server can
send from it. What was not used for longest goes first; nothing that has just come does.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import threading
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from app.closing import Closing
from app.fs.files import DIRECTORY_MODE
from app.fs.root import Root
from app.ostree.pull.object_cache import is_full

PLACE = "mirror"
"""Below the cache."""

_OBJECTS, _SCRATCH = "objects", "tmp"
_ROOM_TENTHS = 9
_RESERVE = 64 * 1024 * 1024
"""Bytes of the file system that are left to others."""

_YOUNG = 120
"""Seconds in which somebody may be on the way to what has come."""

_PATIENCE = 60
"""Seconds until a full disk is tried again."""


class Keeper(Closing):
    """Keeps all that is below a directory at a size. Any thread may call it.

    Any number of processes may have one for the same directory: what another removes meanwhile is
    fetched again.

    Attributes:
        directory: holds one directory for each origin.
    """

    def __init__(self, directory: Path, limit: int) -> None:
        """``limit``: bytes; with 0 nothing is kept."""
        self.directory = directory
        self._limit = limit
        self._used = 0
        self._full_until = 0.0
        self._lock = threading.Lock()
        self._due = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="satchel-keeper", daemon=True)

    def start(self) -> None:
        """Count what is there, and from then on remove what is too much, in a thread."""
        self._due.set()
        self._thread.start()

    def close(self) -> None:
        self._closing = True
        self._due.set()
        if self._thread.is_alive():
            self._thread.join()

    def place(self, origin: str, url: str) -> Path:
        """The directory of an origin at an address. Raises OSError for what cannot be made."""
        place = self._place(origin, url)
        for part in (_OBJECTS, _SCRATCH):
            (place / part).mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
        drop_left(place / _SCRATCH)
        return place

    def find(self, origin: str, url: str) -> Path | None:
        """The same, if there is anything in it."""
        place = self._place(origin, url)
        return place if any(_listed(place / _OBJECTS)) else None

    def _place(self, origin: str, url: str) -> Path:
        name = sha256(f"{origin} {url.rstrip('/')}".encode()).hexdigest()[:32]
        return self.directory / name

    @property
    def keeps(self) -> bool:
        """Whether there is room for more."""
        if not self._limit or time.monotonic() < self._full_until:
            return False
        try:
            status = os.statvfs(self.directory)
        except OSError:
            return False
        return status.f_bavail * status.f_frsize > _RESERVE or self._used > 0

    def added(self, size: int) -> None:
        """So many bytes were added."""
        with self._lock:
            self._used += size
            if self._used > self._limit:
                self._due.set()

    def give_back(self, error: OSError) -> bool:
        """Something could not be written: whether it is worth another try."""
        if is_full(error) and self._trim(self._used // 10 * _ROOM_TENTHS, young=True):
            return True
        if error.errno != errno.EINTR:
            self._full_until = time.monotonic() + _PATIENCE
        return False

    def _run(self) -> None:
        while True:
            self._due.wait()
            self._due.clear()
            if self._closing:
                return
            self._trim(self._limit)

    def _trim(self, bound: int, *, young: bool = False) -> int:
        """Remove the oldest until the rest is at most ``bound``; bytes that were freed."""
        files = sorted(_files(self.directory))
        total = sum(size for _, size, _ in files)
        freed = 0
        now = time.time()
        if total > bound:
            goal = bound if young else bound // 10 * _ROOM_TENTHS
            for used, size, path in files:
                if total - freed <= goal or (not young and used > now - _YOUNG):
                    break
                with contextlib.suppress(OSError):
                    os.unlink(path)
                    freed += size
        with self._lock:
            self._used = total - freed
        return freed


def drop_left(scratch: Path) -> None:
    """Remove what ended processes left unfinished: each holds a lock on its own directory."""
    with contextlib.suppress(OSError):
        root = Root(scratch)
        for entry in os.scandir(scratch):
            with contextlib.suppress(OSError), _locked(entry.path):
                root.remove_tree(entry.name)


@contextlib.contextmanager
def _locked(path: str) -> Iterator[None]:
    """Raises OSError where another process has it."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _files(directory: Path) -> Iterator[tuple[float, int, str]]:
    """(when last used, bytes on the disk, path) of each object that is kept."""
    for place in _listed(directory):
        for prefix in _listed(os.path.join(place.path, _OBJECTS)):
            for file in _listed(prefix.path):
                with contextlib.suppress(OSError):
                    status = file.stat(follow_symlinks=False)
                    used = max(status.st_mtime, status.st_atime)
                    yield used, status.st_blocks * 512, file.path


def _listed(path: Path | str) -> Iterator[os.DirEntry[str]]:
    with contextlib.suppress(OSError), os.scandir(path) as entries:
        yield from entries
