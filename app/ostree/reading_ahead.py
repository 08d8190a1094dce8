"""What is in a repository, read by a process beside while this one does something else.

Of a drive a plan needs the names of all objects, what is in all trees, and how large all files are,
but nothing of it before upstream's lists are there. Why: decision D329.
"""

from __future__ import annotations

import contextlib
import threading
from array import array
from collections.abc import Callable, Mapping
from itertools import chain
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import TypeVar

from msgspec.msgpack import Decoder, encode

from app.closing import Closing
from app.errors import SatchelError
from app.fs.root import Root
from app.ostree.object_files import PREFIXES, ObjectFiles
from app.ostree.objects import ObjectKind, kind_key
from app.ostree.tree_keys import Keys, checked_tree
from app.ostree.unchanged import Stamp, stamps
from app.ostree.workers import Worker, WorkerFunction

_TREE = kind_key(ObjectKind.DIRTREE)[0]
_STAMPS = PREFIXES * 16
"""Bytes of the `Stamp` of each directory."""

T = TypeVar("T")


class ReadingAhead(Closing):
    """Of one repository. Each answer is waited for; None where it could not be read, which whoever
    asks does then, and learns why. For one thread.
    """

    def __init__(self, objects: Root) -> None:
        """``objects``: the directory of that name."""
        self._worker: Worker | None = None
        # Where none can be started nothing is known beforehand.
        with contextlib.suppress(OSError, SatchelError):
            self._worker = Worker(_read, objects)
        self._spared = False
        self._keys: list[bytes] | None = None
        self._trees: dict[bytes, Keys] | None = None
        self._sizes: dict[bytes, int] | None = None
        self._stamps: dict[int, Stamp] = {}

    def close(self) -> None:
        """Does not wait for what nobody has asked for."""
        worker, self._worker = self._worker, None
        if worker is not None and (not self._spared or worker.take_back()):
            worker.end()

    def then(self, prepare: WorkerFunction) -> None:
        """What the process does when it has read all, before anybody has other work for it; it has
        nothing to say."""
        if self._worker is not None:
            # Whoever asks it for something learns that it has ended, of whatever.
            with contextlib.suppress(Exception):
                self._worker.run(prepare)

    def spare(self) -> None:
        """Nothing is asked for any more: the process may do other work until `close`, as for
        `Worker.offer`."""
        if self._worker is None or self._sizes is None:
            self.close()
            return
        self._worker.offer()
        self._spared = True

    @property
    def keys(self) -> frozenset[bytes] | None:
        """`ObjectName.key` of all that is there, as `ObjectFiles.keys`."""
        keys = self._listed()
        return None if keys is None else frozenset(keys)

    @property
    def trees(self) -> dict[bytes, Keys] | None:
        """Of all trees that are what their names say, what they name."""
        if self._listed() is not None and self._trees is None:
            self._trees = self._answer(_split_trees)
        return self._trees

    @property
    def sizes(self) -> dict[bytes, int] | None:
        """As `ObjectFiles.sizes` of all that is there."""
        keys = self._listed()
        if keys is not None and self.trees is not None and self._sizes is None:
            told = self._answer(lambda data: data)
            if told is not None:
                self._stamps = _told_stamps(told[:_STAMPS])
                self._sizes = _split_sizes(keys, told[_STAMPS:])
        return self._sizes

    @property
    def stamps(self) -> Mapping[int, Stamp]:
        """Of directories that had nothing in them but what `sizes` has, as they were before that
        was listed; by these. Known once `sizes` is."""
        return self._stamps

    def _listed(self) -> list[bytes] | None:
        if self._keys is None:
            self._keys = self._answer(_split)
        return self._keys

    def _answer(self, split: Callable[[bytes], T]) -> T | None:
        if self._worker is None:
            return None
        try:
            return split(self._worker.receive())
        except Exception:  # of whatever kind, from the process
            self.close()
            return None


# Three times as fast as to take the bytes apart here.
_split = Decoder(list[bytes]).decode
_split_trees = Decoder(dict[bytes, tuple[bytes, ...]]).decode


def _told_stamps(data: bytes) -> dict[int, Stamp]:
    told = array("Q")
    told.frombytes(data)
    pairs = zip(told[::2], told[1::2], strict=True)
    return {prefix: pair for prefix, pair in enumerate(pairs) if any(pair)}


def _split_sizes(keys: list[bytes], data: bytes) -> dict[bytes, int]:
    sizes = array("Q")
    sizes.frombytes(data)
    return {key: size for key, size in zip(keys, sizes, strict=True) if size}


# What the process does


def _read(connection: Connection, objects: Root) -> bool:
    answers: SimpleQueue[bytes | None] = SimpleQueue()
    # The parent listens when it needs something; what is read meanwhile waits here.
    teller = threading.Thread(target=_tell, args=(connection, answers), daemon=True)
    teller.start()
    try:
        with ObjectFiles(objects) as files:
            before = stamps(objects)
            keys = list(files.keys())
            answers.put(encode(keys))
            trees = {}
            read = {}
            for key, data in files.read_many([key for key in keys if key[0] == _TREE]):
                read[key] = len(data)
                below = checked_tree(key, data)
                if below is not None:
                    trees[key] = below
            answers.put(encode(trees))
            # To ask takes as long as to read.
            sizes = files.sizes([key for key in keys if key not in read])
            sizes.update(read)
            others = {key[1] for key in keys if not sizes.get(key)}
            marks = [before.get(prefix, (0, 0)) for prefix in range(PREFIXES)]
            for prefix in others:
                marks[prefix] = 0, 0
            told = array("Q", chain.from_iterable(marks))
            told.extend(sizes.get(key, 0) for key in keys)
            answers.put(told.tobytes())
    except BaseException:
        answers.put(None)
        teller.join()
        raise
    # What it does next has nothing to say before the parent has heard all of this.
    answers.put(None)
    return True


def _tell(connection: Connection, answers: SimpleQueue[bytes | None]) -> None:
    # When the parent has gone there is nobody to tell.
    try:
        while (answer := answers.get()) is not None:
            connection.send(answer)
    except OSError:
        pass
