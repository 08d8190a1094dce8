"""What may have been meant, where nothing is called as somebody has said."""

from __future__ import annotations

from collections.abc import Sequence

from app.flatpak.refs import PartialRef
from app.flatpak.upstream.offer import Offer
from app.message import Message
from app.remedy import Hint, Remedy
from app.replacing import replace

_MOST_CLOSE = 5
_CLOSE_ENOUGH = 0.85


def not_as_named(
    file: str, partial: PartialRef, upstream: Offer, arch: str
) -> tuple[Message, Hint]:
    """What to say of a `.flatpakref` whose source has not what it names, and what can be done."""
    remote = upstream.remote
    same = tuple(str(ref) for ref in upstream.table(arch).with_id(partial.id))
    arches = tuple(other_arches(partial, [upstream], arch))
    hint: Hint = Message(
        "The file is out of date, or the app was taken off there: ask the people who offer it."
    )
    if same:
        hint = Message(
            "It has {refs}: ask the people who offer the file for one that names that.", refs=same
        )
    elif arches:
        hint = Remedy.CHOOSE_ARCHITECTURE.advice(architectures=arches)
    message = Message(
        "{given} names {ref}, which {remote} does not have.",
        given=file,
        ref=str(replace(partial, remote=None)),
        # That of one app has no name that anybody knows.
        remote=remote.label if remote.listed else remote.address,
    )
    return message, hint


def close_to(id: str, upstreams: Sequence[Offer], arch: str) -> list[str]:
    """Refs that may have been meant: those with ``id`` in their name, else those like it."""
    refs = [ref for upstream in upstreams for ref in upstream.table(arch).refs()]
    refs = [ref for ref in refs if ref.arch == arch]
    same = {str(ref) for ref in refs if ref.id == id}
    within = same or {str(ref) for ref in refs if id.lower() in ref.id.lower()}
    if not within:
        # Who is understood need not wait for this.
        from difflib import get_close_matches

        ids = {ref.id.lower() for ref in refs}
        like = get_close_matches(id.lower(), ids, _MOST_CLOSE, _CLOSE_ENOUGH)
        within = {str(ref) for ref in refs if ref.id.lower() in like}
    return sorted(within)[:_MOST_CLOSE]


def other_arches(partial: PartialRef, upstreams: Sequence[Offer], arch: str) -> list[str]:
    return sorted(
        {
            other
            for upstream in upstreams
            for other in upstream.arches()
            if other != arch and any(ref.id == partial.id for ref in upstream.table(other).refs())
        }
    )
