"""Refs whose files a power cut has emptied, or not let come: the summary still names them.

On FAT a file that was given another name has, for a moment, nothing in it on the medium.
Why: decision D339.
"""

from __future__ import annotations

from app.formats.gvariant import FormatError
from app.fs.nodes import Node
from app.ostree.names import is_collection_id, is_ref_name
from app.ostree.ref_files import ref_path
from app.ostree.repository import Repository
from app.ostree.summary import Summary, SummaryRef
from app.stick.store.journal import JobStage, Journal

Refs = dict[str, dict[str, str]]
"""Origin → ref → commit."""


def refs_with_lost(repository: Repository, journal: Journal | None) -> Refs:
    """The repository's refs, and of those that cannot be read what the summary says, if that commit
    is there. While a job exchanges names that counts also for those that have no file, but for what
    it takes off. Raises OSError."""
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
    return refs


def name_lost_refs(repository: Repository, journal: Journal | None) -> None:
    """Give those their files again, and take off the rest of what was to go; what else is in their
    places is moved aside. Raises OSError."""
    seen = repository.as_it_is()
    leaving = frozenset(journal.leaving) if journal is not None else frozenset()
    for entry in seen.refs() if leaving else ():
        if entry.checksum is None and (entry.collection or "", entry.name) in leaving:
            _clear(repository, entry.path)
    there = seen.collection_refs()
    lost = [
        (collection, name, repository.stage_ref(commit, f"lost-{collection}-{number}"))
        for collection, names in refs_with_lost(seen, journal).items()
        for number, (name, commit) in enumerate(names.items())
        if name not in there.get(collection, {})
    ]
    if lost:
        repository.root.sync()
    for collection, name, staged in lost:
        _clear(repository, ref_path(collection, name))
        repository.name_ref(collection, name, staged)


def listed(repository: Repository) -> list[tuple[str, SummaryRef]]:
    """Collection and ref of all that the summary names; nothing of one that cannot be read."""
    try:
        summary = Summary(repository.read_summary() or b"")
        named = [(summary.collection or "", entry) for entry in summary.refs()]
        for collection, entries in summary.collection_map().items():
            named += [(collection, entry) for entry in entries]
    except (OSError, FormatError):
        return []
    return named


def _clear(repository: Repository, path: str) -> None:
    """Nothing is there then; what is no empty file is moved aside. Raises OSError."""
    root = repository.root
    node = root.node(path)
    if node is Node.FILE and not root.status(path).st_size:
        root.remove(path)
    elif node is not None:
        root.put_aside(path)


def _is_there(repository: Repository, checksum: str) -> bool:
    try:
        repository.read_commit(checksum)
    except (OSError, FormatError):
        return False
    return True
