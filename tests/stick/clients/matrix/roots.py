"""Other systems, each with the flatpak that it came with: Debian's releases in directories.

They are made once, and kept on this computer (`tests.kept`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests import kept
from tests.debian import NEEDLESS, make_root

_PACKAGES = ("flatpak", "bubblewrap", "dbus")
"""The bus is for ordinary users, of whom flatpak asks what they may run."""


@dataclass(frozen=True)
class Release:
    """``flatpak``: the beginning of the version that it has."""

    suite: str
    flatpak: str


RELEASES = (
    Release("bullseye", "1.10"),
    Release("bookworm", "1.14"),
    Release("trixie", "1.16"),
    Release("sid", "1.18"),
)


def root_of(release: Release) -> Path:
    """The directory of a system with flatpak; read-only."""
    return kept.kept(
        f"root-{release.suite}",
        (release, _PACKAGES, NEEDLESS),
        lambda place: make_root(release.suite, _PACKAGES, "usr/bin/flatpak", place),
    )
