"""What is to be planned: what a person asks for, and on which computer. Values only."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from app.flatpak.refs import PartialRef
from app.flatpak.remotes.directories import FlatpakDirectories
from app.flatpak.remotes.remote import Remote
from app.flatpak.required_flatpak import Version


class Request(Struct, frozen=True):
    """What a person asks for.

    Attributes:
        roots: mount points or directories with sticks.
        refs: what of it; nothing: what the sticks' makers chose.
        update: only what is installed.
        agreed: fingerprints of keys that count though only a stick knows them.
        allow_unsigned: also what nobody vouches for; ``accepted``: only these of it, by the
            addresses in `ReceivePlan.unsigned`.
    """

    roots: tuple[Path, ...]
    refs: tuple[PartialRef, ...] = ()
    update: bool = False
    agreed: frozenset[str] = frozenset()
    allow_unsigned: bool = False
    accepted: frozenset[str] = frozenset()


class Computer(Struct, frozen=True):
    """This computer, as what is installed has to fit it.

    Attributes:
        known: the remotes whose keys it has.
        flatpak: version; None if it does not tell.
        drivers: graphics drivers, as ``flatpak --gl-drivers`` has them.
        now: its clock, seconds since 1970.
    """

    directories: FlatpakDirectories
    known: tuple[Remote, ...]
    arch: str
    flatpak: Version | None
    drivers: frozenset[str]
    now: float
