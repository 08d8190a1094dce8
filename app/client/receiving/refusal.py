"""Why something on a stick is not installed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.message import Message


class RefusalKind(StrEnum):
    """What it is about."""

    TRUST = "trust"
    """Nobody whom this computer knows signed it, or its signature is not good."""
    CONTRADICTION = "contradiction"
    """It is signed by another key than the one that this computer knows for it."""
    KEY = "key"
    """It is signed by a key that only the stick knows, and nobody has agreed to that."""
    UNSIGNED = "unsigned"
    """Nobody vouches for it, and nobody has agreed to that."""
    DAMAGED = "damaged"
    MISSING = "missing"
    """What it needs is neither on the stick nor on this computer."""
    FLATPAK = "flatpak"
    """It needs a newer flatpak, or flatpak refused."""
    ROOM = "room"
    OTHER = "other"


_STATUS = {
    RefusalKind.TRUST: 5,
    RefusalKind.CONTRADICTION: 5,
    RefusalKind.KEY: 5,
    RefusalKind.UNSIGNED: 5,
    RefusalKind.DAMAGED: 6,
    RefusalKind.ROOM: 3,
}


@dataclass(frozen=True, slots=True)
class Refusal:
    kind: RefusalKind
    reason: Message

    @property
    def exit_code(self) -> int:
        """The exit status of a command that could not do something for this reason."""
        return _STATUS.get(self.kind, 1)
