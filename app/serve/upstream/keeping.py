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
from app.fs.files import DIRECTORY_MODE, replace_file, sync_file_system
from app.fs.root import Root
from app.ostree.pull.mirror_files import OBJECTS, SCRATCH, is_empty, mirror_files
from app.ostree.pull.object_cache import is_full

_SYNCED = "synced"
"""When all that had come was on the medium: the file's time. Its content: since which start of the
computer."""

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_SYNC_SECONDS = 60.0
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
        trouble: why what comes is not kept for now; empty while it is.
    """

    def __init__(self, directory: Path, limit: int) -> None:
        """``limit``: bytes; with 0 nothing is kept."""
        self.directory = directory
        self.trouble = ""
        self._limit = limit
        self._used = 0
        self._unsynced = False
        self._full_until = 0.0
        self._lock = threading.Lock()
        self._due = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="satchel-keeper", daemon=True)

    def start(self) -> None:
        """Count what is there, and from then on remove what is too much, in a thread."""
        self._drop_lost()
        self._due.set()
        self._thread.start()

    def close(self) -> None:
        self._closing = True
        self._due.set()
        if self._thread.is_alive():
            self._thread.join()
            self._sync()

    def _drop_lost(self) -> None:
        """After a power cut names may be there whose content never came to the medium."""
        note = self.directory / _SYNCED
        try:
            boot, synced = note.read_text(), note.stat().st_mtime
        except (OSError, ValueError):
            boot, synced = "", 0.0
        if boot == _boot():
            return
        for file in mirror_files(self.directory):
            if file.written >= synced:
                with contextlib.suppress(OSError):
                    os.unlink(file.path)
        # What is left was there before.
        self._note(synced)

    def _sync(self) -> None:
        """All that has come is on the medium from now on."""
        if self._unsynced:
            self._unsynced = False
            begun = time.time()
            with contextlib.suppress(OSError):
                sync_file_system(self.directory)
                self._note(begun)

    def _note(self, begun: float) -> None:
        note = self.directory / _SYNCED
        with contextlib.suppress(OSError):
            replace_file(note, _boot().encode())
            os.utime(note, (begun, begun))

    def place(self, origin: str, url: str) -> Path:
        """The directory of an origin at an address. Raises OSError for what cannot be made."""
        return prepared(self.place_of(origin, url))

    def find(self, origin: str, url: str) -> Path | None:
        """The same, if there is anything in it."""
        place = self.place_of(origin, url)
        return None if is_empty(place) else place

    def place_of(self, origin: str, url: str) -> Path:
        """The same, whether it is there or not."""
        name = sha256(f"{origin} {url.rstrip('/')}".encode()).hexdigest()[:32]
        return self.directory / name

    @property
    def keeps(self) -> bool:
        """Whether there is room for more."""
        if not self._limit or time.monotonic() < self._full_until:
            return False
        try:
            status = os.statvfs(self.directory)
        except OSError as error:
            self.trouble = error.strerror or str(error)
            return False
        if status.f_bavail * status.f_frsize > _RESERVE or self._used > 0:
            return True
        self.trouble = os.strerror(errno.ENOSPC)
        return False

    def added(self, size: int) -> None:
        """So many bytes were added."""
        with self._lock:
            self.trouble = ""
            self._used += size
            self._unsynced = True
            if self._used > self._limit:
                self._due.set()

    def give_back(self, error: OSError) -> bool:
        """Something could not be written: whether it is worth another try."""
        if is_full(error) and self._trim(self._used // 10 * _ROOM_TENTHS, young=True):
            return True
        if error.errno != errno.EINTR:
            self._full_until = time.monotonic() + _PATIENCE
            self.trouble = error.strerror or str(error)
        return False

    def try_again(self) -> None:
        """There may be room now."""
        self._full_until = 0.0

    def _run(self) -> None:
        while True:
            due = self._due.wait(_SYNC_SECONDS)
            self._due.clear()
            if self._closing:
                return
            if due:
                self._trim(self._limit)
            self._sync()

    def _trim(self, bound: int, *, young: bool = False) -> int:
        """Remove the oldest until the rest is at most ``bound``; bytes that were freed."""
        files = sorted(mirror_files(self.directory))
        total = sum(file.size for file in files)
        freed = 0
        now = time.time()
        if total > bound:
            goal = bound if young else bound // 10 * _ROOM_TENTHS
            for file in files:
                if total - freed <= goal or (not young and file.used > now - _YOUNG):
                    break
                with contextlib.suppress(OSError):
                    os.unlink(file.path)
                    freed += file.size
        with self._lock:
            self._used = total - freed
        return freed


def _boot() -> str:
    """Which start of the computer this is; empty if it does not tell."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return ""


def prepared(place: Path) -> Path:
    """A directory for objects, made if it is not there. Raises OSError."""
    for part in (OBJECTS, SCRATCH):
        (place / part).mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
    drop_left(place / SCRATCH)
    return place


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
