"""What goes from a drive before anything comes, where there is no room for both.

Only what somebody wants off, and what nothing else needs that is there now: whatever happens then,
what stays can be installed. Why: decision D325.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.message import Message, Size
from app.progress import Notice
from app.replacing import replace
from app.severity import Severity
from app.stick.planning.bundles import BundlesOfPlan
from app.stick.planning.leaving import Leaving, NeededError, without_keys
from app.stick.planning.plan import Removal
from app.stick.planning.room import Room
from app.stick.planning.sizes import Estimate
from app.stick.planning.wanted import Key


def going_first(
    leaving: Leaving, bundles: BundlesOfPlan, removed: Sequence[Removal]
) -> tuple[Removal, ...]:
    """What of ``removed`` nothing needs that is there and stays."""
    if not leaving.named:
        return ()
    try:
        alone = leaving.settle({}, bundles.needs_on_drive(), bundles.runtimes_on_drive())
    except NeededError:
        return ()
    keys = leaving.may_go & {(each.collection, each.ref) for each in alone}
    return tuple(each for each in removed if (each.collection, each.ref) in keys)


def room_first(
    estimate: Estimate,
    room: Room,
    existing: Mapping[str, Mapping[str, str]],
    first: Sequence[Removal],
    after: Mapping[Key, str],
    coming: Mapping[str, bytes],
) -> tuple[Estimate, tuple[Notice, ...]]:
    """With the room that this makes, and what is told of it.

    Args:
        existing: collection → ref → commit, of what is there.
        after: the same of what will be there, by collection and ref.
        coming: the bytes of commits that are new.
    """
    if not first:
        return estimate, ()
    rest = without_keys(existing, {(each.collection, each.ref) for each in first})
    staying = {commit for names in rest.values() for commit in names.values()}
    freed = room.freed(staying.union(after.values()), coming)
    notice = Notice(
        Severity.WARNING,
        Message(
            "There is no room for both: what comes off the drive goes before anything is written,"
            " which makes {size} free.",
            size=Size(freed.bytes),
        ),
    )
    return replace(estimate, first=freed.bytes), (notice,)
