"""What transfers share: where objects come from and go, and how they fail."""

from __future__ import annotations

import operator
from collections.abc import Container, Sequence
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import astuple

from app.errors import SatchelError, UpstreamError
from app.message import NOTHING, Message
from app.ostree.objects import CorruptObject, ObjectName
from app.ostree.pull.answers import DeniedError, NotFoundError
from app.ostree.tree_keys import Keys
from app.remedy import Hint

SPILL = 256 * 1024
"""Bytes of one object kept in memory; a larger one streams through a file."""


class PullResult(Struct, frozen=True):
    """What a pull brought.

    Attributes:
        objects: how many.
        bytes: theirs, as stored.
        kept, kept_bytes: of those, what was on this computer.
        beside: of these bytes, what other repositories had.
    """

    objects: int
    bytes: int
    kept: int = 0
    kept_bytes: int = 0
    beside: int = 0

    def __add__(self, other: PullResult) -> PullResult:
        return PullResult(*map(operator.add, astuple(self), astuple(other)))


class ObjectNotDeliveredError(UpstreamError):
    """Upstream does not hand out an object that one of its commits refers to.

    Attributes:
        key: `ObjectName.key`.
        came: what the pull had brought until then, which stays.
    """

    came = PullResult(0, 0)

    def __init__(self, key: bytes, message: Message, hint: Hint = NOTHING) -> None:
        super().__init__(message, hint)
        self.key = key

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.key, self.message, self.hint)


class ObjectMissingUpstreamError(ObjectNotDeliveredError, NotFoundError):
    """Upstream does not have it."""

    @classmethod
    def of(cls, name: ObjectName) -> ObjectMissingUpstreamError:
        return cls(
            name.key,
            Message(
                "Upstream lacks the object {name}, though one of its commits refers to it.",
                name=name,
            ),
            Message("Upstream may be publishing right now: try again in a few minutes."),
        )


class ObjectNotKeptError(ObjectNotDeliveredError):
    """Upstream is not asked, and this computer does not have it."""

    @classmethod
    def of(cls, name: ObjectName) -> ObjectNotKeptError:
        return cls(
            name.key,
            Message("The object {name} is not kept on this computer.", name=name),
            Message("Connect this computer to the network."),
        )


class ObjectDeniedError(ObjectNotDeliveredError, DeniedError):
    """Upstream does not let us have it; perhaps it is not there."""

    @classmethod
    def of(cls, name: ObjectName, error: UpstreamError) -> ObjectDeniedError:
        return cls(
            name.key,
            Message("The object {name} cannot be had: {error}", name=name, error=error),
            error.hint,
        )


class ObjectRejectedError(ObjectNotDeliveredError):
    """Upstream sent something that is not the object asked for."""

    @classmethod
    def of(cls, url: str, name: ObjectName, error: CorruptObject) -> ObjectRejectedError:
        return cls(
            name.key,
            Message(
                "{url} has a damaged or forged object {name}: {error}.",
                url=url,
                name=name,
                error=error,
            ),
            Message(
                "Nothing of it was kept. Try again later; if it stays, tell whoever runs the "
                "server."
            ),
        )


class Arrived(Struct, frozen=True):
    """An object is in the repository.

    Attributes:
        size: bytes, as stored.
        children: `ObjectName.key` of what it refers to.
        stored: SHA-256 of those bytes, of a file where that is wanted; else empty.
    """

    name: ObjectName
    size: int
    children: Keys
    stored: bytes = b""


class Busy(Struct, frozen=True):
    """A server wants to be left alone.

    Attributes:
        until: as `time.monotonic` counts, which all processes share.
        host: as people know it.
        status: HTTP's.
        pause: seconds, from when it said so.
    """

    until: float
    host: str
    status: int
    pause: float


class Work(Protocol):
    """Where a transfer gets its objects from and leaves them.

    Objects are `ObjectName.key`: there are very many, and one process handles them all.
    """

    @property
    def left(self) -> int:
        """How many objects are known that are still to be given out."""

    def to_check(self) -> bytes | None:
        """An object that is there and has to be read before it counts, or None."""

    def checked(self, key: bytes, children: Sequence[bytes] | None) -> None:
        """The answer to that; may make more objects known. None: it must come again."""

    def to_fetch(self) -> bytes | None:
        """An object to fetch now, or None while there is none."""

    def take(self, some: Container[bytes]) -> list[bytes]:
        """All that is to be fetched now and among these: it will arrive otherwise."""

    def received(self, count: int) -> None:
        """Bytes of some objects came in; negative where they have to come again."""

    def arrived(self, key: bytes, size: int, children: Sequence[bytes], stored: bytes) -> None:
        """An object is there, as in `Arrived`; may make more objects known."""

    def busy(self, busy: Busy) -> None:
        """Nothing will come for a while."""

    def from_cache(self, objects: int, size: int) -> None:
        """So many of those that arrived, of so many bytes, were kept on this computer."""


class Tasks(Protocol):
    """What an engine is told to do, and where its answers go.

    Attributes:
        not_before: until then, as `time.monotonic` counts, nothing is asked for: the server is
            busy, as this process or another one was told. 0: it never was.
    """

    not_before: float

    def busy(self, busy: Busy) -> None:
        """The server wants to be left alone, by the other processes as well."""

    @property
    def patience(self) -> float:
        """Seconds until `exchange` has to be called again, if nothing happens before."""

    def fileno(self) -> int:
        """Readable when `exchange` should be called."""

    def next(self) -> ObjectName | None:
        """An object to fetch now, or None while there is none."""

    def arrived(self, arrived: Arrived) -> None:
        """An object is in the repository."""

    def refused(self, name: ObjectName, error: SatchelError, /) -> bool:
        """An object does not come. True: the others do nevertheless; False: all ends."""

    def exchange(self, received: int) -> None:
        """After every round: so many bytes came in. Raises EOFError when all is done."""
