"""Registers drives as they are mounted, and takes that back as they go.

Checks run in threads, one a volume, so that a drive that goes is noticed at once. Links are made
and removed, and events told, in the thread that calls `Registrar.see` and `Registrar.read`.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct, field

from app.client.registering.judging import Judged, Obstacle, judge_contents, judge_lists
from app.client.registering.links import Link, SideloadLinks
from app.client.registering.mounted import Mounted, changes, mounted_volumes
from app.client.registering.place import Place
from app.closing import Closing
from app.drive.drive import Drive
from app.errors import InterruptedByUser, SatchelError, told
from app.flatpak.remotes.installed_versions import versions_in
from app.message import NOTHING, Message
from app.ostree.lock import RepositoryInUseError
from app.progress import heeding
from app.remedy import Remedy
from app.stick.store.location import Location, client_places

_AGAIN_SECONDS = 5.0
"""After which a repository that somebody writes to is looked at again: nothing tells of the end."""


class Checking(Struct, frozen=True):
    """Lists and signatures of a repository are right; now its contents are read."""

    volume: Mounted
    judged: Judged


class Registered(Struct, frozen=True):
    """flatpak finds a repository from now on, by a link."""

    volume: Mounted
    judged: Judged
    link: Path


class Refused(Struct, frozen=True):
    """A repository is not registered: `Judged.obstacle` says why.

    Attributes:
        reason: in words, where there are no findings.
    """

    volume: Mounted
    judged: Judged
    reason: Message = NOTHING


class Waiting(Struct, frozen=True):
    """Somebody writes to a repository, or has during the check: it is looked at again later."""

    volume: Mounted
    repository: Path


class Unregistered(Struct, frozen=True):
    """The drive has gone, and the link with it."""

    volume: Mounted
    repository: Path
    link: Path


class Finished(Struct, frozen=True):
    """All repositories of a volume were looked at; tells what became of each.

    Comes after the other events of the volume, and only if there is any repository.
    """

    volume: Mounted
    registered: tuple[Judged, ...]
    refused: tuple[Judged, ...]


Event = Checking | Registered | Refused | Waiting | Unregistered | Finished
Tell = Callable[[Event], None]


class _Stop:
    """Tells a check that nobody wants it any more; a `Cancel`."""

    paused = False

    def __init__(self) -> None:
        self._event = threading.Event()

    def request(self) -> None:
        self._event.set()

    def check(self) -> None:
        if self._event.is_set():
            raise InterruptedByUser(Message("Stopped as you asked."), Remedy.GO_ON)

    def wait(self, seconds: float) -> None:
        self._event.wait(seconds)
        self.check()


class _Watched(Struct):
    """A volume that is there, and what became of its repositories.

    Attributes:
        over: all of them were looked at.
    """

    stop: _Stop
    over: bool = False
    links: list[Link] = field(default_factory=list)
    registered: list[Judged] = field(default_factory=list)
    refused: list[Judged] = field(default_factory=list)


class _Sound(Struct, frozen=True):
    """A repository may be registered."""

    volume: Mounted
    judged: Judged


class _End(Struct, frozen=True):
    """The check of a volume is over."""

    volume: Mounted


_Result = Checking | Refused | Waiting | _Sound | _End


class Registrar(Closing):
    """Registers what it is shown, until it is closed: then all links of its go.

    `fileno` becomes readable when there is something for `read`. For use from one thread.
    """

    def __init__(self, place: Place, tell: Tell, *, again: float = _AGAIN_SECONDS) -> None:
        """``again``: seconds. Raises AlreadyWatchedError, NoLinksError."""
        self._place = place
        self._tell = tell
        self._again = again
        self._watched: dict[Mounted, _Watched] = {}
        self._results: deque[_Result] = deque()
        self._threads: list[threading.Thread] = []
        with contextlib.ExitStack() as stack:
            self._links = stack.enter_context(SideloadLinks(place))
            self._ready = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
            stack.callback(os.close, self._ready)
            self._open = stack.pop_all()

    def fileno(self) -> int:
        return self._ready

    @property
    def busy(self) -> bool:
        """Whether something is still being checked."""
        return any(not watched.over for watched in self._watched.values())

    def see(self, drives: Sequence[Drive]) -> None:
        """These are there now."""
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        todo = changes(self._watched.keys(), mounted_volumes(drives))
        for volume in todo.gone:
            self._forget(volume)
        for volume in todo.come:
            stop = _Stop()
            thread = threading.Thread(
                target=self._check, args=(volume, stop), name="check", daemon=True
            )
            self._watched[volume] = _Watched(stop)
            self._threads.append(thread)
            thread.start()

    def read(self) -> None:
        """Make the links of what was found sound since the last time; does not wait.

        Raises NoLinksError.
        """
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self._ready)
        while self._results:
            result = self._results.popleft()
            watched = self._watched.get(result.volume)
            # What was found out about a drive that has gone does not matter any more.
            if watched is not None:
                self._take(result, watched)

    def keep(self) -> None:
        """Leave the links when this is closed."""
        self._links.keep()

    def close(self) -> None:
        for watched in self._watched.values():
            watched.stop.request()
        for thread in self._threads:
            thread.join()
        self._open.close()

    def _take(self, result: _Result, watched: _Watched) -> None:
        match result:
            case _Sound(volume, judged):
                link = self._links.add(judged.repository)
                watched.links.append(link)
                watched.registered.append(judged)
                self._tell(Registered(volume, judged, link.path))
            case Refused():
                watched.refused.append(result.judged)
                self._tell(result)
            case _End(volume):
                watched.over = True
                if watched.registered or watched.refused:
                    self._tell(Finished(volume, tuple(watched.registered), tuple(watched.refused)))
            case Checking() | Waiting():
                self._tell(result)

    def _forget(self, volume: Mounted) -> None:
        watched = self._watched.pop(volume)
        watched.stop.request()
        for link in watched.links:
            self._links.remove(link)
            self._tell(Unregistered(volume, link.repository, link.path))

    # In the threads

    def _check(self, volume: Mounted, stop: _Stop) -> None:
        with contextlib.suppress(InterruptedByUser), heeding(stop):
            for location in _places(volume):
                try:
                    self._check_one(volume, location, stop)
                except InterruptedByUser:
                    raise
                except SatchelError as error:
                    self._refuse(volume, location, error)
                except Exception as error:
                    # One drive must not keep the others from being watched.
                    self._refuse(volume, location, told(error))
            self._send(_End(volume))

    def _refuse(self, volume: Mounted, location: Location, error: SatchelError) -> None:
        judged = Judged(location.shown, 0, 0, Obstacle.UNREADABLE)
        self._send(Refused(volume, judged, error.message))

    def _check_one(self, volume: Mounted, location: Location, stop: _Stop) -> None:
        waiting = False
        while True:
            stop.check()
            with contextlib.suppress(RepositoryInUseError):
                judged = self._judge(volume, location, stop)
                if judged is not None:
                    # The link is made by whoever reads this.
                    sound = judged.obstacle is None
                    self._send(_Sound(volume, judged) if sound else Refused(volume, judged))
                    return
            if not waiting:
                self._send(Waiting(volume, location.shown))
                waiting = True
            stop.wait(self._again)

    def _judge(self, volume: Mounted, location: Location, stop: _Stop) -> Judged | None:
        """None if it has to be looked at again."""
        remotes = self._place.remotes()
        installed = versions_in(self._place.installations, self._place.keyrings)
        judged = judge_lists(location, remotes, installed, stop)
        if judged.obstacle is not None:
            return judged
        self._send(Checking(volume, judged))
        return judge_contents(location, remotes, installed, stop)

    def _send(self, result: _Result) -> None:
        self._results.append(result)
        with contextlib.suppress(OSError):
            os.eventfd_write(self._ready, 1)


def _places(volume: Mounted) -> tuple[Location, ...]:
    """A drive that cannot be read has none."""
    try:
        return client_places(volume.point)
    except OSError:
        return ()
