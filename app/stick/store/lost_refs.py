"""Refs whose files a power cut has emptied, or not let come: a list on the drive still names them.

On FAT a file that was given another name has, for a moment, nothing in it on the medium.
Why: decision D339.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.formats.gvariant import FormatError
from app.fs.nodes import Node
from app.ostree.bindings import is_for_ref, is_of_origin
from app.ostree.names import is_collection_id, is_ref_name, origin_remote
from app.ostree.ref_files import ref_path
from app.ostree.repository import Repository
from app.ostree.summary import Summary, SummaryRef
from app.stick.store.journal import JobStage, Journal
from app.stick.store.record import StickRecord

Refs = dict[str, dict[str, str]]
"""Origin → ref → commit."""

Told = tuple[str, str, str]
"""Origin, ref and commit."""


def refs_with_lost(
    repository: Repository, record: StickRecord | None, journal: Journal | None
) -> Refs:
    """The repository's refs, and of those that cannot be read what the summary says, if that commit
    is there, or else the record, if that commit says the same. While a job exchanges names the
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
        if (exchanging or key in unreadable) and _is_there(repository, entry.commit):
            refs.setdefault(collection, {})[entry.name] = entry.commit
    for origin, name, commit in told_refs(repository, record) if unreadable else ():
        key = (origin, name)
        if key not in unreadable or key in leaving or name in refs.get(origin, {}):
            continue
        if is_ref_name(name) and _is_there(repository, commit, of=key):
            refs.setdefault(origin, {})[name] = commit
    return refs


def name_lost_refs(
    repository: Repository, record: StickRecord | None, journal: Journal | None
) -> None:
    """Give those their files again, and take off the rest of what was to go; what else is in their
    places is moved aside. Raises OSError."""
    seen = repository.as_it_is()
    leaving = frozenset(journal.leaving) if journal is not None else frozenset()
    for entry in seen.refs() if leaving else ():
        if entry.checksum is None and (entry.collection or "", entry.name) in leaving:
            _clear(repository, entry.path)
    there = seen.collection_refs()
    lost = [
        (origin, name, commit)
        for origin, names in refs_with_lost(seen, record, journal).items()
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


def listed(repository: Repository) -> list[tuple[str, SummaryRef]]:
    """Collection and ref of all that the summary names; nothing of one that cannot be read."""
    summary = _summary(repository)
    if summary is None:
        return []
    named = [(summary.collection or "", entry) for entry in summary.refs()]
    for collection, entries in summary.collection_map().items():
        named += [(collection, entry) for entry in entries]
    return named


def told_refs(repository: Repository, record: StickRecord | None) -> Iterator[Told]:
    """What a stick has, as its lists tell it."""
    summary = _summary(repository)
    if summary is not None:
        for collection, entries in summary.collection_map().items():
            if is_collection_id(collection):
                yield from ((collection, entry.name, entry.commit) for entry in entries)
    for origin, names in (record.refs if record is not None else {}).items():
        if summary is None or origin_remote(origin) is not None:
            yield from ((origin, name, entry.commit) for name, entry in names.items())


def _summary(repository: Repository) -> Summary | None:
    """None for one that cannot be read, or in which there is nothing, as file systems leave it."""
    try:
        data = repository.read_summary()
        return Summary(data) if data else None
    except (OSError, FormatError):
        return None


def _clear(repository: Repository, path: str) -> None:
    """Nothing is there then; what is no empty file is moved aside. Raises OSError."""
    root = repository.root
    node = root.node(path)
    if node is Node.FILE and not root.status(path).st_size:
        root.remove(path)
    elif node is not None:
        root.put_aside(path)


def _is_there(repository: Repository, checksum: str, of: tuple[str, str] | None = None) -> bool:
    """``of``: the origin and the ref that it says it is for."""
    try:
        commit = repository.read_commit(checksum)
    except (OSError, FormatError):
        return False
    return of is None or (is_of_origin(commit, of[0]) and is_for_ref(commit, *of))
