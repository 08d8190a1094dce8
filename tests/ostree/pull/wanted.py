"""What a pull is asked for by a test, in the place of its own walk."""

from __future__ import annotations

from collections.abc import Container, Sequence

from app.ostree.pull.delivery import Busy


class Wanted:
    """What a repository needs, and what it got: bytes and what it refers to, by key."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._left = list(keys)
        self.got: dict[bytes, tuple[int, Sequence[bytes]]] = {}

    @property
    def left(self) -> int:
        return len(self._left)

    def to_check(self) -> bytes | None:
        return None

    def checked(self, key: bytes, children: Sequence[bytes] | None) -> None:
        raise AssertionError(key, children)

    def to_fetch(self) -> bytes | None:
        return self._left.pop(0) if self._left else None

    def take(self, some: Container[bytes]) -> list[bytes]:
        taken = [key for key in self._left if key in some]
        self._left = [key for key in self._left if key not in some]
        return taken

    def received(self, count: int) -> None:
        pass

    def arrived(self, key: bytes, size: int, children: Sequence[bytes], _stored: bytes) -> None:
        assert key not in self.got
        self.got[key] = size, tuple(children)

    def busy(self, busy: Busy) -> None:
        raise AssertionError(busy)

    def from_cache(self, objects: int, size: int) -> None:
        raise AssertionError(objects, size)
