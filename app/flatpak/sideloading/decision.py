"""What a computer does about a ref: the algorithm that flatpak's authors published for sideloading.

The ref is looked up in upstream's list and in the list of every stick. A stick's entry counts only
where the stick's own ``ostree-metadata`` of that collection stands for the same commit, so that a
list which somebody else wrote over it decides nothing. The newest commit wins, of two as new a
stick's. Upstream contributes a commit only while it can be asked. Nothing older than what is
installed is taken. What upstream names, what it could deliver and what is in hand stay apart.

Where the flatpak that is installed decides otherwise: `app.flatpak.sideloading.as_flatpak`.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from math import inf

from msgspec import Struct

from app.flatpak.sideloading.situation import (
    ListKind,
    Presence,
    Situation,
    StickEntry,
    UpstreamList,
    Version,
    takes_over,
)
from app.message import Day, Message


class Outcome(StrEnum):
    """What becomes of it.

    ``KEEP``: what is installed stays. ``UNAVAILABLE``: nothing is installed, and nothing will be.
    """

    INSTALL = "install"
    UPDATE = "update"
    KEEP = "keep"
    UNAVAILABLE = "unavailable"


class Source(StrEnum):
    """Where a commit comes from."""

    STICK = "stick"
    UPSTREAM = "upstream"


class MetadataSource(StrEnum):
    """Where flatpak's metadata of a commit comes from."""

    SUMMARY = "summary"
    OSTREE_METADATA = "ostree-metadata"
    COMMIT = "commit"


class InHand(Struct, frozen=True):
    """What a stick has of a ref.

    Attributes:
        version: the commit that its list names, with the time in the commit or else in the list.
        ignored: why it does not count; None if it does.
        unsigned: as in `StickEntry`.
    """

    stick: str
    version: Version
    presence: Presence
    ignored: Message | None
    unsigned: bool = False


class Decision(Struct, frozen=True):
    """What is done, and what it was decided by.

    Attributes:
        version: what the computer has afterwards; None for nothing.
        source, stick: where that comes from; None and empty if it is here already.
        metadata, metadata_from: flatpak's metadata keyfile of it, and whose word that is.
        named: the list of upstream's that counts; what it names need not be anywhere near.
        deliverable: what upstream could deliver now.
        in_hand: what the sticks that list the ref have of it.
        reasons: sentences, in an order that can be read.
        failure: that of these which says why installing what was chosen fails; else None.
    """

    outcome: Outcome
    version: Version | None
    source: Source | None
    stick: str
    metadata: str
    metadata_from: MetadataSource | None
    named: UpstreamList | None
    deliverable: Version | None
    in_hand: tuple[InHand, ...]
    reasons: tuple[Message, ...]
    failure: Message | None = None


class Candidate(Struct, frozen=True):
    """A commit that can be had.

    Attributes:
        entry: of the stick that has it; None for upstream.
        metadata, metadata_from: as in `Decision`.
    """

    version: Version
    entry: StickEntry | None
    metadata: str
    metadata_from: MetadataSource

    @property
    def age(self) -> float:
        """To compare with others: a list that tells no time names its newest."""
        return inf if self.version.timestamp is None else self.version.timestamp


def decide(situation: Situation) -> Decision:
    """What a computer does that follows the published algorithm."""
    if situation.hidden:
        return settled(situation, None, (), (HIDDEN,))
    in_hand = tuple(
        InHand(entry.stick, _carried(entry), entry.presence, why_ignored(entry), entry.unsigned)
        for entry in situation.sticks
        if entry.names is not None
    )
    ignored = {each.stick for each in in_hand if each.ignored is not None}
    candidates = [
        _of_stick(entry)
        for entry in situation.sticks
        if entry.names is not None and entry.stick not in ignored
    ]
    live = situation.live
    if live is not None and live.names is not None:
        candidates.append(Candidate(live.names, None, live.metadata, MetadataSource.SUMMARY))
    # The first of several as new, and sticks stand before upstream.
    best = max(candidates, key=lambda each: each.age, default=None)
    if best is not None and best.entry is None:
        same = (each for each in candidates if each.version.commit == best.version.commit)
        best = next(same)
    reasons = (
        Message("{stick} is not used: {reason}.", stick=each.stick, reason=each.ignored)
        for each in in_hand
        if each.ignored is not None
    )
    return settled(situation, best, in_hand, tuple(reasons))


