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
from app.ostree.fetch import HttpSource, LocalSource
from app.ostree.flusher import Flusher
from app.ostree.gvariant import FormatError
from app.ostree.objects import Commit, DirTree, Kind, ObjectName, commit_children
from app.ostree.receive import ObjectStore
from app.ostree.repository import Repository
from app.ostree.transfer import Transfer
from app.ostree.work import Arrived, Checked
from app.progress import Cancel, Meter


@dataclass(frozen=True, slots=True)
class PullResult:
    """What a pull fetched: ``objects`` and their ``bytes`` as stored."""

    objects: int
    bytes: int


class _Walk:
    """The objects still to come; grows while trees arrive.

    Trees that are already there are always read: a damaged one would hide what is missing below
    it. With ``distrust`` files are too: an interrupted run may have left names whose content never
    reached the medium.
    """

    def __init__(
        self, repository: Repository, meter: Meter, flusher: Flusher, *, distrust: bool
    ) -> None:
        self._repository = repository
        self._meter = meter
        self._flusher = flusher
        self._distrust = distrust
        self._present_metadata: deque[ObjectName] = deque()
        self._present_files: deque[ObjectName] = deque()
        self._metadata: deque[ObjectName] = deque()
        self._files: deque[ObjectName] = deque()
        self._seen: set[bytes] = set()
        self._present: dict[str, frozenset[str]] = {}
        self.fetched = 0
        self.stored = 0

    def add(self, names: Iterable[ObjectName]) -> None:
        """Note objects that are needed."""
        for name in names:
            key = name.key
            if key in self._seen:
                continue
            self._seen.add(key)
            file = name.kind is Kind.FILE
            if not self._is_present(name.path):
                (self._files if file else self._metadata).append(name)
            elif not file:
                self._present_metadata.append(name)
            elif self._distrust:
                self._present_files.append(name)
            else:
                continue
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

    # Work, for the transfer

    def to_check(self) -> ObjectName | None:
        if self._present_metadata:
            return self._present_metadata.popleft()
        if self._present_files:
            return self._present_files.popleft()
        return None

    def checked(self, checked: Checked) -> None:
        if checked.children is None:
            file = checked.name.kind is Kind.FILE
            (self._files if file else self._metadata).append(checked.name)
            return
        self._meter.objects += 1
        self._meter.tick()
        self.add(checked.children)

    def to_fetch(self) -> ObjectName | None:
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
        self._flusher.written(arrived.size)
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
    max_file: int | None = None,
) -> PullResult:
    """Bring the trees of ``commits`` — (checksum, checked bytes) — into the repository.

    Every commit is marked partial before its object is written, so that it is never there before
    its tree unmarked; the caller removes the marks. ``max_file`` is the largest file that the file
    system can hold, or None. Raises `UpstreamError`, `DriveError` (`ObjectTooLargeError` for what
    is larger), and what ``cancel`` raises.
    """
    wanted = tuple(commits)
    if not wanted:
        return PullResult(0, 0)
    with (
        drive_errors("writing the repository"),
        Flusher(repository.path) as flusher,
        Transfer(source, repository, max_file) as transfer,
    ):
        walk = _Walk(repository, meter, flusher, distrust=distrust)
        for checksum, data in wanted:
            repository.mark_partial(checksum)
            repository.write_object(ObjectName(checksum, Kind.COMMIT), data)
            walk.add(commit_children(Commit.parse(data)))
        transfer.run(walk, cancel)
    with drive_errors("writing the repository"), ObjectStore(repository.path) as store:
        store.drop_parts()
    meter.finish()
    return PullResult(walk.fetched, walk.stored)


def find_file(repository: Repository, commit: str, key: bytes) -> str | None:
    """Where in a commit's tree a file object is, as far as the trees are there; None if nowhere.

    ``key`` is `ObjectName.key`.
    """
    try:
        root = repository.read_commit(commit).tree
    except (OSError, FormatError):
        return None
    todo = [("", root)]
    seen = {root}
    while todo:
        path, checksum = todo.pop()
        try:
            tree = DirTree.parse(repository.read_object(ObjectName(checksum, Kind.DIRTREE)))
        except (OSError, FormatError):
            continue
        for name, file in tree.files:
            if ObjectName(file, Kind.FILE).key == key:
                return path + name
        for name, child, _ in tree.directories:
            if child not in seen:
                seen.add(child)
                todo.append((f"{path}{name}/", child))
    return None
