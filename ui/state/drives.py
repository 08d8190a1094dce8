"""The drives that are plugged in, as the window knows them."""

from __future__ import annotations

from functools import partial

from msgspec import Struct
from PySide6.QtCore import QObject, QSocketNotifier, Signal

from app.drive.drive import Drive
from app.drive.monitor import DriveMonitor
from app.drive.udev import missing_parts
from app.drive.udisks_objects import missing_service
from app.errors import SatchelError
from app.progress import CancelToken, Notice, Reporter
from ui.tasks.bridge import Bridge, Task


class _Opened(Struct, frozen=True):
    monitor: DriveMonitor
    notices: tuple[Notice, ...]


class Drives(QObject):
    """What is plugged in and can be carried away; never what this computer itself needs.

    The monitor's descriptor wakes the window; the look that follows goes through the bridge, for a
    failing drive may take long to answer.

    Signals:
        changed(): `drives`, `looking` or `problem` is another now.
        refreshed(): a look has ended that began after the last `refresh`.

    Attributes:
        drives: by device, as they were at the last look.
        looking: nobody has looked yet.
        problem: why drives cannot be looked for at all; None if they can.
        notices: what this computer lacks for finding, mounting, ejecting and formatting drives.
    """

    changed = Signal()
    refreshed = Signal()

    def __init__(self, *, loops_are_removable: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loops = loops_are_removable
        self._bridge: Bridge | None = None
        self._monitor: DriveMonitor | None = None
        self._notifier: QSocketNotifier | None = None
        self._task: Task | None = None
        self._again = False
        self.drives: tuple[Drive, ...] = ()
        self.looking = False
        self.problem: SatchelError | None = None
        self.notices: tuple[Notice, ...] = ()

    def watch(self, bridge: Bridge) -> None:
        """Look, and go on looking whenever something happens, until `close`."""
        self._bridge = bridge
        self.looking = True
        self.changed.emit()
        bridge.run(partial(_open, self._loops), done=self._opened, failed=self._failed)

    def refresh(self) -> None:
        """Look again, though nothing was told: the space on a drive changes all the time."""
        if self._monitor is None or self._bridge is None:
            # There is nobody who looks: they are as they are.
            self.refreshed.emit()
            return
        if self._task is not None:
            self._again = True
            return
        assert self._notifier is not None
        self._notifier.setEnabled(False)
        self._task = self._bridge.run(
            partial(_read, self._monitor), done=self._read_again, failed=self._failed
        )

    def find(self, drive: Drive) -> Drive | None:
        """The same drive as it is now; None if it was pulled out, also if it is back again."""
        return next((each for each in self.drives if is_same(each, drive)), None)

    def close(self) -> None:
        """Nothing of it runs any more; the bridge has nothing to do for it."""
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier = None
        if self._monitor is not None:
            self._monitor.close()
            self._monitor = None

    def _opened(self, opened: _Opened) -> None:
        self._monitor = opened.monitor
        self.notices = opened.notices
        self._notifier = QSocketNotifier(opened.monitor.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self.refresh)
        self._take(opened.monitor)

    def _read_again(self, monitor: DriveMonitor) -> None:
        self._task = None
        if self._notifier is not None:
            self._notifier.setEnabled(True)
        self._take(monitor)
        if self._again:
            self._again = False
            self.refresh()
        else:
            self.refreshed.emit()

    def _take(self, monitor: DriveMonitor) -> None:
        self.looking = False
        self.problem = None
        self.drives = tuple(
            drive for drive in monitor.drives if drive.removable and not drive.system
        )
        self.changed.emit()

    def _failed(self, error: SatchelError) -> None:
        self._task = None
        self._again = False
        if self._notifier is not None:
            # What happens next may be told again.
            self._notifier.setEnabled(True)
        self.looking = False
        self.problem = error
        self.changed.emit()
        self.refreshed.emit()


def is_same(drive: Drive, other: Drive) -> bool:
    """One drive at two moments, in the port all the time between; what is on it may differ."""
    return _identity(drive) == _identity(other)


def _identity(drive: Drive) -> tuple[str, int, int, str, int]:
    return drive.device, drive.number, drive.sequence, drive.serial, drive.size


def _open(loops: bool, _report: Reporter, _cancel: CancelToken) -> _Opened:
    service = missing_service()
    notices = (*missing_parts(), *((service,) if service is not None else ()))
    return _Opened(DriveMonitor(loops_are_removable=loops), notices)


def _read(monitor: DriveMonitor, _report: Reporter, _cancel: CancelToken) -> DriveMonitor:
    monitor.read()
    return monitor
