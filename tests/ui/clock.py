"""The clock that the guard of buttons looks at, as a test sets it."""

from __future__ import annotations


class Clock:
    """Milliseconds, as a test says."""

    def __init__(self) -> None:
        self.now = 10_000.0

    def __call__(self) -> float:
        return self.now
