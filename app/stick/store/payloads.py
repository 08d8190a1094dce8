"""The payloads of extra data on a drive: which are there. Where they lie: FORMAT.md."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from app.flatpak.extra_data import Payload, is_payload_path, payloads_of
from app.fs.files import drop_cache, is_hollow
from app.fs.nodes import Node
from app.fs.root import Root
from app.fs.sums import file_sum
from app.ostree.objects import Commit
from app.progress import heed
from app.stick.store.location import Location

EXTRA_DATA = "extra-data"
"""The folder of payloads in the kit's."""

PART = "extra-data-"
"""Begins the name of what has come of a payload, in ``tmp/`` of the repository."""

MOST_STORED = 100_000
"""Files that are looked at; no drive has so many."""


def payload_folder(location: Location) -> Root:
    return location.kit.below(EXTRA_DATA)


def stored_payloads(location: Location) -> dict[str, int]:
    """`Payload.path` → bytes of each file that lies where one would. Raises OSError for a drive
    that has gone."""
    folder = payload_folder(location)
    stored = {}
    for entry in islice(folder.walk(), MOST_STORED):
        if entry.node is Node.FILE and is_payload_path(entry.path):
            stored[entry.path] = folder.status(entry.path).st_size
    return stored


def is_right(folder: Root, path: str, *, from_medium: bool = False) -> bool:
    """Whether the file at a `Payload.path` is what its name says."""
    try:
        with os.fdopen(folder.open_regular(path), "rb") as file:
            status = os.fstat(file.fileno())
            if is_hollow(status):
                return False
            if from_medium:
                drop_cache(file.fileno())
            digest = file_sum(file, status.st_size, lambda _size: heed())
    except OSError:
        return False
    return digest == path.partition("/")[0]


def needed_payloads(commits: Iterable[Commit | None]) -> Iterator[Payload]:
    """What clients ask for that install any of these."""
    for commit in commits:
        if commit is not None:
            yield from payloads_of(commit)


def missing(payloads: Iterable[Payload], stored: Mapping[str, int]) -> tuple[Payload, ...]:
    """Those of which no file of that size is there."""
    return tuple(each for each in payloads if stored.get(each.path) != each.size)
