"""What a plan takes on one drive, and what it frees there."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence

from app.flatpak.upstream.offer import Offer
from app.fs.files import drive_errors
from app.message import Message
from app.ostree.objects import Commit
from app.stick.planning.estimate import estimate
from app.stick.planning.freeing import Freed
from app.stick.planning.plan import CollectionPlan, Estimate, Item
from app.stick.planning.target_state import TargetState
from app.stick.planning.updating import look_below

_READING = Message("reading the repository")


class Room:
    """Of a drive as it was read."""

    def __init__(self, drive: TargetState) -> None:
        self._drive = drive
        self._present = drive.present

    def look_into(
        self, upstreams: Mapping[str, Offer], collections: Iterable[CollectionPlan]
    ) -> None:
        """From now on it is known what of what is new is there already; asks upstream."""
        if self._present is None:
            return
        for each in collections:
            commits = [Commit.parse(data) for data in each.commits.values()]
            look_below(upstreams[each.id], commits, self._present)

    def estimate(
        self,
        items: Sequence[Item],
        commits: Mapping[str, bytes],
        files: Iterable[int],
        local: Container[str],
    ) -> Estimate:
        """As the function of that name. Raises DriveError."""
        with drive_errors(_READING):
            return estimate(items, commits, self._present, files, self._drive.space, local)

    def freed(self, commits: Iterable[str], coming: Mapping[str, bytes]) -> Freed:
        """As `Freeing.freed`. Raises DriveError."""
        if self._drive.freeing is None:
            return Freed()
        with drive_errors(_READING):
            return self._drive.freeing.freed(commits, coming, self._drive.space)
