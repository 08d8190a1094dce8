"""A drive that is shared on the network, as values."""

from __future__ import annotations

from enum import Enum, auto

from msgspec import Struct

from app.errors import SatchelError
from app.message import Message
from app.serve.firewall import Firewall
from app.serve.values import PRESENT_SECONDS, Address, Computer, ServedApp
from ui.state.session import Target

LONELY_SECONDS = 120.0
"""After so long without anybody something may be in the way."""


class SharingState(Enum):
    OFF = auto()
    STARTING = auto()
    RUNNING = auto()
    DRIVE_GONE = auto()
    """The drive was pulled out; it goes on by itself when that is back."""
    WAITING = auto()
    """Something is done to the drive; it goes on by itself after that."""
    STOPPING = auto()
    FAILED = auto()


class Ending(Enum):
    """Why it has ended."""

    ASKED = auto()
    TAKEN_AWAY = auto()
    """The drive is ejected, renamed or erased."""


class SharingView(Struct, frozen=True):
    """At one moment.

    Attributes:
        name: what people call the drive.
        apps: those that computers can have.
        addresses: where it can be reached, best first; those of this computer alone left out.
        chosen: which of them is shown.
        computers: in the order they came.
        bytes: handed out.
        since: when it began, and ``now``; seconds since 1970.
        notices: what cannot be had, and why.
        error: why it does not run.
        firewall: one that may keep others out.
        is_interrupted: while it waits: what is done to the drive has stopped before its end.
    """

    state: SharingState = SharingState.OFF
    name: str = ""
    apps: tuple[ServedApp, ...] = ()
    addresses: tuple[Address, ...] = ()
    chosen: int = 0
    computers: tuple[Computer, ...] = ()
    bytes: int = 0
    since: float = 0.0
    now: float = 0.0
    notices: tuple[Message, ...] = ()
    error: SatchelError | None = None
    firewall: Firewall | None = None
    port: int = 0
    is_interrupted: bool = False

    @property
    def is_on(self) -> bool:
        """Whether computers get something, or will again without anybody doing anything."""
        return self.state not in {SharingState.OFF, SharingState.FAILED}

    @property
    def here(self) -> int:
        """How many computers are here now."""
        return sum(self.is_here(each) for each in self.computers)

    def is_here(self, computer: Computer) -> bool:
        return self.now - computer.last < PRESENT_SECONDS

    @property
    def address(self) -> Address | None:
        """The one that is shown."""
        return self.addresses[self.chosen] if self.addresses else None

    @property
    def has_no_network(self) -> bool:
        return self.state is SharingState.RUNNING and not self.addresses

    @property
    def is_lonely(self) -> bool:
        """Nobody has come, though there was time."""
        return not self.computers and self.now - self.since >= LONELY_SECONDS


class SharingEnd(Struct, frozen=True):
    """``computers``: how many took something; ``bytes``: how much."""

    why: Ending
    target: Target
    computers: int
    bytes: int
