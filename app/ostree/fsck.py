"""Is every object that some commits need there, and is it what its name says?

Everything is read and checked once, directory by directory (which is how file systems lay objects
out) by several processes; what refers to what is followed afterwards in memory.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import time
from collections.abc import Container, Iterable, Mapping, Sequence
from multiprocessing.connection import Connection, wait

import msgspec
from msgspec import Struct

from app.discreet import Discreet
from app.fs.files import drive_errors, drop_cache, open_regular
from app.fs.root import Root
from app.message import Message, message_of
from app.ostree.blame import NO_PATHS, Paths, find_paths, split_keys
from app.ostree.kept_once import Once
from app.ostree.object_check import READ_STEP, check_stored
from app.ostree.objects import FILE_KEY, CorruptObject, ObjectKind, ObjectName
from app.ostree.spelling import object_directories
from app.ostree.store_size import entries, measured
from app.ostree.stored_sums import StoredSums, SumsTaken, split_sums
from app.ostree.tree_keys import WHOLE, Narrowed
from app.ostree.workers import TICK, WorkerPool
from app.progress import MIN_INTERVAL, Cancel, Meter
from app.replacing import replace

_PREFIX = re.compile("[0-9a-f]{2}")
# The drive itself is gone: nothing more can be found out.
_GONE = frozenset({errno.ENODEV, errno.ENXIO, errno.ENOTCONN, errno.ESTALE})


_REFUSED = 0o7002
"""Bits of a file's mode with which flatpak pulls it from nowhere
(``_ostree_validate_bareuseronly_mode``)."""

_XATTRS = Message(
    "it has extended attributes, which flatpak leaves out, so that it counts as damaged where it "
    "was installed"
)
"""Where an ordinary user installs for all, flatpak's helper refuses it."""

_TOMBSTONE = ".tombstone-commit"

_TREES = frozenset(ObjectName("", kind).key for kind in (ObjectKind.COMMIT, ObjectKind.DIRTREE))
"""How the keys of objects begin that have others below them."""

_AHEAD = 2
"""Directories given to a process before it has answered."""


class Damage(Struct, frozen=True):
    """An object that is missing (``reason`` is None) or not what its name says.

    Attributes:
        commits: those that need it, complete ones first; no more than one over `blame.MOST`.
    """

    name: ObjectName
    reason: Message | None
    commits: tuple[str, ...]


class StoreReport(Discreet, Struct, frozen=True):
    """What a check found.

    Attributes:
        damage: sorted by object.
        objects, bytes: reachable and present.
        orphans, orphan_bytes: what nothing refers to; pruning would free it.
        unread: of ``objects``, how many files whose content was not looked at.
        refused: whole objects that no flatpak may have, for the reason given.
        hidden: objects and directories of them that others than their owner cannot read.
        tombstones: what some repositories keep in place of commits that were removed.
        paths: what leads to the damage.
        sums: of what the commits need, as it is stored; None unless contents were read.
    """

    UNSHOWN = frozenset({"paths", "sums"})
    UNCOMPARED = frozenset({"hidden", "paths", "sums"})

    damage: tuple[Damage, ...]
    objects: int
    bytes: int
    orphans: int
    orphan_bytes: int
    unread: int = 0
    refused: tuple[Damage, ...] = ()
    hidden: int = 0
    tombstones: int = 0
    paths: Paths = NO_PATHS
    sums: StoredSums | None = None