HIDDEN = Message("This computer hides it, by a filter of its source.")


def _of_stick(entry: StickEntry) -> Candidate:
    """One that the stick's ostree-metadata stands for, with what that says of it."""
    if entry.metadata:
        return Candidate(_carried(entry), entry, entry.metadata, MetadataSource.OSTREE_METADATA)
    return Candidate(_carried(entry), entry, entry.commit_metadata, MetadataSource.COMMIT)


def _carried(entry: StickEntry) -> Version:
    """The commit itself knows its time better than a list."""
    assert entry.names is not None
    return Version(entry.names.commit, entry.names.timestamp if entry.made is None else entry.made)


def why_ignored(entry: StickEntry) -> Message | None:
    """Why a stick's entry does not count; None if it does."""
    if entry.presence is Presence.MISSING:
        return Message("its list names a commit that is not on it")
    if entry.presence is Presence.PARTIAL:
        return Message("only a part of it is there")
    return entry.disagreement


def settled(
    situation: Situation,
    best: Candidate | None,
    in_hand: tuple[InHand, ...],
    reasons: tuple[Message, ...],
    failure: Message | None = None,
) -> Decision:
    """The decision for ``best``, unless what is installed is newer or the same.

    ``failure``: why there is none though one was chosen.
    """
    installed, named, live = situation.installed, situation.list_that_counts, situation.live
    told = [*_about_upstream(named), *reasons, *((failure,) if failure is not None else ())]
    outcome, version, taken = Outcome.UNAVAILABLE, installed, best
    if best is None:
        told.append(Message("Nothing here could install it."))
        outcome = Outcome.UNAVAILABLE if installed is None else Outcome.KEEP
    elif installed is None:
        outcome, version = Outcome.INSTALL, best.version
    elif takes_over(best.version, installed):
        outcome, version = Outcome.UPDATE, best.version
    else:
        outcome, taken = Outcome.KEEP, None
        told.append(
            Message("What is installed is just that.")
            if best.version.commit == installed.commit
            else Message("What is installed is newer than what there is to install.")
        )
    if taken is not None:
        told.append(_about_choice(taken))
    told += _out_of_reach(named, version)
    return Decision(
        outcome=outcome,
        version=version,
        source=_source(taken),
        stick=taken.entry.stick if taken is not None and taken.entry is not None else "",
        metadata=taken.metadata if taken is not None else "",
        metadata_from=taken.metadata_from if taken is not None else None,
        named=named,
        deliverable=live.names if live is not None else None,
        in_hand=in_hand,
        reasons=tuple(told),
        failure=failure,
    )


def _source(taken: Candidate | None) -> Source | None:
    if taken is None:
        return None
    return Source.UPSTREAM if taken.entry is None else Source.STICK


def _about_upstream(named: UpstreamList | None) -> Iterator[Message]:
    if named is None:
        yield Message("Nobody knows here what upstream offers.")
        return
    if named.kind is ListKind.LIVE:
        if named.names is None:
            yield Message("Upstream does not list it.")
        return
    made = Day(named.made)
    if named.kind is ListKind.CACHED:
        yield Message("Upstream cannot be asked; its list of {made} was kept here.", made=made)
    else:
        yield Message(
            "Upstream cannot be asked; {stick} carries its list of {made}.",
            stick=named.stick,
            made=made,
        )
    if named.names is None:
        yield Message("That list does not have it.")


def _about_choice(taken: Candidate) -> Message:
    if taken.entry is None:
        return Message("Upstream has the newest.")
    return Message("{stick} has the newest that can be had.", stick=taken.entry.stick)


def _out_of_reach(named: UpstreamList | None, version: Version | None) -> Iterator[Message]:
    """That upstream has something newer than what one ends up with."""
    if named is None or named.names is None:
        return
    if version is None or (
        named.names.commit != version.commit and takes_over(named.names, version)
    ):
        yield Message(
            "Upstream names one of {day}, which cannot be had here.", day=Day(named.names.timestamp)
        )
