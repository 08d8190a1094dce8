"""Objects from a repository in a directory of this computer, in one thread."""

from __future__ import annotations

import os
import select
from pathlib import Path

from app.fs.files import open_regular
from app.ostree.objects import CorruptObject, ObjectName
from app.ostree.pull.delivery import (
    SPILL,
    Arrived,
    ObjectDeniedError,
    ObjectMissingUpstreamError,
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
        store.require_room(name, os.fstat(descriptor).st_size)
        data = _read(path, descriptor)
        if len(data) < SPILL:
            return Arrived(name, len(data), store.store(name, data))
        with StreamedObject(store, name, resume=False) as stream:
            while data:
                stream.feed(data)
                tasks.exchange(len(data))
                data = _read(path, descriptor)
            children = stream.finish()
            return Arrived(name, stream.size, children)
    except CorruptObject as error:
        raise ObjectRejectedError.of(str(root), name, error) from error
    finally:
        os.close(descriptor)


def _read(path: Path, descriptor: int) -> bytes:
    """At most `SPILL` bytes; fewer only at the end."""
    try:
        return os.read(descriptor, SPILL)
    except OSError as error:
        raise local_error(path, error) from error
