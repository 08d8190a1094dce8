"""Commits that carry only some languages, as flatpak makes them for computers that use only those.

A Locale extension with ``locale-subset`` has one directory per language below ``files/``; flatpak
pulls those of its languages and leaves the commit marked partial. That is incomplete, but sound.
Satchel does the same for whoever chooses languages, and writes down which.

Why: decision D44.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from msgspec import Struct, field

from app.discreet import Discreet
from app.flatpak.refs import LOCALE, Ref, is_locale
from app.formats.gvariant import FormatError
from app.languages import normal_language
from app.ostree.fsck import Damage
from app.ostree.objects import Commit, DirTree, ObjectKind, ObjectName
from app.ostree.pull.kept_trees import Left
from app.ostree.repository import Repository
from app.ostree.tree_keys import Keys, Narrowed
from app.stick.store.stick_state import StickState, is_locale_commit
from app.text import Policy, clean

FILES = "files"


def locale_of(ref: Ref) -> Ref:
    """The Locale extension of an app or runtime."""
    return Ref("runtime", f"{ref.id}{LOCALE}", ref.arch, ref.branch)


def without_country(language: str) -> str | None:
    """What its directory is called in a Locale extension (``flatpak_get_lang_from_locale``): ``pt``
    for ``pt_BR``. Empty or None for what needs no translation: ``C``, ``en_US``, and what is no
    language.
    """
    normal = normal_language(language)
    return re.split("[_@]", normal)[0] if normal is not None else None


class Division(Struct, frozen=True):
    """How the tree of a Locale commit divides by language. Keys are `ObjectName.key`.

    Attributes:
        tree: of the directory that has them.
        beside: what else is in it.
        languages: by the name of its directory, the keys of a language's tree and dirmeta.
    """

    tree: bytes
    beside: Keys
    languages: Mapping[str, Keys]

    def carried(self, wanted: Collection[str]) -> tuple[str, ...]:
        """The names of those that are ``wanted``, as `without_country` writes them."""
        return tuple(
            name for name in self.languages if name in wanted or without_country(name) in wanted
        )

    def below(self, names: Collection[str]) -> Keys:
        """What counts of the tree where only ``names`` are carried."""
        chosen = (keys for name, keys in self.languages.items() if name in names)
        return (*self.beside, *(key for keys in chosen for key in keys))


ReadTree = Callable[[str], DirTree | None]
"""Gives a directory by its checksum."""


def divided(commit: Commit, read: ReadTree) -> Division | None:
    """How a Locale commit divides; None if it does not, is none, or its trees cannot be had."""
    if not is_locale_commit(commit):
        return None
    root = read(commit.tree)
    place = next((tree for name, tree, _ in root.directories if name == FILES), "") if root else ""
    files = read(place) if place else None
    if files is None:
        return None
    return Division(
        ObjectName(place, ObjectKind.DIRTREE).key,
        tuple(ObjectName(checksum, ObjectKind.FILE).key for _, checksum in files.files),
        {
            name: (
                ObjectName(tree, ObjectKind.DIRTREE).key,
                ObjectName(meta, ObjectKind.DIRMETA).key,
            )
            for name, tree, meta in files.directories
        },
    )


def left_trees(languages: Collection[str]) -> Left:
    """What of Locale commits is not wanted where only ``languages`` are, as `without_country`
    writes them."""

    def left(commit: Commit, read: ReadTree) -> Collection[str]:
        division = divided(commit, read)
        if division is None:
            return ()
        names = division.carried(languages)
        return {
            ObjectName.from_key(tree).checksum
            for name, (tree, *_) in division.languages.items()
            if name not in names
        }

    return left


def narrowed_by(divisions: Iterable[tuple[Division, Collection[str] | None]]) -> Narrowed:
    """What counts of trees where of each commit only some languages are carried; None: all.

    Of a tree that several commits have, all that any of them needs counts.
    """
    names: dict[bytes, set[str]] = {}
    trees: dict[bytes, Division] = {}
    for division, carried in divisions:
        wanted = division.languages if carried is None else carried
        names.setdefault(division.tree, set()).update(wanted)
        trees[division.tree] = division
    return {
        key: division.below(names[key])
        for key, division in trees.items()
        if not names[key].issuperset(division.languages)
    }


def narrowed_trees(stick: StickState) -> Narrowed:
    """The same on a stick."""
    if not stick.by_choice:
        return {}
    locales = {
        commit for names in stick.refs.values() for name, commit in names.items() if is_locale(name)
    }
    divisions = (
        (_division(stick.repository, commit), stick.by_choice.get(commit))
        for commit in locales.union(stick.by_choice)
    )
    return narrowed_by((division, names) for division, names in divisions if division is not None)


def _division(repository: Repository, commit: str) -> Division | None:
    def read(checksum: str) -> DirTree | None:
        try:
            return _tree(repository, checksum)
        except (OSError, FormatError):
            return None

    try:
        return divided(repository.read_commit(commit), read)
    except (OSError, FormatError):
        return None


class Parted(Discreet, Struct, frozen=True):
    """A commit that is there in some languages by choice.

    Attributes:
        there, left: the languages that it is there in, and the others.
        narrowed: what of its tree is there.
    """

    UNSHOWN = frozenset({"narrowed"})
    UNCOMPARED = frozenset({"narrowed"})

    there: tuple[str, ...]
    left: tuple[str, ...]
    narrowed: Narrowed = field(default_factory=dict)


def parted(stick: StickState, commit: str) -> Parted | None:
    """None if nobody has chosen languages of it."""
    names = stick.by_choice.get(commit)
    division = _division(stick.repository, commit) if names is not None else None
    if names is None or division is None:
        return None
    there = tuple(name for name in division.languages if name in names)
    left = tuple(name for name in division.languages if name not in names)
    return Parted(there, left, narrowed_by([(division, names)]))


def whole_languages(stick: StickState, commit: str) -> tuple[str, ...] | None:
    """Of a Locale commit that is there in all languages, these; None if they cannot be read."""
    division = _division(stick.repository, commit)
    return tuple(division.languages) if division is not None else None


def absent_languages(stick: StickState, wanted: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """Commit → what it was to be carried in, ``wanted`` as in `StickRecord`, and is not written
    down as carried; of the commits that carry some languages by choice."""
    lacking = {}
    for commit, names in stick.by_choice.items():
        division = _division(stick.repository, commit)
        if division is not None:
            lacking[commit] = tuple(name for name in division.carried(wanted) if name not in names)
    return lacking


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
