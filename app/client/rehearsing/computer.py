"""The computer that a stick is tried as."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Computer:
    """What decides what a client takes from a stick.

    Attributes:
        name: what people call it; empty for an ordinary one.
        arch: as in refs.
        languages: that its people read, best first, as in ``de_DE``.
        gl_drivers: as ``flatpak --gl-drivers`` prints them; empty for what this computer has.
        flatpak: its version; empty for that of this computer.
    """

    arch: str
    languages: tuple[str, ...] = ()
    name: str = ""
    gl_drivers: tuple[str, ...] = ()
    flatpak: str = ""
