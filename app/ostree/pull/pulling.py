"""Everything that some commits need, from a source into a repository.

Order: every commit is marked partial before its tree is followed; trees before files, files as
trees make them known. What the repository already has is not fetched again. The marks stay until
the caller has flushed the file system and says so.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.formats.gvariant import FormatError
from app.fs.files import drive_errors
from app.fs.nodes import LeadsOutsideError, Node
from app.message import Message
from app.ostree.objects import FILE_KEY, Commit, DirTree, ObjectKind, ObjectName, commit_children
from app.ostree.pull.answers import TOLD_FROM, busy_text
from app.ostree.pull.delivery import Busy
from app.ostree.pull.fetch import HttpSource, LocalSource
from app.ostree.pull.flusher import Flusher
from app.ostree.pull.object_writer import ObjectStore
from app.ostree.pull.transfer import Transfer
from app.ostree.repository import Repository
from app.progress import Cancel, Meter, Notice
from app.severity import Severity


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
        self._present_metadata: deque[bytes] = deque()
        self._present_files: deque[bytes] = deque()
        self._metadata: deque[bytes] = deque()
        self._files: deque[bytes] = deque()
        self._seen: set[bytes] = set()
        self._present: dict[int, frozenset[bytes]] = {}
        self.fetched = 0
        self.stored = 0

    def add(self, keys: Iterable[bytes]) -> None:
        """Note objects that are needed, by their keys."""
        there = []
        for key in keys:
            if key in self._seen:
                continue
            self._seen.add(key)
            file = key[0] == FILE_KEY
            if not self._is_present(key):
                (self._files if file else self._metadata).append(key)
            else:
                there.append(key)
                if not file:
                    self._present_metadata.append(key)
                elif self._distrust:
                    self._present_files.append(key)
                else:
                    continue
            self._meter.objects_total += 1
            # The second byte of a key is the first of the checksum.
            self._meter.expected[key[1]] += 1
        if self._meter.wants_sizes and there:
            paths = (ObjectName.from_key(key).path for key in there)
            self._meter.meet(sum(self._repository.object_sizes(paths).values()))

    def _is_present(self, key: bytes) -> bool:
        # The second byte of a key is the name of the directory.
        present = self._present.get(key[1])
        if present is None:
            prefix = f"{key[1]:02x}"
            try:
                present = frozenset(self._usable(prefix))
            except FileNotFoundError:
                present = frozenset()
            except (NotADirectoryError, LeadsOutsideError):
                self._repository.root.make_directory(f"objects/{prefix}")
                present = frozenset()
            self._present[key[1]] = present
        return key in present

    def _usable(self, prefix: str) -> Iterator[bytes]:
        """The objects in a directory; what is no file is cleared away."""
        root = self._repository.root
        for entry in root.entries(f"objects/{prefix}"):
            name = ObjectName.from_path(prefix, entry.name)
            if name is not None and entry.node is Node.FILE:
                yield name.key
            elif name is not None:
                root.clear(entry.path)

    # Work, for the transfer

    def to_check(self) -> bytes | None:
        if self._present_metadata:
            return self._present_metadata.popleft()
        if self._present_files:
            return self._present_files.popleft()
        return None

    def checked(self, key: bytes, children: Sequence[bytes] | None) -> None:
        if children is None:
            (self._files if key[0] == FILE_KEY else self._metadata).append(key)
            return
        self._meter.objects += 1
        self._meter.done[key[1]] += 1
        self._meter.tick()
        self.add(children)

    def to_fetch(self) -> bytes | None:
        if self._metadata:
            return self._metadata.popleft()
        if self._files:
            return self._files.popleft()
        return None

    def received(self, count: int) -> None:
        self._meter.bytes += count
        self._meter.tick()

    def busy(self, busy: Busy) -> None:
        if busy.pause >= TOLD_FROM:
            text = busy_text(busy.host, busy.status, busy.pause)
            self._meter.tell(Notice(Severity.INFO, text))

    def arrived(self, key: bytes, size: int, children: Sequence[bytes]) -> None:
        self.fetched += 1
        self.stored += size
        self._flusher.written(size)
        self._meter.objects += 1
        self._meter.done[key[1]] += 1
        if children:
            self.add(children)


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
    with drive_errors(Message("writing the repository")):
        # Made when the repository was: without it, this is another drive.
        os.close(repository.root.open_directory("objects"))
    with (
        drive_errors(Message("writing the repository")),
        Flusher(repository.root) as flusher,
        Transfer(source, repository, max_file) as transfer,
    ):
        walk = _Walk(repository, meter, flusher, distrust=distrust)
        for checksum, data in wanted:
            repository.mark_partial(checksum)
            repository.write_object(ObjectName(checksum, ObjectKind.COMMIT), data)
            walk.add(child.key for child in commit_children(Commit.parse(data)))
        transfer.run(walk, cancel)
    with drive_errors(Message("writing the repository")), ObjectStore(repository.root) as store:
        store.drop_parts()
    meter.finish()
    return PullResult(walk.fetched, walk.stored)


def find_object(repository: Repository, commit: str, key: bytes) -> str | None:
    """Where in a commit's tree an object is, as far as the trees are there; None if nowhere.

    ``key`` is `ObjectName.key`. Directories end with a slash; the topmost is ``/``.
    """
    try:
        top = repository.read_commit(commit)
    except (OSError, FormatError):
        return None
    if key in {child.key for child in commit_children(top)}:
        return "/"
    todo = [("", top.tree)]
    seen = {top.tree}
    while todo:
        path, checksum = todo.pop()
        try:
            tree = DirTree.parse(repository.read_object(ObjectName(checksum, ObjectKind.DIRTREE)))
        except (OSError, FormatError):
            continue
        for name, file in tree.files:
            if ObjectName(file, ObjectKind.FILE).key == key:
                return path + name
        for name, child, meta in tree.directories:
            names = ObjectName(child, ObjectKind.DIRTREE), ObjectName(meta, ObjectKind.DIRMETA)
            if key in {child_name.key for child_name in names}:
                return f"{path}{name}/"
            if child not in seen:
                seen.add(child)
                todo.append((f"{path}{name}/", child))
    return None
