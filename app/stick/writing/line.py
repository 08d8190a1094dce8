"""Drives one after the other, and several at once, as they are plugged in: the way somebody makes
thirty with two ports.

Each is looked at, perhaps asked about, written and checked in a thread of its own; what one of them
has downloaded the others find in the cache. What is wanted is asked anew for each that comes.
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from itertools import count
from pathlib import Path

from app.drive.drive import Drive
from app.drive.monitor import DriveMonitor
from app.drive.recognition import LastingIdentity
from app.errors import InterruptedByUser
from app.progress import Cancel
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.planning.plan import Plan
from app.stick.writing.admission import Admission
from app.stick.writing.line_place import Orders, Place, Standing
from app.stick.writing.line_values import (
    Choice,
    Ended,
    Left,
    LineEvent,
    Passed,
    Reason,
    Rechosen,
    Spot,
    Tally,
    Waiting,
)
from app.stick.writing.many import Shared, share, worst_status
from app.stick.writing.sources import Together

_TICK = 250
"""Milliseconds between looks at whether the line is to end."""

_FILE_SYSTEMS_FOLLOW = 3.0
"""Seconds in which udev tells what is on a drive that it has just told of."""


class Line:
    """One run. `answer` and `finish` are for any thread; everything is told by one at a time."""

    def __init__(
        self,
        choose: Callable[[], Choice],
        environment: Environment,
        admission: Admission,
        tell: Callable[[LineEvent], None],
        *,
        first: Choice | None = None,
        named: Iterable[Path] = (),
        confirmed: bool = True,
        ask: bool = True,
        verify: bool = True,
        eject: bool = False,
    ) -> None:
        """``choose`` is called for each drive when it comes, in a thread; the SatchelError it may
        raise is what becomes of that drive. ``first``: the choice that has been told of already.
        ``named``: mount points and directories that are made first; ``confirmed``: without asking.
        ``ask``: those that ``admission`` does not let start are asked about. ``admission.empty``
        counts for drives that come while the line runs.
        """
        self._wake = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._environment = environment
        self._admission = admission
        self._named = tuple(named)
        self._confirmed = confirmed
        self._told = tell
        self._choose = choose
        self._wanted = first.wanted if first is not None else None
        self._numbers = count()
        self._latest = -1
        self._choosing = threading.Lock()
        self._orders = Orders(
            self._chosen, environment, ask, verify, eject, self._tell, self._share_with_others
        )
        self._telling = threading.Lock()
        self._changing = threading.Lock()
        self._together = Together(environment.object_cache)
        self._finishing = False
        self._count = 0
        self._places: dict[Hashable, Place] = {}
        self._gone: list[Place] = []
        self._fresh: dict[Hashable, float] = {}
        self._unfinished: set[LastingIdentity] = set()
        self._made = self._failed = self._passed = 0
        self._statuses: set[int] = set()

    def __del__(self) -> None:
        os.close(self._wake)

    def answer(self, number: int, *, use: bool) -> None:
        """Of the drive that was `Asked` about, by its number; nothing if it is gone."""
        with self._changing:
            places = list(self._places.values())
        for place in places:
            if place.spot.number == number:
                place.answer(use=use)

    def finish(self) -> None:
        """Begin with no further drive; what is being written goes on."""
        self._finishing = True
        self._wake_up()

    def run(self, cancel: Cancel, waiting: Mapping[int, Callable[[], None]] | None = None) -> Tally:
        """Until ``cancel`` stops everything, or until `finish` and the last drive is done.

        ``waiting``: what is called when a descriptor becomes readable meanwhile. Raises DriveError
        if nobody can tell when drives come.
        """
        others = dict(waiting or {})
        with DriveMonitor(loops_are_removable=self._environment.loops_are_removable) as monitor:
            poll = select.poll()
            for source in (self._wake, monitor.fileno(), *others):
                poll.register(source, select.POLLIN)
            self._begin(monitor.drives, cancel)
            idle = False
            while not self._finishing or self._busy:
                if not self._busy and not idle and not self._finishing:
                    self._tell(Waiting())
                idle = not self._busy
                ready = {descriptor for descriptor, _ in poll.poll(_TICK)}
                self._end_if_asked(cancel)
                if monitor.fileno() in ready:
                    monitor.read()
                self._see(monitor.drives, self._admission, cancel)
                with contextlib.suppress(BlockingIOError):
                    os.eventfd_read(self._wake)
                for descriptor in ready & others.keys():
                    others[descriptor]()
        self._environment.trim_cache()
        return Tally(self._made, self._failed, self._passed, worst_status(self._statuses))

    @property
    def _busy(self) -> bool:
        return any(place.running for place in (*self._places.values(), *self._gone))

    def _end_if_asked(self, cancel: Cancel) -> None:
        try:
            cancel.check()
        except InterruptedByUser:
            self._finishing = True
        if self._finishing:
            for place in self._places.values():
                place.withdraw(Reason.ENDED)

    # Drives

    def _begin(self, drives: Iterable[Drive], cancel: Cancel) -> None:
        there = list(drives)
        for root in self._named:
            drive = next((each for each in there if _is_at(each, root)), None)
            key: Hashable = root if drive is None else _key(drive)
            standing = Standing(self._admission, confirmed=self._confirmed)
            self._start(key, drive, root, standing, cancel)
        # Whoever begins a line does not mean by that whatever happens to be plugged in.
        self._see(there, replace(self._admission, empty=False), cancel)

    def _see(self, drives: Iterable[Drive], admission: Admission, cancel: Cancel) -> None:
        now = {_key(drive): drive for drive in drives if drive.size}
        for key, place in list(self._places.items()):
            if key not in now and place.spot.drive is not None:
                self._leave(key, place)
        self._fresh = {key: until for key, until in self._fresh.items() if key in now}
        self._gone = [place for place in self._gone if place.running]
        for key, drive in now.items():
            before = self._places.get(key)
            if self._finishing or (before is not None and not _is_new_to(drive, before)):
                continue
            if not _has_file_system(drive):
                until = self._fresh.setdefault(key, time.monotonic() + _FILE_SYSTEMS_FOLLOW)
                if time.monotonic() < until:
                    continue
            came_back = any(
                LastingIdentity.of(drive, volume) in self._unfinished for volume in drive.volumes
            )
            self._start(key, drive, None, Standing(admission, unfinished=came_back), cancel)

    def _start(
        self,
        key: Hashable,
        drive: Drive | None,
        root: Path | None,
        standing: Standing,
        cancel: Cancel,
    ) -> None:
        self._count += 1
        spot = Spot(self._count, _name(drive, root), drive, root)
        place = Place(spot, standing, self._orders, cancel, self._ended)
        with self._changing:
            self._places[key] = place
        place.start()

    def _leave(self, key: Hashable, place: Place) -> None:
        with self._changing:
            del self._places[key]
        place.withdraw(Reason.GONE)
        self._gone.append(place)
        self._tell(Left(place.spot))

    # Called by the places' threads

    def _tell(self, event: LineEvent) -> None:
        with self._telling:
            self._told(event)

    def _chosen(self, spot: Spot) -> Choice:
        with self._changing:
            number = next(self._numbers)
        choice = self._choose()
        with self._choosing:
            # Who began to read it before another did may have read what has changed since.
            if number > self._latest:
                self._latest = number
                changed = self._wanted not in (None, choice.wanted)
                self._wanted = choice.wanted
                if changed:
                    self._tell(Rechosen(spot, choice.wanted))
        return choice

    def _share_with_others(self, plan: Plan) -> Shared:
        with self._changing:
            places = list(self._places.values())
        others = [place.plan for place in places if place.plan is not None]
        shared = share((plan, *others), self._environment)
        # Who brings what all of them agree on, whenever they came.
        together = replace(self._together, cache=shared.together.cache)
        return replace(shared, together=together)

    def _ended(self, place: Place) -> None:
        end = place.end
        with self._changing:
            match end:
                case Passed():
                    self._passed += 1
                case Ended(result=result, not_ejected=not_ejected):
                    self._made += result.done
                    self._failed += not result.done
                    self._statuses.add(result.status)
                    if not_ejected is not None:
                        self._statuses.add(not_ejected.exit_code)
                    self._remember(place, done=result.done)
            made = self._made
        if isinstance(end, Ended):
            end = replace(end, made=made)
        if end is not None:
            self._tell(end)
        self._wake_up()

    def _remember(self, place: Place, *, done: bool) -> None:
        identity = place.identity
        if identity is not None:
            (self._unfinished.discard if done else self._unfinished.add)(identity)

    def _wake_up(self) -> None:
        os.eventfd_write(self._wake, 1)


def _key(drive: Drive) -> Hashable:
    # A node is used again for the next drive; the sequence is not.
    return drive.device, drive.number, drive.sequence, drive.serial


def _is_at(drive: Drive, root: Path) -> bool:
    points = {point for volume in drive.volumes for point in volume.mount_points}
    return not points.isdisjoint((root, *root.parents))


def _has_file_system(drive: Drive) -> bool:
    return any(volume.file_system for volume in drive.volumes)


def _is_new_to(drive: Drive, place: Place) -> bool:
    """Whether it was formatted since it could not be used."""
    before = place.spot.drive
    if place.running or before is None or not _has_file_system(drive):
        return False
    used = isinstance(place.end, Ended) and place.end.result.done
    uuids = {volume.uuid for volume in drive.volumes}
    return not used and uuids != {volume.uuid for volume in before.volumes}


def _name(drive: Drive | None, root: Path | None) -> str:
    labels = [volume.label for volume in drive.volumes if volume.label] if drive else []
    if labels:
        return labels[0]
    if drive is not None:
        return drive.name
    return str(root) if root is not None else ""
