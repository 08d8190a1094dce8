"""Objects from a directory of this computer, a repository or the cache, in one thread."""

from __future__ import annotations

import os
import select
from collections.abc import Callable
from pathlib import Path

from app.errors import UpstreamError
from app.fs.files import open_regular
from app.ostree.objects import CorruptObject, ObjectName
from app.ostree.pull.delivery import (
    SPILL,
    Arrived,
    ObjectDeniedError,
    ObjectMissingUpstreamError,
    ObjectNotKeptError,
    ObjectRejectedError,
    Tasks,
)
from app.ostree.pull.fetch import local_error
from app.ostree.pull.object_writer import ObjectStore, StreamedObject


def copy_objects(root: Path, store: ObjectStore, tasks: Tasks) -> None:
    """Copy what the tasks name, checking it. Ends as `HttpEngine.run` does; also with OSError."""
    while True:
        name = tasks.next()
        if name is None:
            select.select([tasks], [], [], tasks.patience)
            tasks.exchange(0)
        else:
            arrived = _copy(root, store, name, tasks)
            tasks.arrived(arrived)
            # Of large ones it was told as they came: on a slow drive they take their time.
            tasks.exchange(arrived.size if arrived.size < SPILL else 0)


def _copy(root: Path, store: ObjectStore, name: ObjectName, tasks: Tasks) -> Arrived:
    path = root / "objects" / name.path
    try:
        descriptor = open_regular(path)
    except FileNotFoundError as error:
        raise ObjectMissingUpstreamError.of(name) from error
    except OSError as error:
        raise ObjectDeniedError.of(name, local_error(path, error)) from error
    try:
        return take_file(path, descriptor, store, name, tasks.exchange)
    except CorruptObject as error:
        raise ObjectRejectedError.of(str(root), name, error) from error
    finally:
        os.close(descriptor)


def take_file(
    path: Path | str,
    descriptor: int,
    store: ObjectStore,
    name: ObjectName,
    tell: Callable[[int], None],
    stored: bytes = b"",
) -> Arrived:
    """An object from an open file; of a large one ``tell`` is told of bytes as they come.

    ``path`` names the file; ``stored`` as for `take_kept`. Raises `CorruptObject`, UpstreamError
    for what cannot be read, OSError for what cannot be written.
    """
    size = os.fstat(descriptor).st_size
    store.require_room(name, size)
    # Most are small, and room for more takes longer to get than they take to read.
    data = _read(path, descriptor, min(size + 1, SPILL))
    if len(data) <= size and len(data) < SPILL:
        return store.store(name, data, keep=False, stored=stored)
    with StreamedObject(store, name, resume=False, keep=False, stored=stored) as stream:
        while data:
            stream.feed(data)
            tell(len(data))
            data = _read(path, descriptor)
        return stream.finish()


def take_kept(
    store: ObjectStore, name: ObjectName, tell: Callable[[int], None], stored: bytes = b""
) -> Arrived | None:
    """The same from the cache; None if that does not have it, or something else by its name.

    ``stored``: SHA-256 of what was checked, as it is stored, where that is known: then it is these
    bytes that are taken, and what they refer to is not told again.
    """
    cache = store.cache
    if cache is None:
        return None
    data = cache.read(name)
    descriptor = cache.open(name) if data is None else None
    try:
        if data is not None:
            store.require_room(name, len(data))
            return store.store(name, data, keep=False, stored=stored)
        if descriptor is None:
            return None
        if cache.same_device and os.fstat(descriptor).st_size >= SPILL:
            return _share(descriptor, store, name, tell, stored)
        return take_file(cache.shown(name), descriptor, store, name, tell, stored)
    except (CorruptObject, UpstreamError):
        cache.drop(name)
        return None
    except OSError as error:
        if not store.make_room(error):
            raise
        return None
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _share(
    descriptor: int,
    store: ObjectStore,
    name: ObjectName,
    tell: Callable[[int], None],
    stored: bytes,
) -> Arrived:
    with StreamedObject(store, name, resume=False, keep=False, stored=stored) as stream:
        stream.copy(descriptor)
        tell(stream.size)
        return stream.finish()


def name_what_lacks(tasks: Tasks) -> None:
    """There is no upstream: what the cache does not have cannot come. Ends as `copy_objects`."""
    while True:
        name = tasks.next()
        if name is not None:
            raise ObjectNotKeptError.of(name)
        select.select([tasks], [], [], tasks.patience)
        tasks.exchange(0)


def _read(path: Path | str, descriptor: int, most: int = SPILL) -> bytes:
    """At most ``most`` bytes; fewer only at the end."""
    try:
        return os.read(descriptor, most)
    except OSError as error:
        raise local_error(path, error) from error
