"""Which apps are installed here, as far as a drive could bring newer ones.

Nothing here is verified: it only counts what people are told.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.flatpak.remotes.configured import Installation, configured_remotes
from app.flatpak.remotes.installed import installed_refs
from app.formats.gvariant import FormatError
from app.fs.files import read_bounded
from app.ostree.objects import Commit

_MAX_COMMIT = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class InstalledCommit:
    """An app as it is installed.

    Attributes:
        collection: that its remote is configured with.
        timestamp: of the commit, seconds since 1970.
    """

    collection: str
    ref: str
    commit: str
    timestamp: int


def installed_commits(
    installations: Sequence[Installation], keyrings: Path
) -> tuple[InstalledCommit, ...]:
    """The apps whose remotes name a collection; flatpak takes the others from no drive."""
    return tuple(
        app
        for installation in installations
        for app in _installed_in(
            installation.path,
            {
                remote.name: remote.collection_id
                for remote in configured_remotes((installation,), keyrings).remotes
                if remote.collection_id is not None
            },
        )
    )


def count_newer(
    offered: Mapping[tuple[str, str], tuple[str, int]], installed: Sequence[InstalledCommit]
) -> int:
    """How many refs would become newer: (collection, ref) → commit and timestamp, against those
    here. flatpak installs no commit that is older than the one that is there."""
    newer = set()
    for app in installed:
        commit, timestamp = offered.get((app.collection, app.ref), ("", 0))
        if commit and commit != app.commit and timestamp > app.timestamp:
            newer.add(app.ref)
    return len(newer)


def _installed_in(installation: Path, collections: Mapping[str, str]) -> Iterator[InstalledCommit]:
    objects = installation / "repo/objects"
    for app in installed_refs(installation):
        if app.ref.kind == "app" and app.commit and app.origin in collections:
            path = objects / app.commit[:2] / f"{app.commit[2:]}.commit"
            with contextlib.suppress(OSError, FormatError):
                commit = Commit.parse(read_bounded(path, _MAX_COMMIT))
                collection = collections[app.origin]
                yield InstalledCommit(collection, str(app.ref), app.commit, commit.timestamp)
