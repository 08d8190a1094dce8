"""What nobody vouches for, by what cannot be made up: a stick can call anything anything."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from app.replacing import replace


class Unvouched(Struct, frozen=True):
    """To be agreed to before it is installed.

    Attributes:
        address: where its updates come from, or the path of a file on the stick: agreement to one
            is none to another. Of what has lost its signature, what its source is called where
            signatures are looked at.
        title: what the stick calls its source; empty for a file.
        ids: of what is asked for of it.
        lost: its source signs, and the drive lacks the signatures.
        unchecked: its source signs, but nobody on this computer looks at that.
    """

    address: str
    title: str = ""
    ids: tuple[str, ...] = ()
    lost: bool = False
    unchecked: bool = False

    @property
    def is_file(self) -> bool:
        return not self.lost and "://" not in self.address


def each_once(all: Iterable[Unvouched]) -> tuple[Unvouched, ...]:
    """Those of one address as one."""
    found: dict[str, Unvouched] = {}
    for each in all:
        other = found.get(each.address, each)
        found[each.address] = replace(other, ids=tuple(dict.fromkeys((*other.ids, *each.ids))))
    return tuple(found.values())
