"""Are the kit's checksums those of what is on the stick?

Nothing is ever taken for sound because they say so: what they should say comes from the objects,
which were read and held against their names.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.message import Message
from app.ostree.fsck import StoreReport
from app.stick.findings import Code, Finding, finding
from app.stick.kit.checksums import (
    checksum_path,
    commits_to_check,
    read_checksums,
    render_checksums,
)
from app.stick.store.location import KIT_FOLDER
from app.stick.store.stick_state import StickState


def changed_refs(stick: StickState) -> frozenset[tuple[str, str]]:
    """Collections and refs with commits that are none of those in the record.

    ``flatpak create-usb`` and others write to a stick, too, and know nothing of the kit. Without a
    record that can be read nobody can tell.
    """
    record = stick.record
    if record is None or not record.refs:
        return frozenset()
    return frozenset(
        (collection, name)
        for collection, names in stick.refs.items()
        for name, commit in names.items()
        if (entry := record.ref(collection, name)) is None or entry.commit != commit
    )


def check_checksums(stick: StickState, store: StoreReport) -> Iterator[Finding]:
    """Of every commit that clients take, unless something of it is damaged, or it is none that a
    job of Satchel has brought.
    """
    location = stick.location
    missing = []
    changed = changed_refs(stick)
    refs = {
        collection: {
            name: commit for name, commit in names.items() if (collection, name) not in changed
        }
        for collection, names in stick.refs.items()
    }
    for commit, ref in commits_to_check(refs).items():
        if commit in stick.partial or store.paths.concern(commit):
            continue
        path = checksum_path(commit)
        listed = store.sums.of(commit) if store.sums is not None else None
        if listed is None:
            # Nobody has read what they are about.
            if location.kit.node(path) is None:
                missing.append(ref)
            continue
        expected = render_checksums(listed)
        there = read_checksums(location, commit, len(expected))
        if there is None and location.kit.node(path) is None:
            missing.append(ref)
        elif there != expected:
            message = Message(
                "The checksums by which install.sh recognises damage are not those of {ref}.",
                ref=ref,
            )
            yield finding(Code.KIT_ALTERED, f"{KIT_FOLDER}/{path}", message)
    if missing:
        message = Message(
            "The folder satchel lacks checksums ({count}), by which install.sh recognises damage:"
            " {ref} has none.",
            count=len(missing),
            ref=min(missing),
        )
        yield finding(Code.KIT_MISSING, KIT_FOLDER, message)
