"""The places that apps can go to, with all that is known of each, in the order they are shown."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.drive.drive import Drive
from app.errors import SatchelError
from app.progress import CancelToken, Reporter
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.memory.unfinished_jobs import UnfinishedJob
from ui.controllers.place_overviews import PlaceOverviews
from ui.models.place import Place, PlaceKey, demo_place, folder_place, places_of
from ui.state.session import Session
from ui.tasks.bridge import Bridge, Task, Work

_INTERRUPTED, _WITH_APPS, _EMPTY, _NOT_USABLE = range(4)
"""In this order they are shown."""


class PlaceGathering(QObject):
    """Drives as they come and go, folders that were named, the demo's drive.

    Signals:
        changed(): something has become known; `gather` tells it.
        ended(): some reading has ended, perhaps one that nobody waits for any more.

    Attributes:
        folders: those that a person named.
        remembers: whether it is known by now which jobs are unfinished.
    """

    changed = Signal()
    ended = Signal()

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._overviews = PlaceOverviews(session, bridge, self)
        self._overviews.changed.connect(self.changed)
        self._overviews.ended.connect(self.ended)
        self._jobs: Mapping[str, UnfinishedJob] = {}
        self._set_aside: set[tuple[str, int]] = set()
        self._notes: deque[Work] = deque()
        self._noting: Task | None = None
        self._recalling: Task | None = None
        self._troubles: dict[PlaceKey, SatchelError] = {}
        self._arrivals: dict[PlaceKey, int] = {}
        self._ranks: dict[PlaceKey, int] = {}
        self._count = 0
        self.folders: list[Path] = []
        self.remembers = False
        session.drives.changed.connect(self.recall)
        self.recall()

    def gather(self) -> tuple[Place, ...]:
        """All of them as they are now."""
        places = self._present()
        keys = {place.key for place in places}
        for known in (self._troubles, self._ranks):
            for gone in known.keys() - keys:
                del known[gone]
        for gone in self._arrivals.keys() - {_arrived(place) for place in places}:
            del self._arrivals[gone]
        places = [self._described(place) for place in places]
        for place in places:
            if _arrived(place) not in self._arrivals:
                self._count += 1
                self._arrivals[_arrived(place)] = self._count
        return tuple(sorted(places, key=self._position))

    def read(self, readable: Callable[[Place], bool]) -> None:
        """What is on those that may be looked at, where it is not known."""
        self._overviews.read(filter(readable, self._present()))

    def read_again(self, readable: Callable[[Place], bool]) -> None:
        """What is on all of them; what is known stays until it is known anew."""
        self._overviews.read_again(filter(readable, self._present()))

    def is_reading(self, drive: Drive) -> bool:
        """Whether anything still reads from ``drive``."""
        return self._overviews.is_reading(drive)

    def sort_again(self) -> None:
        """They are not looked at now: their order may change."""
        self._ranks.clear()

    def recall(self) -> None:
        """Which jobs are unfinished: work that reads a file."""
        environment = self._session.environment
        if self._recalling is not None:
            self._recalling.drop()
        self._recalling = self._bridge.run(
            lambda _report, _cancel: environment.unfinished.all(), done=self._recalled
        )

    def has_unfinished(self, place: Place) -> bool:
        """Whether this computer began a job there, also where nobody can look yet."""
        job = self._jobs.get(place.memory_key)
        return job is not None and (place.memory_key, job.started) not in self._set_aside

    def set_aside(self, place: Place, job: UnfinishedJob) -> None:
        """Its unfinished job does not go on."""
        self._set_aside.add((place.memory_key, job.started))
        self._note(partial(_forget, self._session.environment, place.memory_key))

    def take_up(self, place: Place, job: UnfinishedJob) -> None:
        """It does after all."""
        self._set_aside.discard((place.memory_key, job.started))
        self._note(partial(_remember, self._session.environment, place.memory_key, job))

    def tell_trouble(self, key: PlaceKey, error: SatchelError | None) -> None:
        """Why what was done to a place did not work; None once that is over."""
        if error is not None:
            self._troubles[key] = error
        else:
            self._troubles.pop(key, None)

    def _note(self, work: Work) -> None:
        """One after the other: what is taken back at once must not be done before it is."""
        self._notes.append(work)
        if self._noting is None:
            self._note_next()

    def _note_next(self) -> None:
        self._noting = self._bridge.run(self._notes.popleft()) if self._notes else None
        if self._noting is not None:
            self._noting.finished.connect(self._note_next)

    def _recalled(self, jobs: Mapping[str, UnfinishedJob]) -> None:
        self._recalling = None
        if not self.remembers or jobs != self._jobs:
            self._jobs, self.remembers = jobs, True
            self.changed.emit()

    def _present(self) -> list[Place]:
        demo = self._session.environment.demo_drive
        places = [demo_place(demo)] if demo is not None else []
        for drive in self._session.drives.drives:
            places += places_of(drive)
        return [*places, *map(folder_place, self.folders)]

    def _described(self, place: Place) -> Place:
        place = self._overviews.described(place)
        unfinished = place.unfinished
        if unfinished and (place.memory_key, unfinished.job.started) in self._set_aside:
            unfinished = None
        return replace(place, trouble=self._troubles.get(place.key), unfinished=unfinished)

    def _position(self, place: Place) -> tuple[int, int]:
        """By what is on it, by arrival inside. It keeps it once it is known what is on it."""
        rank = self._ranks.get(place.key)
        if rank is None:
            rank = self._rank(place)
            if place.overview is not None or not place.is_usable:
                self._ranks[place.key] = rank
        return rank, self._arrivals[_arrived(place)]

    def _rank(self, place: Place) -> int:
        overview = place.overview
        if not place.is_usable:
            return _NOT_USABLE
        if place.is_interrupted or (overview is None and self.has_unfinished(place)):
            return _INTERRUPTED
        return _WITH_APPS if overview is not None and overview.stick else _EMPTY


def _arrived(place: Place) -> PlaceKey:
    """Tells what came together: a drive, whatever file systems are on it by now."""
    drive = place.drive
    return place.key if drive is None else (drive.device, drive.number, drive.sequence)


def _forget(environment: Environment, key: str, _report: Reporter, _cancel: CancelToken) -> None:
    environment.unfinished.forget(key)


def _remember(
    environment: Environment,
    key: str,
    job: UnfinishedJob,
    _report: Reporter,
    _cancel: CancelToken,
) -> None:
    environment.unfinished.remember(key, job)
