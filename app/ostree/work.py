"""What transfers share: where objects come from and go, and how they fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from app.errors import UpstreamError
from app.ostree.fetch import NotFoundError
from app.ostree.objects import CorruptObject, ObjectName
from app.ostree.receive import ObjectStore

SPILL = 256 * 1024
"""Bytes of one object kept in memory; a larger one streams through a file."""

THREADS = 2
"""Threads that check and write. Inflating and hashing release Python's lock."""

MAX_CHECKS = 16
"""Present objects that are handed to the threads for checking at a time."""

TICK = 0.25
"""Seconds between looks at the clock and the cancel token while nothing happens."""


class ObjectMissingUpstreamError(NotFoundError):
    """Upstream's own commit refers to an object that upstream does not have."""

    def __init__(self, name: ObjectName) -> None:
        super().__init__(
            f"Upstream lacks the object {name}, though one of its commits refers to it.",
            "Upstream may be publishing right now: try again in a few minutes.",
        )


class ObjectRejectedError(UpstreamError):
    """Upstream sent something that is not the object asked for."""

    def __init__(self, url: str, name: ObjectName, error: CorruptObject) -> None:
        super().__init__(
            f"{url} has a damaged or forged object {name}: {error}.",
            "Nothing of it was kept. Try again later; if it stays, tell whoever runs the server.",
        )


@dataclass(frozen=True, slots=True)
class Arrived:
    """An object is in the repository: ``size`` bytes; ``children`` is what it refers to."""

    name: ObjectName
    size: int
    children: tuple[ObjectName, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """An object that was there before has been read; ``children`` is None if it must come again."""

    name: ObjectName
    children: tuple[ObjectName, ...] | None


def check_present(store: ObjectStore, name: ObjectName) -> Checked:
    """Read an object that is there."""
    try:
        return Checked(name, store.check(name))
    except (CorruptObject, OSError):
        return Checked(name, None)


class Work(Protocol):
    """Where a transfer gets its objects from and leaves them. For the transfer's own thread."""

    def to_check(self) -> ObjectName | None:
        """An object that is there and has to be read before it counts, or None."""

    def checked(self, checked: Checked) -> None:
        """The answer to that; may make more objects known."""

    def to_fetch(self) -> ObjectName | None:
        """An object to fetch now, or None while there is none."""

    def received(self, count: int) -> None:
        """Bytes of some objects came in; negative where they have to come again."""

    def arrived(self, arrived: Arrived) -> None:
        """An object is there; may make more objects known."""