class _Seen(Struct):
    """What has been read. Keys are `ObjectName.key`; children are keys joined together; sums are as
    in `StoredSums`.

    Made for a million objects: some 250 bytes each.
    """

    sizes: dict[bytes, int] = msgspec.field(default_factory=dict)
    children: dict[bytes, bytes] = msgspec.field(default_factory=dict)
    sums: dict[str, bytes] = msgspec.field(default_factory=dict)
    bad: dict[bytes, Message] = msgspec.field(default_factory=dict)
    unreadable: dict[bytes, Message] = msgspec.field(default_factory=dict)
    refused: dict[bytes, Message] = msgspec.field(default_factory=dict)
    hidden: int = 0
    tombstones: int = 0

    def merge(self, other: _Seen, once: Once) -> None:
        self.sizes.update((once(key), size) for key, size in other.sizes.items())
        self.children.update((once(key), once(each)) for key, each in other.children.items())
        self.sums.update((prefix, once(each)) for prefix, each in other.sums.items())
        self.bad.update(other.bad)
        self.unreadable.update(other.unreadable)
        self.refused.update(other.refused)
        self.hidden += other.hidden
        self.tombstones += other.tombstones

    def note(self, mode: int) -> None:
        """The mode of an object's file, or of a directory of objects."""
        needed = stat.S_IROTH | (stat.S_IXOTH if stat.S_ISDIR(mode) else 0)
        self.hidden += mode & needed != needed


def check_store(
    objects: Root,
    commits: Iterable[str],
    meter: Meter,
    cancel: Cancel,
    *,
    contents: bool,
    from_medium: bool,
    partial: Container[str] = (),
    systems: Container[str] = (),
    taken: SumsTaken | None = None,
    narrowed: Narrowed = WHOLE,
) -> StoreReport:
    """Check everything that ``commits`` need in the directory ``objects``.

    ``partial`` are those of them that are marked as incomplete; ``systems`` are whole operating
    systems, which may have what no flatpak may have; ``taken``: files that were checked when they
    were written are right if they are stored as they were. Of ``narrowed`` trees only what counts
    is needed. With ``contents`` false, file
    objects are only looked for. With ``from_medium`` the page cache is dropped first. Finds all
    damage, raises only DriveError and what ``cancel`` raises.
    """
    with drive_errors(Message("reading the repository")):
        prefixes = [name for name in object_directories(objects) if len(name) == 2]
    meter.bytes_total = measured(objects, prefixes, cancel)
    meter.finish()
    # They only read: whoever stops need not wait until a large file has been read.
    with WorkerPool(check_directories, objects, contents, from_medium, patience=0) as pool:
        seen = _read_directories(pool, prefixes, taken or SumsTaken(), meter, cancel)
    meter.finish()
    wanted = {key: b"".join(keys) for key, keys in narrowed.items() if key in seen.children}
    seen.children.update(wanted)
    ordered = sorted(commits, key=lambda commit: commit in partial)
    report = _follow(seen, ordered, [commit for commit in ordered if commit not in systems])
    if contents:
        report = replace(report, sums=StoredSums(seen.children, seen.sums))
    else:
        files = sum(1 for key, size in seen.sizes.items() if size < 0 and key[0] == FILE_KEY)
        report = replace(report, unread=files)
    # Now it is known what should have been there.
    meter.damaged = max(meter.damaged, len(report.damage))
    meter.finish()
    return report


def _read_directories(
    pool: WorkerPool, prefixes: Sequence[str], taken: SumsTaken, meter: Meter, cancel: Cancel
) -> _Seen:
    """What the workers read in the directories ``prefixes``."""
    seen = _Seen()
    waiting = iter(prefixes)
    done = 0
    workers = {worker.connection: worker for worker in pool.workers}
    while done < len(prefixes):
        cancel.check()
        for worker in pool.workers:
            while (
                not cancel.paused
                and worker.outstanding < _AHEAD
                and (prefix := next(waiting, None)) is not None
            ):
                worker.outstanding += 1
                worker.send((prefix, taken.inside(prefix)))
        for connection in wait(list(workers), TICK):
            assert isinstance(connection, Connection)
            worker = workers[connection]
            outcome: _Seen | int = worker.receive()
            if isinstance(outcome, int):
                meter.came(outcome)
                continue
            worker.outstanding -= 1
            done += 1
            seen.merge(outcome, taken.once)
            meter.objects = len(seen.sizes)
            # Checksums spread evenly, so a part of the directories tells the whole.
            meter.objects_total = meter.objects * len(prefixes) // done
            meter.damaged += len(outcome.bad)
            meter.tick()
        # Also when nothing came, so that whoever watches sees that.
        meter.tick()
    # Of what cannot be read not all was.
    meter.bytes = meter.bytes_total
    return seen


