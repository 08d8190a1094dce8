"""What was on a stick and nothing names any more, since all that would name it was lost together.

A power cut may empty record, refs, lists and kit at once, and the repair of a file system take
them. Whose such commits are nobody can tell; but nobody has asked to free them. The record that is
written then has them, so that they stay until somebody does. Why: decision D344.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.flatpak.refs import Ref, is_locale
from app.ostree.objects import Commit
from app.stick.store.stick_state import StickState
from app.stick.store.told_refs import all_commits, was_here


def unnamed_commits(stick: StickState, named: frozenset[str]) -> Iterator[str]:
    """Those of a stick whose record is lost, or was when that was written which is there: whole (of
    Locale extensions some languages are enough), and no other versions of any commit that is
    ``named``. Raises OSError.
    """
    if stick.record is None:
        if not was_here(stick.location, stick.repository):
            return
        there = set(all_commits(stick.repository))
    else:
        there = {name for name in stick.record.unnamed if stick.commit(name) is not None}
    if not there - named:
        return
    versions = _Versions(stick, named)
    for checksum in sorted(there - named):
        commit = stick.commit(checksum)
        refs = refs_of(commit)
        unfinished = checksum in stick.partial and not any(map(is_locale, refs))
        if commit is not None and refs and not unfinished and not versions.has(checksum, commit):
            yield checksum


class _Versions:
    """Of what is named, which commits are others of the same."""

    def __init__(self, stick: StickState, named: frozenset[str]) -> None:
        commits = [commit for name in named if (commit := stick.commit(name)) is not None]
        self._refs = {
            (commit.collection_binding, ref)
            for commit in commits
            if commit.collection_binding
            for ref in refs_of(commit)
        }
        self._before: set[str] = set()
        todo = [commit.parent for commit in commits]
        while todo:
            parent = todo.pop()
            if parent is not None and parent not in self._before:
                self._before.add(parent)
                older = stick.commit(parent)
                todo.append(older.parent if older is not None else None)

    def has(self, checksum: str, commit: Commit) -> bool:
        """Two sources without a collection ID may have the same runtime: of what names none only
        what a named commit says to have come of is certainly its former version."""
        if checksum in self._before:
            return True
        named = commit.collection_binding
        return bool(named) and any((named, ref) in self._refs for ref in refs_of(commit))


def refs_of(commit: Commit | None) -> tuple[str, ...]:
    """For which refs a commit says that it is; the oldest ones say it to flatpak only."""
    if commit is None:
        return ()
    told = commit.metadata.get("xa.ref", "s")
    alone = (told,) if isinstance(told, str) and Ref.parse_or_none(told) is not None else ()
    return commit.ref_bindings or alone
