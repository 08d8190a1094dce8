"""What takes the space on a stick: every object once, and which refs need it.

The trees of all commits are walked; sizes are what the file system really allocates. Nothing is
checked here: what is missing or cannot be read is counted nowhere and named in the answer.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from app.drive.safety.guard import DriveGuard
from app.drive.space import Space
from app.fs.files import drive_errors
from app.fs.nodes import LeadsOutsideError, Node
from app.fs.readable_root import MAX_DEPTH
from app.fs.root import Root
from app.message import Message
from app.ostree.objects import ObjectName
from app.progress import Cancel, Meter
from app.replacing import replace
from app.stick.inspecting.size_walk import SizeWalk, UserSets
from app.stick.store.bundles import read_bundles
from app.stick.store.images import blob_path, layout_of, stored_blobs
from app.stick.store.location import Location
from app.stick.store.payloads import needed_payloads, payload_folder, stored_payloads
from app.stick.store.stick_state import StickState

Place = tuple[str, str]
"""(collection, ref)"""

_BLOCK = 512
"""What ``st_blocks`` counts in, whatever the file system's blocks are."""

_NOT_OURS = (FileNotFoundError, NotADirectoryError, LeadsOutsideError)
_MANY = 100
_MOST_NAMES = 1_000_000
"""Names of refs in all shares together."""


class Share(Struct, frozen=True):
    """Objects that exactly these refs need.

    Attributes:
        refs: sorted; one for what only that ref needs.
        objects: how many.
        bytes: what they take on the file system.
    """

    refs: tuple[Place, ...]
    objects: int
    bytes: int


class RefSize(Struct, frozen=True):
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


class SharedWith(Mapping[Place, int]):
    """Added up when somebody asks: there are as many pairs of refs as refs, squared."""

    def __init__(self, ref: Place, shares: Sequence[Share]) -> None:
        self._ref = ref
        self._shares = shares

    @cached_property
    def _found(self) -> dict[Place, int]:
        sizes: dict[Place, int] = {}
        for share in self._shares:
            for ref in share.refs:
                if ref != self._ref:
                    sizes[ref] = sizes.get(ref, 0) + share.bytes
        return sizes

    def __getitem__(self, ref: Place) -> int:
        return self._found[ref]

    def __iter__(self) -> Iterator[Place]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


NOTHING = RefSize(0, 0, {}, complete=False)
"""Of a ref that came after the sizes were measured."""


class Sizes(Struct, frozen=True):
    """All of it. ``sum of shares + unused + overhead + files`` is everything that the stick takes.

    Attributes:
        refs: by collection and ref.
        shares: largest first; each object is in one of them.
        unused: bytes of objects that no ref needs.
        overhead: bytes of directories, refs, summaries, copies, records and the kit.
        files: bytes of apps as files, and of images of container registries.

    Extra data counts as objects of what needs it.
    """

    refs: Mapping[Place, RefSize]
    shares: tuple[Share, ...]
    unused: int
    overhead: int
    files: int = 0

    @property
    def objects(self) -> int:
        """Bytes of all objects that refs need."""
        return sum(share.bytes for share in self.shares)

    @property
    def total(self) -> int:
        return self.objects + self.unused + self.overhead + self.files


def measure_sizes(stick: StickState, space: Space, meter: Meter, cancel: Cancel) -> Sizes:
    """Look at everything on the stick once. Raises DriveError and what ``cancel`` raises.

    The meter counts objects that refs need, of all there are.
    """
    with (
        drive_errors(Message("looking at the sizes")),
        DriveGuard(stick.location.drive.base) as guard,
    ):
        objects, overhead = _allocated(stick.repository.root.below("objects"), space, cancel)
        meter.objects_total = len(objects)
        overhead += _around(stick.location, space, cancel)
        payloads = _payloads(stick, space)
        files = _files(stick, space)
        overhead -= files + sum(size for _, size in payloads.values())
        places: dict[str, list[Place]] = {}
        for collection, names in stick.refs.items():
            for name, checksum in names.items():
                places.setdefault(checksum, []).append((collection, name))
        walk = SizeWalk(stick.repository, objects, meter, cancel)
        commits = sorted(places)
        walk.follow(commits)
        meter.objects = len(walk.users)
        meter.finish()
        guard.check()
    users = [sorted(places[commit]) for commit in commits]
    return replace(_summed(users, walk, objects, overhead, payloads), files=files)


_Groups = Mapping[tuple[Place, ...], tuple[int, int]]
"""Refs → how many files they need, and their bytes."""


