"""Tells when drives come and go, and when they are mounted and unmounted.

Nothing is asked again and again: udev's messages, the kernel's word that the table of mounts has
changed, and UDisks2's signals each make one new look; what is different is told. Why: decision D10.
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct

from app.closing import Closing
from app.drive.discovery.discover import list_drives
from app.drive.drive import Drive, Volume
from app.drive.system_bus import SystemBus
from app.drive.udev import monitor
from app.errors import DriveError
from app.fs.files import drive_errors
from app.message import NOTHING, Message
from app.replacing import replace

_TABLE = "/proc/self/mountinfo"


class DriveChange(StrEnum):
    """What can happen to a drive."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    MOUNTED = "mounted"
    UNMOUNTED = "unmounted"


class DriveEvent(Struct, frozen=True):
    """Something happened to a drive.

    Attributes:
        event: what.
        drive: as it is now; for `DriveChange.REMOVED` as it was.
        volume: the volume that was mounted or unmounted, as it is now; None for other events.
    """

    event: DriveChange
    drive: Drive
    volume: Volume | None = None


class DriveMonitor(Closing):
    """Watches drives from when it is made until it is closed.

    `fileno` becomes readable when there is something for `read`, and so fits a ``select`` loop and
    Qt's ``QSocketNotifier``. For use from one thread.

    Attributes:
        drives: as they are now, as far as `read` has told; at first those that are there already.
    """

    def __init__(self, *, all_drives: bool = False, loops_are_removable: bool = False) -> None:
        """``all_drives``, ``loops_are_removable``: as for `list_drives`. Raises DriveError."""
        self._all = all_drives
        self._loops = loops_are_removable
        with contextlib.ExitStack() as stack, drive_errors(Message("looking for drives")):
            self._epoll = stack.enter_context(select.epoll())
            self._udev = monitor()
            stack.callback(self._forget_udev)
            if self._udev is not None:
                self._epoll.register(self._udev.fileno(), select.EPOLLIN)
            self._mounts = _MountWatch()
            stack.callback(self._mounts.close)
            self._epoll.register(self._mounts.fileno(), select.EPOLLIN)
            self._bus = _signals()
            if self._bus is not None:
                stack.callback(self._close_bus)
                self._epoll.register(self._bus.fileno(), select.EPOLLIN)
            self.drives: tuple[Drive, ...] = ()
            # Only now: what happens from here on wakes the watcher.
            self.drives = self._look()
            self._open = stack.pop_all()

    def close(self) -> None:
        self._open.close()

    def fileno(self) -> int:
        return self._epoll.fileno()

    def read(self) -> list[DriveEvent]:
        """What has happened since the last time; does not wait, and may find nothing."""
        self._drain_udev()
        self._mounts.drain()
        self._drain_bus()
        with contextlib.suppress(DriveError):
            before, self.drives = self.drives, self._look()
            return differences(before, self.drives)
        return []

    def _look(self) -> tuple[Drive, ...]:
        # A drive that this computer begins to use for itself has not gone: it is told what is new.
        known = _by_identity(self.drives)
        plugged_in = list_drives(
            all_drives=self._all,
            loops_are_removable=self._loops,
            also={drive.device for drive in self.drives},
        )
        return tuple(
            drive
            for key, drive in _by_identity(plugged_in).items()
            if self._all or (drive.removable and not drive.system) or key in known
        )

    def _drain_udev(self) -> None:
        # Messages that were lost because too many came are made up for by looking anew.
        with contextlib.suppress(OSError):
            while self._udev is not None and self._udev.poll(timeout=0) is not None:
                pass

    def _forget_udev(self) -> None:
        # It closes its socket when nobody knows it any more.
        self._udev = None

    def _drain_bus(self) -> None:
        if self._bus is not None:
            try:
                self._bus.pending()
            except DriveError:
                # The other two sources tell enough.
                self._close_bus()

    def _close_bus(self) -> None:
        if self._bus is not None:
            with contextlib.suppress(OSError, ValueError):
                self._epoll.unregister(self._bus.fileno())
            self._bus.close()
            self._bus = None


def differences(before: Sequence[Drive], after: Sequence[Drive]) -> list[DriveEvent]:
    """What happened between two looks."""
    old, new = _by_identity(before), _by_identity(after)
    events = [
        DriveEvent(DriveChange.REMOVED, drive) for key, drive in old.items() if key not in new
    ]
    for key, drive in new.items():
        if key in old:
            events += _differences(old[key], drive)
        else:
            events.append(DriveEvent(DriveChange.ADDED, drive))
    return events


def _by_identity(drives: Sequence[Drive]) -> Mapping[tuple[Any, ...], Drive]:
    # A node is used again for the next drive; the sequence is not.
    return {(drive.device, drive.number, drive.sequence, drive.serial): drive for drive in drives}


def _differences(old: Drive, new: Drive) -> list[DriveEvent]:
    was = {volume.number: volume for volume in old.volumes}
    events = []
    moved = set()
    for volume in new.volumes:
        before = was.get(volume.number)
        had = set(before.mount_points) if before is not None else set()
        has = set(volume.mount_points)
        if had - has:
            events.append(DriveEvent(DriveChange.UNMOUNTED, new, volume))
        if has - had:
            events.append(DriveEvent(DriveChange.MOUNTED, new, volume))
        if had != has:
            moved.add(volume.number)
    if _lasting(old, moved) != _lasting(new, moved):
        events.insert(0, DriveEvent(DriveChange.CHANGED, new))
    return events


def _lasting(drive: Drive, moved: set[int]) -> Drive:
    """Without what changes all the time, and what comes and goes with a mount."""
    return replace(
        drive,
        system=NOTHING,
        volumes=tuple(
            replace(
                volume,
                mount_points=(),
                free=None,
                cluster=None,
                read_only=volume.read_only and volume.number not in moved,
            )
            for volume in drive.volumes
        ),
    )


def _signals() -> SystemBus | None:
    """A connection on which UDisks2's signals arrive; None without a bus."""
    bus = None
    try:
        bus = SystemBus()
        bus.add_match()
    except DriveError:
        if bus is not None:
            bus.close()
        return None
    return bus


class _MountWatch:
    """A descriptor that stays readable once the table of mounts has changed, until `drain`.

    The kernel tells of a change to the first who asks, and an epoll inside an epoll asks more often
    than anybody learns of it. So a thread of its own waits, and does nothing else.
    """

    def __init__(self) -> None:
        with contextlib.ExitStack() as stack:
            self._table = os.open(_TABLE, os.O_RDONLY | os.O_CLOEXEC)
            stack.callback(os.close, self._table)
            self._changed = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
            stack.callback(os.close, self._changed)
            self._stop = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
            stack.callback(os.close, self._stop)
            self._thread = threading.Thread(target=self._wait, name="mounts", daemon=True)
            self._thread.start()
            self._open = stack.pop_all()

    def fileno(self) -> int:
        return self._changed

    def drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self._changed)

    def close(self) -> None:
        os.eventfd_write(self._stop, 1)
        self._thread.join()
        self._open.close()

    def _wait(self) -> None:
        poll = select.poll()
        poll.register(self._table, select.POLLPRI)
        poll.register(self._stop, select.POLLIN)
        while all(descriptor != self._stop for descriptor, _ in poll.poll()):
            os.eventfd_write(self._changed, 1)
