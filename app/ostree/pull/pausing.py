"""How a transfer waits and writes: asked to stop, it does so at once."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from app.ostree.pull.answers import BUSY_FACTOR, Failure
from app.progress import Cancel

_NAP = 0.1
"""Seconds between looks at the cancel token."""


def sleep(seconds: float, cancel: Cancel) -> None:
    """Raises what ``cancel`` raises."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        cancel.check()
        time.sleep(min(left, _NAP))


def rest(cancel: Cancel) -> None:
    """As long as nothing new is to begin. Raises what ``cancel`` raises."""
    cancel.check()
    while cancel.paused:
        sleep(_NAP, cancel)


def wait(failure: Failure, pause: float | None, cancel: Cancel) -> None:
    """Before another try. Raises what went wrong where none may help or no ``pause`` is left, and
    what ``cancel`` raises."""
    if pause is None or not failure.retry:
        raise failure.error
    sleep((failure.wait or pause * BUSY_FACTOR) if failure.busy else pause, cancel)


def stopper(cancel: Cancel) -> Callable[..., int]:
    """What libcurl asks whether it goes on (``XFERINFOFUNCTION``)."""

    def stop(*_: int) -> int:
        try:
            cancel.check()
        except Exception:
            return 1
        return 0

    return stop


def write_at(descriptor: int, data: bytes, at: int) -> None:
    """All of it. Raises OSError."""
    view = memoryview(data)
    while view:
        count = os.pwrite(descriptor, view, at)
        view, at = view[count:], at + count
