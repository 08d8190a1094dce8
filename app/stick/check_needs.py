"""Does everything on the stick find what it needs there?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.flatpak.related import Policy, related
from app.ostree.gvariant import FormatError
from app.stick.contents import CarriedRef, RefSet, ref_sets, runtime_place
from app.stick.copies import UpstreamCopy, open_copy
from app.stick.findings import Code, Finding, finding
from app.stick.location import Location
from app.stick.record import StickRecord


def check_needs(
    location: Location,
    refs: Mapping[str, Mapping[str, str]],
    carried: Mapping[tuple[str, str], CarriedRef],
    record: StickRecord | None,
) -> Iterator[Finding]:
    left_out = {(entry.collection, entry.ref) for entry in record.left_out} if record else set()
    sets = ref_sets(refs)
    copies = {collection: open_copy(location, collection) for collection in refs}
    policy = Policy(record.gpus if record is not None else ())
    for one in carried.values():
        yield from _check_runtime(one, refs)
        yield from _check_end_of_life(one)
        yield from _check_extra_data(one)
        yield from _check_related(
            one, sets[one.collection], copies[one.collection], policy, left_out
        )
    for entry in record.left_out if record is not None else ():
        if entry.ref not in refs.get(entry.collection, {}):
            yield finding(
                Code.EXTRA_DATA_MISSING, entry.ref, f"{entry.ref} was left out: {entry.reason}"
            )


def _check_runtime(one: CarriedRef, refs: Mapping[str, Mapping[str, str]]) -> Iterator[Finding]:
    if one.ref.kind != "app" or one.metadata is None or one.metadata.runtime is None:
        return
    if runtime_place(one, refs) is None:
        yield finding(
            Code.RUNTIME_MISSING,
            str(one.ref),
            f"{one.ref.id} needs the runtime {one.metadata.runtime}, which is not on the drive.",
        )


def _check_end_of_life(one: CarriedRef) -> Iterator[Finding]:
    reason = one.commit.metadata.get("ostree.endoflife", "s")
    rebase = one.commit.metadata.get("ostree.endoflife-rebase", "s")
    if rebase:
        message = f"{one.ref} is at its end of life; it is replaced by {rebase}."
        yield finding(Code.END_OF_LIFE, str(one.ref), message)
    elif reason is not None:
        message = f"{one.ref} is at its end of life: {reason}"
        yield finding(Code.END_OF_LIFE, str(one.ref), message)


def _check_extra_data(one: CarriedRef) -> Iterator[Finding]:
    if one.metadata is not None and one.metadata.extra_data:
        yield finding(
            Code.EXTRA_DATA_MISSING,
            str(one.ref),
            f"{one.ref} downloads a part of itself when it is installed, which needs internet.",
        )


def _check_related(
    one: CarriedRef,
    there: RefSet,
    copy: UpstreamCopy,
    policy: Policy,
    left_out: set[tuple[str, str]],
) -> Iterator[Finding]:
    table = copy.table(one.ref.arch)
    if table is None or one.metadata is None or one.metadata.extension_of is not None:
        return
    try:
        extensions = list(related(one.ref, one.metadata, table, policy))
    except FormatError:
        # A damaged copy is found by its signature.
        return
    for extension in extensions:
        name = str(extension.ref)
        if extension.wanted and name not in there and (one.collection, name) not in left_out:
            yield finding(
                Code.RELATED_MISSING,
                name,
                f"{extension.ref} for {one.ref.id} exists upstream but is not on the drive.",
            )
