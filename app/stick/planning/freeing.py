"""How much of a drive becomes free once only some commits are needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from app.drive.space import Space
from app.fs.nodes import Node
from app.ostree.objects import Commit, ObjectKind, ObjectName
from app.ostree.reach import ObjectReach
from app.ostree.repository import Repository
from app.ostree.tree_keys import WHOLE, Narrowed
from app.stick.planning.present_objects import PresentObjects
from app.stick.store.payloads import needed_payloads
from app.stick.store.stick_state import CommitReader

_OF_COMMIT = (ObjectKind.COMMIT, ObjectKind.COMMITMETA)


class Freed(Struct, frozen=True):
    """What becomes free.

    Attributes:
        objects: how many files.
        bytes: with the drive's real cluster size.
        exact: else it may be less, since nobody tells what of it what is new needs as well.
    """

    objects: int = 0
    bytes: int = 0
    exact: bool = True


NOTHING_FREED = Freed()


class Freeing:
    """Looks at a repository when it is first asked."""

    def __init__(
        self,
        repository: Repository,
        held: frozenset[str] | None,
        incomplete: frozenset[str],
        present: PresentObjects,
        payloads: Mapping[str, int],
    ) -> None:
        """``held``: commits that stay in any case, None if nothing is freed; ``incomplete``: those
        marked so; ``present``: what is there, and in trees, which grows; ``payloads``: Satchel's
        own, path → bytes.
        """
        self._repository = repository
        self._held = held
        self._incomplete = incomplete
        self._present = present
        self._payloads = payloads

    def freed(
        self,
        commits: Iterable[str],
        coming: Mapping[str, bytes],
        space: Space,
        narrowed: Narrowed = WHOLE,
    ) -> Freed:
        """What none of ``commits`` needs; ``coming``: the bytes of those that are new. Of
        ``narrowed`` trees only what counts is needed.

        Raises OSError, and what stops it.
        """
        objects = self._repository.root.below("objects")
        if self._held is None or objects.node(".") is not Node.DIRECTORY:
            return NOTHING_FREED
        named = self._held.union(commits)
        whole = named - self._incomplete - coming.keys()
        told: set[bytes] = set()
        silent = []
        for checksum, data in coming.items():
            names = [name.key for name, _, _ in Commit.parse(data).sizes()]
            if names and narrowed.keys().isdisjoint(names):
                told.update(names, (ObjectName(checksum, kind).key for kind in _OF_COMMIT))
            else:
                silent.append(checksum)
        self._present.read_trees()
        self._present.read_sizes()
        known, there = self._present.known, self._present.keys
        with ObjectReach(objects, known, narrowed, there) as reach:
            fresh = reach.reached(silent, coming)
            orphans = reach.orphans(whole, named & self._incomplete) - fresh.keys - told
            sizes = list(reach.sizes(orphans).values())
        sizes += self._unneeded_payloads(named, coming)
        return Freed(len(sizes), sum(map(space.allocated, sizes)), exact=not fresh.unread)

    def _unneeded_payloads(
        self, named: Iterable[str], coming: Mapping[str, bytes]
    ) -> Iterator[int]:
        if not self._payloads:
            return
        read = CommitReader(self._repository)
        commits = (Commit.parse(coming[sum_]) if sum_ in coming else read(sum_) for sum_ in named)
        needed = {each.path for each in needed_payloads(commits)}
        yield from (size for path, size in self._payloads.items() if path not in needed)
