"""Signals as requests: to stop the work, and while something else is waited for.

Python runs a handler in the main thread, between two of its instructions. A signal that comes just
before that thread begins to wait, or to another thread, would be heard only after the wait. So
waits that matter listen to the descriptor that Python writes signals to at once. Why: decision D46.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from app.progress import CancelToken

_STOP = (signal.SIGINT, signal.SIGTERM)
_STOPPING = "\nStopping at the next safe point; press Ctrl-C again to stop now.\n"


@contextmanager
def signals() -> Iterator[int]:
    """A descriptor that becomes readable when a signal comes; Ctrl-C does nothing else."""
    handler = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    reader, writer = _pipe()
    before = signal.set_wakeup_fd(writer)
    try:
        yield reader
    finally:
        signal.set_wakeup_fd(before)
        signal.signal(signal.SIGINT, handler)
        os.close(reader)
        os.close(writer)


def hear_of_children() -> None:
    """How processes end that this one starts is not lost, as where whoever started it ignores what
    becomes of theirs: the system hands that on."""
    if signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)


@contextmanager
def stopped_by_signals(cancel: CancelToken) -> Iterator[None]:
    """The first signal asks to stop at the next safe boundary, the second stops at once."""
    unasked = threading.Lock()
    handled = 0

    def ask(number: int) -> None:
        if unasked.acquire(blocking=False):
            cancel.request()
            if number == signal.SIGINT:
                sys.stderr.write(_STOPPING)

    def handle(number: int, _frame: FrameType | None) -> None:
        nonlocal handled
        handled += 1
        if handled > 1:
            raise KeyboardInterrupt
        ask(number)

    def listen() -> None:
        with open(reader, "rb", buffering=0) as numbers:
            while told := numbers.read(1):
                if told[0] in _STOP:
                    ask(told[0])

    # They stay when the work is done: a second signal ends what is left to be said.
    for number in _STOP:
        signal.signal(number, handle)
    reader, writer = _pipe()
    listener = threading.Thread(target=listen, daemon=True)
    # Where there are as many as there may be, a signal is heard after what is waited for.
    with contextlib.suppress(RuntimeError):
        listener.start()
    before = signal.set_wakeup_fd(writer)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.close(writer)
        if listener.ident is not None:
            listener.join()
        else:
            os.close(reader)


@contextmanager
def hangups(begin_anew: Callable[[], None], cancel: CancelToken) -> Iterator[None]:
    """SIGHUP asks to look at everything again, as of services; a terminal that is closed stops."""
    had_terminal = _has_terminal()

    def handle(_number: int, _frame: FrameType | None) -> None:
        if had_terminal and not _has_terminal():
            cancel.request()
        else:
            begin_anew()

    before = signal.signal(signal.SIGHUP, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


def _has_terminal() -> bool:
    """Whether somebody may be watching."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _pipe() -> tuple[int, int]:
    """Where a signal is read and, never waiting, written."""
    reader, writer = os.pipe2(os.O_CLOEXEC)
    os.set_blocking(writer, False)
    return reader, writer
