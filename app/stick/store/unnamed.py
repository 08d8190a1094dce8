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
    Locale extensions some languages are enough), and for no ref that any commit which is ``named``
    is for. Raises OSError.
    """
    if stick.record is None:
        if not was_here(stick.location, stick.repository):
            return
        there = set(all_commits(stick.repository))
    else:
        there = {name for name in stick.record.unnamed if stick.commit(name) is not None}
    if not there - named:
        return
    superseded = {ref for name in named for ref in refs_of(stick.commit(name))}
    for checksum in sorted(there - named):
        refs = refs_of(stick.commit(checksum))
        unfinished = checksum in stick.partial and not any(map(is_locale, refs))
        if refs and not unfinished and superseded.isdisjoint(refs):
            yield checksum


def refs_of(commit: Commit | None) -> tuple[str, ...]:
    """For which refs a commit says that it is; the oldest ones say it to flatpak only."""
    if commit is None:
        return ()
    told = commit.metadata.get("xa.ref", "s")
    alone = (told,) if isinstance(told, str) and Ref.parse_or_none(told) is not None else ()
    return commit.ref_bindings or alone
