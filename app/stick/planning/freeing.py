"""How much of a drive becomes free once only some commits are needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.drive.space import Space
from app.ostree.objects import Commit, DirTree, ObjectKind, ObjectName
from app.ostree.reach import ObjectReach
from app.ostree.repository import Repository


@dataclass(frozen=True, slots=True)
class Freed:
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
        self, repository: Repository, held: frozenset[str], incomplete: frozenset[str]
    ) -> None:
        """``held``: commits that stay in any case; ``incomplete``: those marked so."""
        self._repository = repository
        self._held = held
        self._incomplete = incomplete

    def freed(
        self,
        commits: Iterable[str],
        coming: Mapping[str, bytes],
        trees: Mapping[str, DirTree],
        space: Space,
    ) -> Freed:
        """What none of ``commits`` needs; ``coming``: the bytes of those that are new; ``trees``:
        directories of theirs that are known.

        Raises OSError, and what stops it.
        """
        named = self._held.union(commits)
        whole = named - self._incomplete - coming.keys()
        new = {checksum: Commit.parse(data) for checksum, data in coming.items()}
        told = {key: [name.key for name, _, _ in new[key].sizes()] for key in new}
        with ObjectReach(self._repository.root.below("objects")) as reach:
            orphans = reach.orphans(whole, named & self._incomplete)
            fresh = reach.reached(coming, coming, _children(trees))
            orphans = orphans - fresh.keys - {each for keys in told.values() for each in keys}
            size = sum(space.allocated(reach.size(key)) for key in orphans)
        exact = not fresh.unread or all(told.values())
        return Freed(len(orphans), size, exact=exact)


def _children(trees: Mapping[str, DirTree]) -> dict[bytes, tuple[bytes, ...]]:
    return {
        ObjectName(checksum, ObjectKind.DIRTREE).key: tuple(child.key for child in tree.children())
        for checksum, tree in trees.items()
    }
