"""What is on a stick, read once into one value that checks, jobs and pages hand on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256

from msgspec import Struct, field

from app.credentials import public_address
from app.drive.safety.guard import read_file_system
from app.flatpak.refs import Ref, is_locale
from app.flatpak.remotes.naming import told
from app.formats.gvariant import FormatError
from app.fs.files import drive_errors
from app.message import Message
from app.ostree.names import origin_remote
from app.ostree.objects import Commit
from app.ostree.repository import Repository
from app.replacing import replace
from app.stick.store.journal import Journal, read_journal
from app.stick.store.location import Location, open_repository
from app.stick.store.lost_refs import refs_with_lost
from app.stick.store.record import StickRecord, read_record
from app.stick.store.upstream_copy import UpstreamCopy, open_copy
from app.text import Policy, clean

Refs = Mapping[str, Mapping[str, str]]
"""Origin → ref → commit."""


class CommitReader:
    """The commits of a stick, each read once when it is first asked for. Nothing is trusted."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._commits: dict[str, Commit | None] = {}

    def __call__(self, checksum: str) -> Commit | None:
        """None for one that is not there or cannot be read."""
        if checksum not in self._commits:
            try:
                self._commits[checksum] = self._repository.read_commit(checksum)
            except (OSError, FormatError):
                self._commits[checksum] = None
        return self._commits[checksum]


class StickState(Struct, frozen=True):
    """A stick as it was when it was read. Whoever has written to it reads it anew.

    Attributes:
        repository: for what is too much to read beforehand (objects, trees, signatures); it says of
            its refs what it said then.
        refs: what clients can find.
        partial: commits that are marked as incomplete, and nobody has written down why.
        by_choice: commit → the only languages that it is there in; marked as incomplete as well.
        record: None if there is none that can be read.
        journal: that of a job which is under way or was interrupted.
        copies: of each collection in ``refs``, the copy of its upstream summary.
        commit: reads a commit; None for one that cannot be read.
        called: origins that are called otherwise here than on the stick.
    """

    location: Location
    repository: Repository
    refs: Refs
    partial: frozenset[str]
    record: StickRecord | None
    journal: Journal | None
    copies: Mapping[str, UpstreamCopy]
    commit: CommitReader
    by_choice: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)

    @property
    def stamp(self) -> str:
        """Tells this state of this stick from others: where it is, its refs, when it was written.

        Whoever damages files does not change it. Raises DriveError.
        """
        place = read_file_system(self.location.root)
        made = self.record.made if self.record is not None else None
        state = (
            place.file_system,
            place.inode,
            self.location.repository_path,
            made,
            sorted((collection, sorted(names.items())) for collection, names in self.refs.items()),
        )
        return sha256(repr(state).encode()).hexdigest()

    @property
    def chosen(self) -> frozenset[tuple[str, str]]:
        """What somebody wanted on it, as collection and ref; all apps where nobody told."""
        keys = ((collection, ref) for collection, names in self.refs.items() for ref in names)
        if self.record is None:
            return frozenset(
                key for key in keys if (ref := Ref.parse_or_none(key[1])) and ref.kind == "app"
            )
        return frozenset(
            key for key in keys if (entry := self.record.ref(*key)) is not None and entry.chosen
        )

    def told(self, collection: str) -> str:
        """What people call an origin: a collection by its ID, what has none by its title, and its
        address where another here has the same title."""
        if origin_remote(collection) is None:
            return collection
        called, address = self._called(collection)
        others = (each for each in self.copies if each != collection and origin_remote(each))
        if address and any(self._called(each)[0] == called for each in others):
            return f"{called} ({address})"
        return called

    def _called(self, origin: str) -> tuple[str, str]:
        """Title and address of what has no collection ID; the latter may be empty."""
        name = origin_remote(origin) or origin
        file = (self.copies.get(origin) or open_copy(self.location, origin)).repo_file
        title = file.title if file is not None else ""
        address = public_address(file.url) if file is not None else ""
        return told(clean(title, Policy.TITLE) or name, name, title, address), address

    def with_refs(self, refs: Refs) -> StickState:
        """The same with other refs, as it will be or as clients see it."""
        copies = {
            collection: self.copies.get(collection) or open_copy(self.location, collection)
            for collection in refs
        }
        return replace(self, refs=refs, copies=copies)


def read_stick(location: Location, repository: Repository) -> StickState:
    """What is on an opened stick. Raises OSError, RepositoryInvalidError."""
    repository = repository.as_it_is()
    partial = repository.partial_commits()
    record, journal = read_record(location), read_journal(location)
    refs = refs_with_lost(location, repository, record, journal)
    commit = CommitReader(repository)
    chosen = {**_under_way(journal), **recorded_languages(record)}
    by_choice = _of_locales(_marked(partial, chosen), commit)
    return StickState(
        location=location,
        repository=repository,
        refs=refs,
        partial=partial - by_choice.keys(),
        record=record,
        journal=journal,
        copies={collection: open_copy(location, collection) for collection in refs},
        commit=commit,
        by_choice=by_choice,
    )


Languages = Mapping[str, tuple[str, ...]]
"""Commit → the only languages that somebody wanted of it."""


def recorded_languages(record: StickRecord | None) -> Languages:
    """As they are written down."""
    return {
        entry.commit: entry.languages
        for names in (record.refs.values() if record is not None else ())
        for entry in names.values()
        if entry.languages is not None
    }


def _under_way(journal: Journal | None) -> Languages:
    return journal.languages if journal is not None else {}


def languages_before_and_after(stick: StickState) -> tuple[Languages, ...]:
    """`StickState.by_choice` as it was before the job of which a journal tells, and as it is after
    it; none if there are no languages to choose."""
    under_way, recorded = _under_way(stick.journal), recorded_languages(stick.record)
    if not under_way and not recorded:
        return ()
    # The marks go first of what comes whole now.
    marked = stick.partial.union(stick.by_choice)
    return recorded, _of_locales(_marked(marked, {**recorded, **under_way}), stick.commit)


def _marked(marked: Collection[str], languages: Languages) -> Languages:
    return {commit: names for commit, names in languages.items() if commit in marked}


def is_locale_commit(commit: Commit) -> bool:
    """Whether a commit says that it is of a Locale extension; clients divide no others."""
    return any(map(is_locale, commit.ref_bindings))


def _of_locales(languages: Languages, read: CommitReader) -> Languages:
    """Those of commits that may come in part: a record or a journal excuses no others. What cannot
    be read is damaged whatever it is."""
    return {
        checksum: names
        for checksum, names in languages.items()
        if (commit := read(checksum)) is None or is_locale_commit(commit)
    }


def load_stick(location: Location) -> StickState:
    """`read_stick` of what is there. Raises RepositoryInvalidError, DriveError."""
    repository = open_repository(location)
    with drive_errors(Message("reading the repository")):
        return read_stick(location, repository)
