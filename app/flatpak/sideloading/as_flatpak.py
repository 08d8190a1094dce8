"""What the flatpak that is installed does about a ref, where that differs from what was published.

From ``flatpak_remote_state_lookup_ref``, ``flatpak_remote_state_lookup_sideload_checksum`` and
``resolve_ops`` (``flatpak-dir.c``, ``flatpak-transaction.c`` of 1.14 to 1.18), and held against the
real one by a test. The differences are listed in ``app/DECISIONS.md``.
"""

from __future__ import annotations

from app.flatpak.sideloading.decision import (
    HIDDEN,
    Candidate,
    Decision,
    InHand,
    MetadataSource,
    settled,
)
from app.flatpak.sideloading.situation import Presence, Situation, StickEntry, UpstreamList, Version
from app.message import Message


def decide_as_flatpak(situation: Situation) -> Decision:
    """What flatpak installs, or updates to."""
    sticks = tuple(entry for entry in situation.sticks if entry.readable)
    in_hand = tuple(
        InHand(entry.stick, entry.names, entry.presence, None, entry.unsigned)
        for entry in sticks
        if entry.names is not None
    )
    if situation.hidden:
        return settled(situation, None, in_hand, (HIDDEN,))
    if not situation.has_remote:
        return settled(situation, None, in_hand, (_NO_REMOTE,))
    reasons: tuple[Message, ...] = ()
    if not situation.sideloads and sticks:
        sticks, reasons = (), (_NO_COLLECTION,)
    failure = None
    if situation.live is not None:
        best = _online(situation.live, sticks)
    else:
        best, failure = _offline(sticks, new=situation.installed is None)
    return settled(situation, best, in_hand, reasons, failure)


_NO_REMOTE = Message("flatpak has no source for it here.")
_NO_COLLECTION = Message(
    "flatpak looks at no drive for it, since its source has no collection ID here."
)


_NOT_FOUND = Message("flatpak finds no names in the main list of a drive.")


def _online(live: UpstreamList, sticks: tuple[StickEntry, ...]) -> Candidate | None:
    """Upstream's list decides alone; a stick serves if it has exactly that commit."""
    if live.names is None:
        return None
    serving = (entry for entry in sticks if live.names.commit in entry.holds)
    entry = next(serving, None)
    return Candidate(live.names, entry, live.metadata, MetadataSource.SUMMARY)


def _offline(
    sticks: tuple[StickEntry, ...], *, new: bool
) -> tuple[Candidate | None, Message | None]:
    """The newest time in any stick's list, true or not; the first of several as new.

    ``new``: not installed yet, so that it is looked for by its name.
    """
    listed = [entry for entry in sticks if entry.names is not None]
    # flatpak_dir_list_all_remote_refs looks for names in no stick's main list.
    if new and listed and all(entry.main for entry in listed):
        return None, _NOT_FOUND
    best = max(listed, key=_listed_time, default=None)
    if best is None or best.names is None:
        return None, None
    problem = _problem(best)
    if problem is not None:
        failed = Message(
            "flatpak takes {stick}, the newest by its list, and fails: {reason}.",
            stick=best.stick,
            reason=problem,
        )
        return None, failed
    version = Version(best.names.commit, _oldest(best))
    return Candidate(version, best, best.commit_metadata, MetadataSource.COMMIT), None


def _listed_time(entry: StickEntry) -> int:
    return entry.names.timestamp or 0 if entry.names is not None else 0


def _oldest(entry: StickEntry) -> int | None:
    """flatpak compares with what is installed twice: by the list, and by the commit once it has
    it."""
    return min((time for time in (_listed_time(entry), entry.made) if time), default=None)


def _problem(entry: StickEntry) -> Message | None:
    if entry.presence is Presence.MISSING:
        return Message("its list names a commit that is not on it")
    if entry.presence is Presence.PARTIAL:
        return Message("only a part of it is there")
    if not entry.commit_metadata:
        return Message("its commit has no metadata")
    return None
