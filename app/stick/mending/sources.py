"""Where objects come from beside upstream: the cache, other repositories, what is installed here.

Each is checked by its name while it is taken, whoever has it.
"""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.errors import UpstreamError
from app.flatpak.remotes.configured import installations
from app.flatpak.remotes.directories import FlatpakDirectories
from app.formats.gvariant import serialise
from app.fs.files import open_regular
from app.fs.root import Root
from app.ostree.content import HEADER_TYPE
from app.ostree.object_check import READ_STEP, check_object, check_stored
from app.ostree.objects import (
    MAX_METADATA_SIZE,
    CorruptObject,
    ObjectKind,
    ObjectName,
    byteswap32,
    byteswap64,
)
from app.ostree.pull.delivery import Arrived
from app.ostree.pull.local_engine import take_file, take_kept
from app.ostree.pull.object_cache import OBJECTS
from app.ostree.pull.object_writer import ObjectStore
from app.ostree.repository import Repository, RepositoryInvalidError
from app.stick.environment import Environment
from app.stick.mending.plan import Way
from app.stick.store.location import find_sticks

_RAW_DEFLATE = -15
_LARGEST = 1 << 30
"""Bytes of an installed file that is packed again; in memory."""


@dataclass(frozen=True, slots=True)
class Offered:
    """An object that a source has, and that is what its name says.

    Attributes:
        size: bytes, as an archive stores it.
        children: what it refers to.
        data: of what is no file: its bytes.
    """

    size: int
    children: tuple[ObjectName, ...]
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
        self._directory = directory / OBJECTS

    def offer(self, name: ObjectName) -> Offered | None:
        return _offered(self._directory / name.path, name)

    def take(self, name: ObjectName, store: ObjectStore) -> Arrived | None:
        return take_kept(store, name, _tell) if store.cache is not None else None

    def signatures(self, commit: str) -> bytes | None:  # noqa: ARG002
        return None


class StoredObjects:
    """Another archive repository."""

    way = Way.DRIVE

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    @property
    def label(self) -> str:
        return str(self._repository.path)

    def offer(self, name: ObjectName) -> Offered | None:
        return _offered(self._repository.path / "objects" / name.path, name)

    def take(self, name: ObjectName, store: ObjectStore) -> Arrived | None:
        try:
            descriptor = self._repository.root.open_regular(f"objects/{name.path}")
        except OSError:
            return None
        try:
            return take_file(self._repository.path / name.path, descriptor, store, name, _tell)
        except (CorruptObject, UpstreamError):
            return None
        finally:
            os.close(descriptor)

    def signatures(self, commit: str) -> bytes | None:
        try:
            return self._repository.read_detached(commit)
        except OSError:
            return None


class InstalledObjects:
    """The repository of an installation of flatpak: files lie there as they are."""

    way = Way.INSTALLED

    def __init__(self, repository: Path) -> None:
        self._objects = repository / "objects"

    @property
    def label(self) -> str:
        return str(self._objects.parent)

    def offer(self, name: ObjectName) -> Offered | None:
        data = self._whole(name)
        try:
            children = check_object(name, data) if data is not None else None
        except CorruptObject:
            return None
        if data is None or children is None:
            return None
        return Offered(len(data), children, None if name.kind is ObjectKind.FILE else data)

    def take(self, name: ObjectName, store: ObjectStore) -> Arrived | None:
        data = self._whole(name)
        if data is None:
            return None
        try:
            return store.store(name, data)
        except CorruptObject:
            return None

    def signatures(self, commit: str) -> bytes | None:
        try:
            return self._read(ObjectName(commit, ObjectKind.COMMITMETA))
        except OSError:
            return None

    def _whole(self, name: ObjectName) -> bytes | None:
        try:
            return self._packed(name) if name.kind is ObjectKind.FILE else self._read(name)
        except OSError:
            return None

    def _read(self, name: ObjectName) -> bytes:
        descriptor = open_regular(self._objects / name.path)
        with os.fdopen(descriptor, "rb") as file:
            return file.read(_LARGEST)

    def _packed(self, name: ObjectName) -> bytes:
        """As an archive has it; of the form that ostree writes for files of flatpak's."""
        path = (self._objects / name.path).with_suffix(".file")
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            return _file(stat.S_IFLNK | 0o777, os.readlink(path), b"")
        with os.fdopen(open_regular(path, follow=False), "rb") as file:
            return _file(stat.S_IFREG | stat.S_IMODE(status.st_mode), "", file.read(_LARGEST))


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


def _file(mode: int, target: str, content: bytes) -> bytes:
    header = serialise(
        HEADER_TYPE, (byteswap64(len(content)), 0, 0, byteswap32(mode), 0, target, [])
    )
    packer = zlib.compressobj(6, zlib.DEFLATED, _RAW_DEFLATE)
    body = b"" if target else packer.compress(content) + packer.flush()
    return len(header).to_bytes(4, "big") + bytes(4) + header + body


def near_sources(roots: Iterable[Path], environment: Environment) -> list[ObjectSource]:
    """All but upstream, in the order in which they are asked. Raises OSError."""
    sources: list[ObjectSource] = [KeptObjects(environment.object_cache.directory)]
    for root in roots:
        sources += sources_at(root)
    sources += installed_sources(environment.flatpak)
    return sources


def sources_at(root: Path) -> Iterator[ObjectSource]:
    """All archive repositories on a drive or in a directory. Raises OSError."""
    for place in find_sticks(root):
        try:
            yield StoredObjects(Repository.open(Root(place.repository.shown())))
        except RepositoryInvalidError:
            continue


def installed_sources(flatpak: FlatpakDirectories) -> Iterator[ObjectSource]:
    places, _ = installations(flatpak.user, flatpak.system, flatpak.configs)
    for place in places:
        repository = place.path / "repo"
        if (repository / "objects").is_dir():
            yield InstalledObjects(repository)
