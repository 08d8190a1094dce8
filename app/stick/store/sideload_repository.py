"""What each stick lists, has, and says about what it has. Nothing is trusted, nothing is written.

As clients look: every repository on a drive, by its summary, which need not be what its refs are.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from app.flatpak.refs import Ref
from app.flatpak.remotes.addresses import same_place
from app.flatpak.sideloading.situation import Presence, StickEntry, Version
from app.formats.gvariant import FormatError
from app.fs.files import drive_errors
from app.message import Message, verbatim
from app.ostree.config_file import RepositoryInvalidError
from app.ostree.names import origin_remote
from app.ostree.repository import Repository
from app.ostree.summary import Summary, SummaryRef
from app.remedy import Remedy
from app.stick.store.location import Location, client_places
from app.stick.store.ostree_metadata import Description
from app.stick.store.record import read_record
from app.stick.store.sideload_entry import read_description, sideload_entry
from app.stick.store.stick_state import CommitReader, recorded_languages
from app.stick.store.upstream_copy import UpstreamCopy, open_copy

_FIRST = (".", "ostree/repo", ".ostree/repo")
"""The order in which flatpak looks at the repositories of a drive; the others follow."""


_BY_ITSELF = Message(
    "flatpak finds nothing by itself of a source without a collection ID; install.sh and satchel "
    "receive install it from there"
)


class SideloadRepository:
    """One repository on a drive.

    Attributes:
        name: what people call it.
        location: where it is; ``repository``: opened.
    """

    def __init__(self, name: str, location: Location, repository: Repository) -> None:
        self.name = name
        self.location = location
        self.repository = repository
        self._commit = CommitReader(repository)
        self._descriptions: dict[str, Description | Message] = {}
        self._copies: dict[str, UpstreamCopy] = {}

    @cached_property
    def _read_summary(self) -> Summary | Message:
        """The summary, or why clients find nothing by it."""
        try:
            data = self.repository.read_summary()
            if data is None:
                return Message("The repository has no summary.")
            if not data:
                raise FormatError(Message("it is empty"))
            return Summary(data)
        except FormatError as error:
            return Message("The summary is damaged: {error}.", error=error)
        except OSError as error:
            reason = verbatim(error.strerror or error)
            return Message("The summary is damaged: {error}.", error=reason)

    @property
    def _summary(self) -> Summary | None:
        return self._read_summary if isinstance(self._read_summary, Summary) else None

    @property
    def problem(self) -> Message | None:
        """Why no client finds anything in it; None if it has a list."""
        return self._read_summary if isinstance(self._read_summary, Message) else None

    @cached_property
    def _partial(self) -> frozenset[str]:
        # Of translations of which some were left out on purpose computers get the others.
        chosen = recorded_languages(read_record(self.location))
        return self.repository.partial_commits() - chosen.keys()

    @cached_property
    def collections(self) -> frozenset[str]:
        """Those that its summary lists anything of."""
        if self._summary is None:
            return frozenset()
        own = self._summary.collection
        return frozenset((*self._summary.collection_map(), *((own,) if own else ())))

    @cached_property
    def _nameless(self) -> Mapping[str, Mapping[str, str]]:
        """Of sources without a collection ID the refs; no summary lists them."""
        with contextlib.suppress(OSError):
            all_refs = self.repository.collection_refs()
            return {origin: refs for origin, refs in all_refs.items() if origin_remote(origin)}
        return {}

    @cached_property
    def origins(self) -> Mapping[str, str]:
        """The sources without a collection ID that it carries, with their addresses."""
        copies = {origin: self.copy(origin).repo_file for origin in self._nameless}
        return {origin: file.url for origin, file in copies.items() if file is not None}

    def origin_at(self, address: str) -> str | None:
        """What it calls the source at an address; None if it carries none from there."""
        there = (origin for origin, url in self.origins.items() if same_place(url, address))
        return next(there, None)

    def refs(self, collection: str) -> Iterator[Ref]:
        """The apps and runtimes of a collection that its summary lists."""
        if origin_remote(collection) is not None:
            yield from filter(None, map(Ref.parse_or_none, self._nameless.get(collection, ())))
            return
        summary = self._summary
        if summary is None:
            return
        own = summary.collection == collection
        listed: Iterable[SummaryRef] = (
            summary.refs() if own else summary.collection_map().get(collection, ())
        )
        for entry in listed:
            ref = Ref.parse_or_none(entry.name)
            if ref is not None:
                yield ref

    def listed(self, collection: str, ref: str) -> Version | None:
        """What its summary says, with the time that it tells."""
        with contextlib.suppress(FormatError):
            entry = self._summary.lookup_in(collection, ref) if self._summary is not None else None
            return Version(entry.commit, entry.timestamp) if entry is not None else None
        return None

    def has(self, commit: str) -> bool:
        """Whether a commit is there and not marked as partial; its objects are not looked at."""
        return self._commit(commit) is not None and commit not in self._partial

    def copy(self, collection: str) -> UpstreamCopy:
        """The copy of upstream's list that it carries."""
        if collection not in self._copies:
            self._copies[collection] = open_copy(self.location, collection)
        return self._copies[collection]

    def entry(self, collection: str, ref: str, commits: Iterable[str]) -> StickEntry:
        """What it has of a ref; ``commits``: those that anybody else names."""
        if origin_remote(collection) is not None:
            return self._nameless_entry(collection, ref)
        names = self.listed(collection, ref)
        of_interest = {*commits, *((names.commit,) if names is not None else ())}
        holds = frozenset(filter(self.has, of_interest))
        if names is None:
            readable = collection in self.collections
            return StickEntry(self.name, None, holds=holds, readable=readable)
        commit = self._commit(names.commit)
        return sideload_entry(
            self.name,
            ref,
            names,
            commit,
            partial=names.commit in self._partial,
            description=self._description(collection),
            holds=holds,
            main=self._summary is not None and self._summary.collection == collection,
        )

    def _nameless_entry(self, origin: str, ref: str) -> StickEntry:
        checksum = self._nameless.get(origin, {}).get(ref)
        if checksum is None:
            return StickEntry(self.name, None, readable=False)
        commit = self._commit(checksum)
        made = commit.timestamp if commit is not None else None
        presence = Presence.COMPLETE if self.has(checksum) else Presence.PARTIAL
        return StickEntry(
            self.name,
            Version(checksum, made),
            made,
            presence if commit is not None else Presence.MISSING,
            disagreement=_BY_ITSELF,
        )

    def _description(self, collection: str) -> Description | Message:
        """That of its ostree-metadata, or why there is none that can be read."""
        if collection not in self._descriptions:
            refs = self.repository.mirror_refs(collection)
            self._descriptions[collection] = read_description(self._commit, refs)
        return self._descriptions[collection]


