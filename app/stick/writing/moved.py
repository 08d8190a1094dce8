"""Where a remote without a collection ID was before it moved.

Computers that have it from before know it by that address only, and what is on the drive is for
them as well.
"""

from __future__ import annotations

from app.credentials import public_address
from app.flatpak.remotes.addresses import same_place
from app.ostree.names import origin_remote
from app.replacing import replace
from app.stick.planning.plan import CollectionPlan, Plan
from app.stick.store.record import MOST_ADDRESSES, StickRecord
from app.stick.store.stick_state import StickState
from app.stick.trust.origin import is_usable


def with_former_addresses(record: StickRecord, plan: Plan, stick: StickState) -> StickRecord:
    """``record`` is that of after the job; ``stick`` is as it was before, its copies too."""
    collections = dict(record.collections)
    for collection in plan.collections:
        if origin_remote(collection.id) is not None:
            former = tuple(_former(collection, stick))[:MOST_ADDRESSES]
            collections[collection.id] = replace(collections[collection.id], formerly=former)
    return replace(record, collections=collections)


def _former(collection: CollectionPlan, stick: StickState) -> list[str]:
    copy = stick.copies.get(collection.id)
    entry = stick.record.collections.get(collection.id) if stick.record is not None else None
    known = [public_address(copy.repo_file.url)] if copy and copy.repo_file else []
    known += (entry.url, *entry.formerly) if entry is not None else ()
    now = collection.address, collection.remote.address
    former: list[str] = []
    for address in known:
        if is_usable(address) and not any(same_place(address, each) for each in (*now, *former)):
            former.append(address)
    return former
