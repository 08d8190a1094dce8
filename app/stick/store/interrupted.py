"""What clients get from a stick on which a job was interrupted: what its summary names now.

A job replaces the summary first and names refs after it. Between the two the summary is ahead of
the refs: it may list what no ref names yet, or a newer commit than the ref does, and never less.
That a journal is there, which anybody may have put there, excuses exactly that, and nothing of what
the summary names from being judged; what it lists less, or older, is told as on any stick.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.flatpak.refs import arch_of
from app.ostree.names import is_collection_id, is_ref_name, origin_remote
from app.stick.store.journal import JobStage
from app.stick.store.stick_state import StickState
from app.stick.store.told_refs import listed
from app.stick.store.upstream_copy import open_copy


def as_clients_see(stick: StickState) -> StickState:
    """The stick with what the summary names, where that is ahead of the refs."""
    seen = {collection: dict(names) for collection, names in stick.refs.items()}
    for collection, entry in listed(stick.repository):
        if not is_collection_id(collection) or not is_ref_name(entry.name):
            continue
        names = seen.get(collection, {})
        commit = names.get(entry.name)
        if commit != entry.commit and _is_ahead(stick, entry.commit, commit):
            seen.setdefault(collection, {})[entry.name] = entry.commit
    for origin, refs in stick.refs.items():
        if origin_remote(origin) is not None:
            seen[origin].update(_ahead(stick, origin, refs))
    for origin, name, commit in _still_listed(stick):
        seen.setdefault(origin, {}).setdefault(name, commit)
    return stick.with_refs(seen)


def _ahead(stick: StickState, origin: str, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Where there is no collection ID clients go by upstream's own list, whose copy is exchanged
    before the refs are named."""
    for name, commit in names.items():
        entry = stick.copies[origin].lookup(name, arch_of(name))
        if entry is not None and entry.commit != commit and _is_ahead(stick, entry.commit, commit):
            yield name, entry.commit


def _still_listed(stick: StickState) -> Iterator[tuple[str, str, str]]:
    """Of what has no collection ID and is taken off the refs go first: computers find it until
    what people are handed and the list do not name it any more."""
    journal = stick.journal
    if journal is None or journal.stage is not JobStage.PUBLISHING:
        return
    for origin, name in journal.leaving:
        if origin_remote(origin) is not None:
            entry = open_copy(stick.location, origin).lookup(name, arch_of(name))
            if entry is not None and stick.commit(entry.commit) is not None:
                yield origin, name, entry.commit


def _is_ahead(stick: StickState, checksum: str, before: str | None) -> bool:
    commit = stick.commit(checksum)
    if commit is None or before is None:
        return commit is not None
    old = stick.commit(before)
    return old is None or old.timestamp <= commit.timestamp
