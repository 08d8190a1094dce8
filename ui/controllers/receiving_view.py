"""What installing on this computer shows: values, for the dialog and for the controller."""

from __future__ import annotations

from enum import Enum, auto

from msgspec import Struct

from app.client.receiving.installation import Scope
from app.client.receiving.offered import Key
from app.client.receiving.outcome import Outcome
from app.client.receiving.trusting import UnknownKey
from app.client.receiving.unvouched import Unvouched
from app.errors import SatchelError
from app.message import NOTHING, Message


class ReceivingState(Enum):
    """Of the whole."""

    LOOKING = auto()
    """It is being found out what can be installed."""
    CLOCK = auto()
    """This computer's clock is wrong, so nothing can be judged."""
    KEY = auto()
    """A person is asked about a key."""
    UNSIGNED = auto()
    """A person is asked about what nobody vouches for."""
    CHOOSING = auto()
    INSTALLING = auto()
    STOPPING = auto()
    STOPPED = auto()
    DONE = auto()
    FAILED = auto()
    """None of it could be done."""


class RowState(Enum):
    """Of an app."""

    NEW = auto()
    UPDATE = auto()
    """An older one is here."""
    HERE = auto()
    """It is here, and not older."""
    ELSEWHERE = auto()
    """It is here from another source, and stays as it is."""
    REFUSED = auto()
    """It cannot be installed."""
    WAITING = auto()
    UNDER_WAY = auto()
    INSTALLED = auto()
    FAILED = auto()
    """It was to be installed, and is not."""


class Hurdle(Enum):
    """Why an app is not installed, in the few kinds that people are told."""

    UNKNOWN_KEY = auto()
    OTHER_KEY = auto()
    """Its key contradicts the one that this computer has."""
    UNTRUSTED = auto()
    UNSIGNED = auto()
    DAMAGED = auto()
    MISSING = auto()
    NEWER_FLATPAK = auto()
    ROOM = auto()
    OTHER = auto()


class AppRow(Struct, frozen=True):
    """An app on the drive.

    Attributes:
        size: bytes that it takes itself, without what it needs.
        ticked: it is wanted.
        hurdle: why it is not installed, if it is not.
        reason: the same for those who build.
        is_update: an older one was here before.
    """

    key: Key
    name: str
    state: RowState
    size: int = 0
    ticked: bool = False
    hurdle: Hurdle | None = None
    reason: Message = NOTHING
    is_update: bool = False

    @property
    def ref(self) -> str:
        return self.key[1]

    @property
    def can_be_chosen(self) -> bool:
        return self.state in {RowState.NEW, RowState.UPDATE}


class ReceivingView(Struct, frozen=True):
    """At one moment.

    Attributes:
        scope: whom it is installed for.
        question: the key that is asked about.
        unsigned: what nobody vouches for, and is asked about.
        made: when the drive was made, seconds since 1970, where the clock says it is earlier.
        sets_clock: Satchel may set it.
        size: bytes that what is ticked takes on this computer, with what it needs; ``free``: that
            there are.
        copied, to_copy: bytes that were checked and copied of what is installed next.
        now: the name of the app that is being installed.
        outcome: once it is done.
        error: why none of it could be done.
    """

    state: ReceivingState = ReceivingState.LOOKING
    rows: tuple[AppRow, ...] = ()
    scope: Scope = Scope.USER
    question: UnknownKey | None = None
    unsigned: Unvouched | None = None
    made: int | None = None
    sets_clock: bool = False
    size: int = 0
    free: int = 0
    copied: int = 0
    to_copy: int = 0
    now: str = ""
    outcome: Outcome | None = None
    error: SatchelError | None = None

    @property
    def under_way(self) -> bool:
        """Whether this computer is being changed."""
        return self.state in {ReceivingState.INSTALLING, ReceivingState.STOPPING}

    def of(self, state: RowState) -> tuple[AppRow, ...]:
        return tuple(row for row in self.rows if row.state is state)

    @property
    def ticked(self) -> tuple[AppRow, ...]:
        return tuple(row for row in self.rows if row.ticked)

    @property
    def scope_matters(self) -> bool:
        """Whether any of it may be installed for somebody: room is another one's for everybody."""
        return any(
            row.state is not RowState.REFUSED or row.hurdle is Hurdle.ROOM for row in self.rows
        )

    @property
    def failed(self) -> tuple[AppRow, ...]:
        return self.of(RowState.FAILED)