def _payloads(stick: StickState, space: Space) -> _Groups:
    """The extra data that is there, by the refs that need it."""
    folder = payload_folder(stick.location)
    needed: dict[str, set[Place]] = {}
    for collection, names in stick.refs.items():
        for name, checksum in names.items():
            for payload in needed_payloads([stick.commit(checksum)]):
                needed.setdefault(payload.path, set()).add((collection, name))
    groups: dict[tuple[Place, ...], tuple[int, int]] = {}
    for path in stored_payloads(stick.location).keys() & needed.keys():
        refs = tuple(sorted(needed[path]))
        count, size = groups.get(refs, (0, 0))
        groups[refs] = count + 1, size + _size(folder.status(path), space)
    return groups


def _files(stick: StickState, space: Space) -> int:
    """Bytes of what is carried whole beside the repository."""
    drive, layout = stick.location.drive, layout_of(stick.location)
    bundles = {each.path for each in read_bundles(stick.location, stick.record)}
    blobs = map(blob_path, stored_blobs(stick.location))
    return sum(
        _size(place.status(path), space)
        for place, paths in ((drive, bundles), (layout, blobs))
        for path in paths
        if place.node(path) is Node.FILE
    )


def _summed(
    users: Sequence[Sequence[Place]],
    walk: SizeWalk,
    objects: Mapping[bytes, int],
    overhead: int,
    payloads: _Groups,
) -> Sizes:
    """``users``: for each commit the refs that name it."""
    groups: dict[int, tuple[int, int]] = {}
    for key, group in walk.users.items():
        count, size = groups.get(group, (0, 0))
        groups[group] = count + 1, size + objects[key]
    named = _named(groups, walk.sets, users)
    for refs, (count, size) in payloads.items():
        before = named.get(refs, (0, 0))
        named[refs] = before[0] + count, before[1] + size
    shares = [Share(refs, count, size) for refs, (count, size) in named.items()]
    own: dict[Place, int] = {}
    with_others: dict[Place, list[Share]] = {}
    for share in shares:
        if len(share.refs) == 1:
            own[share.refs[0]] = share.bytes
            continue
        for ref in share.refs:
            with_others.setdefault(ref, []).append(share)
    return Sizes(
        refs={
            ref: RefSize(
                own.get(ref, 0),
                sum(share.bytes for share in with_others.get(ref, ())),
                SharedWith(ref, with_others.get(ref, ())),
                complete,
            )
            for refs, complete in zip(users, walk.complete, strict=True)
            for ref in refs
        },
        shares=tuple(sorted(shares, key=lambda share: (-share.bytes, share.refs))),
        unused=sum(objects.values())
        + sum(size for _, size in payloads.values())
        - sum(share.bytes for share in shares),
        overhead=overhead,
    )


def _named(
    groups: Mapping[int, tuple[int, int]], sets: UserSets, users: Sequence[Sequence[Place]]
) -> dict[tuple[Place, ...], tuple[int, int]]:
    """Refs → objects and bytes.

    Where so many groups are so large that their names alone would fill the memory, as nobody but an
    attacker makes them, those that very many need are one group.
    """
    names = sum(sets.count(group) for group in groups)
    many = _MANY if names > _MOST_NAMES else len(users) + 1
    named: dict[tuple[Place, ...], tuple[int, int]] = {}
    rest: set[int] = set()
    count = size = 0
    for group, (here, bytes_) in groups.items():
        if sets.count(group) > many:
            rest.update(sets.commits(group))
            count, size = count + here, size + bytes_
        else:
            refs = sorted(ref for commit in sets.commits(group) for ref in users[commit])
            named[tuple(refs)] = here, bytes_
    if rest:
        refs = sorted(ref for commit in rest for ref in users[commit])
        before = named.get(tuple(refs), (0, 0))
        named[tuple(refs)] = before[0] + count, before[1] + size
    return named


def _allocated(objects: Root, space: Space, cancel: Cancel) -> tuple[dict[bytes, int], int]:
    """Bytes of each object, and of all else below ``objects``."""
    sizes: dict[bytes, int] = {}
    overhead = _size(objects.status(), space)
    for prefix in objects.scan():
        cancel.check()
        overhead += _size(prefix.stat(follow_symlinks=False), space)
        with contextlib.suppress(*_NOT_OURS):
            for entry in objects.scan(prefix.name):
                name = ObjectName.from_path(prefix.name, entry.name)
                status = entry.stat(follow_symlinks=False)
                if name is not None and stat.S_ISREG(status.st_mode):
                    sizes[name.key] = _size(status, space)
                else:
                    overhead += _size(status, space)
    return sizes, overhead


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
