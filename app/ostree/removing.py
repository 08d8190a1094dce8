"""Objects go from a repository, very many of them; a process that has nothing else to do helps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection

from app.fs.root import Root
from app.ostree.object_files import ObjectFiles
from app.ostree.workers import TICK, Worker, lent

_AT_ONCE = 16
"""Objects that go before somebody is asked whether to go on."""

_MANY = 512
"""Fewer are gone before another one has begun."""

_PART = 32
"""Fewer of those that may go at once, likewise."""

Remove = Callable[[Sequence[bytes]], Iterator[Sequence[bytes]]]
"""Remove these objects, by `ObjectName.key`, in any order, unless something else stands in their
places; yields those that are gone, some at a time, or none. Raises OSError."""


@contextmanager
def removing(objects: Root, count: int) -> Iterator[Remove]:
    """What removes ``count`` objects. ``objects``: the directory of that name. Raises OSError."""
    with ObjectFiles(objects, scattered=True) as files:
        if count < _MANY:
            yield partial(_remove, files, None)
            return
        with lent() as helpers:
            helper = _Helper(objects, helpers)
            yield partial(_remove, files, helper)
            helper.tell(None)


class _Helper:
    """One of those that are `lent`, if there is any.

    Whoever has work for it does it if that fails, of whatever: it has ended then.
    """

    def __init__(self, objects: Root, helpers: list[Worker]) -> None:
        self._helpers = helpers
        self._worker = helpers[0] if helpers else None
        self._try(lambda worker: worker.run(remove_told, objects))

    def tell(self, keys: Sequence[bytes] | None) -> bool:
        """That it is to remove these; None: it may do something else. Whether it will."""
        return self._try(lambda worker: worker.send(keys))

    def is_busy(self) -> bool:
        """Whether it has nothing to say for `TICK` seconds."""
        return self._worker is not None and not self._worker.connection.poll(TICK)

    def removed(self, keys: Sequence[bytes]) -> bool:
        """Whether it has removed these, as it was told last; waits for that."""

        def hear(worker: Worker) -> None:
            # What it did before may have left an answer.
            while worker.receive() != keys[0]:
                pass

        return self._try(hear)

    def _try(self, what: Callable[[Worker], None]) -> bool:
        if self._worker is None:
            return False
        try:
            what(self._worker)
        except Exception:
            # It must not go on with these while what they need goes.
            self._worker.end()
            self._helpers.remove(self._worker)
            self._worker = None
        return self._worker is not None


def _remove(
    files: ObjectFiles, helper: _Helper | None, keys: Sequence[bytes]
) -> Iterator[Sequence[bytes]]:
    theirs = keys[: len(keys) // 2] if len(keys) >= 2 * _PART else ()
    if not theirs or helper is None or not helper.tell(theirs):
        yield from _remove_here(files, keys)
        return
    yield from _remove_here(files, keys[len(theirs) :])
    while helper.is_busy():
        yield ()
    if helper.removed(theirs):
        yield theirs
    else:
        yield from _remove_here(files, theirs)


def _remove_here(files: ObjectFiles, keys: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        for key in some:
            files.remove(key)
        yield some


def remove_told(connection: Connection, objects: Root) -> bool:
    """Of a worker: remove what it is told, until that is None."""
    with ObjectFiles(objects, scattered=True) as files:
        while (keys := connection.recv()) is not None:
            for key in keys:
                files.remove(key)
            connection.send(keys[0])
    return True
