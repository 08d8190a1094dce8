"""Of several repositories with the same in them, each value once.

Twenty drives that are alike have twenty of every key, and these are most of what is kept of a drive
while it is written.
"""

from __future__ import annotations

from collections.abc import Callable

Once = Callable[[bytes], bytes]
"""Of a value the one that is kept, which is equal to it."""


def as_it_came(value: bytes) -> bytes:
    """Of what nobody else has."""
    return value


class KeptOnce:
    """An `Once` for any number of threads: the first that came."""

    def __init__(self) -> None:
        self._values: dict[bytes, bytes] = {}

    def __call__(self, value: bytes) -> bytes:
        # Done in one step, whatever other threads do.
        return self._values.setdefault(value, value)
