"""How much the kept objects take, and that it stays at what they may.

``usage`` beside ``objects/`` holds their bytes as a number, to which each run adds what it kept, so
that nobody has to look at a million files; whoever removes objects counts anew.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from msgspec import Struct

from app.closing import Closing
from app.fs.files import read_bounded
from app.ostree.pull.object_cache import (
    TRIMMING,
    USAGE,
    CachePlace,
    drop_unfit,
    empty,
    kept_files,
    scratch_of_processes,
)
from app.ostree.pull.packs import count_packed, note_removed
from app.ostree.pull.unfit import remove_node
from app.ostree.workers import Worker

_PRIVATE = 0o600
_MAX_DIGITS = 20
_ROOM_TENTHS = 9
"""Tenths of what they may take that are left when it is too much: not every object costs a look at
all the others."""

_OFTEN = 100_000_000
"""Bytes after which it is noted how much there is, for the case that the run is killed."""

_DAY = 24 * 3600
_PATIENCE = 5.0
"""Seconds that a run waits at its end while objects are removed; the next one goes on."""


class CacheContents(Struct, frozen=True):
    """What is kept.

    Attributes:
        objects, bytes: of all of them.
        oldest: when the one was used that was not used for longest, seconds since 1970, or None.
    """

    objects: int
    bytes: int
    oldest: float | None


def contents(directory: Path) -> CacheContents:
    """Counts every object; takes seconds where there are a million."""
    objects = size = 0
    oldest = None
    for entry in kept_files(directory):
        with contextlib.suppress(OSError):
            objects += count_packed(entry.path) if entry.pack else 1
        size += entry.size
        oldest = entry.used if oldest is None else min(oldest, entry.used)
    return CacheContents(objects, size, oldest)


def usage(directory: Path) -> int:
    """Bytes of what is kept, as it was counted last; more or less."""
    try:
        return int(read_bounded(directory / USAGE, _MAX_DIGITS))
    except (OSError, ValueError):
        return 0


def trim(place: CachePlace) -> int:
    """Remove what was not used for longest if it is more than may be; bytes that are left.

    Nothing happens while another process does so.
    """
    with _trimming(place.directory) as alone:
        if not alone:
            return usage(place.directory)
        _drop_scratch(place.directory)
        drop_unfit(place.directory)
        kept = sorted(kept_files(place.directory))
        total = sum(entry.size for entry in kept)
        if total > place.limit:
            bound = place.limit // 10 * _ROOM_TENTHS
            for entry in kept:
                if total <= bound:
                    break
                with contextlib.suppress(OSError):
                    os.unlink(entry.path)
                    total -= entry.size
            with contextlib.suppress(OSError):
                note_removed(place.directory)
        _count(place.directory, total, anew=True)
        return total


def keep_to(place: CachePlace) -> None:
    """`trim`, if it may be necessary."""
    if usage(place.directory) > place.limit:
        trim(place)


def empty_all(directory: Path) -> int:
    """Remove everything; how many bytes that were."""
    freed = empty(directory)
    _count(directory, 0, anew=True)
    return freed


class CacheKeeper(Closing):
    """Watches over the cache while a run adds to it; removes objects in a process of its own."""

    def __init__(self, place: CachePlace) -> None:
        self._place = place
        self._added = 0
        self._used = usage(place.directory) if place.limit else 0
        self._trimmer: Worker | None = None

    def close(self) -> None:
        self._note()
        if self._trimmer is not None:
            self._trimmer.dismiss()
            self._trimmer.join(_PATIENCE)

    def added(self, size: int) -> None:
        """So many more bytes are kept."""
        self._added += size
        self._used += size
        if self._added > _OFTEN:
            self._note()
        if self._used > self._place.limit:
            self._used = self._place.limit // 10 * _ROOM_TENTHS
            self._start(self._place.limit)

    def _note(self) -> None:
        if self._added:
            _count(self._place.directory, self._added, anew=False)
            self._added = 0

    def full(self) -> None:
        """There is no room on this computer's disk: what is kept goes, whatever it may take."""
        self._start(0)

    def _start(self, limit: int) -> None:
        if self._trimmer is not None:
            self._trimmer.end()
        self._trimmer = Worker(trim_aside, self._place.directory, limit)


def trim_aside(_connection: Connection, directory: Path, limit: int) -> None:
    """Of a worker: `trim`."""
    trim(CachePlace(directory, limit))


def _drop_scratch(directory: Path) -> None:
    """What processes left that were killed."""
    old = time.time() - _DAY
    for entry in scratch_of_processes(directory):
        with contextlib.suppress(OSError):
            if entry.stat(follow_symlinks=False).st_mtime < old:
                shutil.rmtree(entry.path)


@contextlib.contextmanager
def _trimming(directory: Path) -> Iterator[bool]:
    """Whether no other process removes objects now, nor does until the block is left."""
    try:
        descriptor = _own_file(directory / TRIMMING)
    except OSError:
        yield False
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        alone = True
    except OSError:
        alone = False
    try:
        yield alone
    finally:
        os.close(descriptor)


def _own_file(path: Path) -> int:
    """Open to be read and written, also in place of something that is no file. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISREG(os.lstat(path).st_mode):
            remove_node(str(path))
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    return os.open(path, flags, _PRIVATE)


def _count(directory: Path, size: int, *, anew: bool) -> None:
    """Note so many bytes, or so many more."""
    with contextlib.suppress(OSError):
        descriptor = _own_file(directory / USAGE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            before = 0
            with contextlib.suppress(ValueError):
                before = int(os.pread(descriptor, _MAX_DIGITS, 0))
            text = str(size if anew else before + size).encode()
            os.pwrite(descriptor, text, 0)
            os.ftruncate(descriptor, len(text))
        finally:
            os.close(descriptor)
