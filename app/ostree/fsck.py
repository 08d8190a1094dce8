"""Is every object that some commits need there, and is it what its name says?

Everything is read and checked once, directory by directory (which is how file systems lay objects
out) by several threads; what refers to what is followed afterwards in memory.
"""

from __future__ import annotations

import os
import select
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import local

from app.files import drive_errors, drop_cache
from app.ostree.content import ContentCheck
from app.ostree.objects import (
    KEY_SIZE,
    MAX_METADATA_SIZE,
    CorruptObject,
    Kind,
    ObjectName,
    check_metadata,
)
from app.ostree.work import THREADS, TICK
from app.ostree.workers import WorkerPool
from app.progress import Cancel, Meter

_BUFFER = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Damage:
    """An object that is missing (``reason`` is None) or not what its name says.

    Attributes:
        commits: the commits that need it.
    """

    name: ObjectName
    reason: str | None
    commits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoreReport:
    """What a check found.

    Attributes:
        damage: sorted by object.
        objects, bytes: reachable and present.
        orphans, orphan_bytes: what nothing refers to; pruning would free it.
    """

    damage: tuple[Damage, ...]
    objects: int
    bytes: int
    orphans: int
    orphan_bytes: int


@dataclass(slots=True)
class _Seen:
    """What has been read. Keys are `ObjectName.key`; children are keys joined together."""

    sizes: dict[bytes, int] = field(default_factory=dict)
    children: dict[bytes, bytes] = field(default_factory=dict)
    bad: dict[bytes, str] = field(default_factory=dict)

    def merge(self, other: _Seen) -> None:
        self.sizes.update(other.sizes)
        self.children.update(other.children)
        self.bad.update(other.bad)


class _Buffers(local):
    """One buffer per thread, so that no object costs an allocation of its size."""

    def __init__(self) -> None:
        self.buffer = bytearray(_BUFFER)
        self.view = memoryview(self.buffer)


def check_store(
    objects: Path,
    commits: Iterable[str],
    meter: Meter,
    cancel: Cancel,
    *,
    contents: bool,
    from_medium: bool,
) -> StoreReport:
    """Check everything that ``commits`` need in the directory ``objects``.

    With ``contents`` false, file objects are only looked for. With ``from_medium`` the page cache
    is dropped first. Finds all damage, raises only DriveError and what ``cancel`` raises.
    """
    seen = _Seen()
    check = partial(_check_directory, objects, _Buffers(), contents, from_medium)
    with drive_errors("reading the repository"):
        prefixes = sorted(entry for entry in os.listdir(objects) if len(entry) == 2)
        waiting = iter(prefixes)
        pool: WorkerPool[_Seen | OSError] = WorkerPool(THREADS)
        try:
            done = 0
            while done < len(prefixes):
                cancel.check()
                while pool.pending < 2 * THREADS and (prefix := next(waiting, None)) is not None:
                    pool.submit(partial(check, prefix))
                select.select([pool.fd], [], [], TICK)
                for outcome in pool.collect():
                    if isinstance(outcome, OSError):
                        raise outcome
                    done += 1
                    seen.merge(outcome)
                    meter.objects = len(seen.sizes)
                    # Checksums spread evenly, so a part of the directories tells the whole.
                    meter.objects_total = meter.objects * len(prefixes) // done
                    meter.bytes += sum(outcome.sizes.values())
                    meter.tick()
        finally:
            pool.close()
    meter.finish()
    return _follow(seen, tuple(commits))


def _check_directory(
    objects: Path, buffers: _Buffers, contents: bool, from_medium: bool, prefix: str
) -> _Seen | OSError:
    seen = _Seen()
    try:
        directory = os.open(objects / prefix, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except NotADirectoryError:
        return seen
    except OSError as error:
        return error
    try:
        for entry in os.listdir(directory):
            name = ObjectName.from_path(prefix, entry)
            if name is None or name.kind is Kind.COMMITMETA:
                continue
            try:
                if name.kind is Kind.FILE and not contents:
                    size = os.stat(entry, dir_fd=directory, follow_symlinks=False).st_size
                else:
                    size = _check_file(name, entry, directory, buffers, from_medium, seen)
            except CorruptObject as error:
                seen.bad[name.key] = str(error)
                size = 0
            except OSError as error:
                seen.bad[name.key] = f"it cannot be read: {os.strerror(error.errno or 0)}"
                size = 0
            seen.sizes[name.key] = size
    finally:
        os.close(directory)
    return seen


def _check_file(
    name: ObjectName,
    entry: str,
    directory: int,
    buffers: _Buffers,
    from_medium: bool,
    seen: _Seen,
) -> int:
    """Read and check one object; its size. Raises `CorruptObject`, OSError."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    descriptor = os.open(entry, flags, dir_fd=directory)
    try:
        if from_medium:
            drop_cache(descriptor)
        if name.kind is Kind.FILE:
            return _check_content(name.checksum, descriptor, buffers)
        with os.fdopen(os.dup(descriptor), "rb") as file:
            data = file.read(MAX_METADATA_SIZE + 1)
        children = check_metadata(name, data)
        seen.children[name.key] = b"".join(child.key for child in children)
        return len(data)
    finally:
        os.close(descriptor)


def _check_content(checksum: str, descriptor: int, buffers: _Buffers) -> int:
    check = ContentCheck(checksum)
    total = 0
    while count := os.readv(descriptor, [buffers.buffer]):
        total += count
        check.feed(buffers.view[:count])
    check.finish()
    return total


def _keys(joined: bytes) -> Iterator[bytes]:
    for start in range(0, len(joined), KEY_SIZE):
        yield joined[start : start + KEY_SIZE]


def _reachable(seen: _Seen, commits: Iterable[str]) -> set[bytes]:
    todo = [ObjectName(commit, Kind.COMMIT).key for commit in commits]
    found = set(todo)
    while todo:
        for child in _keys(seen.children.get(todo.pop(), b"")):
            if child not in found:
                found.add(child)
                todo.append(child)
    return found


def _follow(seen: _Seen, commits: tuple[str, ...]) -> StoreReport:
    reachable = _reachable(seen, commits)
    damaged = {key for key in reachable if key in seen.bad or key not in seen.sizes}
    users: dict[bytes, list[str]] = {key: [] for key in damaged}
    if damaged:
        for commit in commits:
            for key in damaged & _reachable(seen, (commit,)):
                users[key].append(commit)
    there = [seen.sizes[key] for key in reachable if key in seen.sizes]
    orphans = [size for key, size in seen.sizes.items() if key not in reachable]
    return StoreReport(
        damage=tuple(
            Damage(ObjectName.from_key(key), seen.bad.get(key), tuple(users[key]))
            for key in sorted(damaged)
        ),
        objects=len(there),
        bytes=sum(there),
        orphans=len(orphans),
        orphan_bytes=sum(orphans),
    )
