"""A small pool of threads whose results are collected by one event loop.

``concurrent.futures`` costs several times as much per task, and its callbacks run in the worker;
with tens of thousands of small objects that is felt.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Generic, TypeVar

Result = TypeVar("Result")


class WorkerPool(Generic[Result]):
    """Threads that run tasks; results wait in order of completion.

    `fd` becomes readable when there are results, for an event loop. What a task raises is a bug;
    `collect` raises it again, so that nobody waits for ever.
    """

    def __init__(self, threads: int) -> None:
        self.fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self.pending = 0
        self._tasks: SimpleQueue[Callable[[], Result] | None] = SimpleQueue()
        self._results: deque[Result] = deque()
        self._error: BaseException | None = None
        self._woken = False
        self._threads = [
            threading.Thread(target=self._work, name=f"satchel-worker-{index}", daemon=True)
            for index in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, task: Callable[[], Result]) -> None:
        self.pending += 1
        self._tasks.put(task)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                self._results.append(task())
            except BaseException as error:
                self._error = error
            if not self._woken:
                # One wake-up serves every result until the loop collects.
                self._woken = True
                os.eventfd_write(self.fd, 1)

    def collect(self) -> list[Result]:
        """The results so far; never waits."""
        # Look at the descriptor even if nobody seems to have written: a worker may set the flag
        # now and write later, and then the descriptor would stay readable with nothing to collect.
        self._woken = False
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self.fd)
        if self._error is not None:
            raise self._error
        found = []
        while self._results:
            found.append(self._results.popleft())
        self.pending -= len(found)
        return found

    def close(self) -> None:
        """Let the threads finish what they have and end."""
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()
        os.close(self.fd)
