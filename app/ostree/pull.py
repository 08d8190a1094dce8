"""Everything that some commits need, from a source into a repository.

Order: every commit is marked partial before its tree is followed; trees before files, files as
trees make them known. What the repository already has is not fetched again. The marks stay until
the caller has flushed the file system and says so.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from app.files import drive_errors
from app.ostree.content import ContentCheck
from app.ostree.fetch import HttpSource, LocalSource
from app.ostree.objects import (
    Commit,
    CorruptObject,
    Kind,
    ObjectName,
    check_metadata,
    commit_children,
)
from app.ostree.receive import READ_STEP, ObjectStore
from app.ostree.repository import Repository
from app.ostree.transfer import transfer
from app.ostree.work import Arrived
from app.progress import Cancel, Meter


@dataclass(frozen=True, slots=True)
class PullResult:
    """What a pull fetched: ``objects`` and their ``bytes`` as stored."""

    objects: int
    bytes: int


class _Walk:
    """The objects still to come; grows while trees arrive.

    With ``distrust`` every object that is already there is read and checked before it counts:
    an interrupted run may have left names whose content never reached the medium.
    """

    def __init__(self, repository: Repository, meter: Meter, *, distrust: bool) -> None:
        self._repository = repository
        self._meter = meter
        self._distrust = distrust
        self._metadata: deque[ObjectName] = deque()
        self._files: deque[ObjectName] = deque()
        self._seen: set[str] = set()
        self._present: dict[str, frozenset[str]] = {}
        self.fetched = 0
        self.stored = 0

    def add(self, names: Iterable[ObjectName]) -> None:
        """Note objects that are needed; follow those that are already there."""
        todo = list(names)
        while todo:
            name = todo.pop()
            path = name.path
            if path in self._seen:
                continue
            self._seen.add(path)
            if self._is_present(path):
                known = self._follow(name)
                if known is not None:
                    todo.extend(known)
                    continue
            (self._files if name.kind is Kind.FILE else self._metadata).append(name)
            self._meter.objects_total += 1

    def _is_present(self, path: str) -> bool:
        prefix = path[:2]
        entries = self._present.get(prefix)
        if entries is None:
            try:
                found = os.listdir(self._repository.path / "objects" / prefix)
            except FileNotFoundError:
                found = []
            entries = self._present[prefix] = frozenset(found)
        return path[3:] in entries

    def _follow(self, name: ObjectName) -> Iterable[ObjectName] | None:
        """What a present object refers to; None if it is not to be trusted and must come again."""
        if name.kind is Kind.FILE:
            if not self._distrust:
                return ()
            check = ContentCheck(name.checksum)
            try:
                with open(self._repository.object_path(name), "rb") as file:
                    while data := file.read(READ_STEP):
                        check.feed(data)
                check.finish()
            except (CorruptObject, OSError):
                return None
            return ()
        try:
            # Trees are always checked: a damaged one would hide what is missing below it.
            return check_metadata(name, self._repository.read_object(name))
        except (CorruptObject, OSError):
            return None

    # Work, for the transfer

    def next(self) -> ObjectName | None:
        if self._metadata:
            return self._metadata.popleft()
        if self._files:
            return self._files.popleft()
        return None

    def received(self, count: int) -> None:
        self._meter.bytes += count
        self._meter.tick()

    def arrived(self, arrived: Arrived) -> None:
        self.fetched += 1
        self.stored += arrived.size
        self._meter.objects += 1
        self.add(arrived.children)


def pull(
    repository: Repository,
    source: HttpSource | LocalSource,
    commits: Iterable[tuple[str, bytes]],
    meter: Meter,
    cancel: Cancel,
    *,
    distrust: bool,
) -> PullResult:
    """Bring the trees of ``commits`` — (checksum, checked bytes) — into the repository.

    The commit objects are written last of all, so that a commit is never there before its tree
    unless it is marked partial. Raises `UpstreamError`, `DriveError`, and what ``cancel`` raises.
    """
    with drive_errors("writing the repository"):
        store = ObjectStore(repository)
        try:
            walk = _Walk(repository, meter, distrust=distrust)
            for checksum, data in commits:
                repository.mark_partial(checksum)
                repository.write_object(ObjectName(checksum, Kind.COMMIT), data)
                walk.add(commit_children(Commit.parse(data)))
            transfer(source, store, walk, cancel)
            store.drop_parts()
            meter.finish()
            return PullResult(walk.fetched, walk.stored)
        finally:
            store.close()
