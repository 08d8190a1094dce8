"""How it stands with several drives that get the same apps, as values."""

from __future__ import annotations

from enum import Enum, auto

from msgspec import Struct

from app.errors import InterruptedByUser, SatchelError
from app.progress import Phase
from app.severity import Severity
from app.stick.checking.report import CheckReport
from app.stick.findings import Finding
from ui.controllers.failures import Written
from ui.controllers.progress import Progress


class RowState(Enum):
    """Of one drive."""

    LOOKING = auto()
    """It has just been plugged in, or is back: what is on it is looked at."""
    ASKING = auto()
    """There is something else on it: a person says whether it is meant."""
    WAITING = auto()
    """Its job has said nothing yet."""
    WRITING = auto()
    SAVING = auto()
    CHECKING = auto()
    STOPPING = auto()
    OFFLINE = auto()
    """There is no internet; it tries again by itself."""
    READY = auto()
    EJECTING = auto()
    EJECTED = auto()
    UNSOUND = auto()
    """All is written, and the check found something wrong."""
    UNPLUGGED = auto()
    """It was pulled out too early; it goes on by itself when it is back."""
    FAILED = auto()
    ALREADY = auto()
    """It had all of it; nothing was written."""
    DECLINED = auto()
    """A person said that it is not meant."""
    UNUSABLE = auto()
    """Nothing can be written to it as it is."""


UNDER_WAY = frozenset(
    {
        RowState.LOOKING,
        RowState.WAITING,
        RowState.WRITING,
        RowState.SAVING,
        RowState.CHECKING,
        RowState.STOPPING,
        RowState.OFFLINE,
    }
)
READY = frozenset({RowState.READY, RowState.EJECTING, RowState.EJECTED})
PULLED_OUT = frozenset({RowState.UNPLUGGED})
NOT_DONE = frozenset({RowState.UNSOUND, RowState.FAILED})
"""They failed, or a person has stopped them."""
LEFT_ALONE = frozenset({RowState.ALREADY, RowState.DECLINED, RowState.UNUSABLE})

STATE_OF = {
    Phase.TRUST: RowState.WAITING,
    Phase.DOWNLOAD: RowState.WRITING,
    Phase.COPY: RowState.WRITING,
    Phase.FLUSH: RowState.SAVING,
    Phase.WRITE: RowState.SAVING,
    Phase.PRUNE: RowState.SAVING,
    Phase.VERIFY: RowState.CHECKING,
}
"""While a job is in a phase."""


class DriveRow(Struct, frozen=True):
    """One drive at one moment.

    Attributes:
        number: of its row, from 1.
        name, about: what people call it; its make, size and port.
        plug: whether it is a drive, and not just a folder.
        there: whether it is plugged in.
        progress: of its phase, or of the last that told.
        error: why it failed, is not ejected, or does not go on just now.
        written: how far it had come then.
        check: what its check came to; None if there was none.
        entries: what others have at its top; folders end with a ``/``.
        has_apps: there are other apps on it.
        lacking: apps that were chosen and could not be had in the end.
        reason: why nothing can be written to it.
        off: names of the apps that came off it.
    """

    number: int
    name: str
    about: str = ""
    plug: bool = True
    there: bool = True
    state: RowState = RowState.WAITING
    progress: Progress | None = None
    error: SatchelError | None = None
    written: Written = Written.NOTHING
    check: CheckReport | None = None
    entries: tuple[str, ...] = ()
    has_apps: bool = False
    lacking: tuple[str, ...] = ()
    reason: str = ""
    off: tuple[str, ...] = ()

    @property
    def share(self) -> float | None:
        """How far its phase is; None while nobody knows."""
        return self.progress.share if self.progress is not None else None

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Of its check."""
        findings = self.check.findings if self.check is not None else ()
        return tuple(each for each in findings if each.severity is Severity.ERROR)

    @property
    def is_stopped(self) -> bool:
        """Whether a person has stopped it."""
        return self.state is RowState.FAILED and isinstance(self.error, InterruptedByUser)

    @property
    def can_eject(self) -> bool:
        return self.plug and self.there and self.state is RowState.READY

    @property
    def can_try_again(self) -> bool:
        there = self.there or not self.plug
        return there and self.state in (RowState.FAILED, RowState.UNSOUND)


class ManyStatus(Struct, frozen=True):
    """All of them.

    Attributes:
        paused: whether they begin nothing new.
        keeps_going: whether drives that are plugged in get the same apps.
        made: how many drives were made today.
        wait: seconds until those without internet try again.
        source: what the drive is called that is copied to them; empty where apps are written.
        apps: how many are copied.
    """

    rows: tuple[DriveRow, ...] = ()
    paused: bool = False
    keeps_going: bool = False
    made: int = 0
    wait: int = 0
    source: str = ""
    apps: int = 0

    def count(self, states: frozenset[RowState]) -> int:
        return sum(row.state in states for row in self.rows)

    @property
    def stopped(self) -> int:
        """How many a person has stopped."""
        return sum(row.is_stopped for row in self.rows)

    @property
    def under_way(self) -> bool:
        return self.count(UNDER_WAY) > 0

    @property
    def can_stop(self) -> bool:
        return self.count(UNDER_WAY - {RowState.STOPPING}) > 0

    @property
    def offline(self) -> bool:
        """Whether all that are under way wait for the internet."""
        return self.under_way and self.count(UNDER_WAY) == self.count(frozenset({RowState.OFFLINE}))

    @property
    def can_eject(self) -> bool:
        return any(row.can_eject for row in self.rows)

    @property
    def can_try_again(self) -> bool:
        return any(row.can_try_again for row in self.rows)

    @property
    def share(self) -> float | None:
        """How far all of them are together; None while none is under way."""
        if not self.under_way:
            return None
        shares = [
            1.0 if row.state in READY else row.share or 0.0
            for row in self.rows
            if row.state in READY | UNDER_WAY
        ]
        return sum(shares) / len(shares)
