"""Objects of other repositories on this computer: tried before upstream, and never believed.

An archive repository has them as a drive does; where flatpak installs, files lie unpacked and are
packed again (`app.ostree.pull.unpacked`).

What is not there, not readable, or not what its name says is as if nobody had it: the next place
is asked. Links are not followed, and nothing waits for the other end of a pipe.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from app.errors import UpstreamError
from app.fs.files import open_regular, read_bounded
from app.fs.root import Root
from app.ostree.config import ARCHIVE_MODES, ConfigError, RepositoryConfig
from app.ostree.object_check import check_object
from app.ostree.object_files import ObjectFiles, keys_of, prefix_of, prefixes
from app.ostree.objects import (
    MAX_DETACHED_SIZE,
    MAX_METADATA_SIZE,
    CorruptObject,
    ObjectKind,
    ObjectName,
    kind_key,
)
from app.ostree.pull.delivery import Arrived
from app.ostree.pull.local_engine import take_file
from app.ostree.pull.object_writer import ObjectStore
from app.ostree.pull.unpacked import UNPACKED_MODES, pack_again, packed_again
from app.ostree.tree_keys import Keys, checked_tree
from app.ostree.workers import TICK, WorkerFunction, WorkerLostError, lent
from app.progress import heed

K = TypeVar("K")
V = TypeVar("V")

MODES = (*ARCHIVE_MODES, *UNPACKED_MODES)
"""Of repositories that objects can be taken from."""

_MANY = 256
"""Trees that take longer to read than others take to be asked for some of them."""

_MANY_DIRECTORIES = 64
"""Directories of objects, likewise."""

_MOST_IN_MEMORY = 1 << 30
_MAX_CONFIG = 1024 * 1024
_UNPACKED = "file"
_ENDINGS = {kind: kind.value for kind in ObjectKind}
_UNPACKED_ENDINGS = {**_ENDINGS, ObjectKind.FILE: _UNPACKED}


class NearPlace(Struct, frozen=True):
    """A repository on this computer, or on a drive that is plugged in.

    Attributes:
        repository: the directory.
        mode: one of `MODES`.
        parent: the repository that it takes objects from as well, as it is spelled; may be empty.
            It is not looked at: the place may be a stranger's, and would lead anywhere.
    """

    repository: Path
    mode: str
    parent: str = ""

    @classmethod
    def at(cls, repository: Path) -> NearPlace | None:
        """The repository in a directory; None if there is none that can be read."""
        with contextlib.suppress(OSError, ConfigError):
            config = RepositoryConfig.parse(read_bounded(repository / "config", _MAX_CONFIG))
            if config.mode in MODES and (repository / "objects").is_dir():
                return cls(repository, config.mode, config.parent or "")
        return None

    @property
    def packed(self) -> bool:
        """Whether files lie there as they do on a drive."""
        return self.mode in ARCHIVE_MODES

    def path(self, name: ObjectName) -> str:
        sum_ = name.checksum
        return f"{self.repository}/objects/{sum_[:2]}/{sum_[2:]}.{self._endings[name.kind]}"

    @property
    def _endings(self) -> Mapping[ObjectKind, str]:
        return _ENDINGS if self.packed else _UNPACKED_ENDINGS

    def listed(self, prefix: int) -> frozenset[bytes]:
        """`ObjectName.key` of what is in a directory of objects, as far as it can be read."""
        with contextlib.suppress(OSError):
            names = os.listdir(f"{self.repository}/objects/{prefix:02x}")
            kinds = {f".{ending}": kind_key(kind) for kind, ending in self._endings.items()}
            return frozenset(keys_of(prefix, names, kinds))
        return frozenset()

    def trees(self, keys: Iterable[bytes]) -> Iterator[tuple[bytes, Keys]]:
        """Of those of these trees that are there and right, by `ObjectName.key`, what they refer
        to."""
        with contextlib.suppress(OSError), ObjectFiles(Root(self.repository / "objects")) as files:
            for key, data in files.read_many(keys):
                below = checked_tree(key, data)
                if below is not None:
                    yield key, below


class NearObjects:
    """What some places have, the first of them first. For any number of threads."""

    def __init__(self, places: Iterable[NearPlace]) -> None:
        self.places = tuple(places)
        self._listed: dict[int, frozenset[bytes]] = {}

    def has(self, key: bytes) -> bool:
        """Whether an object, by its `ObjectName.key`, was there when the first one of its directory
        was asked for."""
        return key in self._directory(key[1])

    def lacking(self, keys: set[bytes]) -> set[bytes]:
        """Those of these objects that nobody had then."""
        if not self.places:
            return keys
        directories = prefixes(keys)
        new = sorted(directories - self._listed.keys())
        if len(new) >= _MANY_DIRECTORIES:
            with contextlib.suppress(WorkerLostError):
                self._listed.update(self._shared(tell_directories, self.directories, new))
        return keys.difference(*map(self._directory, directories))

    def directories(self, prefixes: Iterable[int]) -> dict[int, frozenset[bytes]]:
        """What is in these directories of objects."""
        return {prefix: self._directory(prefix) for prefix in prefixes}

    def _directory(self, prefix: int) -> frozenset[bytes]:
        listed = self._listed.get(prefix)
        if listed is None:
            heed()
            each = (place.listed(prefix) for place in self.places)
            listed = self._listed[prefix] = frozenset[bytes]().union(*each)
        return listed

    def trees(self, keys: Iterable[bytes]) -> dict[bytes, Keys]:
        """As `NearPlace.trees`, of whoever has them; spare processes help."""
        # Directory by directory.
        wanted = sorted(keys, key=prefix_of)
        if len(wanted) >= _MANY:
            with contextlib.suppress(WorkerLostError):
                return self._shared(tell_trees, self._trees, wanted)
        return self._trees(wanted)

    def _shared(
        self, function: WorkerFunction, own: Callable[[Sequence[K]], dict[K, V]], keys: Sequence[K]
    ) -> dict[K, V]:
        """What ``own`` finds of all ``keys``, of which spare processes, if there are any, take
        their part: ``function``. Raises WorkerLostError."""
        with lent() as helpers:
            step = -(-len(keys) // (1 + len(helpers)))
            mine, *others = (keys[start : start + step] for start in range(0, len(keys), step))
            busy = helpers[: len(others)]
            for helper, part in zip(busy, others, strict=True):
                _helping(partial(helper.run, function, self.places, part))
            found = own(mine)
            for helper in busy:
                while not helper.connection.poll(TICK):
                    heed()
                found.update(_helping(helper.receive))
        return found

    def _trees(self, keys: Sequence[bytes]) -> dict[bytes, Keys]:
        found: dict[bytes, Keys] = {}
        left = keys
        for place in self.places:
            found.update(place.trees(left))
            left = [key for key in left if key not in found]
        return found

    def read(self, name: ObjectName) -> bytes | None:
        """A commit, or what it says of directories, if one place has what its name says."""
        for place in self.places:
            with contextlib.suppress(OSError):
                data = _bounded(place.path(name), MAX_METADATA_SIZE)
                if sha256(data).hexdigest() == name.checksum:
                    return data
        return None

    def commit(self, checksum: str) -> bytes | None:
        """As `read`."""
        return self.read(ObjectName(checksum, ObjectKind.COMMIT)) if self.places else None

    def signatures(self, commit: str) -> Iterator[bytes]:
        """Detached metadata of a commit, of each place that has any; whatever it is worth."""
        for place in self.places:
            if (data := detached_at(place, commit)) is not None:
                yield data

    def take(
        self,
        name: ObjectName,
        store: ObjectStore,
        tell: Callable[[int], None],
        stored: bytes = b"",
    ) -> Arrived | None:
        """Put an object into the store; None if nobody has it.

        ``tell`` is told of all its bytes; ``stored`` as for `take_file`, but not of files. Raises
        OSError for what cannot be written, and `ObjectTooLargeError`.
        """
        for place in self.places:
            if (arrived := take_from(place, name, store, tell, stored)) is not None:
                return arrived
        return None


def _helping(do: Callable[[], V]) -> V:
    """What others are asked for and can be done here: of whatever they fail, they are lost.
    Raises WorkerLostError."""
    try:
        return do()
    except WorkerLostError:
        raise
    except Exception as error:
        raise WorkerLostError from error


def tell_trees(connection: Connection, places: Sequence[NearPlace], keys: Sequence[bytes]) -> bool:
    """Of a worker: `NearObjects.trees`."""
    connection.send(NearObjects(places).trees(keys))
    return True


def tell_directories(
    connection: Connection, places: Sequence[NearPlace], prefixes: Sequence[int]
) -> bool:
    """Of a worker: `NearObjects.directories`."""
    connection.send(NearObjects(places).directories(prefixes))
    return True


def detached_at(place: NearPlace, commit: str) -> bytes | None:
    """A commit's detached metadata, whatever it is worth; None if there is none."""
    path = place.path(ObjectName(commit, ObjectKind.COMMITMETA))
    with contextlib.suppress(OSError):
        return _bounded(path, MAX_DETACHED_SIZE)
    return None


