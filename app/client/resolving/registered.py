"""The sticks that flatpak finds by itself: those linked in its ``sideload-repos``."""

from __future__ import annotations

import contextlib
from pathlib import Path

from app.errors import SatchelError
from app.flatpak.remotes.directories import FlatpakDirectories
from app.stick.store.sideload_repository import read_repositories

_MOST_LINKS = 100


def registered_roots(flatpak: FlatpakDirectories) -> tuple[Path, ...]:
    """What is linked where flatpak looks by itself, and can be opened: repositories, and drives.

    As ``flatpak_dir_get_sideload_repo_paths``, of all installations at once. Raises nothing for
    links that lead nowhere: flatpak passes them over.
    """
    roots: list[Path] = []
    for directory in (flatpak.user, flatpak.system, flatpak.run):
        links: list[Path] = []
        with contextlib.suppress(OSError):
            links = sorted((directory / "sideload-repos").iterdir())
        for link in links[:_MOST_LINKS]:
            with contextlib.suppress(OSError, SatchelError):
                if read_repositories([link]):
                    roots.append(link)
    return tuple(roots)
