"""Waiting for what has to come. The limits only catch what hangs, on a machine however busy."""

from __future__ import annotations

import time
from collections.abc import Callable

GUARD = 600.0
"""Seconds."""

GUARD_MS = 600_000
"""The same for Qt."""


def until(condition: Callable[[], object]) -> None:
    """Wait for what nothing tells of."""
    deadline = time.monotonic() + GUARD
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)
