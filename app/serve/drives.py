"""The drives that were asked for, as they come and go: each is judged whenever it has changed."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct, field

from app.closing import Closing
from app.errors import InterruptedByUser, SatchelError
from app.fs.root import Root
from app.message import NOTHING, Message
from app.ostree.lock import RepositoryInUseError
from app.progress import Cancel, Notice
from app.serve.errors import NobodyVouchesError, NothingToServeError, NotSoundError
from app.serve.sticks import Judging, ServedStick, StickChangedError, open_sticks
from app.serve.values import DriveBack, DriveGone, NotServed
from app.severity import Severity

_AGAIN_SECONDS = 5.0
"""After which a drive that somebody writes to is looked at again."""
_LATER_SECONDS = 60.0
"""The same for one that has nothing that can be served."""
_SOON_SECONDS = 1.0
"""The same for one that is not there, or only just."""


class _Drive(Struct):
    """What was asked for, and what is there of it now.

    Attributes:
        origins: of those that were served when it was last there.
        again: when it is to be looked at again, by `time.monotonic`; None: when it changes.
        judged: which directory was there when it was looked at.
        left: what of it is not served.
        written: whether somebody writes to it, as far as was told.
    """

    root: Path
    sticks: list[ServedStick] = field(default_factory=list)
    origins: frozenset[str] = frozenset()
    gone: bool = False
    again: float | None = None
    judged: tuple[int, int] | None = None
    left: tuple[NotServed, ...] = ()
    written: bool = False

    def close(self) -> None:
        for stick in self.sticks:
            stick.close()
        self.sticks = []

    @property
    def is_due(self) -> bool:
        """Whether it has to be judged."""
        if self.again is not None and time.monotonic() >= self.again:
            return True
        if self.sticks:
            return self.again is None and not all(each.is_as_it_was for each in self.sticks)
        return self.identity() not in (None, self.judged)

    def identity(self) -> tuple[int, int] | None:
        """Tells the directory that is there from others; None for none."""
        with contextlib.suppress(OSError):
            status = Root(self.root).status()
            return status.st_dev, status.st_ino
        return None


class Drives(Closing):
    """All of them. For use from one thread."""

    def __init__(
        self,
        roots: Sequence[Path],
        judging: Judging,
        report: Callable[[object], None],
        cancel: Cancel,
    ) -> None:
        self._drives = [_Drive(root) for root in dict.fromkeys(roots)]
        self._judging = judging
        self._report = report
        self._cancel = cancel
        self._held = contextlib.ExitStack()
        self._holding = False

    @property
    def sticks(self) -> tuple[ServedStick, ...]:
        """Those that are there, and may be served."""
        return tuple(stick for drive in self._drives for stick in drive.sticks)

    @property
    def waiting(self) -> frozenset[str]:
        """Origins of sticks that were pulled out."""
        return frozenset[str]().union(*(each.origins for each in self._drives if each.gone))

    def serve_of(self, origins: Callable[[ServedStick], frozenset[str]]) -> None:
        """What is served of each stick that is there, for when it is not."""
        for drive in self._drives:
            if not drive.gone:
                drive.origins = frozenset[str]().union(*map(origins, drive.sticks))

    def judge(self) -> None:
        """Look at all of them for the first time.

        Raises NothingToServeError, or what keeps the only one from being read.
        """
        for drive in self._drives:
            try:
                self._judge(drive)
            except InterruptedByUser:
                raise
            except SatchelError as error:
                if len(self._drives) == 1:
                    raise
                drive.left = (NotServed(drive.root, None, error.message),)
                self._report(drive.left[0])
                drive.again = time.monotonic() + _AGAIN_SECONDS
        if self._drives and not any(
            stick.views or stick.unlisted or stick.files for stick in self.sticks
        ):
            raise self._nothing()

    def look(self) -> bool:
        """Whether anything has changed since the last time; what has is judged again. Raises what
        ``cancel`` raises."""
        changed = [self._look(drive) for drive in self._drives]
        return any(changed)

    def hold(self, *, busy: bool) -> None:
        """While something is taken from them nobody may remove anything."""
        if busy and self._holding:
            return
        self._release()
        if busy:
            locked = [self._lock(stick) for stick in self.sticks]
            self._holding = all(locked)

    def _lock(self, stick: ServedStick) -> bool:
        """Whether it is locked now; while somebody writes to it, it is as it was before."""
        try:
            self._held.enter_context(stick.state.repository.locked(exclusive=False))
        except (RepositoryInUseError, OSError):
            return False
        return True

    def _release(self) -> None:
        self._held.close()
        self._holding = False

    def close(self) -> None:
        self._release()
        for drive in self._drives:
            drive.close()

    def _nothing(self) -> NothingToServeError:
        """Why there is nothing."""
        left = [each for drive in self._drives for each in drive.left]
        wrong = [each for each in left if each.findings and each.origin is None]
        vouching = [each for each in left if each.findings and each.origin is not None]
        kind = NotSoundError if wrong else NobodyVouchesError if vouching else NothingToServeError
        message = Message("Nothing on {root} can be served.", root=self._drives[0].root)
        return kind(message, next((each.reason for each in (*wrong, *vouching, *left)), NOTHING))

    def _look(self, drive: _Drive) -> bool:
        if drive.sticks and not all(stick.is_there for stick in drive.sticks):
            self._release()
            drive.close()
            drive.gone, drive.again, drive.judged = True, None, None
            self._report(DriveGone(drive.root))
            return True
        if not drive.is_due:
            return False
        try:
            self._judge(drive)
        except InterruptedByUser:
            raise
        except (RepositoryInUseError, StickChangedError) as error:
            self._tell_written(drive)
            # Whether it is locked is soon known; to judge it all takes long.
            locked = isinstance(error, RepositoryInUseError)
            drive.again = time.monotonic() + (_SOON_SECONDS if locked else _AGAIN_SECONDS)
            return False
        except SatchelError:
            # It is not there, or was pulled out while it was looked at.
            drive.again = time.monotonic() + _SOON_SECONDS
            return False
        if drive.gone and drive.sticks:
            drive.gone = False
            self._report(DriveBack(drive.root))
        return True

    def _tell_written(self, drive: _Drive) -> None:
        if not drive.written:
            drive.written = True
            message = Message(
                "Somebody writes to {root}: what is new on it is handed out when that is done, and "
                "what it replaces may not be had any more.",
                root=drive.root,
            )
            self._report(Notice(Severity.INFO, message))

    def _judge(self, drive: _Drive) -> None:
        """Look at all of it; what was there before is closed when this has gone well."""
        sticks: list[ServedStick] = []
        left: list[NotServed] = []
        identity = drive.identity()
        with contextlib.ExitStack() as opened:
            for result in open_sticks(drive.root, self._judging, self._cancel):
                if isinstance(result, NotServed):
                    left.append(result)
                    continue
                opened.callback(result.close)
                sticks.append(result)
                left += result.left
            opened.pop_all()
        if tuple(left) != drive.left:
            for each in left:
                self._report(each)
        self._release()
        drive.close()
        drive.sticks, drive.left, drive.judged = sticks, tuple(left), identity
        drive.written = False
        # What is not sound may be repaired.
        drive.again = None if sticks else time.monotonic() + _LATER_SECONDS
