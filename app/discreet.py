"""Values that do not show, or do not compare, all that they hold."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar


class Discreet:
    """A base of a Struct, before Struct itself. It has the names of such fields.

    Attributes:
        UNSHOWN: left out of what is shown of it: secrets, and what is large.
        UNCOMPARED: two values may differ in them and be equal.
    """

    __slots__ = ()

    UNSHOWN: ClassVar[frozenset[str]] = frozenset()
    UNCOMPARED: ClassVar[frozenset[str]] = frozenset()

    def __repr__(self) -> str:
        kind: type = type(self)
        members = ", ".join(f"{name}={getattr(self, name)!r}" for name in _shown(kind))
        return f"{kind.__name__}({members})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._compared() == other._compared()

    def __hash__(self) -> int:
        return hash(self._compared())

    def _compared(self) -> tuple[Any, ...]:
        kind: type = type(self)
        return tuple([getattr(self, name) for name in _compared(kind)])


@cache
def _shown(kind: type[Any]) -> tuple[str, ...]:
    return tuple(name for name in kind.__struct_fields__ if name not in kind.UNSHOWN)


@cache
def _compared(kind: type[Any]) -> tuple[str, ...]:
    return tuple(name for name in kind.__struct_fields__ if name not in kind.UNCOMPARED)
