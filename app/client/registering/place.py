"""For whom drives are registered: where flatpak looks, and whose word counts.

flatpak takes what is in ``sideload-repos`` of an installation for that one, and what is in
``/run/flatpak/sideload-repos`` for every installation (``flatpak_dir_get_sideload_repo_paths`` in
its ``flatpak-dir.c``).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from app.flatpak.remotes.configured import Installation, configured_remotes, installations
from app.flatpak.remotes.directories import FlatpakDirectories
from app.flatpak.remotes.remote import Remote

_LINKS = "sideload-repos"
_OWN = "satchel/drives"


class Scope(StrEnum):
    """For whom."""

    USER = "user"
    SYSTEM = "system"


class Place(Struct, frozen=True):
    """Where drives are registered.

    Attributes:
        links: the directory that flatpak looks at.
        through: a directory that does not outlast the login, for links that ``links`` leads to;
            None where ``links`` does not outlast it either, or where there is no such directory.
        installations: those of flatpak whose remotes are known, and whose apps are installed.
        keyrings: as `FlatpakDirectories`.
    """

    scope: Scope
    links: Path
    through: Path | None
    installations: tuple[Installation, ...]
    keyrings: Path

    def remotes(self) -> Sequence[Remote]:
        """The remotes that flatpak has now, with their keys; reads files."""
        return configured_remotes(self.installations, self.keyrings).remotes


def place_for(scope: Scope, flatpak: FlatpakDirectories, runtime: Path | None) -> Place:
    """The place on this computer; ``runtime``: as `Environment`. Reads files.

    What a user has configured does not count for everyone.
    """
    user = flatpak.user if scope is Scope.USER else None
    known, _ = installations(user, flatpak.system, flatpak.configs)
    if scope is Scope.SYSTEM:
        return Place(scope, flatpak.run / _LINKS, None, known, flatpak.keyrings)
    through = runtime / _OWN if runtime is not None else None
    return Place(scope, flatpak.user / _LINKS, through, known, flatpak.keyrings)
