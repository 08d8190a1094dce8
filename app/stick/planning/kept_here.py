"""What of a plan needs no download: this computer has kept it, or others beside have it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from itertools import compress
from pathlib import Path

from app.flatpak.extra_data import Payload
from app.formats.gvariant import FormatError
from app.ostree.objects import Commit, ObjectKind, ObjectName
from app.ostree.pull.kept_trees import KeptTrees, Left, nothing_left
from app.ostree.pull.near_objects import NearObjects, NearPlace
from app.ostree.pull.object_cache import CachePlace
from app.ostree.pull.payload_cache import PayloadCache
from app.ostree.tree_keys import KnownTrees
from app.replacing import replace
from app.stick.planning.plan import Action, Item
from app.stick.planning.sizes import Estimate

_LARGER = 7
"""Files that lie unpacked are packed fast: by that part of it they get larger than upstream's."""


class KeptHere:
    """Each commit is looked up once: reading its trees takes time. Names are believed here; who
    takes an object checks it.

    Attributes:
        directory: the cache.
    """

    def __init__(
        self,
        directory: Path,
        near: Sequence[NearPlace] = (),
        left: Left = nothing_left,
        trees: KeptTrees | None = None,
    ) -> None:
        """``directory``: the object cache; ``near``: who is asked as well before upstream;
        ``left``: as for `KeptTrees`; ``trees``: what may have been read of it already."""
        self._left = left
        self._kept = trees
        self.directory = directory
        self._near = near
        self._whole: dict[str, bool] = {}

    def forget(self) -> None:
        """Something was written, here or on the drive."""
        self._whole = {}
        self._kept = None

    def counted(
        self, estimate: Estimate, items: Sequence[Item], present: Container[bytes]
    ) -> Estimate:
        """``estimate`` of ``items`` on a drive that has ``present`` objects already, by
        `ObjectName.key`.
        """
        if self._kept is None:
            self._kept = KeptTrees(self.directory, present, self._near, self._left)
        kept = self._kept
        here = {
            (item.collection, item.ref): self._not_kept(item.payloads)
            for item in items
            if item.action is not Action.KEEP and self._is_whole(kept, item.commit)
        }
        commits = {(item.collection, item.ref): item.commit for item in items}
        counts = [(part.collection, part.ref) in here for part in estimate.parts]
        local = larger = 0
        beside: Counter[str] = Counter()
        for part in compress(estimate.parts, counts):
            key = part.collection, part.ref
            size = max(0, part.fetch - here[key])
            local += size
            place = self._holder(commits[key])
            if place is not None:
                beside[str(place.repository)] += size
                larger += 0 if place.packed else size // _LARGER
        if counts and all(counts) and not any(here.values()):
            # The commits as well, which are in no part.
            local = estimate.fetch
        # What comes from sources on this computer is there anyway.
        return replace(
            estimate,
            local=max(estimate.local, min(local, estimate.fetch)),
            write=estimate.write + larger,
            beside=tuple(beside.items()),
        )

    def _holder(self, checksum: str) -> NearPlace | None:
        """The repository that has a commit; None if that is the cache."""
        if not self._near or KeptTrees(self.directory, ()).commit(checksum) is not None:
            return None
        name = ObjectName(checksum, ObjectKind.COMMIT)
        return next((place for place in self._near if NearObjects([place]).has(name.key)), None)

    @property
    def trees(self) -> KnownTrees:
        """As `KeptTrees.trees`, of what was looked up."""
        return self._kept.trees if self._kept is not None else KnownTrees()

    def has(self, checksum: str, size: int) -> bool:
        """Whether a file that is no object is kept; ``checksum``: its SHA-256."""
        return PayloadCache(CachePlace(self.directory, 0)).size(checksum) == size

    def _not_kept(self, payloads: Iterable[Payload]) -> int:
        """Bytes of these that have to be asked for."""
        return sum(each.size for each in payloads if not self.has(each.sha256, each.size))

    def _is_whole(self, kept: KeptTrees, checksum: str) -> bool:
        if checksum not in self._whole:
            self._whole[checksum] = _nothing_lacks(kept, checksum)
        return self._whole[checksum]


def _nothing_lacks(kept: KeptTrees, checksum: str) -> bool:
    data = kept.commit(checksum)
    if data is None:
        return False
    try:
        return not kept.lack(Commit.parse(data))
    except FormatError:
        return False
