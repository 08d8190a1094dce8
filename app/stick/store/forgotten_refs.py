"""Refs that have no file any more: the list on the drive still tells which they were.

File systems that were repaired lose small files, whole directories of them. A list is the summary;
of what it never lists, and where it is lost as well, the record. Only what the commit says of
itself comes back. Why: decision D341.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.fs.root import Root
from app.ostree.bindings import is_for_ref, is_of_origin
from app.ostree.names import is_origin, is_ref_name, origin_remote
from app.ostree.ref_files import REMOTE_COPIES, RefEntry, carries_remote, ref_path
from app.ostree.repository import Repository
from app.replacing import replace
from app.stick.store.location import Location
from app.stick.store.stick_state import StickState, read_stick
from app.stick.store.told_refs import Told, told_refs


def forgotten_refs(stick: StickState) -> Iterator[Told]:
    """Those that have no file any more, and whose commits are there and say that they are theirs;
    not what an interrupted job was taking off."""
    there = {(entry.collection, entry.name) for entry in stick.repository.refs()}
    there.update((origin, name) for origin, names in stick.refs.items() for name in names)
    leaving = stick.journal.leaving if stick.journal is not None else ()
    there.update(leaving)
    for origin, name, checksum in told_refs(stick.location, stick.repository, stick.record):
        if (origin, name) in there or not (is_origin(origin) and is_ref_name(name)):
            continue
        commit = stick.commit(checksum)
        if commit and is_of_origin(commit, origin) and is_for_ref(commit, origin, name):
            there.add((origin, name))
            yield origin, name, checksum


def with_forgotten(stick: StickState) -> StickState:
    """As it is once `name_forgotten` was there."""
    refs = {origin: dict(names) for origin, names in stick.refs.items()}
    for origin, name, commit in forgotten_refs(stick):
        refs.setdefault(origin, {})[name] = commit
    return stick.with_refs(refs)


def as_named(stick: StickState) -> StickState:
    """As it is once every ref has a file of its own, also those that have not."""
    named = {(origin, name) for origin, names in stick.refs.items() for name in names}
    entries = [
        RefEntry(origin, name, stick.refs[origin][name], ref_path(origin, name))
        for origin, name in sorted(named)
    ]
    for entry in stick.repository.refs():
        key = entry.collection or "", entry.name
        # What has another name now is there no more by this one.
        if key not in named and not (entry.checksum and key[0] in stick.refs):
            entries.append(entry)
    there = Repository(stick.repository.root, stick.repository.config, entries)
    return replace(stick, repository=there)


def name_forgotten(location: Location, repository: Repository) -> int:
    """Give such refs their files again; how many there are. Raises OSError."""
    found = list(forgotten_refs(read_stick(location, repository)))
    name_refs(repository, found)
    return len(found)


def name_refs(repository: Repository, refs: Sequence[Told]) -> None:
    """Give refs files, whatever is in their places, so that they count. Raises OSError."""
    for remote in sorted({origin_remote(origin) or "" for origin, _, _ in refs} - {""}):
        _carry(repository.root, remote)
    there = {entry.path: entry.checksum for entry in repository.refs()}
    # Those of a remote whose lists are lost have theirs.
    refs = [each for each in refs if there.get(ref_path(*each[:2])) != each[2]]
    staged = [
        repository.stage_ref(commit, f"forgotten-{number}")
        for number, (_, _, commit) in enumerate(refs)
    ]
    if staged:
        repository.root.sync()
    for place, (origin, name, _) in zip(staged, refs, strict=True):
        if repository.root.node(ref_path(origin, name)) is not None:
            repository.root.put_aside(ref_path(origin, name))
        repository.name_ref(origin, name, place)


def _carry(root: Root, remote: str) -> None:
    """Without a place for its lists what is there of a remote would be others'."""
    if not carries_remote(root, remote):
        place = f"{REMOTE_COPIES}/{remote}"
        if root.node(place) is not None:
            root.put_aside(place)
        root.make_directory(place)
