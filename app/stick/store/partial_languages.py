"""Commits that carry only some languages, as flatpak makes them for computers that use only those.

A Locale extension with ``locale-subset`` has one directory per language below ``files/``; flatpak
pulls those of its languages and leaves the commit marked partial. That is incomplete, but sound.

Why: decision D44.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from app.flatpak.refs import Ref
from app.formats.gvariant import FormatError
from app.ostree.fsck import Damage
from app.ostree.objects import DirTree, ObjectKind, ObjectName
from app.ostree.repository import Repository
from app.text import Policy, clean

LOCALE = ".Locale"
FILES = "files"


def locale_of(ref: Ref) -> Ref:
    """The Locale extension of an app or runtime."""
    return Ref("runtime", f"{ref.id}{LOCALE}", ref.arch, ref.branch)


def is_locale(ref: str) -> bool:
    """Whether a ref is the Locale extension of something."""
    parsed = Ref.parse_or_none(ref)
    return parsed is not None and parsed.id.endswith(LOCALE)


def missing_languages(
    repository: Repository, commit: str, damage: Collection[Damage]
) -> tuple[str, ...] | None:
    """The languages that a Locale commit marked as partial lacks; None if that is not all.

    None missing is an explanation too: flatpak sets the mark whenever it chose by language, also
    when that left nothing out. ``damage`` is what is damaged or missing of the commit.
    """
    try:
        languages = _languages(repository, commit)
    except (OSError, FormatError, StopIteration):
        return None
    absent = {entry.name for entry in damage if entry.reason is None}
    left_out = [entry for entry in languages if ObjectName(entry[1], ObjectKind.DIRTREE) in absent]
    explained = {
        name
        for _, tree, meta in left_out
        for name in (ObjectName(tree, ObjectKind.DIRTREE), ObjectName(meta, ObjectKind.DIRMETA))
    }
    if any(entry.reason is not None or entry.name not in explained for entry in damage):
        return None
    return tuple(name for name, _, _ in left_out)


def carried_languages(
    repository: Repository, ref: str, names: Mapping[str, str]
) -> tuple[str, ...]:
    """The languages that a ref comes in, sorted: those of its Locale extension on the stick.

    ``names`` are the refs and commits of its collection. Empty where translations are part of the
    app itself, which only it knows, and where the trees cannot be read.
    """
    parsed = Ref.parse_or_none(ref)
    if parsed is None:
        return ()
    locale = ref if parsed.id.endswith(LOCALE) else str(locale_of(parsed))
    if locale not in names:
        return ()
    try:
        files = _languages(repository, names[locale])
    except (OSError, FormatError, StopIteration):
        return ()
    return tuple(
        sorted(
            clean(name, Policy.NAME)
            for name, tree, _ in files
            if repository.has(ObjectName(tree, ObjectKind.DIRTREE))
        )
    )


def _languages(repository: Repository, commit: str) -> tuple[tuple[str, str, str], ...]:
    """Name, dirtree and dirmeta of the directories of a commit's languages.

    Raises OSError, FormatError, and StopIteration if there are none.
    """
    root = _tree(repository, repository.read_commit(commit).tree)
    files = next(tree for name, tree, _ in root.directories if name == FILES)
    return tuple(_tree(repository, files).directories)


def _tree(repository: Repository, checksum: str) -> DirTree:
    return DirTree.parse(repository.read_object(ObjectName(checksum, ObjectKind.DIRTREE)))
