"""Refs that a file system has given other names, brought back to the names of their commits."""

from __future__ import annotations

from collections.abc import Iterator, Set

from app.fs.nodes import Node
from app.ostree.ref_files import ref_path
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


def respell(repository: Repository) -> bool:
    """Give such refs their names again; whether there are any. Nobody finds them by these before:
    where a file system takes both for one name, `Repository.refs` mostly has the right one. Raises
    OSError."""
    refs = repository.collection_refs()
    found = list(misspelt(refs, CommitReader(repository)))
    listed = {entry.path for entry in repository.refs()} if found else set()
    staged = [
        repository.stage_ref(refs[origin][name], f"respelt-{number}")
        for number, (origin, name, _) in enumerate(found)
    ]
    same = [each for each in found if _is_same_file(repository, listed, each)]
    # Such a file goes first: to remove it by its old name later would remove the new one.
    for origin, name, _ in same:
        repository.unname_ref(origin, name)
    for place, (origin, name, right) in zip(staged, found, strict=True):
        repository.name_ref(origin, right, place)
        if (origin, name, right) not in same:
            repository.unname_ref(origin, name)
    return bool(found)


def _is_same_file(
    repository: Repository, listed: Set[str], misspelt_ref: tuple[str, str, str]
) -> bool:
    """Whether the right name leads to a file, and that is ``listed`` by another one."""
    origin, _, right = misspelt_ref
    path = ref_path(origin, right)
    return path not in listed and repository.root.node(path) is Node.FILE
