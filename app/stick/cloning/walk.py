"""The objects of a stick on their way to another, checked as they are copied."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Container, Iterable, Mapping, Sequence

from app.fs.files import drive_errors
from app.message import Message
from app.ostree.kept_once import KeptOnce, Once
from app.ostree.objects import FILE_KEY, Commit, ObjectKind, ObjectName, commit_children
from app.ostree.pull.delivery import Busy, PullResult
from app.ostree.pull.fetch import LocalSource
from app.ostree.pull.flusher import Flusher
from app.ostree.pull.object_writer import ObjectStore
from app.ostree.pull.transfer import Transfer
from app.ostree.repository import Repository
from app.ostree.tree_keys import Narrowed
from app.progress import Cancel, Meter


class Alike:
    """What is the same for all copies of an original, and most of what is kept of each.

    Attributes:
        keys: `ObjectName.key` of all of the original's objects.
        once: for what is in all copies.
    """

    def __init__(self, objects: Iterable[str]) -> None:
        """``objects``: the original's, as `ObjectName.path`."""
        self.once = KeptOnce()
        self.keys = _keys(objects, self.once)


class _Walk:
    """What is still to come. What the original lacks, as of languages that somebody left out, the
    copy lacks as well.

    Trees that are there are read, since a damaged one would hide what is missing below it; files
    too with ``distrust``, as in `app.ostree.pull.pulling`.
    """

    def __init__(
        self,
        alike: Alike,
        there: frozenset[bytes],
        meter: Meter,
        flusher: Flusher,
        narrowed: Narrowed,
        *,
        distrust: bool,
    ) -> None:
        self._narrowed = narrowed
        self._original = alike.keys
        self._once = alike.once
        self._there = there
        self._meter = meter
        self._flusher = flusher
        self._distrust = distrust
        self._check: deque[bytes] = deque()
        self._trees: deque[bytes] = deque()
        self._files: deque[bytes] = deque()
        self._seen: set[bytes] = set()
        self.objects = 0
        self.bytes = 0

    def add(self, keys: Iterable[bytes]) -> None:
        for each in keys:
            key = self._once(each)
            if key in self._seen or key not in self._original:
                continue
            self._seen.add(key)
            if key not in self._there:
                self._want(key)
            elif key[0] != FILE_KEY or self._distrust:
                self._check.append(key)
            else:
                continue
            self._meter.objects_total += 1

    def _want(self, key: bytes) -> None:
        (self._files if key[0] == FILE_KEY else self._trees).append(key)

    @property
    def left(self) -> int:
        return len(self._check) + len(self._trees) + len(self._files)

    def to_check(self) -> bytes | None:
        return self._check.popleft() if self._check else None

    def checked(self, key: bytes, children: Sequence[bytes] | None) -> None:
        if children is None:
            self._want(key)
            return
        self._meter.objects += 1
        self.add(self._narrowed.get(key, children))
        self._meter.tick()

    def to_fetch(self) -> bytes | None:
        for waiting in (self._trees, self._files):
            if waiting:
                return waiting.popleft()
        return None

    def take(self, _some: Container[bytes]) -> list[bytes]:
        """Nothing came before."""
        return []

    def received(self, count: int) -> None:
        self._meter.came(count)

    def busy(self, busy: Busy) -> None:
        """Directories are never."""

    def written(self, key: bytes, size: int) -> None:
        """A commit, of which nothing has to be asked for."""
        if key not in self._there:
            self.objects += 1
            self.bytes += size
            self._meter.came(size)

    def from_cache(self, objects: int, size: int) -> None:
        """No cache is asked."""

    def arrived(self, key: bytes, size: int, children: Sequence[bytes], _stored: bytes) -> None:
        self.objects += 1
        self.bytes += size
        self._flusher.written(size)
        self._meter.objects += 1
        self.add(self._narrowed.get(key, children))


def copy_objects(
    source: LocalSource,
    alike: Alike,
    repository: Repository,
    commits: Mapping[str, bytes],
    meter: Meter,
    cancel: Cancel,
    *,
    distrust: bool,
    max_file: int | None,
    narrowed: Narrowed,
) -> PullResult:
    """Bring what ``commits`` need of the original's objects into the repository; what arrives
    is checked. Of ``narrowed`` trees only what counts is needed.

    The commits are marked partial before they are there; the caller removes the marks. Raises as
    `app.ostree.pull.pulling.pull`.
    """
    with drive_errors(Message("writing the repository")):
        os.close(repository.root.open_directory("objects"))
        there = _keys(repository.object_paths(), alike.once)
    with (
        drive_errors(Message("writing the repository")),
        Flusher(repository.root) as flusher,
        Transfer(source, repository, max_file) as transfer,
    ):
        walk = _Walk(alike, there, meter, flusher, narrowed, distrust=distrust)
        for checksum, data in commits.items():
            repository.mark_partial(checksum)
            name = ObjectName(checksum, ObjectKind.COMMIT)
            repository.write_object(name, data)
            walk.written(name.key, len(data))
            walk.add(child.key for child in commit_children(Commit.parse(data)))
        transfer.run(walk, cancel)
    with drive_errors(Message("writing the repository")), ObjectStore(repository.root) as store:
        store.drop_parts()
    return PullResult(walk.objects, walk.bytes)


def _keys(paths: Iterable[str], once: Once) -> frozenset[bytes]:
    names = (ObjectName.from_path(*path.split("/")) for path in paths)
    return frozenset(once(name.key) for name in names if name is not None)
