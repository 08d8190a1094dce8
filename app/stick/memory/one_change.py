"""What this computer remembers is changed by one job at a time, of several side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_LOCK = threading.Lock()


def one_at_a_time(change: Callable[P, R]) -> Callable[P, R]:
    """``change`` reads a file, and replaces it. Of two processes the last one counts."""

    @wraps(change)
    def alone(*args: P.args, **kwargs: P.kwargs) -> R:
        with _LOCK:
            return change(*args, **kwargs)

    return alone
