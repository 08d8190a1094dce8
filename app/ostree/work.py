"""What transfers share: where objects come from and go, and how they fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from app.errors import UpstreamError
from app.ostree.fetch import NotFoundError
from app.ostree.objects import CorruptObject, ObjectName

SPILL = 256 * 1024
"""Bytes of one object kept in memory; a larger one streams through a file."""

THREADS = 2
"""Threads that check and write. Inflating and hashing release Python's lock."""

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


class Work(Protocol):
    """Where a transfer gets its objects from and leaves them."""

    def next(self) -> ObjectName | None:
        """An object to fetch now, or None while there is none."""

    def received(self, count: int) -> None:
        """Bytes of some object came in; negative where they have to come again."""

    def arrived(self, arrived: Arrived) -> None:
        """An object is there; may make more objects known."""
