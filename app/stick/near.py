"""Other repositories that objects may come from: on drives, in directories, of installations.

Whoever names them vouches for nothing: each object is checked by its name, each commit by the keys
that this computer knows.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from app.errors import UsageError
from app.flatpak.remotes.configured import Installation, installations
from app.flatpak.remotes.directories import FlatpakDirectories
from app.message import Message
from app.ostree.pull.near_objects import NearPlace
from app.stick.store.location import find_sticks

ALL_INSTALLED = "all"
"""In the place of an installation's name: every one."""

_FURTHER = ("repo",)
"""Where in a directory a repository may be that no client looks for: an installation's."""


def places_at(root: Path) -> Iterator[NearPlace]:
    """All repositories on a drive or in a directory, or that this is. Raises OSError."""
    seen: set[Path] = set()
    paths = [place.repository.shown() for place in find_sticks(root)]
    for path in (*paths, *(root / name for name in _FURTHER)):
        real = Path(os.path.realpath(path))
        if real not in seen and (place := NearPlace.at(path)) is not None:
            seen.add(real)
            yield place


def chosen_installations(flatpak: FlatpakDirectories, name: str) -> tuple[Installation, ...]:
    """Those of that name, or all. Raises UsageError if there is none."""
    places, _ = installations(flatpak.user, flatpak.system, flatpak.configs)
    if name == ALL_INSTALLED:
        return places
    chosen = tuple(place for place in places if place.name == name)
    if not chosen:
        raise UsageError(
            Message("There is no installation called {name}.", name=name),
            Message("There are {names}.", names=tuple(place.name for place in places) or ("none",)),
        )
    return chosen


def installed_places(flatpak: FlatpakDirectories, name: str = ALL_INSTALLED) -> Iterator[NearPlace]:
    """The repositories of installations. Raises UsageError as `chosen_installations`."""
    for installation in chosen_installations(flatpak, name):
        if (place := NearPlace.at(installation.path / "repo")) is not None:
            yield place