def _bounded(path: str, limit: int) -> bytes:
    """A regular file of at most ``limit`` bytes. Raises OSError."""
    descriptor = open_regular(path, follow=False)
    try:
        data = _whole(descriptor, limit)
    finally:
        os.close(descriptor)
    if len(data) > limit:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), path)
    return data


def take_from(
    place: NearPlace,
    name: ObjectName,
    store: ObjectStore,
    tell: Callable[[int], None],
    stored: bytes = b"",
) -> Arrived | None:
    """As `NearObjects.take`, of one place."""
    path = place.path(name)
    if name.kind is ObjectKind.FILE and not place.packed:
        return pack_again(place.mode, path, name, store, tell)
    # Files of the same content may be packed otherwise.
    stored = stored if name.kind is not ObjectKind.FILE else b""
    try:
        descriptor = open_regular(path, follow=False)
    except OSError:
        return None
    told = 0

    def count(size: int) -> None:
        nonlocal told
        told += size
        tell(size)

    try:
        arrived = take_file(path, descriptor, store, name, count, stored)
    except (CorruptObject, UpstreamError):
        tell(-told)
        return None
    finally:
        os.close(descriptor)
    tell(arrived.size - told)
    return arrived


def packed_at(place: NearPlace, name: ObjectName) -> bytes | None:
    """A whole object as an archive has it, checked; None as of `take_from`.

    In memory: only for what is known to be small, or has to be measured.
    """
    path = place.path(name)
    if name.kind is ObjectKind.FILE and not place.packed:
        return packed_again(place.mode, path, name)
    with contextlib.suppress(OSError, CorruptObject):
        data = _bounded(path, _MOST_IN_MEMORY)
        check_object(name, data)
        return data
    return None


def _whole(descriptor: int, limit: int) -> bytes:
    """The content of a file, or more than it had, of at most ``limit`` bytes. Raises OSError."""
    most = min(os.fstat(descriptor).st_size, limit) + 1
    data = os.read(descriptor, most)
    pieces = [data]
    # One read gives all of what is small.
    while data and most > len(data):
        most -= len(data)
        data = os.read(descriptor, most)
        pieces.append(data)
    return b"".join(pieces) if len(pieces) > 2 else pieces[0]
