"""Questions on a terminal."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
from collections.abc import Iterator


def can_ask() -> bool:
    """Whether somebody sits there who could answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str) -> str | None:
    """The answer, without the spaces around it; None after Ctrl-C and Ctrl-D."""
    # Nothing has begun that would need a safe boundary: Ctrl-C means no.
    with _signals() as signalled:
        print(question, end="", file=sys.stderr, flush=True)
        ready, _, _ = select.select([sys.stdin, signalled], [], [])
        line = "" if signalled in ready else sys.stdin.readline()
    if not line.endswith("\n"):  # Ctrl-C and Ctrl-D leave the cursor where it is
        print(file=sys.stderr)
        return None
    return line.strip()


@contextlib.contextmanager
def _signals() -> Iterator[int]:
    """A descriptor that becomes readable when a signal comes; Ctrl-C does nothing else.

    An exception raised by a handler could come just before the wait begins, and be waited out.
    """
    reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    wakeup = signal.set_wakeup_fd(writer)
    try:
        yield reader
    finally:
        signal.set_wakeup_fd(wakeup)
        signal.signal(signal.SIGINT, before)
        os.close(reader)
        os.close(writer)
