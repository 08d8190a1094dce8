"""Refs that a file system has given other names, brought back to the names of their commits."""

from __future__ import annotations

from collections.abc import Iterator

from app.ostree.repository import Repository
from app.ostree.spelling import right_spelling
from app.stick.store.stick_state import CommitReader, Refs, StickState


def misspelt(refs: Refs, read: CommitReader) -> Iterator[tuple[str, str, str]]:
    """Origin, name, and the right name, which nothing else has."""
    for origin, names in refs.items():
        taken = set(names)
        for name, checksum in names.items():
            commit = read(checksum)
            right = right_spelling(commit, origin, name) if commit is not None else None
            if right is not None and right not in taken:
                taken.add(right)
                yield origin, name, right


def respelt(stick: StickState) -> StickState:
    """As it is once `respell` was there."""
    refs = {origin: dict(names) for origin, names in stick.refs.items()}
    for origin, name, right in misspelt(stick.refs, stick.commit):
        refs[origin][right] = refs[origin].pop(name)
    return stick.with_refs(refs)


def respell(repository: Repository) -> None:
    """Give such refs their names again. Nobody finds them by these before: where a file system
    takes both for one name, `Repository.refs` has the right one. Raises OSError."""
    refs = repository.collection_refs()
    for number, (origin, name, right) in enumerate(misspelt(refs, CommitReader(repository))):
        staged = repository.stage_ref(refs[origin][name], f"respelt-{number}")
        repository.name_ref(origin, right, staged)
        repository.unname_ref(origin, name)
