"""What a lock file decided, or was made where there was no list, needs no list of upstream's: its
commits are judged by their signatures.

What only the list tells is whether there are newer ones, and that was not wanted, or nobody knew.
Clients of a remote without a collection ID need the list all the same.
"""

from __future__ import annotations

from app.message import Message
from app.ostree.names import is_collection_id
from app.replacing import replace
from app.severity import Severity
from app.stick.findings import Code, Finding, finding
from app.stick.store.record import StickRecord


def needs_no_copy(collection: str, record: StickRecord | None) -> bool:
    """Whether the record says that there never was one on the drive, and why."""
    entry = record.collections.get(collection) if record is not None else None
    return entry is not None and entry.without_list and is_collection_id(collection)


def no_copy(collection: str, record: StickRecord | None, told: str) -> Finding:
    """About a copy of upstream's summary that is not there. ``told``: what people call it."""
    missing = finding(
        Code.UPSTREAM_MISSING,
        collection,
        Message("There is no copy of the upstream summary of {collection}.", collection=told),
    )
    if not needs_no_copy(collection, record):
        return missing
    assert record is not None
    message = Message(
        "Whoever made the drive had no list of {collection}: nothing on it tells whether there is "
        "anything newer.",
        collection=told,
    )
    if record.collections[collection].locked:
        message = Message(
            "A lock file decided what is there of {collection}: nothing on the drive tells whether "
            "there is anything newer.",
            collection=told,
        )
    hint = Message("satchel update brings the newest, and its list.")
    return replace(missing, severity=Severity.INFO, message=message, hint=hint)
