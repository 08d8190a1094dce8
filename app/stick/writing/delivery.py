"""What upstream names and then does not hand out: what a job goes on without.

The app that was asked for and what it requires have to come. Anything else is left out, or stays
as it is on the drive, and is named with its reason. Why: decision D26.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from app.errors import DriveError, UpstreamError
from app.flatpak.refs import Ref
from app.message import Message
from app.ostree.place_in_tree import find_object
from app.ostree.pull.delivery import ObjectNotDeliveredError
from app.ostree.pull.object_writer import ObjectTooLargeError
from app.ostree.repository import Repository
from app.progress import Notice
from app.replacing import replace
from app.stick.planning.estimate import FileTooLargeError
from app.stick.planning.holding_back import HeldBack
from app.stick.planning.leaving import is_given_up
from app.stick.planning.plan import Action, CollectionPlan, Item, Plan
from app.stick.planning.refusal import Refusal, all_of, not_delivered, spread, without_it
from app.stick.planning.wanted import Key
from app.stick.store.record import LeftOut
from app.stick.trust.commits import lacks_signatures


class ReducedPlan(Struct, frozen=True):
    """What is left of a plan.

    Attributes:
        dropped: commits that are fetched no more; what is new on the drive of them may go.
    """

    plan: Plan
    notices: tuple[Notice, ...]
    dropped: frozenset[str]


def named(
    plan: Plan, collection: CollectionPlan, repository: Repository, error: ObjectTooLargeError
) -> DriveError:
    """The error about an object that the file system cannot hold, with the app it is for."""
    for item in collection.items:
        if item.commit in collection.commits:
            path = find_object(repository, item.commit, error.key, plan.trees.coming)
            if path is not None:
                return FileTooLargeError.of(
                    item.ref, Message("the large file {path}", path=path), plan.estimate.space
                )
    return error


def without_object(
    plan: Plan, collection: CollectionPlan, repository: Repository, error: ObjectNotDeliveredError
) -> ReducedPlan:
    """The plan without what needs an object. Raises UpstreamError if that has to be there."""
    refused = {}
    for item in collection.items:
        if item.commit in collection.commits:
            path = find_object(repository, item.commit, error.key, plan.trees.coming)
            if path is not None:
                refused[collection.id, item.ref] = not_delivered(item.ref, error, path)
    metadata = collection.metadata_commit
    own_metadata = metadata is not None and (
        find_object(repository, metadata, error.key, plan.trees.coming) is not None
    )
    if not refused and not own_metadata:
        raise error
    reduced = without(plan, refused)
    if not own_metadata:
        return reduced
    assert metadata is not None
    collections = tuple(
        replace(each, metadata_commit=None, commits=_less(each.commits, {metadata}))
        if each.id == collection.id
        else each
        for each in reduced.plan.collections
    )
    return replace(
        reduced,
        plan=replace(reduced.plan, collections=collections),
        dropped=reduced.dropped | {metadata},
    )


def without(plan: Plan, refused: Mapping[Key, Refusal]) -> ReducedPlan:
    """The plan without what is refused and what requires it.

    Raises the error of what has to be there.
    """
    items = {(item.collection, item.ref): item for item in plan.items}
    all_refused, held = _all_refused(plan, refused)
    for key, why in all_refused.items():
        # A runtime that is on the drive already does as it is.
        enough = items[key].old_commit is not None and not items[key].named
        if items[key].essential and not enough:
            raise why.error
    _require_something(items, all_refused)
    collections = tuple(
        _without(each, all_refused) for each in plan.collections if each.id not in held
    )
    wanted = {item.commit for key, item in items.items() if key not in all_refused}
    dropped = {items[key].commit for key in all_refused} - wanted
    collections = tuple(replace(each, commits=_less(each.commits, dropped)) for each in collections)
    left_out = []
    notices = [each.notice for each in held.values()]
    for key, why in all_refused.items():
        there = items[key].old_commit is not None
        if key[0] not in held:
            notices.append(without_it(key[1], why, there=there))
        if not there:
            left_out.append(LeftOut(*key, why.code, why.why, chosen=items[key].named))
    reduced = replace(
        plan,
        collections=collections,
        left_out=(*plan.left_out, *left_out),
        held_back=(*plan.held_back, *held.values()),
    )
    if any(items[key].action is Action.UPDATE for key in all_refused):
        reduced = _with_spare(reduced, held)
    return ReducedPlan(reduced, tuple(notices), frozenset(dropped))


def _all_refused(
    plan: Plan, refused: Mapping[Key, Refusal]
) -> tuple[dict[Key, Refusal], dict[str, HeldBack]]:
    """With what requires any of it; and the sources of which nothing comes therefore, with all that
    is of them: of a source without a collection ID all goes by one list (decision D347)."""
    items = {(item.collection, item.ref): item for item in plan.items}
    requires = {key: item.requires for key, item in items.items()}
    remotes = [collection for collection in plan.collections if collection.is_remote]
    held: dict[str, HeldBack] = {}
    while True:
        all_refused = spread(refused, requires, lambda key: items[key].old_commit is not None)
        older = {key[0] for key in all_refused if items[key].action is Action.UPDATE}
        new = [each for each in remotes if each.id in older - held.keys()]
        if not new:
            return all_refused, held
        refused = all_refused
        for collection in new:
            back = held[collection.id] = _held_back(collection, all_refused)
            why = next(all_refused[key] for key in all_refused if key[0] == collection.id)
            others = replace(why, why=back.error.message, error=back.error)
            coming = (item for item in collection.items if item.action is not Action.KEEP)
            refused = {**{(collection.id, item.ref): others for item in coming}, **refused}


def _held_back(collection: CollectionPlan, refused: Mapping[Key, Refusal]) -> HeldBack:
    newer = [item.ref for item in collection.items if item.action is Action.UPDATE]
    reasons = {ref: why.why for (origin, ref), why in refused.items() if origin == collection.id}
    return HeldBack(
        origin=collection.id,
        remote=collection.remote.label,
        unlisted=(),
        lacking={ref: reasons[ref] for ref in newer if ref in reasons},
        newer=tuple(ref for ref in newer if ref not in reasons and Ref.parse_or_none(ref)),
    )


def _with_spare(plan: Plan, held: Collection[str]) -> Plan:
    """What stays older than planned may need what the newer version does not: it stays as well."""
    removed = tuple(
        each
        for each in plan.removed
        if each.named or each in plan.first or (is_given_up(each) and each.collection not in held)
    )
    going = {(each.collection, each.ref) for each in removed}
    spare = [item for item in plan.spare if (item.collection, item.ref) not in going]
    collections = tuple(_with_items(each, spare) for each in plan.collections)
    return replace(plan, removed=removed, spare=(), collections=collections)


def _with_items(collection: CollectionPlan, items: Iterable[Item]) -> CollectionPlan:
    """Upstream's ostree-metadata need not describe what was to go."""
    more = tuple(item for item in items if item.collection == collection.id)
    if not more:
        return collection
    return replace(collection, items=(*collection.items, *more), metadata_commit=None)


