"""Waiting for signals and for something else at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def signals() -> Iterator[int]:
    """A descriptor that becomes readable when a signal comes; Ctrl-C does nothing else.

    An exception raised by a handler could come just before the wait begins, and be waited out.
    """
    reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    wakeup = signal.set_wakeup_fd(writer)
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        yield reader
    finally:
        signal.signal(signal.SIGINT, before)
        signal.set_wakeup_fd(wakeup)
        os.close(reader)
        os.close(writer)
