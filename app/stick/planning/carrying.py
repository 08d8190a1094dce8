"""Which languages a drive carries, and what of each Locale extension that means.

flatpak pulls languages one by one only where the extension point says so (``locale-subset``); what
else holds translations comes as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from app.flatpak.metadata import Metadata
from app.flatpak.refs import Ref, is_locale
from app.flatpak.upstream.offer import Offer
from app.formats.gvariant import FormatError
from app.message import Message
from app.ostree.objects import Commit, DirTree, ObjectKind, ObjectName
from app.ostree.tree_keys import Narrowed
from app.progress import Notice
from app.remedy import Remedy
from app.severity import Severity
from app.stick.planning.options import Options
from app.stick.planning.plan import Item
from app.stick.planning.target_state import TargetState
from app.stick.planning.wanted import Wanted
from app.stick.store.partial_languages import FILES, Division, divided, narrowed_by, without_country


class Carried(Struct, frozen=True):
    """What of a Locale extension comes along, where that is not all of it.

    Attributes:
        languages: those that come; where nobody has asked which there are, those that are wanted.
        left: those that do not; empty where nobody has asked.
    """

    languages: tuple[str, ...]
    left: tuple[str, ...]


def carried_languages(options: Options, drive: TargetState, *, update: bool) -> tuple[str, ...]:
    """The only ones that the drive carries then, without countries, sorted; empty: all.

    An update sets them; else what is named comes beside what the drive has.
    """
    before = drive.record.languages if drive.record is not None else ()
    if options.carry is None:
        return before
    named = {code for code in map(without_country, options.carry) if code}
    if not drive.refs or update:
        return tuple(sorted(named))
    return tuple(sorted(named.union(before))) if named and before else ()


class Carrying:
    """Of one plan.

    Attributes:
        languages: as `carried_languages`.
        rechosen: the drive carries others so far, or all.
    """

    def __init__(self, drive: TargetState, options: Options, *, update: bool) -> None:
        self.languages = carried_languages(options, drive, update=update)
        before = drive.record.languages if drive.record is not None else ()
        self.rechosen = bool(drive.refs) and self.languages != before
        self._drive = drive
        named = any(map(without_country, options.carry or ()))
        self._stays_whole = named and not self.languages
        self._points: frozenset[str] = frozenset()
        self._divisions: dict[str, Division | None] = {}

    def look(
        self,
        wanted: Iterable[tuple[Wanted, str]],
        beside: Iterable[Metadata],
        *,
        ask: bool,
    ) -> None:
        """See how the Locale extensions among all that is ``wanted``, with its commits, divide;
        ``beside``: of apps that are no refs.

        ``ask``: upstream, for two small objects each; what cannot be had comes as a whole. Raises
        UpstreamError, FormatError.
        """
        if not self.languages:
            return
        everything = list(wanted)
        told = (each.metadata for each, _ in everything if each.metadata is not None)
        self._points = frozenset(
            point.name
            for metadata in (*told, *beside)
            for point in metadata.extensions
            if point.locale_subset
        )
        asked: dict[Offer, list[str]] = {}
        for each, commit in everything:
            if self._divides(each.entry.ref) and (division := self._on_drive(commit)) is not None:
                self._divisions[commit] = division
            elif self._divides(each.entry.ref):
                asked.setdefault(each.upstream, []).append(commit)
        for upstream, commits in asked.items() if ask else ():
            self._divisions |= _divisions(upstream, commits)

    def _divides(self, ref: Ref | None) -> bool:
        return ref is not None and is_locale(str(ref)) and ref.id in self._points

    def carried(self, ref: Ref | None, commit: str) -> Carried | None:
        """What of a commit comes, where that is not all."""
        if not self.languages or not self._divides(ref):
            return None
        if commit not in self._divisions:
            return Carried(self.languages, ())
        division = self._divisions[commit]
        if division is None:
            return None
        names = division.carried(self.languages)
        left = tuple(name for name in division.languages if name not in names)
        return Carried(names, left) if left else None

    def is_there(self, commit: str, carried: Carried | None) -> bool:
        """Whether a commit that is on the drive is there in just these languages."""
        there = self._drive.by_choice.get(commit)
        wanted = carried.languages if carried is not None else None
        return (there is None) == (wanted is None) and set(there or ()) == set(wanted or ())

    def narrowed(self, items: Iterable[Item], others: Iterable[str]) -> Narrowed:
        """What counts of the trees of ``items``, and of ``others``: commits that stay on the drive
        as they are, of Locale extensions."""
        by_choice = self._drive.by_choice
        if not self.languages and not by_choice:
            return {}
        planned = {item.commit: item.languages for item in items if is_locale(item.ref)}
        carried = {**{commit: by_choice.get(commit) for commit in others}, **planned}
        known = (
            (self._divisions.get(commit) or self._on_drive(commit), names)
            for commit, names in carried.items()
        )
        return narrowed_by((division, names) for division, names in known if division is not None)

    def _on_drive(self, checksum: str) -> Division | None:
        commit = self._drive.commits.get(checksum)
        return divided(commit, self._tree) if commit is not None else None

    def _tree(self, checksum: str) -> DirTree | None:
        data = self._drive.commits.read(ObjectName(checksum, ObjectKind.DIRTREE))
        try:
            return DirTree.parse(data) if data is not None else None
        except FormatError:
            return None

    def notices(self, items: Sequence[Item]) -> Iterator[Notice]:
        """What a person should know of ``items``."""
        if self._stays_whole:
            yield Notice(
                Severity.INFO,
                Message("The drive carries all languages, so what is new comes in all of them."),
                Remedy.CARRY_LANGUAGES.advice(),
            )
        if any(item.languages is not None for item in items):
            # Tried with flatpak 1.10 to 1.18: tests/stick/clients/matrix/test_languages.py.
            yield Notice(
                Severity.INFO,
                Message(
                    "Where a computer has further languages, flatpak by itself takes no "
                    "translations: install.sh brings those that are on the drive."
                ),
            )
        refs = (Ref.parse_or_none(item.ref) for item in items if self.languages)
        whole = tuple(
            str(ref)
            for ref in refs
            if ref is not None and is_locale(str(ref)) and not self._divides(ref)
        )
        if whole:
            yield Notice(
                Severity.INFO,
                Message(
                    "Computers take these translations only as a whole, so they come in all "
                    "languages: {refs}.",
                    refs=whole,
                ),
            )


def _divisions(upstream: Offer, commits: Sequence[str]) -> dict[str, Division | None]:
    """By commit, for those that can be had; None for those that do not divide."""
    data, _ = upstream.ask_for_commits(commits)
    parsed = {checksum: Commit.parse(each) for checksum, each in data.items()}
    roots = upstream.find_trees([commit.tree for commit in parsed.values()])
    below = [tree for root in roots.values() for name, tree, _ in root.directories if name == FILES]
    trees = {**roots, **upstream.find_trees(below)}
    divisions: dict[str, Division | None] = dict.fromkeys(commits)
    return divisions | {checksum: divided(commit, trees.get) for checksum, commit in parsed.items()}