def _require_something(items: Mapping[Key, Item], refused: Mapping[Key, Refusal]) -> None:
    """Raises the errors of what was asked for, if nothing of that would come or was there: as when
    a plan is made."""
    asked = [key for key, item in items.items() if item.named]
    # By nobody but computers, or long ago.
    asked = asked or [key for key, item in items.items() if item.chosen]
    lacking = [refused[key] for key in asked if key in refused]
    if lacking and all(key in refused and items[key].old_commit is None for key in asked):
        raise all_of(lacking)


def _without(collection: CollectionPlan, refused: Mapping[Key, Refusal]) -> CollectionPlan:
    items: list[Item] = []
    for item in collection.items:
        if (item.collection, item.ref) not in refused:
            items.append(item)
        elif item.old_commit is not None:
            kept = replace(item, commit=item.old_commit, action=Action.KEEP, payloads=(), held=True)
            items.append(kept)
    return replace(collection, items=tuple(items))


def _less(commits: Mapping[str, bytes], dropped: Collection[str]) -> dict[str, bytes]:
    return {checksum: data for checksum, data in commits.items() if checksum not in dropped}


def unsigned(
    collection: CollectionPlan, detached: Mapping[str, bytes | None]
) -> dict[Key, Refusal]:
    """What has no signature upstream and may be gone without; ``detached`` by commit."""
    missing = UpstreamError(Message("Its signature is not there."), Message("Try again later."))
    return {
        (collection.id, item.ref): not_delivered(item.ref, missing)
        for item in collection.items
        if item.commit in collection.commits
        and not item.essential
        and lacks_signatures(detached.get(item.commit))
    }
