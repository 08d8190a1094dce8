"""What clients get from a stick on which a job was interrupted: what its summary names now.

A job replaces the summary first and names refs after it. Between the two the summary is ahead of
the refs: it may list what no ref names yet, or a newer commit than the ref does, and never less.
That a journal is there, which anybody may have put there, excuses exactly that, and nothing of what
the summary names from being judged; what it lists less, or older, is told as on any stick.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.formats.gvariant import FormatError
from app.ostree.names import is_collection_id, is_ref_name
from app.ostree.repository import Repository
from app.ostree.summary import Summary, SummaryRef


def as_clients_see(
    repository: Repository, refs: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    """Collection → ref → commit: ``refs``, but where the summary is ahead of them what it names."""
    found = {collection: dict(names) for collection, names in refs.items()}
    for collection, entry in _listed(repository):
        if not is_collection_id(collection) or not is_ref_name(entry.name):
            continue
        names = found.get(collection, {})
        commit = names.get(entry.name)
        if commit != entry.commit and _is_ahead(repository, entry.commit, commit):
            found.setdefault(collection, {})[entry.name] = entry.commit
    return found


def _listed(repository: Repository) -> list[tuple[str, SummaryRef]]:
    """Nothing of a summary that cannot be read, which is an error anyway."""
    try:
        summary = Summary(repository.read_summary() or b"")
        listed = [(summary.collection or "", entry) for entry in summary.refs()]
        for collection, entries in summary.collection_map().items():
            listed += [(collection, entry) for entry in entries]
    except (OSError, FormatError):
        return []
    return listed


def _is_ahead(repository: Repository, commit: str, before: str | None) -> bool:
    made = _made(repository, commit)
    if made is None or before is None:
        return made is not None
    old = _made(repository, before)
    return old is None or old <= made


def _made(repository: Repository, commit: str) -> int | None:
    """When a commit was made; None if it cannot be read."""
    try:
        return repository.read_commit(commit).timestamp
    except (OSError, FormatError):
        return None
