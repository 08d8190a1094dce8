"""Writes to the medium while more arrives.

Left alone, the kernel keeps gigabytes in memory before it begins to write, and the wait comes at
the end: with a stick of 20 MB/s, half a minute for what took as long to download. A drive that is
fast is flushed rarely: whoever creates a file waits for that.
"""

from __future__ import annotations

import contextlib
import threading
import time
from types import TracebackType
from typing import Self

from app.fs.root import Root

STEP = 32 * 1024 * 1024
"""Bytes after which it is worth writing what there is, of a drive of which nothing is known yet."""

_FIRST = 1024 * 1024
"""The same of what comes first: what is little is written while the last of it comes."""

_MOST = 8 * STEP
_SECONDS = 2.0
"""What a drive writes in this time may wait."""


class Flusher:
    """Flushes the file system of ``root`` in the background. A context manager."""

    def __init__(self, root: Root) -> None:
        self._root = root
        self._waiting = 0
        self._step = _FIRST
        self._thread: threading.Thread | None = None
        self._error: OSError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._thread is not None:
            self._thread.join()

    def written(self, count: int) -> None:
        """So many more bytes are in the cache. Raises the OSError of an earlier flush."""
        if self._error is not None:
            raise self._error
        self._waiting += count
        if self._waiting >= self._step:
            self._begin()

    def _begin(self) -> None:
        busy = self._thread is not None and self._thread.is_alive()
        if self._waiting and not busy:
            size, self._waiting = self._waiting, 0
            thread = threading.Thread(target=self._flush, args=(size,), name="satchel-flush")
            # Where there are as many as there may be, whoever called flushes all in the end.
            with contextlib.suppress(RuntimeError):
                thread.start()
                self._thread = thread

    def _flush(self, size: int) -> None:
        started = time.monotonic()
        try:
            self._root.sync()
        except OSError as error:
            self._error = error
        took = max(time.monotonic() - started, 0.001)
        self._step = min(_MOST, max(STEP, int(size / took * _SECONDS)))
