"""Refs whose files a power cut has emptied, or not let come: a list on the drive still names them.

On FAT a file that was given another name has, for a moment, nothing in it on the medium.
Why: decision D339.
"""

from __future__ import annotations

from app.formats.gvariant import FormatError
from app.fs.nodes import Node
from app.ostree.bindings import is_for_ref, is_of_origin
from app.ostree.names import is_collection_id, is_ref_name
from app.ostree.ref_files import ref_path
from app.ostree.repository import Repository
from app.stick.store.journal import JobStage, Journal
from app.stick.store.location import Location
from app.stick.store.record import StickRecord
from app.stick.store.told_refs import listed, told_refs

Refs = dict[str, dict[str, str]]
"""Origin → ref → commit."""


def refs_with_lost(
    location: Location,
    repository: Repository,
    record: StickRecord | None,
    journal: Journal | None,
) -> Refs:
    """The repository's refs, and of those that cannot be read what the summary says, or else what
    `told_refs` does, if that commit is there and says the same. While a job exchanges names the
    summary counts also for those that have no file, but for what it takes off. Raises OSError."""
    refs = repository.collection_refs()
    unreadable = {(each.collection, each.name) for each in repository.refs() if not each.checksum}
    exchanging = journal is not None and journal.stage is JobStage.PUBLISHING
    if not unreadable and not exchanging:
        return refs
    leaving = frozenset(journal.leaving) if journal is not None else frozenset()
    for collection, entry in listed(repository):
        key = (collection, entry.name)
        if not is_collection_id(collection) or not is_ref_name(entry.name):
            continue
        if entry.name in refs.get(collection, {}) or key in leaving:
            continue
        if (exchanging or key in unreadable) and _is_there(repository, entry.commit, of=key):
            refs.setdefault(collection, {})[entry.name] = entry.commit
    missing = {
        (origin, name)
        for origin, name in unreadable - leaving
        if origin and is_ref_name(name) and name not in refs.get(origin, {})
    }
    if missing:
        for origin, name, commit in told_refs(location, repository, record, frozenset(missing)):
            key = (origin, name)
            if key in missing and _is_there(repository, commit, of=key):
                refs.setdefault(origin, {})[name] = commit
                missing.remove(key)
            if not missing:
                break
    return refs


def name_lost_refs(
    location: Location,
    repository: Repository,
    record: StickRecord | None,
    journal: Journal | None,
) -> bool:
    """Give those their files again, and take off the rest of what was to go; what else is in their
    places is moved aside. Whether there was anything to do. Raises OSError."""
    seen = repository.as_it_is()
    leaving = frozenset(journal.leaving) if journal is not None else frozenset()
    rest = [
        entry.path
        for entry in seen.refs()
        if entry.checksum is None and (entry.collection or "", entry.name) in leaving
    ]
    for path in rest:
        _clear(repository, path)
    there = seen.collection_refs()
    lost = [
        (origin, name, commit)
        for origin, names in refs_with_lost(location, seen, record, journal).items()
        for name, commit in names.items()
        if name not in there.get(origin, {})
    ]
    staged = [
        repository.stage_ref(commit, f"lost-{number}") for number, (_, _, commit) in enumerate(lost)
    ]
    if lost:
        repository.root.sync()
    for place, (origin, name, _) in zip(staged, lost, strict=True):
        _clear(repository, ref_path(origin, name))
        repository.name_ref(origin, name, place)
    return bool(rest or lost)


def _clear(repository: Repository, path: str) -> None:
    """Nothing is there then; what is no empty file is moved aside. Raises OSError."""
    root = repository.root
    node = root.node(path)
    if node is Node.FILE and not root.status(path).st_size:
        root.remove(path)
    elif node is not None:
        root.put_aside(path)


def _is_there(repository: Repository, checksum: str, of: tuple[str, str]) -> bool:
    """``of``: the origin and the ref that it has to say it is for."""
    try:
        commit = repository.read_commit(checksum)
    except (OSError, FormatError):
        return False
    return is_of_origin(commit, of[0]) and is_for_ref(commit, *of)
