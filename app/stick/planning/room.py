"""What a plan takes on one drive, and what it frees there."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence

from app.flatpak.upstream.offer import Offer
from app.fs.files import drive_errors
from app.message import Message
from app.ostree.objects import Commit
from app.ostree.tree_keys import Narrowed
from app.stick.planning.estimate import estimate
from app.stick.planning.freeing import Freed
from app.stick.planning.plan import CollectionPlan, Item
from app.stick.planning.present_objects import PresentObjects
from app.stick.planning.sizes import Estimate
from app.stick.planning.target_state import TargetState
from app.stick.planning.updating import look_below

_READING = Message("reading the repository")


class Room:
    """Of a drive as it was read."""

    def __init__(self, drive: TargetState) -> None:
        self._drive = drive
        self._present = drive.present
        self._objects = drive.present or PresentObjects(frozenset(), 0, known=drive.trees)
        self._narrowed: Narrowed = {}

    def narrow(self, narrowed: Narrowed) -> None:
        """From now on only what counts of these trees."""
        self._narrowed = narrowed
        self._objects = self._objects.narrowed(narrowed)
        if self._present is not None:
            self._present = self._objects

    def look_into(
        self,
        upstreams: Mapping[str, Offer],
        collections: Iterable[CollectionPlan],
        *,
        all_of_it: bool,
    ) -> None:
        """From now on it is known what of what is new is there already: of what comes in some
        languages, else ``all_of_it``; asks upstream."""
        for each in collections:
            parts = {item.commit for item in each.items if item.languages is not None}
            commits = []
            for checksum, data in each.commits.items():
                commit = Commit.parse(data)
                sizes = {name.key: size for name, size, _ in commit.sizes()}
                if checksum in parts or (all_of_it and not sizes and self._present is not None):
                    commits.append(commit)
                    self._objects.known.sizes.update(sizes)
            look_below(upstreams[each.id], commits, self._objects, self._narrowed)

    def estimate(
        self,
        items: Sequence[Item],
        commits: Mapping[str, bytes],
        files: Iterable[int],
        local: Container[str],
    ) -> Estimate:
        """As the function of that name. Raises DriveError."""
        with drive_errors(_READING):
            return estimate(
                items, commits, self._present, files, self._drive.space, local, self._objects
            )

    def freed(self, commits: Iterable[str], coming: Mapping[str, bytes]) -> Freed:
        """As `Freeing.freed`. Raises DriveError."""
        if self._drive.freeing is None:
            return Freed()
        with drive_errors(_READING):
            return self._drive.freeing.freed(commits, coming, self._drive.space, self._narrowed)
