"""What takes the space on a stick: every object once, and which refs need it.

The trees of all commits are walked; sizes are what the file system really allocates. Nothing is
checked here: what is missing or cannot be read is counted nowhere and named in the answer.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.drive.space import Space
from app.files import drive_errors
from app.ostree.dirtree import read_dirtree
from app.ostree.gvariant import FormatError
from app.ostree.objects import DirTree, Kind, ObjectName
from app.ostree.repository import Repository
from app.progress import Cancel, Meter
from app.root import MAX_DEPTH, LeadsOutsideError, Root
from app.stick.location import Location

Place = tuple[str, str]
"""(collection, ref)"""

_BLOCK = 512
"""What ``st_blocks`` counts in, whatever the file system's blocks are."""

_COMMIT, _META, _TREE, _DIRMETA, _FILE = (
    ObjectName("", kind).key
    for kind in (Kind.COMMIT, Kind.COMMITMETA, Kind.DIRTREE, Kind.DIRMETA, Kind.FILE)
)
_NOT_OURS = (FileNotFoundError, NotADirectoryError, LeadsOutsideError)
_OFTEN = 256
"""Trees between two looks at the cancel token."""


@dataclass(frozen=True, slots=True)
class Share:
    """Objects that exactly these refs need.

    Attributes:
        refs: sorted; one for what only that ref needs.
        objects: how many.
        bytes: what they take on the file system.
    """

    refs: tuple[Place, ...]
    objects: int
    bytes: int


@dataclass(frozen=True, slots=True)
class RefSize:
    """What one ref takes.

    Attributes:
        own: bytes that only it needs: what removing it would free.
        shared: bytes that it needs and others as well.
        shared_with: bytes shared with each of the others; an object may be shared with several.
        complete: everything of it could be looked at.
    """

    own: int
    shared: int
    shared_with: Mapping[Place, int]
    complete: bool


