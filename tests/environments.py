"""Computers on which nothing has happened yet, each in a directory of its own."""

from __future__ import annotations

import os
from pathlib import Path

from app.flatpak.remotes.directories import FlatpakDirectories
from app.flatpak.remotes.remote import Remote
from app.ostree.pull.fetch import Network
from app.settings import Settings
from app.stick.environment import Environment


def environment_in(
    directory: Path,
    *remotes: Remote,
    languages: tuple[str, ...] = ("en",),
    network: Network | None = None,
) -> Environment:
    """A computer in ``directory`` that knows ``remotes`` and nothing else."""
    return Environment(
        config=directory / "config",
        state=directory / "state",
        default_cache=directory / "cache",
        system_languages=languages,
        default_network=network or Network(),
        flatpak=FlatpakDirectories.below(directory / "flatpak"),
        settings=Settings(),
        built_in=remotes,
        variables={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
    )
