"""What differs between two lists of refs. Values in, a value out; no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from app.flatpak.remotes.addresses import same_place
from app.replacing import replace

Key = tuple[str, str]
"""Collection and ref."""

NO_SOURCE = ""
"""The collection of apps that are there as files."""


class Kind(StrEnum):
    """How a ref of the second list stands to that of the first.

    ``ADDED``, ``REMOVED``: only the second, only the first has it. ``OTHER``: another commit, of
    the same second or one of which nobody can tell the time. ``DAMAGED``: the same commit, and one
    of the two has not all of it. ``LANGUAGES``: the same commit, in other languages.
    ``EXTRA_DATA``: the same commit, only one of them with what its maker hands out. ``SIGNATURE``:
    the same commit, only one of them with a signature. ``UNKNOWN``: the second says nothing about
    its collection.
    """

    ADDED = "added"
    REMOVED = "removed"
    NEWER = "newer"
    OLDER = "older"
    OTHER = "other"
    DAMAGED = "damaged"
    LANGUAGES = "languages"
    EXTRA_DATA = "extra-data"
    SIGNATURE = "signature"
    SAME = "same"
    UNKNOWN = "unknown"


class Held(Struct, frozen=True):
    """What a list has of a ref.

    Attributes:
        timestamp: of the commit, seconds since 1970; None where nobody tells.
        version: as the commit or a catalogue has it; may be empty.
        whole: nothing of it is known to be damaged or missing.
        languages: the only ones that it is there in by choice, sorted; None if nobody has chosen.
        extra_data: it is there with what its maker hands out; None if that is nothing, or not told.
        signed: a signature is there, whosever; None if it cannot have one of its own, or not told.
    """

    commit: str
    timestamp: int | None
    version: str = ""
    whole: bool = True
    languages: tuple[str, ...] | None = None
    extra_data: bool | None = None
    signed: bool | None = None


class Side(Struct, frozen=True):
    """A list of refs.

    Attributes:
        label: what people call it.
        refs: what is there of each.
        names: what people call them, of those of which that is known.
        unknown: collections that this list cannot say anything about.
        unread: files whose contents were not read.
        addresses: of the remotes without a collection ID, which every drive may call otherwise.
    """

    label: str
    refs: Mapping[Key, Held]
    names: Mapping[Key, str] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    unread: int = 0
    addresses: Mapping[str, str] = field(default_factory=dict)

    def called_as(self, other: Side) -> Side:
        """With the origins that ``other`` has for what is at the same address."""
        called = {
            origin: theirs
            for origin, address in self.addresses.items()
            for theirs, there in other.addresses.items()
            if address and same_place(address, there)
        }
        if all(origin == theirs for origin, theirs in called.items()):
            return self
        return self._renamed(
            {old: (called[old[0]], old[1]) for old in self.refs if old[0] in called}
        )

    def files_called_as(self, other: Side) -> Side:
        """With apps that are there as files under the source that ``other`` has them from."""
        sources: dict[str, list[Key]] = {}
        for key in other.refs.keys() - self.refs.keys():
            sources.setdefault(key[1], []).append(key)
        called = {}
        for key in self.refs.keys() - other.refs.keys():
            theirs = sources.get(key[1], ())
            if key[0] == NO_SOURCE and len(theirs) == 1:
                called[key] = theirs[0]
        return self._renamed(called)

    def _renamed(self, called: Mapping[Key, Key]) -> Side:
        return replace(
            self,
            refs={called.get(old, old): held for old, held in self.refs.items()},
            names={called.get(old, old): name for old, name in self.names.items()},
        )


class RefDifference(Struct, frozen=True):
    """A ref that one of the two has at least; ``name`` may be empty."""

    collection: str
    ref: str
    name: str
    kind: Kind
    first: Held | None
    second: Held | None


class Difference(Struct, frozen=True):
    """All of it, by collection and ref.

    Attributes:
        unread: files of both whose contents were not read.
    """

    first: str
    second: str
    refs: tuple[RefDifference, ...]
    unread: int = 0

    def of(self, kind: Kind) -> tuple[RefDifference, ...]:
        return tuple(each for each in self.refs if each.kind is kind)

    def is_of_several(self, ref: str) -> bool:
        """Whether sources have it that are to be told apart."""
        return sum(each.ref == ref for each in self.refs) > 1

    @property
    def same(self) -> bool:
        """Both have the same, whole."""
        return all(each.kind is Kind.SAME for each in self.refs)


def compare(first: Side, second: Side) -> Difference:
    second = second.called_as(first)
    second = second.files_called_as(first)
    first = first.files_called_as(second)
    return Difference(
        first.label,
        second.label,
        tuple(
            _compare(key, first, second) for key in sorted(first.refs.keys() | second.refs.keys())
        ),
        first.unread + second.unread,
    )


def _compare(key: Key, first: Side, second: Side) -> RefDifference:
    collection, ref = key
    here, there = first.refs.get(key), second.refs.get(key)
    kind = Kind.UNKNOWN if collection in second.unknown else _kind(here, there)
    name = second.names.get(key) or first.names.get(key, "")
    return RefDifference(collection, ref, name, kind, here, there)


def _differ(here: bool | None, there: bool | None) -> bool:
    return None not in (here, there) and here != there


def _kind(here: Held | None, there: Held | None) -> Kind:
    if here is None:
        return Kind.ADDED
    if there is None:
        return Kind.REMOVED
    if here.commit == there.commit:
        if not (here.whole and there.whole):
            return Kind.DAMAGED
        if _differ(here.signed, there.signed):
            return Kind.SIGNATURE
        if _differ(here.extra_data, there.extra_data):
            return Kind.EXTRA_DATA
        return Kind.SAME if here.languages == there.languages else Kind.LANGUAGES
    if here.timestamp is None or there.timestamp is None or here.timestamp == there.timestamp:
        return Kind.OTHER
    return Kind.NEWER if here.timestamp < there.timestamp else Kind.OLDER
