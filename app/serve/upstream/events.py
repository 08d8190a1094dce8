"""What the network is told of upstream: values."""

from __future__ import annotations

from msgspec import Struct

from app.message import Message, Moment
from app.units import size_text


class ListsChanged(Struct, frozen=True):
    """Computers get other lists of a source; ``made``: seconds since 1970, None if they do not
    tell."""

    label: str
    made: int | None


class UpstreamAway(Struct, frozen=True):
    """An upstream cannot be reached: what is here goes on being served."""

    label: str
    reason: Message


class UpstreamBack(Struct, frozen=True):
    """It answers again."""

    label: str


class Seeding(Struct, frozen=True):
    """How far what is fetched beforehand is.

    Attributes:
        refs: how many there are.
        objects, bytes: that have come.
        objects_total: known so far; grows.
    """

    refs: int
    objects: int
    objects_total: int
    bytes: int


class Seeded(Struct, frozen=True):
    """All of that is here, but for ``missing`` objects."""

    refs: int
    bytes: int
    missing: int


UpstreamEvent = ListsChanged | UpstreamAway | UpstreamBack | Seeding | Seeded


def describe(event: UpstreamEvent) -> Message:
    """In a sentence."""
    match event:
        case ListsChanged(label, made) if made is not None:
            return Message(
                "{label}: its list of {made} is served now.", label=label, made=Moment(made)
            )
        case ListsChanged(label, _):
            return Message("{label}: another list of it is served now.", label=label)
        case UpstreamAway(label, reason):
            return Message(
                "{label} cannot be reached: what is here goes on being served. {reason}",
                label=label,
                reason=reason,
            )
        case UpstreamBack(label):
            return Message("{label} answers again.", label=label)
        case Seeding(_, objects, total, size):
            return Message(
                "{objects} of {total} objects were fetched, {size}.",
                objects=f"{objects:,}",
                total=f"{total:,}",
                size=size_text(size),
            )
        case Seeded(refs, size, 0):
            return Message(
                "What was wanted beforehand is here: {refs} refs, {size} fetched.",
                refs=refs,
                size=size_text(size),
            )
        case Seeded(_, _, missing):
            return Message(
                "Of what was wanted beforehand {missing} objects did not come.", missing=missing
            )
