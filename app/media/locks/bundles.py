"""Apps as files that a lock names, by their SHA-256."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from app.flatpak.bundles.given import open_bundle
from app.flatpak.remotes.addresses import local_path
from app.flatpak.remotes.remote import Remote
from app.media.locks.fetching import Means
from app.media.locks.lock import LockedBundle, LockError
from app.media.locks.trusting import UnknownSourceError
from app.message import Message
from app.progress import Notice
from app.stick.planning.plan import Action, PlannedBundle
from app.stick.planning.target_state import TargetState
from app.stick.store.bundles import is_right
from app.stick.store.record import BundleRecord
from app.stick.trust.bundles import judge_bundle, require_usable


class LockedBundles(Struct, frozen=True):
    """Those that will be on a drive, and those that leave it."""

    planned: tuple[PlannedBundle, ...]
    removed: tuple[BundleRecord, ...]
    notices: tuple[Notice, ...]


def planned_bundles(
    locked: Sequence[LockedBundle],
    directory: Path,
    drive: TargetState,
    known: Sequence[Remote],
    means: Means,
) -> LockedBundles:
    """``directory``: from which paths count. Raises LockError for a file that is another one now,
    TrustError, UpstreamError."""
    planned = []
    notices: list[Notice] = []
    there = {each.record.ref: each.record for each in drive.bundles}
    for each in locked:
        record = each.record
        old = there.get(record.ref)
        same = old is not None and (old.sha256, old.file) == (record.sha256, record.file)
        if same and is_right(drive.location, record, means.cancel):
            planned.append(PlannedBundle(record, Action.KEEP))
            continue
        action = Action.UPDATE if old is not None else Action.ADD
        bundle, new = _opened(each, directory, known, means, action)
        planned.append(bundle)
        notices += new
    refs = {each.record.ref for each in locked}
    removed = tuple(record for ref, record in there.items() if ref not in refs)
    return LockedBundles(tuple(planned), removed, tuple(notices))


def _opened(
    locked: LockedBundle,
    directory: Path,
    known: Sequence[Remote],
    means: Means,
    action: Action,
) -> tuple[PlannedBundle, tuple[Notice, ...]]:
    path = local_path(locked.place)
    place = locked.place if path is None else str(directory / path)
    environment = means.environment
    given = open_bundle(
        place,
        environment.cache,
        environment.network,
        means.cancel,
        means.report,
        offline=means.offline,
    )
    if given.sha256 != locked.record.sha256:
        raise LockError(
            Message("{place} is not the file any more that the lock file names.", place=place),
            Message("Put that back, or lock what there is now: satchel lock --update."),
        )
    trust = judge_bundle(given.bundle, known)
    require_usable(given.bundle, trust, given.given)
    if locked.record.source and not trust.source:
        raise UnknownSourceError(
            Message(
                "This computer knows no key of {source}, whose the lock file says {ref} is.",
                source=locked.record.source,
                ref=locked.record.ref,
            ),
            Message("Add the source first: satchel remotes add."),
        )
    planned = PlannedBundle(
        locked.record, action, trust.describe(), given.path, given.bundle.version
    )
    return planned, given.notices