NOTHING = RefSize(0, 0, {}, complete=False)
"""Of a ref that came after the sizes were measured."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """All of it. ``sum of shares + unused + overhead`` is everything that the stick takes.

    Attributes:
        refs: by collection and ref.
        shares: largest first; each object is in one of them.
        unused: bytes of objects that no ref needs.
        overhead: bytes of directories, refs, summaries, copies, records and the kit.
    """

    refs: Mapping[Place, RefSize]
    shares: tuple[Share, ...]
    unused: int
    overhead: int

    @property
    def objects(self) -> int:
        """Bytes of all objects that refs need."""
        return sum(share.bytes for share in self.shares)

    @property
    def total(self) -> int:
        return self.objects + self.unused + self.overhead


def measure_sizes(
    location: Location, repository: Repository, space: Space, meter: Meter, cancel: Cancel
) -> Sizes:
    """Look at everything on the stick once. Raises DriveError and what ``cancel`` raises.

    The meter counts objects that refs need, of all there are.
    """
    with drive_errors("looking at the sizes"):
        objects, overhead = _allocated(repository.root.below("objects"), space, cancel)
        meter.objects_total = len(objects)
        overhead += _around(location, space, cancel)
        places: dict[str, list[Place]] = {}
        for collection, names in repository.collection_refs().items():
            for name, checksum in names.items():
                places.setdefault(checksum, []).append((collection, name))
        walk = _Walk(repository, objects, meter, cancel)
        for checksum in sorted(places):
            walk.follow(checksum)
        meter.objects = len(walk.users)
        meter.finish()
    return _summed(places, walk, objects, overhead)


def _summed(
    places: Mapping[str, list[Place]], walk: _Walk, objects: Mapping[bytes, int], overhead: int
) -> Sizes:
    users = [sorted(places[checksum]) for checksum in walk.commits]
    groups: dict[int, tuple[int, int]] = {}
    for key, mask in walk.users.items():
        count, size = groups.get(mask, (0, 0))
        groups[mask] = count + 1, size + objects[key]
    shares = []
    own: dict[Place, int] = {}
    shared: dict[Place, int] = {}
    shared_with: dict[Place, dict[Place, int]] = {}
    for mask, (count, size) in groups.items():
        refs = tuple(sorted(ref for commit in _bits(mask) for ref in users[commit]))
        shares.append(Share(refs, count, size))
        if len(refs) == 1:
            own[refs[0]] = size
            continue
        for ref in refs:
            shared[ref] = shared.get(ref, 0) + size
            others = shared_with.setdefault(ref, {})
            for other in refs:
                if other != ref:
                    others[other] = others.get(other, 0) + size
    return Sizes(
        refs={
            ref: RefSize(own.get(ref, 0), shared.get(ref, 0), shared_with.get(ref, {}), complete)
            for refs, complete in zip(users, walk.complete, strict=True)
            for ref in refs
        },
        shares=tuple(sorted(shares, key=lambda share: (-share.bytes, share.refs))),
        unused=sum(objects.values()) - sum(share.bytes for share in shares),
        overhead=overhead,
    )


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


class _Walk:
    """Which commits need which objects.

    Attributes:
        commits: those followed, in order.
        complete: for each, whether everything was there.
        users: object → the commits that need it, a bit for each.
    """

    def __init__(
        self, repository: Repository, objects: Mapping[bytes, int], meter: Meter, cancel: Cancel
    ) -> None:
        self._repository = repository
        self._objects = objects
        self._meter = meter
        self._cancel = cancel
        # Of a tree all that lies right in it: what is no tree, and the trees. None: unreadable.
        self._trees: dict[bytes, tuple[list[bytes], list[bytes]] | None] = {}
        self.commits: list[str] = []
        self.complete: list[bool] = []
        self.users: dict[bytes, int] = {}

    def follow(self, checksum: str) -> None:
        bit = 1 << len(self.commits)
        raw = bytes.fromhex(checksum)
        self.commits.append(checksum)
        if _META + raw in self._objects:
            self.users[_META + raw] = bit
        complete = self._note((_COMMIT + raw,), bit)
        try:
            commit = self._repository.read_commit(checksum)
        except (OSError, FormatError):
            self.complete.append(False)
            return
        first = _TREE + bytes.fromhex(commit.tree)
        complete &= self._note((first, _DIRMETA + bytes.fromhex(commit.tree_meta)), bit)
        todo, seen = [first], {first}
        while todo:
            found = self._tree(todo.pop())
            if found is None:
                complete = False
                continue
            leaves, trees = found
            complete &= self._note(leaves, bit) & self._note(trees, bit)
            for tree in trees:
                if tree not in seen:
                    seen.add(tree)
                    todo.append(tree)
        self.complete.append(complete)

    def _note(self, keys: Iterable[bytes], bit: int) -> bool:
        """Whether all are there."""
        objects, users = self._objects, self.users
        complete = True
        for key in keys:
            if key in objects:
                users[key] = users.get(key, 0) | bit
            else:
                complete = False
        return complete

    def _tree(self, key: bytes) -> tuple[list[bytes], list[bytes]] | None:
        if key not in self._trees:
            if len(self._trees) % _OFTEN == 0:
                self._cancel.check()
                self._meter.objects = len(self.users)
                self._meter.tick()
            self._trees[key] = self._read(key)
        return self._trees[key]

    def _read(self, key: bytes) -> tuple[list[bytes], list[bytes]] | None:
        if key not in self._objects:
            return None
        try:
            data = self._repository.read_object(ObjectName.from_key(key))
            found = read_dirtree(data)
            if found is None:
                tree = DirTree.parse(data)
                found = (
                    [(name, bytes.fromhex(file)) for name, file in tree.files],
                    [
                        (name, bytes.fromhex(below), bytes.fromhex(meta))
                        for name, below, meta in tree.directories
                    ],
                )
        except (OSError, FormatError):
            return None
        files, directories = found
        leaves = [_FILE + file for _, file in files]
        leaves += [_DIRMETA + meta for _, _, meta in directories]
        return leaves, [_TREE + tree for _, tree, _ in directories]


def _allocated(objects: Root, space: Space, cancel: Cancel) -> tuple[dict[bytes, int], int]:
    """Bytes of each object, and of all else below ``objects``."""
    found: dict[bytes, int] = {}
    overhead = _size(objects.status(), space)
    for prefix in objects.scan():
        cancel.check()
        overhead += _size(prefix.stat(follow_symlinks=False), space)
        with contextlib.suppress(*_NOT_OURS):
            for entry in objects.scan(prefix.name):
                name = ObjectName.from_path(prefix.name, entry.name)
                status = entry.stat(follow_symlinks=False)
                if name is not None and stat.S_ISREG(status.st_mode):
                    found[name.key] = _size(status, space)
                else:
                    overhead += _size(status, space)
    return found, overhead


def _around(location: Location, space: Space, cancel: Cancel) -> int:
    """Bytes of what the stick has beside its objects."""
    total = 0
    todo = [location.repository, location.kit]
    objects = location.repository.below("objects")
    while todo:
        cancel.check()
        directory = todo.pop()
        if directory == objects or directory.prefix.count("/") > MAX_DEPTH:
            continue
        with contextlib.suppress(*_NOT_OURS):
            total += _size(directory.status(), space)
            for entry in directory.scan():
                if entry.is_dir(follow_symlinks=False):
                    todo.append(directory.below(entry.name))
                else:
                    total += _size(entry.stat(follow_symlinks=False), space)
    return total


def _size(status: os.stat_result, space: Space) -> int:
    """What the file system allocates; some do not say it of what they keep in their tables."""
    return status.st_blocks * _BLOCK or space.allocated(status.st_size)
