"""From what a person typed to one ref of one collection, wherever anybody names it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from app.client.resolving.publishers import Publisher, not_asked
from app.flatpak.refs import PartialRef, Ref
from app.flatpak.remotes.installed_versions import InstalledVersion
from app.message import Message, sentences
from app.remedy import Hint, Remedy
from app.stick.planning.selection import AmbiguousRefError, NoSuchRefError
from app.stick.store.sideload_repository import SideloadRepository


class Wanted(Struct, frozen=True):
    """A ref and whose it is."""

    ref: Ref
    publisher: Publisher


def choose(
    text: str,
    publishers: Sequence[Publisher],
    sticks: Sequence[SideloadRepository],
    installed: Sequence[InstalledVersion],
    arch: str,
) -> Wanted:
    """The one that is meant. Raises AmbiguousRefError, NoSuchRefError, RefError."""
    partial = PartialRef.parse(text)
    wanted_arch = partial.arch or arch
    searched = [
        publisher
        for publisher in publishers
        if partial.remote is None or _answers(publisher, partial.remote)
    ]
    fitting = [
        Wanted(ref, publisher)
        for publisher in searched
        for ref in _preferred(
            publisher,
            {
                ref
                for ref in _named(publisher, sticks, installed, partial.id, wanted_arch)
                if partial.matches(ref, wanted_arch)
            },
        )
    ]
    if not fitting:
        nobody = Message("Nobody here knows {ref} ({arch}).", ref=text, arch=wanted_arch)
        missed = [notice for notice in map(not_asked, searched) if notice is not None]
        help_there = sentences(*dict.fromkeys(notice.hint for notice in missed))
        hint: Hint = help_there or Remedy.CHECK_SPELLING
        raise NoSuchRefError(sentences(nobody, *(notice.message for notice in missed)), hint)
    if len(fitting) > 1:
        names = ", ".join(sorted(f"{each.publisher.told}:{each.ref}" for each in fitting))
        raise AmbiguousRefError(
            Message("{given} can mean more than one thing: {names}.", given=text, names=names),
            Message("Give one of these instead."),
        )
    return fitting[0]


def _answers(publisher: Publisher, name: str) -> bool:
    """By the name of the remote, or of the collection where there is none."""
    opened = publisher.opened
    return opened.remote.answers_to(name) if opened is not None else name == publisher.told


def _named(
    publisher: Publisher,
    sticks: Sequence[SideloadRepository],
    installed: Sequence[InstalledVersion],
    id: str,
    arch: str,
) -> Iterator[Ref]:
    """All of that ID, whoever names them."""
    yield from publisher.refs(id, arch)
    for stick in sticks:
        yield from (ref for ref in stick.refs(publisher.on(stick)) if ref.id == id)
    for each in installed:
        if each.collection == publisher.collection and each.ref.id == id:
            yield each.ref


def _preferred(publisher: Publisher, refs: set[Ref]) -> list[Ref]:
    """Of several branches the remote's default one, as flatpak prefers it."""
    default = [ref for ref in refs if ref.branch == publisher.default_branch]
    return sorted(default or refs)
