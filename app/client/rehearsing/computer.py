"""The computer that a stick is tried as."""

from __future__ import annotations

from msgspec import Struct

from app.flatpak.refs import host_arch
from app.stick.store.needs import ALL_LANGUAGES, Needs


class Computer(Struct, frozen=True):
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


def computer_of(needs: Needs) -> Computer:
    """The one that described itself."""
    languages = tuple(each for each in needs.languages if each != ALL_LANGUAGES)
    return Computer(
        arch=needs.architectures[0] if needs.architectures else host_arch(),
        languages=languages,
        name=needs.host,
        gl_drivers=needs.gl_drivers,
        flatpak=needs.flatpak,
    )
