"""Frees what nothing in a repository needs: objects, marks of incomplete commits, leftovers.

What goes first refers to what goes later, and the medium is told in between: whatever stops it, no
commit and no tree is left without what is in it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence, Set

from msgspec import Struct, field

from app.beside import beside
from app.fs.nodes import LeadsOutsideError, Node
from app.fs.root import Root
from app.ostree.lock import is_locked
from app.ostree.object_files import Listing
from app.ostree.reach import ObjectReach, Row
from app.ostree.removing import removing
from app.ostree.repository import Repository
from app.ostree.tree_keys import KnownTrees, Narrowed
from app.progress import Cancel, Meter

Allocated = Callable[[int], int]
"""Bytes that a file of so many takes of the file system."""

_TMP = "tmp"
_STAGING = "staging-"
_STAGING_LOCK = "-lock"


class Pruned(Struct, frozen=True):
    """What was freed, or could be.

    Attributes:
        objects, bytes: files below ``objects/``, and what they take of the file system.
        partial: marks of incomplete commits that nothing needs.
        leftovers, leftover_bytes: likewise of all others.
    """

    objects: int = 0
    bytes: int = 0
    partial: int = 0
    leftovers: int = 0
    leftover_bytes: int = 0

    def and_then(self, later: Pruned) -> Pruned:
        """Both together."""
        return Pruned(
            self.objects + later.objects,
            self.bytes + later.bytes,
            self.partial + later.partial,
            self.leftovers + later.leftovers,
            self.leftover_bytes + later.leftover_bytes,
        )

    @property
    def files(self) -> int:
        """All that went."""
        return self.objects + self.partial + self.leftovers

    @property
    def total(self) -> int:
        """All bytes that were taken."""
        return self.bytes + self.leftover_bytes


class Needed(Struct, frozen=True):
    """What stays.

    Attributes:
        commits: all that anybody names.
        unfinished: incomplete ones that nobody names and from which a job will go on; while there
            are any, what lies in ``tmp/`` stays as well.
        narrowed: trees of which only some is needed.
    """

    commits: frozenset[str]
    unfinished: frozenset[str] = frozenset()
    narrowed: Narrowed = field(default_factory=dict)


def prunable(repository: Repository, needed: Needed, allocated: Allocated) -> Pruned:
    """What `prune` would free. Raises OSError."""
    partial = repository.partial_commits()
    objects = repository.root.below("objects")
    with ObjectReach(objects, narrowed=needed.narrowed) as reach:
        orphans = _orphans(reach, needed, partial)
        size = sum(allocated(reach.size(key)) for key in orphans)
    marks = partial - needed.commits - needed.unfinished
    leftovers = _leftovers(repository.root, needed)
    left = sum(map(allocated, leftovers.values()))
    return Pruned(len(orphans), size, len(marks), len(leftovers), left)


def _orphans(reach: ObjectReach, needed: Needed, partial: frozenset[str]) -> Set[bytes]:
    incomplete = (needed.commits & partial) | needed.unfinished
    reach.read_trees(needed.commits | incomplete)
    return reach.orphans(needed.commits - incomplete, incomplete)


class Orphans(Struct, frozen=True):
    """What nothing needs, by `ObjectName.key`.

    Attributes:
        steps: in the order in which they may go, row by row; the medium is told between two.
        sizes: bytes of those that have some.
        partial: commits that are marked as incomplete.
    """

    steps: Sequence[Sequence[Row]]
    sizes: Mapping[bytes, int]
    partial: frozenset[str]


def find_orphans(
    repository: Repository,
    needed: Needed,
    known: KnownTrees | None = None,
    listing: Listing | None = None,
) -> Orphans:
    """For `prune`, if nothing but flushing comes between. ``known``: trees that were read before;
    ``listing``: what the caller has listed since it holds the lock. Raises OSError.
    """
    partial = repository.partial_commits()
    objects = repository.root.below("objects")
    with ObjectReach(objects, known, needed.narrowed, listing) as reach:
        orphans = _orphans(reach, needed, partial)
        return Orphans(reach.parents_first(orphans), reach.sizes(orphans), partial)


def prune(
    repository: Repository,
    needed: Needed,
    allocated: Allocated,
    meter: Meter,
    cancel: Cancel,
    known: KnownTrees | None = None,
    listing: Listing | None = None,
    *,
    found: Orphans | None = None,
    flushes: bool = True,
) -> Pruned:
    """Remove what is not ``needed``; ``known`` and ``listing`` as for `find_orphans`.

    The caller holds the lock alone, so that nothing that is under way needs more. Stopped at any
    moment it has freed a part. ``found``: the caller has looked already, and flushed since; unless
    it ``flushes`` the caller does so afterwards. Raises OSError, and what ``cancel`` raises.
    """
    root = repository.root
    if found is None:
        looked: list[Orphans] = []
        # What refers to what goes now may be gone in memory only.
        with beside(root.sync, needed=True):
            looked.append(find_orphans(repository, needed, known, listing))
        (found,) = looked
    objects, freed = _remove(root, found, allocated, meter, cancel, listing)
    marks = found.partial - needed.commits - needed.unfinished
    for checksum in marks:
        cancel.check()
        repository.unmark_partial(checksum)
    leftovers = _leftovers(root, needed)
    for name in _unused(root, needed):
        cancel.check()
        root.remove_tree(f"{_TMP}/{name}")
    if flushes:
        root.sync()
    meter.finish()
    left = sum(map(allocated, leftovers.values()))
    return Pruned(objects, freed, len(marks), len(leftovers), left)


def _remove(
    root: Root,
    found: Orphans,
    allocated: Allocated,
    meter: Meter,
    cancel: Cancel,
    listing: Listing | None,
) -> tuple[int, int]:
    """How many objects went, and what they took."""
    freed = objects = 0
    sizes = found.sizes
    rows = [row for step in found.steps for row in step]
    meter.objects_total = sum(map(len, rows))
    with removing(root.below("objects"), meter.objects_total) as remove:
        for number, step in enumerate(found.steps):
            if number and objects:
                root.sync()
            for row in step:
                for some in remove(row):
                    if listing is not None:
                        for key in some:
                            listing[key[1]].discard(key)
                    freed += sum(allocated(sizes.get(key, 0)) for key in some)
                    objects += len(some)
                    meter.objects, meter.bytes = objects, freed
                    meter.tick()
                    cancel.check()
    for prefix in sorted({key[1] for row in rows for key in row}):
        if listing is not None and listing.get(prefix):
            continue
        # Each takes a cluster, which is much on some drives.
        with contextlib.suppress(OSError):
            root.remove_directory(f"objects/{prefix:02x}")
    return objects, freed


def _unused(root: Root, needed: Needed) -> Iterator[str]:
    """What lies in ``tmp/`` and is nobody's any more.

    Who writes objects holds the repository's lock; libostree's directories have one of their own.
    """
    if needed.unfinished:
        return
    try:
        names = root.names(_TMP)
    except (FileNotFoundError, NotADirectoryError, LeadsOutsideError):
        return
    for name in names:
        staging = name.startswith(_STAGING)
        lock = f"{_TMP}/{name.removesuffix(_STAGING_LOCK)}{_STAGING_LOCK}"
        if not staging or not is_locked(root, lock):
            yield name


def _leftovers(root: Root, needed: Needed) -> Mapping[str, int]:
    """Path → bytes of the files in ``tmp/`` that are nobody's."""
    sizes: dict[str, int] = {}
    for name in _unused(root, needed):
        path = f"{_TMP}/{name}"
        if root.node(path) is not Node.DIRECTORY:
            sizes[path] = root.status(path).st_size
            continue
        for entry in root.walk(path):
            if entry.node is not Node.DIRECTORY:
                sizes[entry.path] = root.status(entry.path).st_size
    return sizes
