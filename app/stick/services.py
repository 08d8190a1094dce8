"""What a job needs of the computer it runs on; the command line and the window fill it in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.flatpak.remotes.known import Registry, Remote
from app.ostree.pull.fetch import Network
from app.stick.memory.accepted_snapshots import AcceptedSnapshots
from app.stick.memory.known_keys import RememberedKeys


@dataclass(frozen=True, slots=True)
class Services:
    """The surroundings.

    Attributes:
        cache: directory for what may be fetched again.
        accepted: the snapshots this computer has seen.
        remembered: the keys that jobs on this computer were done with, or upstream handed out.
        remotes: what this computer knows; their keys judge what is on a stick.
        clock: seconds since 1970.
        tool: name and version, for the record.
        registries: what this computer knows and no drive can carry anything from.
    """

    cache: Path
    accepted: AcceptedSnapshots
    remembered: RememberedKeys
    network: Network
    remotes: tuple[Remote, ...]
    clock: Callable[[], float]
    tool: str
    registries: tuple[Registry, ...] = ()

    @property
    def judges(self) -> tuple[Remote, ...]:
        """Whose keys judge what is on a stick: the remotes, and what jobs were done with."""
        return (*self.remotes, *self.remembered.remotes())
