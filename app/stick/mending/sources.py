"""Where objects come from beside upstream: the cache, other repositories, what is installed here.

Each is checked by its name while it is taken, whoever has it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from app.flatpak.remotes.directories import FlatpakDirectories
from app.fs.files import open_regular
from app.ostree.object_check import READ_STEP, check_object, check_stored
from app.ostree.objects import MAX_METADATA_SIZE, CorruptObject, ObjectKind, ObjectName
from app.ostree.pull.delivery import Arrived
from app.ostree.pull.local_engine import take_kept
from app.ostree.pull.near_objects import NearPlace, detached_at, packed_at, take_from
from app.ostree.pull.object_cache import OBJECTS
from app.ostree.pull.object_writer import ObjectStore
from app.ostree.pull.packs import Packs
from app.ostree.tree_keys import Keys
from app.stand_ins import name_of
from app.stick.environment import Environment
from app.stick.mending.plan import Way
from app.stick.near import installed_places, places_at


class Offered(Struct, frozen=True):
    """An object that a source has, and that is what its name says.

    Attributes:
        size: bytes, as an archive stores it.
        children: `ObjectName.key` of what it refers to.
        data: of what is no file: its bytes.
    """

    size: int
    children: Keys
    data: bytes | None = None


class ObjectSource(Protocol):
    """Has objects. ``label``: what people call it."""

    @property
    def way(self) -> Way: ...

    @property
    def label(self) -> str: ...

    def offer(self, name: ObjectName) -> Offered | None:
        """What would be taken; None as of `take`."""

    def take(self, name: ObjectName, store: ObjectStore) -> Arrived | None:
        """Put an object into the store; None if it is not here, or not what its name says.

        Raises OSError for what cannot be written.
        """

    def signatures(self, commit: str) -> bytes | None:
        """A commit's detached signatures, whatever they are worth."""


def _tell(_count: int) -> None:
    """Nobody watches single bytes."""


class KeptObjects:
    """What this computer has kept from earlier."""

    way = Way.CACHE
    label = "cache"

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def offer(self, name: ObjectName) -> Offered | None:
        with suppress(OSError, CorruptObject), Packs(self._directory) as packs:
            if (data := packs.read(name)) is not None:
                return _whole(name, data)
        return _offered(self._directory / OBJECTS / name.path, name)

    def take(self, name: ObjectName, store: ObjectStore) -> Arrived | None:
        return take_kept(store, name, _tell) if store.cache is not None else None

    def signatures(self, commit: str) -> bytes | None:  # noqa: ARG002
        return None


class NearRepository:
    """Another repository on this computer or on a drive."""

    def __init__(self, place: NearPlace, way: Way) -> None:
        self.way = way
        self._place = place

    @property
    def label(self) -> str:
        return str(name_of(self._place.repository))

    def offer(self, name: ObjectName) -> Offered | None:
        if self._place.packed:
            return _offered(Path(self._place.path(name)), name)
        data = packed_at(self._place, name)
        if data is None:
            return None
        if name.kind is ObjectKind.FILE:
            return Offered(len(data), ())
        return _whole(name, data)

    def take(self, name: ObjectName, store: ObjectStore) -> Arrived | None:
        return take_from(self._place, name, store, _tell)

    def signatures(self, commit: str) -> bytes | None:
        return detached_at(self._place, commit)


def _whole(name: ObjectName, data: bytes) -> Offered:
    """Raises CorruptObject."""
    children = check_object(name, data)
    return Offered(len(data), children, data if name.kind is not ObjectKind.FILE else None)


def _offered(path: Path, name: ObjectName) -> Offered | None:
    try:
        descriptor = open_regular(path, follow=False)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        try:
            stored = check_stored(name, descriptor, bytearray(READ_STEP))
            file.seek(0)
            data = None if name.kind is ObjectKind.FILE else file.read(MAX_METADATA_SIZE)
        except (CorruptObject, OSError):
            return None
    return Offered(stored.size, stored.children, data)


def near_sources(roots: Iterable[Path], environment: Environment) -> list[ObjectSource]:
    """All but upstream, in the order in which they are asked. Raises OSError."""
    sources: list[ObjectSource] = [KeptObjects(environment.object_cache.directory)]
    for root in roots:
        sources += sources_at(root)
    sources += installed_sources(environment.flatpak)
    return sources


def sources_at(root: Path) -> Iterator[ObjectSource]:
    """All repositories on a drive or in a directory. Raises OSError."""
    for place in places_at(root):
        yield NearRepository(place, Way.DRIVE)


def installed_sources(flatpak: FlatpakDirectories) -> Iterator[ObjectSource]:
    for place in installed_places(flatpak):
        yield NearRepository(place, Way.INSTALLED)
