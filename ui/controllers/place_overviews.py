"""What is on the places that apps can go to, read in the background."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.drive.drive import Drive
from app.errors import InterruptedByUser, SatchelError
from app.flatpak.remotes.known import Known
from app.progress import CancelToken, Reporter
from app.stick.environment import Environment
from app.stick.inspecting.overview import Overview, read_overview
from ui.models.place import Place
from ui.state.session import Session
from ui.tasks.bridge import Bridge, Task

_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """What reading a place came to."""

    key: _Key
    overview: Overview | SatchelError


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
        self._overviews: dict[_Key, Overview | SatchelError] = {}
        self._awaited: dict[_Key, Task] = {}
        self._running: list[tuple[_Key, Task]] = []

    def described(self, place: Place) -> Place:
        """``place`` with what is known to be on it, or why that cannot be read."""
        overview = self._overviews.get(_key(place))
        if isinstance(overview, SatchelError):
            return replace(place, error=overview)
        return replace(place, overview=overview)

    def read(self, places: Iterable[Place]) -> None:
        """Read what is not known yet; what is known of other places is forgotten."""
        wanted = {_key(place): place.root for place in places if place.root is not None}
        self._drop(lambda key: key not in wanted)
        self._overviews = {
            key: overview for key, overview in self._overviews.items() if key in wanted
        }
        for key, root in wanted.items():
            if key not in self._awaited and key not in self._overviews:
                self._start(key, root)

    def read_again(self, places: Iterable[Place]) -> None:
        """Read all of them; what is known of them stays until it is known anew."""
        self._drop(lambda _key: True)
        for place in places:
            if place.root is not None:
                self._start(_key(place), place.root)

    def is_reading(self, drive: Drive) -> bool:
        """Whether anything still reads from ``drive``, also if nobody waits for it any more."""
        self._running = [(key, task) for key, task in self._running if task.running]
        return any(_is_on(key, drive) for key, _ in self._running)

    def _start(self, key: _Key, root: Path) -> None:
        work = partial(_read, key, root, self._session.environment, self._session.known)
        task = self._bridge.run(work, done=self._take)
        task.finished.connect(self.ended)
        self._awaited[key] = task
        self._running.append((key, task))

    def _drop(self, unwanted: Callable[[_Key], bool]) -> None:
        for key in [key for key in self._awaited if unwanted(key)]:
            self._awaited.pop(key).drop()

    def _take(self, read: _Read) -> None:
        self._awaited.pop(read.key, None)
        self._overviews[read.key] = read.overview
        self.changed.emit()


def _key(place: Place) -> _Key:
    """What an overview is good for: a place with another file system is another."""
    return *place.key, place.root, place.volume.uuid if place.volume is not None else ""


def _is_on(key: _Key, drive: Drive) -> bool:
    return key[:3] == (drive.device, drive.number, drive.sequence)


def _read(
    key: _Key,
    root: Path,
    environment: Environment,
    known: Known,
    _report: Reporter,
    cancel: CancelToken,
) -> _Read:
    try:
        return _Read(key, read_overview(root, environment, known, cancel))
    except InterruptedByUser:
        raise
    except SatchelError as error:
        return _Read(key, error)
