"""What gpg has said in this process, for as long as it would say the same again.

A plan, its job and the check of it ask about the same signatures by the same keys. Whether one is
good depends on the bytes and on the clock, and until when is told with the answer; so only what was
good is remembered, and counts between the moment it was asked and that one. Why: decision D328.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable, Iterable
from hashlib import sha256
from typing import Generic, TypeVar

from msgspec import Struct

_MOST = 4096
"""Answers; some 500 bytes each."""

T = TypeVar("T")


class _Said(Struct, Generic[T], frozen=True):
    answer: T
    since: float
    until: float | None


class Remembered(Generic[T]):
    """Answers by what was asked. May be used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said: dict[Hashable, _Said[T]] = {}

    def get(self, question: Hashable) -> T | None:
        """None for what was not asked, and what may be otherwise by now."""
        with self._lock:
            said = self._said.get(question)
        if said is None:
            return None
        now = time.time()
        ended = said.until is not None and now >= said.until
        return None if ended or now < said.since else said.answer

    def note(self, question: Hashable, answer: T, since: float, until: float | None) -> None:
        """``since``: when it was asked; ``until``: when it ends, None if never. Seconds of the
        clock."""
        with self._lock:
            if len(self._said) >= _MOST:
                self._said.clear()
            self._said[question] = _Said(answer, since, until)


def digest(parts: Iterable[bytes]) -> bytes:
    """Of several pieces of bytes, and where each ends."""
    return sha256(b"".join(sha256(part).digest() for part in parts)).digest()
