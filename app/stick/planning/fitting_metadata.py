"""Whether upstream's ostree-metadata can be carried as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.flatpak.upstream.offer import Offer
from app.ostree.names import METADATA_REF
from app.ostree.objects import Commit
from app.stick.planning.plan import Action, Item, Removal
from app.stick.planning.target_state import StoredCommits, TargetState
from app.stick.planning.wanted import Key
from app.stick.store.ostree_metadata import (
    Described,
    describes_nothing,
    is_described,
    is_satchels,
    sync_problem,
)


def fitting_metadata(
    upstream: Offer,
    there: StoredCommits,
    items: Sequence[Item],
    arches: Sequence[str],
    *,
    own: bool,
) -> str | None:
    """Upstream's commit of it, if that fits ``items``, all that the drive will have of it.

    ``there``: the commits of the drive. ``own``: the maker's key signs one otherwise.
    """
    entry = next(
        (known for arch in arches or [""] if (known := upstream.lookup(METADATA_REF, arch))),
        None,
    )
    if entry is None:
        return None
    data = upstream.ask_for_commits([entry.commit])[0].get(entry.commit)
    if data is None:
        return None
    commit = Commit.parse(data)
    collection = upstream.snapshot.collection
    if commit.collection_binding != collection or METADATA_REF not in commit.ref_bindings:
        return None
    for_flatpak = any(is_described(item.ref) for item in items)
    if own and for_flatpak and describes_nothing(commit):
        # Old clients get more from one that describes the refs and that they can verify.
        return None
    described = {}
    for item in items:
        fact = _commit_of(upstream, there, item)
        # Damage of what stays is for the check to name.
        if fact is not None:
            metadata = fact.app_metadata or ""
            described[item.ref] = Described(item.commit, fact.timestamp, metadata, 0, 0)
    return entry.commit if sync_problem(commit, described) is None else None


def refs_after(
    drive: TargetState,
    staying: Mapping[str, Mapping[str, str]],
    removed: Iterable[Removal],
    items: Sequence[Item],
    written: Mapping[str, tuple[str | None, int]],
) -> dict[Key, str]:
    """What the drive's refs will name, but for an ostree-metadata that nobody has written yet.

    ``written``: collection → upstream's ostree-metadata, None if Satchel writes it, and when the
    snapshot was made; of those that something comes of.
    """
    after = {(place, name): names[name] for place, names in staying.items() for name in names}
    after |= {(item.collection, item.ref): item.commit for item in items}
    less = {each.collection for each in removed}
    moved = less.union(
        place
        for (place, name), commit in after.items()
        if drive.refs.get(place, {}).get(name) != commit
    )
    for collection in less.union(written):
        key = collection, METADATA_REF
        upstream, made = written.get(collection, (None, None))
        if upstream is not None:
            after[key] = upstream
        elif key in after and (collection in written or _is_ours(drive, collection, after[key])):
            old = drive.commits.get(after[key])
            if collection in moved or old is None or old.timestamp < (made or 0):
                del after[key]
    return after


def _is_ours(drive: TargetState, collection: str, checksum: str) -> bool:
    """Or damaged: either is written anew when something is taken off."""
    signed = drive.commits.signed(collection, [checksum])
    commit = drive.commits.get(checksum)
    return commit is None or not signed or is_satchels(commit, signed[0].detached)


def _commit_of(upstream: Offer, there: StoredCommits, item: Item) -> Commit | None:
    if item.action is Action.KEEP:
        return there.get(item.commit)
    return Commit.parse(upstream.commits([item.commit])[item.commit])