def check_directories(
    connection: Connection, objects: Root, contents: bool, from_medium: bool
) -> None:
    """Of a worker: check the directories that the parent names.

    It answers with numbers of bytes as they are read, and with what it has seen at the end of each.
    """
    reader = _Reader(connection, contents=contents, from_medium=from_medium)
    with drive_errors(Message("reading the repository")):
        while True:
            prefix, joined = connection.recv()
            reader.taken = split_sums(joined)
            outcome = _check_directory(objects, reader, prefix)
            if isinstance(outcome, OSError):
                raise outcome
            reader.flush()
            connection.send(outcome)


class _Reader:
    """How a worker reads, and how much it has read.

    Attributes:
        contents: of files, too.
        from_medium: not from memory.
        taken: of files in the directory that is read, what they have to be stored as, where that
            is known: the rest of the checksum, and SHA-256.
        buffer: for everything that is read.
    """

    def __init__(self, connection: Connection, *, contents: bool, from_medium: bool) -> None:
        self.contents = contents
        self.from_medium = from_medium
        self.taken: Mapping[bytes, bytes] = {}
        self.buffer = bytearray(READ_STEP)
        self._connection = connection
        self._read = 0
        self._told = time.monotonic()

    def tell(self, count: int) -> None:
        self._read += count
        if time.monotonic() - self._told >= MIN_INTERVAL:
            self.flush()

    def flush(self) -> None:
        if self._read:
            self._connection.send(self._read)
        self._read = 0
        self._told = time.monotonic()


def _check_directory(objects: Root, reader: _Reader, prefix: str) -> _Seen | OSError:
    seen = _Seen()
    try:
        directory = objects.open_directory(prefix)
    except NotADirectoryError:
        return seen
    except OSError as error:
        return _unreadable(seen, prefix, error)
    sums: list[bytes] = []
    try:
        seen.note(os.fstat(directory).st_mode)
        for entry in entries(directory):
            name = ObjectName.from_path(prefix, entry.name)
            if name is None or name.kind is ObjectKind.COMMITMETA:
                _pass_over(entry, name, seen)
                continue
            key = name.key
            try:
                # Also a device: opening it may do something.
                if not entry.is_file(follow_symlinks=False):
                    raise CorruptObject(Message("it is not a file"))
                if name.kind is ObjectKind.FILE and not reader.contents:
                    size = _look_at(entry, seen)
                    reader.tell(size)
                else:
                    size = _check_file(name, key, entry.name, directory, reader, seen, sums)
            except CorruptObject as error:
                seen.bad[key] = message_of(error)
                size = 0
            except OSError as error:
                if error.errno in _GONE:
                    return error
                seen.bad[key] = Message("it cannot be read: {reason}", reason=error.strerror)
                size = 0
            seen.sizes[key] = size
    except OSError as error:
        return _unreadable(seen, prefix, error)
    finally:
        os.close(directory)
    seen.sums[prefix] = b"".join(sorted(sums))
    return seen


def _pass_over(entry: os.DirEntry[str], name: ObjectName | None, seen: _Seen) -> None:
    """What is no object that is checked here."""
    if name is not None:
        with contextlib.suppress(OSError):
            seen.note(entry.stat(follow_symlinks=False).st_mode)
    elif entry.name.endswith(_TOMBSTONE):
        seen.tombstones += 1


def _look_at(entry: os.DirEntry[str], seen: _Seen) -> int:
    """The size of a file that is not read. Raises `CorruptObject`, OSError."""
    status = entry.stat(follow_symlinks=False)
    if not status.st_size:
        raise CorruptObject(Message("it is empty"))
    seen.note(status.st_mode)
    return status.st_size


