"""Objects go from a repository, very many of them; a process that has nothing else to do helps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection

from app.fs.root import Root
from app.ostree.object_files import ObjectFiles
from app.ostree.workers import Worker, lent

_AT_ONCE = 16
"""Objects that go before somebody is asked whether to go on."""

_MANY = 512
"""Fewer are gone before another one has begun."""

_PART = 32
"""Fewer of those that may go at once, likewise."""

Remove = Callable[[Sequence[bytes]], Iterator[Sequence[bytes]]]
"""Remove these objects, by `ObjectName.key`, in any order, unless something else stands in their
places; yields those that are gone, some at a time. Raises OSError, and what stopped the process."""


@contextmanager
def removing(objects: Root, count: int) -> Iterator[Remove]:
    """What removes ``count`` objects. ``objects``: the directory of that name. Raises OSError."""
    with ObjectFiles(objects, scattered=True) as files:
        if count < _MANY:
            yield partial(_remove, files, None)
            return
        with lent() as helpers:
            helper = helpers[0] if helpers else None
            if helper is not None:
                helper.run(remove_told, objects)
            yield partial(_remove, files, helper)
            if helper is not None:
                helper.send(None)


def _remove(
    files: ObjectFiles, helper: Worker | None, keys: Sequence[bytes]
) -> Iterator[Sequence[bytes]]:
    theirs = len(keys) // 2 if helper is not None and len(keys) >= 2 * _PART else 0
    if helper is not None and theirs:
        helper.send(keys[:theirs])
    for start in range(theirs, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        for key in some:
            files.remove(key)
        yield some
    if helper is not None and theirs:
        helper.receive()
        yield keys[:theirs]


def remove_told(connection: Connection, objects: Root) -> bool:
    """Of a worker: remove what it is told, until that is None."""
    with ObjectFiles(objects, scattered=True) as files:
        while (keys := connection.recv()) is not None:
            for key in keys:
                files.remove(key)
            connection.send(len(keys))
    return True
