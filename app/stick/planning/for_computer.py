"""What a plan has for a computer that said what it needs. Values only."""

from __future__ import annotations

from msgspec import Struct

from app.message import Message


class Get(Struct, frozen=True):
    """A ref that a computer gets from the drive.

    Attributes:
        update: it has another version of it.
        chosen: asked for, or installed there; else it comes along.
        name: what people call it; may be empty.
        installed_size: bytes, as upstream claims.
    """

    collection: str
    ref: str
    update: bool
    chosen: bool
    name: str = ""
    installed_size: int = 0


class ForComputer(Struct, frozen=True):
    """What a computer gets, and what a person should know about that.

    Attributes:
        host: what it is called.
        made: when it said what it needs, by its own clock.
        gets: apps first, by name.
        remarks: what does not come, and what is in the way, in sentences.
    """

    host: str
    made: int
    gets: tuple[Get, ...] = ()
    remarks: tuple[Message, ...] = ()

    @property
    def updates(self) -> int:
        """How many of ``gets`` it has in another version."""
        return sum(get.update for get in self.gets)

    @property
    def size(self) -> int:
        """Bytes that it all takes when installed."""
        return sum(get.installed_size for get in self.gets)