def _unreadable(seen: _Seen, prefix: str, error: OSError) -> _Seen | OSError:
    """A directory that cannot be listed says nothing against the others."""
    if error.errno in _GONE:
        return error
    if _PREFIX.fullmatch(prefix):
        seen.unreadable[bytes.fromhex(prefix)] = Message(
            "its directory cannot be read: {reason}", reason=error.strerror
        )
    return seen


def _check_file(
    name: ObjectName,
    key: bytes,
    entry: str,
    directory: int,
    reader: _Reader,
    seen: _Seen,
    sums: list[bytes],
) -> int:
    """Read and check one object; its size. ``key`` is its name's; of a file, ``sums`` takes that of
    how it is stored.

    Raises `CorruptObject`, OSError.
    """
    is_file = name.kind is ObjectKind.FILE
    known = reader.taken.get(key[2:]) if is_file else None
    descriptor = open_regular(entry, directory=directory, follow=False)
    try:
        if reader.from_medium:
            drop_cache(descriptor)
        seen.note(os.fstat(descriptor).st_mode)
        stored = check_stored(
            name, descriptor, reader.buffer, reader.tell, sums=is_file, known=known
        )
        if is_file:
            sums.append(key[2:] + stored.stored)
        if stored.children:
            seen.children[key] = b"".join(stored.children)
        mode = stored.mode
        if stat.S_ISREG(mode) and mode & _REFUSED:
            seen.refused[key] = Message(
                "it has the mode {mode}, and flatpak does not install it",
                mode=f"{stat.S_IMODE(mode):o}",
            )
        elif stored.xattrs:
            seen.refused[key] = _XATTRS
        return stored.size
    finally:
        os.close(descriptor)


def _follow(seen: _Seen, commits: Sequence[str], flatpaks: Sequence[str]) -> StoreReport:
    """``flatpaks``: those of ``commits`` that are no operating systems."""
    damaged: set[bytes] = set()
    objects = total = 0
    todo = [ObjectName(commit, ObjectKind.COMMIT).key for commit in commits]
    while todo:
        key = todo.pop()
        size = seen.sizes.get(key)
        if size is None:
            damaged.add(key)
        elif size >= 0:
            # Marked in place as reached: one more set of a million keys would double the memory.
            seen.sizes[key] = ~size
            objects += 1
            total += size
            if key in seen.bad:
                damaged.add(key)
            todo.extend(split_keys(seen.children.get(key, b"")))
    if any(key[:1] in _TREES for key in damaged):
        # What lies below a tree that cannot be read looks like an orphan; its damage counts.
        damaged.update(key for key in seen.bad if seen.sizes[key] >= 0)
    paths = find_paths(commits, seen.children, damaged)
    # Of what has been reached.
    refused = {key: reason for key, reason in seen.refused.items() if seen.sizes[key] < 0}
    orphans = [size for size in seen.sizes.values() if size >= 0]
    return StoreReport(
        damage=_blamed(
            # The second byte of a key is the name of the directory.
            {key: seen.bad.get(key) or seen.unreadable.get(key[1:2]) for key in sorted(damaged)},
            paths,
            commits,
        ),
        objects=objects,
        bytes=total,
        orphans=len(orphans),
        orphan_bytes=sum(orphans),
        hidden=seen.hidden,
        tombstones=seen.tombstones,
        refused=tuple(
            each
            for each in _blamed(refused, find_paths(flatpaks, seen.children, refused), flatpaks)
            if each.commits
        ),
        paths=paths,
    )


def _blamed(
    reasons: Mapping[bytes, Message | None], paths: Paths, commits: Sequence[str]
) -> tuple[Damage, ...]:
    users = paths.users(commits) if reasons else {}
    return tuple(
        Damage(ObjectName.from_key(key), reason, tuple(users[key]))
        for key, reason in reasons.items()
    )