def read_repositories(roots: Iterable[Path]) -> tuple[SideloadRepository, ...]:
    """Every repository on these drives that can be opened, each once, in flatpak's order.

    Raises DriveError; RepositoryInvalidError for a drive on which there is none.
    """
    sticks: list[SideloadRepository] = []
    seen: set[tuple[int, int]] = set()
    for root in roots:
        with drive_errors(Message("looking for the repository")):
            places = sorted(
                client_places(root), key=lambda place: client_order(place.repository_path)
            )
        opened = []
        failure: RepositoryInvalidError | None = None
        for place in places:
            try:
                with drive_errors(Message("opening the repository")):
                    opened.append((place, Repository.open(place.repository).as_it_is()))
            except RepositoryInvalidError as error:
                failure = error
        if not opened:
            raise failure or RepositoryInvalidError(
                Message("There is no Flatpak repository on {root}.", root=root),
                Remedy.LOOK_FOR_DRIVE,
            )
        for place, repository in opened:
            with drive_errors(Message("opening the repository")):
                status = place.drive.status(place.repository_path)
            if (status.st_dev, status.st_ino) not in seen:
                seen.add((status.st_dev, status.st_ino))
                several = len(opened) > 1
                name = str(place.shown) if several else str(root)
                sticks.append(SideloadRepository(name, place, repository))
    return tuple(sticks)


def client_order(path: str) -> tuple[int, str]:
    """To sort repositories, by their paths on a drive, as flatpak looks at them."""
    return (_FIRST.index(path) if path in _FIRST else len(_FIRST)), path
