"""What comes from elsewhere, when no stick has it: how the network asks for it.

`app.serve.upstream` is the one that does; without it nothing comes from elsewhere.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from app.flatpak.remotes.known import Known
from app.fs.root import Root
from app.ostree.objects import ObjectName
from app.serve.values import ServeRequest
from app.stick.environment import Environment
from app.stick.store.view import View

Body = bytes | mmap.mmap


class Outcome(Enum):
    """What became of a request for an object."""

    KEPT = auto()
    """It is complete and checked in the directory of its source."""
    PASSING = auto()
    """It is checked, and there was no room to keep it: `Supplied.body`."""
    NOTHING = auto()
    """Upstream does not have it, or has not been reached for long."""
    FAILED = auto()
    """It did not come; it may do so in a moment."""
    REFUSED = auto()
    """Upstream sent something else."""


class Supplied(Struct, frozen=True):
    """An answer; ``ref``: what it is wanted for, empty where nobody can tell."""

    outcome: Outcome
    body: Body = b""
    ref: str = ""


class SeededOrigin(Struct, frozen=True):
    """A source of which no stick has the lists."""

    origin: str
    name: str
    title: str
    url: str
    collection: str | None
    flatpakrepo: bytes
    view: View


class SuppliedOrigin(Struct, frozen=True):
    """A source that is served.

    Attributes:
        label: what its address is called.
        url: upstream's address, as a stick tells it.
        view: its lists as sticks have them; None: they have none, and upstream's are to be served.
        repositories: of the sticks that have any of it.
    """

    origin: str
    label: str
    url: str
    view: View | None
    repositories: tuple[Root, ...]


class Supplier(Protocol):
    """For use from several threads, but for `close`."""

    @property
    def places(self) -> Mapping[str, Path]:
        """Origin → directory of this computer, in which ``objects/`` has what was fetched."""

    def sticks_are(self, origins: Sequence[SuppliedOrigin]) -> None:
        """What sticks have from now on."""

    def fetch(self, origin: str, name: ObjectName) -> Supplied:
        """Blocks until it is known what becomes of it."""

    def views(self) -> Mapping[str, View]:
        """Origin → lists to be served in place of the sticks'."""

    def origins(self) -> Sequence[SeededOrigin]:
        """Sources of which no stick has the lists."""

    @property
    def generation(self) -> int:
        """Another number: `views`, `origins` or `places` have changed."""

    def close(self) -> None:
        """Nothing is fetched any more."""


class OpenSupplier(Protocol):
    """Begins to supply; returns at once, and `Supplier.generation` tells of what comes."""

    def __call__(
        self,
        request: ServeRequest,
        environment: Environment,
        known: Known,
        origins: Sequence[SuppliedOrigin],
        report: Callable[[object], None],
    ) -> Supplier: ...
