"""Extra data in a plan: of what it is carried, what it takes, and on what terms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from app.drive.filesystem_advice import SMALL_CLUSTER
from app.flatpak.catalogue.licences import is_free_license
from app.flatpak.extra_data import Payload, payloads_of, uncarriable
from app.message import Message
from app.progress import Notice
from app.replacing import replace
from app.severity import Severity
from app.stick.planning.options import Options
from app.stick.planning.plan import Action, Item
from app.stick.planning.sizes import Estimate, Part, TooLarge, file_key
from app.stick.planning.target_state import TargetState
from app.stick.planning.terms import ExtraDataPolicy, Terms
from app.stick.store.payloads import missing
from app.stick.store.record import StickRecord

_LICENCE_URL = re.compile(r"LicenseRef-[\w.-]+=(https?://[^\s()]+)", re.IGNORECASE)


def extra_data_policy(options: Options, record: StickRecord | None) -> ExtraDataPolicy:
    """``record``: of the drive, where what was carried with its extra data stays so."""
    refs = record.refs.items() if record is not None else ()
    kept = {
        (collection, name)
        for collection, entries in refs
        for name, entry in entries.items()
        if entry.extra_data
    }
    return ExtraDataPolicy(
        options.with_extra_data, frozenset(kept), frozenset(options.declined), options.online
    )


def carried_payloads(drive: TargetState, collection: str, ref: str) -> tuple[Payload, ...]:
    """Those of what stays as it is on the drive, and was brought with them."""
    record = drive.record.ref(collection, ref) if drive.record is not None else None
    commit = drive.commits.get(drive.refs[collection][ref])
    if record is None or not record.extra_data or commit is None:
        return ()
    payloads = payloads_of(commit)
    return () if uncarriable(payloads) else payloads


def with_payloads(room: Estimate, items: Sequence[Item], drive: TargetState) -> Estimate:
    """``room`` of ``items``, with the payloads of them that are not on the drive."""
    space = room.space
    fine = replace(space, cluster=SMALL_CLUSTER)
    parts = {(part.collection, part.ref): part for part in room.parts}
    counted: set[str] = set()
    count = fetch = write = on_ext4 = 0
    too_large: list[TooLarge] = []
    for item in items:
        key = item.collection, item.ref
        lacking = [
            each for each in missing(item.payloads, drive.payloads) if each.path not in counted
        ]
        counted.update(each.path for each in lacking)
        if not lacking and (item.action is Action.KEEP or not item.payloads):
            continue
        size = sum(each.size for each in lacking)
        there = sum(each.size for each in item.payloads) - size
        # Each lies in a directory of its own.
        takes = sum(space.allocated(each.size) + space.cluster for each in lacking)
        part = parts.get(key, Part(*key, 0, 0, 0, 0))
        parts[key] = replace(
            part,
            fetch=part.fetch + size,
            there=part.there + there,
            write=part.write + takes,
            held=part.held + there,
            coming={**part.coming, **{file_key(each.sha256): each.size for each in lacking}},
        )
        count += len(lacking)
        fetch, write = fetch + size, write + takes
        on_ext4 += sum(fine.allocated(each.size) + fine.cluster for each in lacking)
        largest = max((each.size for each in lacking), default=0)
        if space.max_file is not None and largest > space.max_file:
            too_large.append(TooLarge(item.ref, largest))
    return replace(
        room.plus(count, fetch, write, on_ext4, too_large),
        there=sum(part.there for part in parts.values()),
        held=sum(part.held for part in parts.values()),
        parts=tuple(parts.values()),
    )


def terms_of(
    items: Iterable[Item], drive: TargetState, licence_of: Callable[[str, str], str]
) -> tuple[Terms, ...]:
    """Of all ``items`` that have extra data; ``licence_of`` a collection and a ref."""
    return tuple(
        _terms(item, drive, licence_of(item.collection, item.ref))
        for item in items
        if item.payloads
    )


def _terms(item: Item, drive: TargetState, licence: str) -> Terms:
    record = drive.record.ref(item.collection, item.ref) if drive.record is not None else None
    named = _LICENCE_URL.search(licence)
    return Terms(
        collection=item.collection,
        ref=item.ref,
        payloads=item.payloads,
        licence=licence,
        url=named[1] if named is not None else "",
        free=is_free_license(licence),
        fetch=sum(each.size for each in missing(item.payloads, drive.payloads)),
        accepted=record is not None and record.extra_data,
    )


def notices_of_terms(terms: Iterable[Terms]) -> Iterator[Notice]:
    """Of what has not been accepted yet and may perhaps not be passed on."""
    for each in terms:
        if each.accepted or each.free:
            continue
        text = Message(
            "{ref} has a part that its maker hands out itself, and its publisher does not tell its "
            "licence: passing it on may not be allowed.",
            ref=each.ref,
        )
        if each.licence:
            text = Message(
                "{ref} has a part that its maker hands out itself; its licence is {licence}: "
                "passing it on may not be allowed.",
                ref=each.ref,
                licence=each.licence,
            )
        yield Notice(
            Severity.WARNING,
            text,
            Message("Read its terms first. Whoever installs it accepts them as well."),
        )
