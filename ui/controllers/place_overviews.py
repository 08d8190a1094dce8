"""What is on the places that apps can go to, read in the background."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.drive.drive import Drive
from app.errors import InterruptedByUser, SatchelError
from app.flatpak.remotes.known import Known
from app.progress import CancelToken, Reporter
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.inspecting.overview import Overview, read_overview
from ui.controllers.remaining_work import read_unfinished
from ui.models.place import Place, Unfinished
from ui.state.session import Session
from ui.tasks.bridge import Bridge, Task

_Key = tuple[object, ...]


class _Read(Struct, frozen=True):
    """What reading a place came to."""

    key: _Key
    overview: Overview | SatchelError
    unfinished: Unfinished | None = None


class PlaceOverviews(QObject):
    """Reads each place once, and keeps what it read until the place is another or goes.

    Signals:
        changed(): what is on a place has become known.
        ended(): some reading has ended, perhaps one that nobody waits for any more.
    """

    changed = Signal()
    ended = Signal()

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._reads: dict[_Key, _Read] = {}
        self._awaited: dict[_Key, Task] = {}
        self._running: list[tuple[_Key, Task]] = []

    def described(self, place: Place) -> Place:
        """``place`` with what is known to be on it, or why that cannot be read."""
        read = self._reads.get(_key(place))
        if read is None:
            return place
        if isinstance(read.overview, SatchelError):
            return replace(place, error=read.overview)
        return replace(place, overview=read.overview, unfinished=read.unfinished)

    def read(self, places: Iterable[Place]) -> None:
        """Read what is not known yet; what is known of other places is forgotten."""
        wanted = {_key(place): place for place in places if place.root is not None}
        self._drop(lambda key: key not in wanted)
        self._reads = {key: read for key, read in self._reads.items() if key in wanted}
        for key, place in wanted.items():
            if key not in self._awaited and key not in self._reads:
                self._start(place)

    def read_again(self, places: Iterable[Place]) -> None:
        """Read all of them; what is known of them stays until it is known anew."""
        self._drop(lambda _key: True)
        for place in places:
            if place.root is not None:
                self._start(place)

    def is_reading(self, drive: Drive) -> bool:
        """Whether anything still reads from ``drive``, also if nobody waits for it any more."""
        self._running = [(key, task) for key, task in self._running if task.running]
        return any(_is_on(key, drive) for key, _ in self._running)

    def _start(self, place: Place) -> None:
        key = _key(place)
        work = partial(_read, place, self._session.environment, self._session.known)
        task = self._bridge.run(work, done=self._take)
        task.finished.connect(self.ended)
        self._awaited[key] = task
        self._running.append((key, task))

    def _drop(self, unwanted: Callable[[_Key], bool]) -> None:
        for key in [key for key in self._awaited if unwanted(key)]:
            self._awaited.pop(key).drop()

    def _take(self, read: _Read) -> None:
        self._awaited.pop(read.key, None)
        self._reads[read.key] = read
        self.changed.emit()


def _key(place: Place) -> _Key:
    """What an overview is good for: a place with another file system is another."""
    return *place.key, place.root, place.volume.uuid if place.volume is not None else ""


def _is_on(key: _Key, drive: Drive) -> bool:
    return key[:3] == (drive.device, drive.number, drive.sequence)


def _read(
    place: Place,
    environment: Environment,
    known: Known,
    _report: Reporter,
    cancel: CancelToken,
) -> _Read:
    key, root = _key(place), place.root
    assert root is not None
    try:
        overview = read_overview(root, environment, known, cancel)
        unfinished = None
        if overview.interrupted:
            unfinished = read_unfinished(root, place.memory_key, environment, known, cancel)
        return _Read(key, overview, unfinished)
    except InterruptedByUser:
        raise
    except SatchelError as error:
        return _Read(key, error)
