"""Several pulls of the same things at once: each object is downloaded by one of them, and unpacked.

Whoever needs an object first is the one to bring it, into the cache as well; the others wait for
it meanwhile, with what else they need, and take it from there: the very bytes that were checked, by
their SHA-256. None is the first of all: a drive that is slow, hangs or is pulled out does not hold
up the others, since what it was to bring goes to the next one.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Container, Sequence

from msgspec import Struct

from app.ostree.kept_once import KeptOnce
from app.ostree.objects import FILE_KEY
from app.ostree.pull.delivery import Busy, Work
from app.ostree.stored_sums import SumsTaken

_IDLE = 10.0
"""Seconds without a byte after which somebody is not waited for any more."""

_LONGEST = 120.0
"""Seconds that anybody is waited for."""

_LOOK = 1.0
"""Seconds between looks whether whoever is waited for takes too long."""

_MOST_WAITING = 512
"""Objects that are waited for at once; who waits for so many is behind, and need not look ahead."""


class Brought(Struct, frozen=True):
    """An object that somebody has checked.

    Attributes:
        key: its key, the one value that all drives keep.
        children: what it refers to.
        stored: SHA-256 of its bytes, as they are stored; empty if nobody knows.
    """

    key: bytes
    children: tuple[bytes, ...]
    stored: bytes


class Downloads:
    """Who brings what. For any number of threads.

    Attributes:
        once: for what every drive has.
        sums: of what was brought, once for all drives.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.once = KeptOnce()
        self.sums = SumsTaken(once=self.once)
        self._lock = threading.Lock()
        self._brought: dict[bytes, Brought] = {}
        self._claims: dict[bytes, tuple[object, float]] = {}
        self._moved: dict[object, float] = {}
        self._told: dict[bytes, dict[object, Callable[[bytes], None]]] = {}
        self._planned: set[bytes] = set()

    def first_told(self, key: bytes) -> bool:
        """Whether nobody has told yet that an object came before all this began."""
        with self._lock:
            new = key not in self._planned
            self._planned.add(key)
        return new

    def turn(self, key: bytes, who: object, tell: Callable[[bytes], None]) -> bool:
        """Whether ``who`` is not to wait for an object: it is there, or theirs to bring.

        Else ``tell`` is called with it, by any thread, once it may be different.
        """
        now = self.clock()
        with self._lock:
            if key in self._brought:
                return True
            claim = self._claims.get(key)
            if claim is not None and claim[0] is not who:
                owner, since = claim
                idle = now - max(since, self._moved.get(owner, since))
                if idle < _IDLE and now - since < _LONGEST:
                    self._told.setdefault(key, {})[who] = tell
                    return False
            self._claims[key] = who, now
            return True

    def moved(self, who: object) -> None:
        """Something came for ``who``."""
        self._moved[who] = self.clock()

    def there(self, key: bytes, children: Sequence[bytes], stored: bytes) -> Brought:
        """An object was checked, and can be taken from the cache now; what is known of it."""
        with self._lock:
            brought = self._brought.get(key)
            if brought is None:
                key = self.once(key)
                below = tuple(map(self.once, children))
                brought = self._brought[key] = Brought(key, below, stored)
                self.sums.add(key, children, stored)
            self._claims.pop(key, None)
            told = self._told.pop(key, {})
        for tell in told.values():
            tell(key)
        return brought

    def brought(self, key: bytes) -> Brought | None:
        """What is known of an object, if somebody has it."""
        return self._brought.get(key)

    def leave(self, who: object) -> None:
        """What ``who`` was to bring is anybody's."""
        with self._lock:
            keys = [key for key, (owner, _) in self._claims.items() if owner is who]
            told = [(key, self._told.pop(key, {})) for key in keys]
            for key in keys:
                del self._claims[key]
            self._moved.pop(who, None)
        for key, tells in told:
            for tell in tells.values():
                tell(key)


class SharedWork:
    """The `Work` of one pull among several."""

    def __init__(self, work: Work, downloads: Downloads) -> None:
        self._work = work
        self._downloads = downloads
        self._waiting: set[bytes] = set()
        self._perhaps: deque[bytes] = deque()
        """Of those that are waited for, what may be there or ours to bring now."""
        self._looked = downloads.clock()

    def close(self) -> None:
        self._downloads.leave(self)

    @property
    def waiting(self) -> bool:
        """Whether others are to bring something that this pull needs."""
        return bool(self._waiting)

    @property
    def left(self) -> int:
        return self._work.left

    def to_check(self) -> bytes | None:
        return self._work.to_check()

    def checked(self, key: bytes, children: Sequence[bytes] | None) -> None:
        self._work.checked(key, children)

    def to_fetch(self) -> bytes | None:
        if self._downloads.clock() - self._looked > _LOOK:
            self._looked = self._downloads.clock()
            self._perhaps.extend(self._waiting)
        while self._perhaps:
            key = self._perhaps.popleft()
            if key in self._waiting and self._is_mine(key):
                self._waiting.discard(key)
                return key
        while len(self._waiting) < _MOST_WAITING and (new := self._work.to_fetch()) is not None:
            if self._is_mine(new):
                return new
            self._waiting.add(new)
        return None

    def take(self, some: Container[bytes]) -> list[bytes]:
        return self._work.take(some)

    def _is_mine(self, key: bytes) -> bool:
        return self._downloads.turn(key, self, self._perhaps.append)

    def received(self, count: int) -> None:
        if count > 0:
            self._downloads.moved(self)
        self._work.received(count)

    def arrived(self, key: bytes, size: int, children: Sequence[bytes], stored: bytes) -> None:
        brought = self._downloads.brought(key)
        if brought is None:
            # All else is stored as it is named.
            known = stored if key[0] == FILE_KEY else key[1:]
            brought = self._downloads.there(key, children, known)
        self._work.arrived(brought.key, size, brought.children, stored)

    def busy(self, busy: Busy) -> None:
        self._work.busy(busy)

    def from_cache(self, objects: int, size: int) -> None:
        self._work.from_cache(objects, size)
