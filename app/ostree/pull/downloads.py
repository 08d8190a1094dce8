"""Several pulls of the same things at once: each object is downloaded by one of them.

Whoever needs an object first is the one to bring it, into the cache as well; the others wait for
it meanwhile, with what else they need, and take it from there. None is the first of all: a drive
that is slow, hangs or is pulled out does not hold up the others, since what it was to bring goes to
the next one.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from app.ostree.pull.delivery import Busy, Work

_IDLE = 10.0
"""Seconds without a byte after which somebody is not waited for any more."""

_LONGEST = 120.0
"""Seconds that anybody is waited for."""

_MOST_WAITING = 512
"""Objects that are waited for at once; who waits for so many is behind, and need not look ahead."""


class Downloads:
    """Who brings what. For any number of threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._there: set[bytes] = set()
        self._claims: dict[bytes, tuple[object, float]] = {}
        self._moved: dict[object, float] = {}

    def turn(self, key: bytes, who: object) -> bool:
        """Whether ``who`` is not to wait for an object: it is there, or theirs to bring."""
        now = self._clock()
        with self._lock:
            if key in self._there:
                return True
            claim = self._claims.get(key)
            if claim is not None and claim[0] is not who:
                owner, since = claim
                idle = now - max(since, self._moved.get(owner, since))
                if idle < _IDLE and now - since < _LONGEST:
                    return False
            self._claims[key] = who, now
            return True

    def moved(self, who: object) -> None:
        """Something came for ``who``."""
        self._moved[who] = self._clock()

    def there(self, key: bytes) -> None:
        """An object can be taken from the cache now."""
        with self._lock:
            self._there.add(key)
            self._claims.pop(key, None)

    def leave(self, who: object) -> None:
        """What ``who`` was to bring is anybody's."""
        with self._lock:
            for key in [key for key, (owner, _) in self._claims.items() if owner is who]:
                del self._claims[key]
            self._moved.pop(who, None)


class SharedWork:
    """The `Work` of one pull among several."""

    def __init__(self, work: Work, downloads: Downloads) -> None:
        self._work = work
        self._downloads = downloads
        self._waiting: deque[bytes] = deque()

    def close(self) -> None:
        self._downloads.leave(self)

    @property
    def waiting(self) -> bool:
        """Whether others are to bring something that this pull needs."""
        return bool(self._waiting)

    def to_check(self) -> bytes | None:
        return self._work.to_check()

    def checked(self, key: bytes, children: Sequence[bytes] | None) -> None:
        self._work.checked(key, children)

    def to_fetch(self) -> bytes | None:
        for _ in range(len(self._waiting)):
            key = self._waiting.popleft()
            if self._downloads.turn(key, self):
                return key
            self._waiting.append(key)
        while len(self._waiting) < _MOST_WAITING and (new := self._work.to_fetch()) is not None:
            if self._downloads.turn(new, self):
                return new
            self._waiting.append(new)
        return None

    def received(self, count: int) -> None:
        if count > 0:
            self._downloads.moved(self)
        self._work.received(count)

    def arrived(self, key: bytes, size: int, children: Sequence[bytes], stored: bytes) -> None:
        self._downloads.there(key)
        self._work.arrived(key, size, children, stored)

    def busy(self, busy: Busy) -> None:
        self._work.busy(busy)

    def from_cache(self, objects: int, size: int) -> None:
        self._work.from_cache(objects, size)
