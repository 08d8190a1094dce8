"""What a computer has before it when it decides which commit of a ref it takes. No I/O."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from app.message import Message


class Version(Struct, frozen=True):
    """A commit of a ref; ``timestamp`` is the commit's, seconds since 1970, None where nobody tells
    it."""

    commit: str
    timestamp: int | None


def takes_over(there: Version, here: Version) -> bool:
    """Whether ``there`` comes in the place of ``here``: another commit that is not older.

    Two of the same second count as newer, as flatpak takes it: times have no finer grain. A list
    that tells no time names its newest.
    """
    if there.commit == here.commit:
        return False
    if there.timestamp is None or here.timestamp is None:
        return True
    return there.timestamp >= here.timestamp


class ListKind(StrEnum):
    """Where an upstream's list of refs comes from.

    ``LIVE``: upstream has just been asked. ``CACHED``: what this computer kept. ``CARRIED``: the
    copy on a stick.
    """

    LIVE = "live"
    CACHED = "cached"
    CARRIED = "carried"


class UpstreamList(Struct, frozen=True):
    """What a verified list of upstream's says about a ref.

    Attributes:
        stick: which one carries it; empty for the others.
        made: when upstream made the list, seconds since 1970; None if it does not tell.
        names: None if it does not list the ref.
        metadata: flatpak's metadata keyfile of that commit; empty if the list has none.
    """

    kind: ListKind
    made: int | None
    names: Version | None
    metadata: str = ""
    stick: str = ""


class Presence(StrEnum):
    """How much of a commit is on a stick. ``PARTIAL``: it is marked so."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    MISSING = "missing"


class StickEntry(Struct, frozen=True):
    """What a stick says about a ref of a collection, and what it has of it.

    Attributes:
        stick: what people call it.
        names: what its summary lists, with the time that the summary tells; None if it does not
            list the ref.
        made: the time in that commit; None where the commit cannot be read.
        disagreement: why the stick's ostree-metadata of the collection does not stand for that
            commit; None if it does.
        metadata: flatpak's metadata keyfile as ostree-metadata has it; empty if it has none.
        commit_metadata: the same as the commit has it; empty if it has none.
        holds: of all commits that anybody names, those that the stick has complete, whatever its
            summary lists.
        readable: its summary can be read and lists the collection.
        main: the collection is the main one of its summary.
        unsigned: nobody has signed that commit, or nobody has a key of its source.
    """

    stick: str
    names: Version | None
    made: int | None = None
    presence: Presence = Presence.COMPLETE
    disagreement: Message | None = None
    metadata: str = ""
    commit_metadata: str = ""
    holds: frozenset[str] = frozenset()
    readable: bool = True
    main: bool = False
    unsigned: bool = False


class Situation(Struct, frozen=True):
    """A ref of one collection, before it is decided.

    Attributes:
        online: upstream can be asked, so that the live list is among ``upstream``, and it can
            deliver what that names.
        upstream: the lists that there are; verified, in any order.
        sticks: in the order in which flatpak is told of them.
        installed: what this computer has; None for nothing.
        has_remote: the flatpak that is installed has a remote for it.
        sideloads: that remote has the collection ID, without which flatpak looks at no stick.
        hidden: this computer hides the ref.
    """

    ref: str
    online: bool
    upstream: tuple[UpstreamList, ...] = ()
    sticks: tuple[StickEntry, ...] = ()
    installed: Version | None = None
    has_remote: bool = True
    sideloads: bool = True
    hidden: bool = False

    @property
    def live(self) -> UpstreamList | None:
        """What upstream says now."""
        lists = (each for each in self.upstream if each.kind is ListKind.LIVE)
        return next(lists, None) if self.online else None

    @property
    def list_that_counts(self) -> UpstreamList | None:
        """The live list, or offline the newest there is; of two as new what this computer has."""
        kept = [each for each in self.upstream if each.kind is not ListKind.LIVE]
        kept.sort(key=lambda each: each.kind is not ListKind.CACHED)
        newest = max(kept, key=lambda each: each.made or 0, default=None)
        return self.live or newest
