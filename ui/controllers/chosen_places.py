"""Which places are chosen: one, and perhaps others beside it; and what is chosen unasked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from app.drive.drive import Drive
from app.drive.recognition import LastingIdentity, come_back
from ui.controllers.gathering import PlaceGathering
from ui.models.place import Place, PlaceKey, PlaceKind
from ui.state.session import Session


class ChosenPlaces:
    """Attributes:
    first: what is chosen; None for nothing.
    others: what is beside it, in the order in which it was chosen.
    let_go: what is not chosen, or mounted, unasked: a person or another program has let go of it.
    awaited: the drive that was chosen when it was pulled out.
    awaited_root: what has been erased and is mounted there is chosen as soon as it is seen.
    """

    def __init__(self, session: Session, gathering: PlaceGathering) -> None:
        self._session = session
        self._gathering = gathering
        self.first: PlaceKey | None = None
        self.others: list[PlaceKey] = []
        self.let_go: set[PlaceKey] = set()
        self.awaited: LastingIdentity | None = None
        self.awaited_root: Path | None = None

    @property
    def keys(self) -> tuple[PlaceKey, ...]:
        return (self.first, *self.others) if self.first is not None else ()

    def only(self, key: PlaceKey) -> None:
        """This one alone."""
        self.others.clear()
        self.first = key
        self._want(key)

    def none(self) -> None:
        """Nor will any of them be unasked."""
        self.let_go.update(self.keys)
        self.first, self.others = None, []

    def these(self, keys: Sequence[PlaceKey]) -> None:
        """So somebody else wants it."""
        self.first, self.others = keys[0], list(keys[1:])

    def tick(self, key: PlaceKey) -> None:
        """This one too, or no longer; the last one stays."""
        if key not in self.keys:
            self.add(key)
        elif self.others:
            self.untick(key)

    def add(self, key: PlaceKey) -> None:
        """This one too."""
        if key in self.keys:
            return
        if self.first is None:
            self.first = key
        else:
            self.others.append(key)
        self._want(key)

    def untick(self, key: PlaceKey) -> None:
        """No longer; of several the next takes its place."""
        if key in self.others:
            self.others.remove(key)
        elif key == self.first:
            self.first = self.others.pop(0) if self.others else None

    def keep(self, places: Iterable[Place]) -> None:
        """Of several those that are still there."""
        keys = {place.key for place in places}
        self.others = [key for key in self.others if key in keys]
        if self.first is not None and self.first not in keys and self.others:
            self.untick(self.first)

    def wait_for(self, identity: LastingIdentity | None) -> None:
        """Nothing takes the place of what was pulled out."""
        self.awaited = identity

    def take_unasked(self, places: Sequence[Place], drives: Iterable[Drive]) -> None:
        """What is there of what is waited for; else what can be told."""
        if self.awaited_root is not None:
            self._take(place for place in places if place.root == self.awaited_root)
        if any(place.key == self.first for place in places):
            return
        if self.awaited is not None:
            back = come_back(self.awaited, drives)
            self._take(place for place in places if (place.drive, place.volume) == back)
        elif self._gathering.remembers and not self._session.drives.looking:
            usable = [place for place in places if self._may_be_taken(place)]
            begun = [place for place in usable if self._gathering.has_unfinished(place)]
            self._take(begun if len(begun) == 1 else usable)

    def _may_be_taken(self, place: Place) -> bool:
        return place.kind is PlaceKind.DRIVE and place.is_usable and place.key not in self.let_go

    def _take(self, places: Iterable[Place]) -> None:
        """The only one of these."""
        candidates = list(places)
        if len(candidates) == 1:
            self.first = candidates[0].key
            # What it speaks of has passed.
            self._session.set_notice("")
            self.awaited = self.awaited_root = None

    def _want(self, key: PlaceKey) -> None:
        """Whatever was the matter with it."""
        self._session.set_notice("")
        self._gathering.tell_trouble(key, None)
        self.awaited = self.awaited_root = None
        self.let_go.discard(key)
